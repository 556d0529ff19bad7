//! What clients are told about the settings: `GET /config/client` and `GET /license/client` of a server without a licence.
//! Which keys there are, to whom, and where each value comes from, is the table `spec/facts/client_config.tsv`.

use crate::{COMPATIBLE_VERSION, snapshot::Config};
use serde_json::Value;
use std::{collections::BTreeMap, sync::LazyLock};

/// What the projection needs and the settings do not know.
#[derive(Clone, Debug, Default)]
pub struct ClientFacts {
    /// The installation's id (`systems.DiagnosticId`).
    pub diagnostic_id: String,
    /// Base64 DER of the installation's public signing key.
    pub signing_key: String,
    /// When the server was first started, in milliseconds; 0 if not known.
    pub installation_date: i64,
    /// True until somebody has an account.
    pub no_accounts: bool,
    /// The last migration; left out when 0.
    pub schema_version: i64,
    /// The longest message in characters.
    pub max_post_size: i64,
    pub build_hash: String,
    pub build_date: String,
}

enum Source {
    Setting(&'static str),
    Constant(&'static str),
    Computed,
    /// Only those signed in are told.
    FullOnly(&'static str),
}

struct Row {
    key: &'static str,
    limited: bool,
    source: Source,
}

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let text = include_str!("../../../spec/facts/client_config.tsv");
    text.lines().skip(1).filter_map(row).collect()
});

fn row(line: &'static str) -> Option<Row> {
    let mut columns = line.split('\t');
    let (key, scope, kind, source) = (
        columns.next()?,
        columns.next()?,
        columns.next()?,
        columns.next()?,
    );
    let source = match kind {
        "setting" => Source::Setting(source),
        "constant" => Source::Constant(source),
        "cws" => Source::FullOnly(source),
        _ => Source::Computed,
    };
    Some(Row {
        key,
        limited: scope == "limited",
        source,
    })
}

/// The configuration for clients: all of it with a session, a part without.
pub fn client_config(
    config: &Config,
    facts: &ClientFacts,
    full: bool,
) -> BTreeMap<&'static str, String> {
    let rows = TABLE.iter().filter(|row| full || row.limited);
    let value = |row: &Row| match row.source {
        Source::Setting(path) => Some(text(config.get(path))),
        Source::Constant(text) => Some(text.to_owned()),
        Source::FullOnly(path) if full => Some(text(config.get(path))),
        Source::FullOnly(_) => Some(String::new()),
        Source::Computed => computed(row.key, config, facts),
    };
    rows.filter_map(|row| Some((row.key, value(row)?)))
        .collect()
}

/// The licence for clients of a server without one.
pub fn client_licence() -> BTreeMap<&'static str, String> {
    [("IsLicensed", "false".to_owned())].into()
}

/// A setting as clients get it: everything is a text, lists are joined by commas.
fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(","),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

fn computed(key: &str, config: &Config, facts: &ClientFacts) -> Option<String> {
    let number = |value: i64| {
        if value == 0 {
            String::new()
        } else {
            value.to_string()
        }
    };
    Some(match key {
        "AsymmetricSigningPublicKey" => facts.signing_key.clone(),
        "BuildDate" => facts.build_date.clone(),
        "BuildHash" => facts.build_hash.clone(),
        "BuildHashEnterprise" => "none".to_owned(),
        "BuildEnterpriseReady" | "IsFipsEnabled" | "UpgradedFromTE" => "false".to_owned(),
        "BuildNumber" | "Version" => COMPATIBLE_VERSION.to_owned(),
        "CWSMock" => text(config.get("CloudSettings.CWSMock")),
        "DiagnosticId" | "TelemetryId" => facts.diagnostic_id.clone(),
        "InstallationDate" => number(facts.installation_date),
        "MaxPostSize" => facts.max_post_size.to_string(),
        "NoAccounts" => facts.no_accounts.to_string(),
        "SchemaVersion" if facts.schema_version == 0 => return None,
        "SchemaVersion" => facts.schema_version.to_string(),
        "ServiceEnvironment" => "production".to_owned(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ConfigHandle;
    use serde_json::json;

    fn project(full: bool) -> BTreeMap<&'static str, String> {
        let config = ConfigHandle::memory(
            &json!({"DisplaySettings": {"CustomURLSchemes": ["git", "smtp"]}}),
        )
        .unwrap();
        let facts = ClientFacts {
            max_post_size: 16383,
            schema_version: 159,
            ..ClientFacts::default()
        };
        client_config(&config.get(), &facts, full)
    }

    #[test]
    fn every_row_has_a_value() {
        assert_eq!(TABLE.len(), 255);
        assert_eq!(project(true).len(), 255);
        let config = ConfigHandle::memory(&json!({})).unwrap().get();
        for row in TABLE.iter() {
            if let Source::Setting(path) | Source::FullOnly(path) = row.source {
                assert!(config.get(path).is_some(), "{} reads {path}", row.key);
            }
        }
    }

    #[test]
    fn values_are_texts() {
        let full = project(true);
        assert_eq!(full["CustomUrlSchemes"], "git,smtp");
        assert_eq!(full["MaxPostSize"], "16383");
        assert_eq!(full["EnableCommands"], "true");
        assert_eq!(full["Version"], "11.6.0");
        assert_eq!(full["CWSURL"], "https://customers.mattermost.com");
    }

    #[test]
    fn without_a_session_less_is_told() {
        let limited = project(false);
        assert_eq!(limited["CWSURL"], "");
        assert_eq!(limited["SiteName"], "Mattermost");
        assert!(!limited.contains_key("EnableCommands"));
    }
}
