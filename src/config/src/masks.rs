//! Which settings are secrets, and how they are shown and taken back.

use serde_json::Value;

use crate::tree;

/// What stands for a secret; sent back, it means "as it was".
pub const FAKE_SETTING: &str = "********************************";

/// Secrets masked even when empty, as the original does.
const ALWAYS: &[&str] = &[
    "CacheSettings.RedisPassword",
    "FileSettings.PublicLinkSalt",
    "ServiceSettings.SplitKey",
    "SqlSettings.AtRestEncryptKey",
    "SqlSettings.DataSource",
];

/// Secrets masked when there is something to hide; lists element by element.
const WHEN_SET: &[&str] = &[
    "AutoTranslationSettings.LibreTranslate.APIKey",
    "ElasticsearchSettings.Password",
    "EmailSettings.SMTPPassword",
    "FileSettings.AmazonS3SecretAccessKey",
    "FileSettings.ExportAmazonS3SecretAccessKey",
    "GitLabSettings.Secret",
    "GoogleSettings.Secret",
    "LdapSettings.BindPassword",
    "MessageExportSettings.GlobalRelaySettings.SMTPPassword",
    "Office365Settings.Secret",
    "OpenIdSettings.Secret",
    "SqlSettings.DataSourceReplicas",
    "SqlSettings.DataSourceSearchReplicas",
];

/// Values with secrets somewhere inside, masked where they are set, and the one name that is secret; all texts without one.
/// What a plugin keeps is its own, and only it knows what of that is secret.
const INSIDE: &[(&str, Option<&str>)] = &[
    ("PluginSettings.Plugins", None),
    ("SqlSettings.ReplicaLagSettings", Some("DataSource")),
];

pub(crate) fn is_secret(path: &str) -> bool {
    let inside = INSIDE.iter().any(|(known, _)| {
        path.strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    });
    inside || ALWAYS.contains(&path) || WHEN_SET.contains(&path)
}

/// A value for a message: short, and hidden if it is a secret.
pub(crate) fn shown(path: &str, value: &Value) -> String {
    if is_secret(path) {
        return "(hidden)".to_owned();
    }
    let text = value.to_string();
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// The document with its secrets masked.
pub(crate) fn mask(mut document: Value) -> Value {
    for path in ALWAYS {
        if tree::get(&document, path).is_some() {
            tree::set(&mut document, path, Value::from(FAKE_SETTING));
        }
    }
    for path in WHEN_SET {
        match tree::get(&document, path) {
            Some(Value::String(text)) if !text.is_empty() => {
                tree::set(&mut document, path, Value::from(FAKE_SETTING))
            }
            Some(Value::Array(items)) => {
                let masked = vec![Value::from(FAKE_SETTING); items.len()];
                tree::set(&mut document, path, Value::Array(masked));
            }
            _ => {}
        }
    }
    for (path, name) in INSIDE {
        if let Some(mut value) = tree::get(&document, path).cloned() {
            hide(&mut value, *name, name.is_none());
            tree::set(&mut document, path, value);
        }
    }
    document
}

/// Masks the texts under `name`, or this value's own where it is one of those.
fn hide(value: &mut Value, name: Option<&str>, secret: bool) {
    match value {
        Value::String(text) if secret && !text.is_empty() => FAKE_SETTING.clone_into(text),
        Value::Array(items) => {
            for item in items {
                hide(item, name, secret);
            }
        }
        Value::Object(members) => {
            for (key, member) in members.iter_mut() {
                hide(member, name, secret || name == Some(key));
            }
        }
        _ => {}
    }
}

/// Puts what is known where a mask came back; a mask of nothing known becomes nothing.
fn reveal(given: &mut Value, known: Option<&Value>) {
    match given {
        Value::String(text) if text == FAKE_SETTING => {
            *given = known.cloned().unwrap_or_else(|| Value::from(""));
        }
        Value::Array(items) => {
            for (i, item) in items.iter_mut().enumerate() {
                reveal(item, known.and_then(|known| known.get(i)));
            }
        }
        Value::Object(members) => {
            for (key, member) in members.iter_mut() {
                reveal(member, known.and_then(|known| known.get(key)));
            }
        }
        _ => {}
    }
}

/// Replaces masks that came back by the current secrets.
pub(crate) fn unmask(document: &mut Value, current: &Value) {
    for path in ALWAYS.iter().chain(WHEN_SET) {
        let (Some(given), Some(known)) = (tree::get(document, path), tree::get(current, path))
        else {
            continue;
        };
        match (given, known) {
            (Value::String(text), _) if text == FAKE_SETTING => {
                tree::set(document, path, known.clone())
            }
            (Value::Array(items), Value::Array(old))
                if items.iter().any(|item| item == FAKE_SETTING) =>
            {
                let kept = |(i, item): (usize, &Value)| match old.get(i) {
                    Some(old) if item == FAKE_SETTING => old.clone(),
                    _ => item.clone(),
                };
                let items = items.iter().enumerate().map(kept).collect();
                tree::set(document, path, Value::Array(items));
            }
            _ => {}
        }
    }
    for (path, _) in INSIDE {
        if let Some(mut value) = tree::get(document, path).cloned() {
            reveal(&mut value, tree::get(current, path));
            tree::set(document, path, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::defaults;
    use serde_json::json;

    #[test]
    fn secrets_exist() {
        for path in ALWAYS.iter().chain(WHEN_SET) {
            assert!(
                tree::get(defaults::document(), path).is_some(),
                "{path} is no setting"
            );
        }
    }

    #[test]
    fn masks_go_out_and_come_back() {
        let mut secret = defaults::document().clone();
        tree::patch(
            &mut secret,
            &json!({
                "EmailSettings": {"SMTPPassword": "x"},
                "SqlSettings": {
                    "DataSourceReplicas": ["a", "b"],
                    "ReplicaLagSettings": [{"DataSource": "hush", "QueryTimeLag": "select 1"}]
                },
                "PluginSettings": {"Plugins": {"jira": {"secret": "hush", "on": true, "deep": [{"key": "hush"}]}}}
            }),
            defaults::document(),
        );
        let mut out = mask(secret.clone());
        assert_eq!(out["EmailSettings"]["SMTPPassword"], FAKE_SETTING);
        assert_eq!(out["LdapSettings"]["BindPassword"], "");
        assert_eq!(out["ServiceSettings"]["SplitKey"], FAKE_SETTING);
        assert!(!out.to_string().contains("rustchat.db") && !out.to_string().contains("hush"));
        let lag = &out["SqlSettings"]["ReplicaLagSettings"][0];
        assert_eq!(lag["QueryTimeLag"], "select 1");
        assert_eq!(out["PluginSettings"]["Plugins"]["jira"]["on"], true);
        unmask(&mut out, &secret);
        assert_eq!(out, secret);
    }
}
