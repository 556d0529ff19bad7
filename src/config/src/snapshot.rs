//! One immutable state of all settings: the document, the variables over it, the typed view.

use crate::{
    access::{self, AccessTags},
    defaults,
    env::{self, Variables},
    error::Problem,
    masks,
    settings::Settings,
    tree, validate,
};
use serde_json::{Map, Value};
use std::ops::Deref;

/// The section that only rustchat has: it names places on the server's machine, so it is neither shown to Mattermost's
/// clients nor changed by them.
const OWN_SECTION: &str = "RustchatSettings";

/// A snapshot of the settings. Dereferences to the typed `Settings`.
#[derive(Clone, Debug)]
pub struct Config {
    /// What the file holds: unknown keys included, variables not.
    file: Value,
    /// What counts: known settings only, variables included.
    values: Value,
    /// The settings that variables set.
    overridden: Vec<String>,
    settings: Settings,
}

impl Deref for Config {
    type Target = Settings;

    fn deref(&self) -> &Settings {
        &self.settings
    }
}

impl Config {
    /// Completes a document with defaults and secrets, lays the variables over it and checks the result.
    pub(crate) fn build(mut file: Value, variables: &Variables) -> Result<Self, Vec<Problem>> {
        if !file.is_object() {
            file = Value::Object(Map::new());
        }
        let overrides = env::overrides(variables)?;
        let given = overrides
            .iter()
            .find(|(path, _)| path == "ServiceSettings.SiteURL")
            .map(|(_, value)| value);
        let site_url = given
            .or_else(|| tree::get(&file, "ServiceSettings.SiteURL"))
            .and_then(Value::as_str);
        let base = defaults::for_site(site_url.unwrap_or_default());
        tree::fill(&mut file, &base);
        defaults::generate_secrets(&mut file);

        let mut values = tree::project(&file, defaults::document())?;
        let mut overridden = Vec::with_capacity(overrides.len());
        for (path, value) in overrides {
            tree::set(&mut values, &path, value);
            overridden.push(path);
        }
        let settings = Settings::read(&values);
        let mut problems = validate::check(&values, &settings);
        for problem in &mut problems {
            problem.variable = overridden
                .contains(&problem.setting)
                .then(|| env::variable(&problem.setting));
        }
        if problems.is_empty() {
            Ok(Self {
                file,
                values,
                overridden,
                settings,
            })
        } else {
            Err(problems)
        }
    }

    /// What belongs into the file.
    pub(crate) fn file(&self) -> &Value {
        &self.file
    }

    /// The effective value of `Section.Name`.
    pub fn get(&self, path: &str) -> Option<&Value> {
        tree::get(&self.values, path)
    }

    /// A feature flag; unknown ones are off.
    pub fn feature(&self, name: &str) -> bool {
        self.values["FeatureFlags"][name]
            .as_bool()
            .unwrap_or_default()
    }

    /// Every setting, secrets included. Only for the local administrator.
    pub fn document(&self) -> &Value {
        &self.values
    }

    /// Every setting Mattermost has, secrets masked: what `GET /config` shows a system administrator.
    pub fn sanitized(&self) -> Value {
        self.visible(|_, _| true)
    }

    /// As `sanitized`, with only the settings `may_read` agrees to, given the path and its access tags.
    pub fn visible(&self, mut may_read: impl FnMut(&str, AccessTags) -> bool) -> Value {
        let mut out = masks::mask(self.values.clone());
        if let Value::Object(sections) = &mut out {
            sections.shift_remove(OWN_SECTION);
            sections.sort_keys();
            for (name, section) in sections.iter_mut() {
                let Value::Object(settings) = section else {
                    continue;
                };
                settings.retain(|setting, _| {
                    let path = tree::join(name, setting);
                    may_read(&path, access::access_tags(&path))
                });
                settings.sort_keys();
            }
            sections.retain(|_, section| {
                section
                    .as_object()
                    .is_none_or(|settings| !settings.is_empty())
            });
        }
        out
    }

