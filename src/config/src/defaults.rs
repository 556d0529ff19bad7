//! What a setting is when nobody has set it. The values are facts in `spec/facts/config_defaults.json`.

use rustchat_core::ids;
use serde_json::{Value, json};
use std::sync::LazyLock;

use crate::tree;

// The file is part of the program and read by tests.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../spec/facts/config_defaults.json"))
        .unwrap_or_default()
});

/// The defaults of a fresh installation; its shape says which settings exist and of which type.
pub(crate) fn document() -> &'static Value {
    &DOCUMENT
}

/// Where the site address is known before the other settings, the original takes the server for one that has been in use
/// and keeps old habits: longer sessions, and what was on before it became a choice.
pub(crate) fn for_site(site_url: &str) -> Value {
    let mut out = DOCUMENT.clone();
    if site_url.is_empty() {
        return out;
    }
    let habits = json!({
        "EmailSettings": { "PushNotificationServer": "" },
        "ServiceSettings": {
            "EnableEmailInvitations": true,
            "EnableLatex": true,
            "EnableSVGs": true,
            "ExtendSessionLengthWithActivity": false,
            "SessionLengthMobileInDays": 180,
            "SessionLengthMobileInHours": 4320,
            "SessionLengthWebInDays": 180,
            "SessionLengthWebInHours": 4320,
            "TerminateSessionsOnPasswordChange": false,
        },
    });
    tree::patch(&mut out, &habits, &DOCUMENT);
    out
}

/// Secrets made per installation when they are empty.
const GENERATED: &[&str] = &[
    "FileSettings.PublicLinkSalt",
    "SqlSettings.AtRestEncryptKey",
];

/// Makes the missing secrets; true if there were any.
pub(crate) fn generate_secrets(document: &mut Value) -> bool {
    let mut made = false;
    for path in GENERATED {
        let empty =
            tree::get(document, path).is_none_or(|value| value.as_str().is_none_or(str::is_empty));
        if empty {
            tree::set(document, path, Value::String(ids::new_secret(32)));
            made = true;
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_are_read_and_whole() {
        assert_eq!(DOCUMENT["ServiceSettings"]["ListenAddress"], ":8065");
        assert_eq!(DOCUMENT.as_object().unwrap().len(), 47);
        tree::each(&DOCUMENT, &mut |path, value, _| {
            assert!(!value.is_null(), "{path} has no default")
        });
    }

    #[test]
    fn a_known_address_means_old_habits() {
        assert_eq!(
            for_site("")["ServiceSettings"]["SessionLengthWebInDays"],
            30
        );
        assert_eq!(
            for_site("https://x.example")["ServiceSettings"]["SessionLengthWebInDays"],
            180
        );
    }
}
