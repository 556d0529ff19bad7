//! Which areas of the system console a setting belongs to, so that delegated administrators see and change only theirs.
//! The words are facts in `spec/facts/config_access_tags.json`; what a role may do with them is decided in the domain.

use serde_json::Value;
use std::{collections::HashMap, sync::LazyLock};

use crate::tree;

static TAGS: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
    // part of the program and read by tests
    let facts: Value =
        serde_json::from_str(include_str!("../../../spec/facts/config_access_tags.json"))
            .unwrap_or_default();
    let mut out = HashMap::new();
    tree::each(&facts, &mut |path, value, _| {
        let words = value
            .as_str()
            .unwrap_or_default()
            .split(',')
            .filter(|word| !word.is_empty());
        out.insert(path.to_owned(), words.map(str::to_owned).collect());
    });
    out
});

/// The areas of one setting and its restrictions.
#[derive(Clone, Copy, Debug)]
pub struct AccessTags(&'static [String]);

impl AccessTags {
    pub fn words(self) -> &'static [String] {
        self.0
    }

    /// The console areas: `sysconsole_read_<area>` and `sysconsole_write_<area>` give access.
    pub fn areas(self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(String::as_str).filter(|word| {
            !matches!(
                *word,
                "write_restrictable" | "cloud_restrictable" | "*_read"
            )
        })
    }

    fn has(self, word: &str) -> bool {
        self.0.iter().any(|known| known == word)
    }

    /// True for settings that `ExperimentalSettings.RestrictSystemAdmin` keeps even system administrators from changing.
    pub fn write_restrictable(self) -> bool {
        self.has("write_restrictable")
    }

    /// True for settings that every reader of the console sees.
    pub fn any_reader(self) -> bool {
        self.has("*_read")
    }
}

/// The tags of `Section.Name`; none for an unknown setting.
pub fn access_tags(path: &str) -> AccessTags {
    AccessTags(TAGS.get(path).map_or(&[], Vec::as_slice))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_of_a_setting() {
        let tags = access_tags("ServiceSettings.SiteURL");
        assert_eq!(
            tags.areas().collect::<Vec<_>>(),
            ["environment_web_server", "authentication_saml"]
        );
        assert!(tags.write_restrictable());
        assert!(access_tags("Nothing.Here").words().is_empty());
    }
}