    /// The section that a document of settings has in a form no settings have, if there is one.
    pub fn unreadable_section(given: &Value) -> Option<&'static str> {
        let known = defaults::document().as_object();
        known
            .into_iter()
            .flatten()
            .find(|(name, _)| !(given[name.as_str()].is_null() || given[name.as_str()].is_object()))
            .map(|(name, _)| name.as_str())
    }

    /// The part of `patch` that `may_write` agrees to, given each setting's path and access tags. Unknown settings and those
    /// of the own section go.
    pub fn permitted(patch: &Value, mut may_write: impl FnMut(&str, AccessTags) -> bool) -> Value {
        let mut out = Value::Object(Map::new());
        tree::each(defaults::document(), &mut |path, _, _| {
            let Some(value) = tree::get(patch, path) else {
                return;
            };
            if path.starts_with(OWN_SECTION) {
                return;
            }
            // tags stand at the setting, which may hold settings of its own
            let mut names = path.splitn(3, '.');
            let (section, name) = (
                names.next().unwrap_or_default(),
                names.next().unwrap_or_default(),
            );
            let setting = tree::join(section, name);
            let known = [path, &setting]
                .into_iter()
                .find(|path| !access::access_tags(path).words().is_empty());
            if may_write(path, access::access_tags(known.unwrap_or(path))) {
                tree::set(&mut out, path, value.clone());
            }
        });
        out
    }

    /// The masked document with the own section too, for `rustchat config show`.
    pub fn shown(&self) -> Value {
        masks::mask(self.values.clone())
    }

    /// The settings that variables set, as `{Section: {Name: true}}`.
    pub fn environment(&self) -> Value {
        let mut out = Value::Object(Map::new());
        for path in self
            .overridden
            .iter()
            .filter(|path| !path.starts_with(OWN_SECTION))
        {
            tree::set(&mut out, path, Value::Bool(true));
        }
        out
    }

    /// True if a variable sets this setting, so that no update changes it.
    pub fn is_overridden(&self, path: &str) -> bool {
        self.overridden.iter().any(|known| known == path)
    }

    /// The file's document after `patch`: masks mean the old secret, settings under variables stay as the file has them.
    pub(crate) fn patched(&self, patch: &Value) -> Value {
        let mut patch = patch.clone();
        masks::unmask(&mut patch, &self.values);
        self.without_overridden(&mut patch);
        let mut file = self.file.clone();
        tree::patch(&mut file, &patch, defaults::document());
        file
    }

    /// The file's document when `whole` replaces it: what is left out falls back to its default, but for unknown keys and the own section.
    pub(crate) fn replaced(&self, whole: &Value) -> Value {
        let mut whole = whole.clone();
        masks::unmask(&mut whole, &self.values);
        let mut file = self.file.clone();
        let fresh = defaults::for_site(
            whole["ServiceSettings"]["SiteURL"]
                .as_str()
                .unwrap_or_default(),
        );
        let mut base = fresh;
        tree::patch(&mut base, &whole, defaults::document());
        if let (Value::Object(base), Some(own)) = (&mut base, self.file.get(OWN_SECTION)) {
            base.insert(OWN_SECTION.to_owned(), own.clone());
        }
        for path in &self.overridden {
            if let Some(kept) = tree::get(&self.file, path) {
                tree::set(&mut base, path, kept.clone());
            }
        }
        tree::patch(&mut file, &base, defaults::document());
        file
    }

    /// Gives each overridden setting in `patch` the value the file has.
    fn without_overridden(&self, patch: &mut Value) {
        for path in &self.overridden {
            if tree::get(patch, path).is_some()
                && let Some(kept) = tree::get(&self.file, path)
            {
                tree::set(patch, path, kept.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn delegated_administrators_see_and_change_their_areas() {
        let config = Config::build(json!({}), &Variables::new()).unwrap();
        let seen = config.visible(|_, tags| tags.areas().any(|area| area == "site_emoji"));
        assert_eq!(seen["ServiceSettings"]["EnableCustomEmoji"], true);
        assert!(
            seen["ServiceSettings"].get("SiteURL").is_none() && seen.get("TeamSettings").is_none()
        );
        let patch =
            json!({"ServiceSettings": {"EnableCustomEmoji": false, "SiteURL": "x", "Nonsense": 1}});
        let kept = Config::permitted(&patch, |_, tags| {
            tags.areas().any(|area| area == "site_emoji")
        });
        assert_eq!(
            kept,
            json!({"ServiceSettings": {"EnableCustomEmoji": false}})
        );
    }

    #[test]
    fn nobody_changes_the_own_section_from_afar() {
        let config = Config::build(json!({}), &Variables::new()).unwrap();
        let wish = json!({"RustchatSettings": {"ClientDirectory": "/etc"}, "TeamSettings": {"SiteName": "X"}});
        let permitted = Config::permitted(&wish, |_, _| true);
        assert_eq!(permitted, json!({"TeamSettings": {"SiteName": "X"}}));
        let replaced = config.replaced(&wish);
        assert_eq!(replaced["RustchatSettings"]["ClientDirectory"], "");
        assert_eq!(replaced["TeamSettings"]["SiteName"], "X");
    }
}
