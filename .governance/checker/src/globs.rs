//! A list of path patterns: `*` stays within a folder, `**` does not. Paths are relative to the repository's root.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use serde::{Deserialize, Deserializer, de::Error};

#[derive(Clone, Debug, Default)]
pub struct Globs {
    pub patterns: Vec<String>,
    set: GlobSet,
}

impl Globs {
    pub fn new(patterns: Vec<String>) -> Result<Globs, globset::Error> {
        let mut set = GlobSetBuilder::new();
        for pattern in &patterns {
            set.add(one(pattern)?);
        }
        Ok(Globs {
            set: set.build()?,
            patterns,
        })
    }

    pub fn has(&self, path: &str) -> bool {
        self.set.is_match(path)
    }

    /// The pattern that fits, the last if several do.
    pub fn which(&self, path: &str) -> Option<&str> {
        let last = self.set.matches(path).into_iter().max();
        last.and_then(|i| self.patterns.get(i)).map(String::as_str)
    }
}

pub fn one(pattern: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(pattern).literal_separator(true).build()
}

impl<'de> Deserialize<'de> for Globs {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Globs, D::Error> {
        Globs::new(Vec::deserialize(input)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_folders() {
        let globs =
            Globs::new(vec!["src/*.rs".into(), "docs/**".into(), "**/*.md".into()]).unwrap();
        assert!(globs.has("src/main.rs") && !globs.has("src/a/b.rs"));
        assert!(globs.has("docs/a/b.txt") && globs.has("README.md") && globs.has("a/.b/c.md"));
        assert_eq!(globs.which("docs/x.md"), Some("**/*.md"));
        assert_eq!(globs.which("build.rs"), None);
    }
}
