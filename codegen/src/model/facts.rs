//! Reads `models.json`, `models_untagged.json`, `enums.json` and the model overlay into one table. Emits nothing.
use crate::problems::Problems;
use anyhow::Context;
use indexmap::IndexMap;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const OVERLAY: &str = "spec/overlay/models.yaml";

/// One field of a Go struct as it goes over the wire.
#[derive(Clone, Debug, Deserialize)]
pub struct Field {
    #[serde(default)]
    pub field: String,
    #[serde(rename = "type")]
    pub go: String,
    #[serde(default)]
    pub json: Option<String>,
    #[serde(default)]
    pub omitempty: bool,
    #[serde(default)]
    pub skipped: bool,
    #[serde(default)]
    pub embedded: bool,
}

#[derive(Clone, Debug, Deserialize)]
struct RawModel {
    fields: Vec<Field>,
}

/// A named Go type with its constants.
#[derive(Clone, Debug, Deserialize)]
pub struct NamedType {
    pub base: String,
    pub values: IndexMap<String, serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct Enums {
    named_types: IndexMap<String, NamedType>,
    collection_types: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OverlayEntry {
    model: String,
    reason: Option<String>,
    #[serde(default)]
    skip: bool,
    #[serde(default)]
    untagged: bool,
    #[serde(default)]
    create: bool,
    #[serde(default)]
    fields: IndexMap<String, String>,
}

/// Everything the generator knows about types.
#[derive(Debug, Default)]
pub struct Models {
    pub structs: IndexMap<String, Vec<Field>>,
    pub named: IndexMap<String, NamedType>,
    pub collections: BTreeMap<String, String>,
}

impl Models {
    /// Reads the facts below `spec`.
    pub fn load(spec: &Path, problems: &mut Problems) -> anyhow::Result<Self> {
        let tagged: IndexMap<String, RawModel> = json(&spec.join("facts/models.json"))?;
        let untagged: IndexMap<String, serde_json::Value> =
            json(&spec.join("facts/models_untagged.json"))?;
        let enums: Enums = json(&spec.join("facts/enums.json"))?;
        let text = std::fs::read_to_string(spec.join("overlay/models.yaml")).context(OVERLAY)?;
        let overlay: Vec<OverlayEntry> = serde_yaml_ng::from_str(&text).context(OVERLAY)?;
        let mut models = Models {
            structs: tagged
                .into_iter()
                .map(|(name, raw)| (name, raw.fields))
                .collect(),
            named: enums.named_types,
            collections: enums.collection_types,
        };
        models
            .structs
            .retain(|name, _| name.starts_with(|c: char| c.is_ascii_uppercase()));
        let mut seen = BTreeSet::new();
        for entry in overlay {
            if !seen.insert(entry.model.clone()) {
                problems.add(OVERLAY, &entry.model, "listed twice; merge the entries");
            }
            models.apply(entry, &untagged, problems);
        }
        for fields in models.structs.values_mut() {
            fields.retain(|f| !f.skipped);
        }
        Ok(models)
    }

    fn apply(
        &mut self,
        entry: OverlayEntry,
        untagged: &IndexMap<String, serde_json::Value>,
        problems: &mut Problems,
    ) {
        let name = entry.model.clone();
        if entry.reason.as_deref().unwrap_or("").trim().is_empty() {
            problems.add(
                OVERLAY,
                &name,
                "has no reason; say why the facts are wrong or not enough",
            );
        }
        if entry.skip {
            if self.structs.shift_remove(&name).is_none() {
                problems.add(
                    OVERLAY,
                    &name,
                    "skips a model that does not exist; remove the entry",
                );
            }
            return;
        }
        if entry.untagged {
            let raw = untagged
                .get(&name)
                .cloned()
                .and_then(|v| serde_json::from_value::<RawModel>(v).ok());
            match raw {
                Some(raw) => {
                    let fields = raw.fields.into_iter().map(|f| Field {
                        json: Some(f.field.clone()),
                        ..f
                    });
                    self.structs.insert(name.clone(), fields.collect());
                }
                None => problems.add(
                    OVERLAY,
                    &name,
                    "is not in models_untagged.json; check the name",
                ),
            }
        } else if entry.create && self.structs.insert(name.clone(), Vec::new()).is_some() {
            problems.add(
                OVERLAY,
                &name,
                "exists already; drop `create: true` to change its fields",
            );
        }
        let Some(fields) = self.structs.get_mut(&name) else {
            problems.add(
                OVERLAY,
                &name,
                "unknown model; add `create: true` or check the name",
            );
            return;
        };
        for (wire, go) in &entry.fields {
            if !set_field(fields, wire, go) {
                problems.add(
                    OVERLAY,
                    &format!("{name}.{wire}"),
                    "changes nothing; remove it",
                );
            }
        }
    }

    /// The struct or open enum called `name`, if the facts have one.
    pub fn is_string_enum(&self, name: &str) -> bool {
        self.named.get(name).is_some_and(|n| n.base == "string")
    }
}

/// Adds, changes or drops one field; false when it was so already.
fn set_field(fields: &mut Vec<Field>, wire: &str, go: &str) -> bool {
    let (go, omitempty) = match go.strip_suffix(",omitempty") {
        Some(rest) => (rest, true),
        None => (go, false),
    };
    let at = fields
        .iter()
        .position(|f| !f.skipped && f.json.as_deref() == Some(wire));
    if go == "drop" {
        return at.map(|i| fields.remove(i)).is_some();
    }
    let embedded = wire.is_empty();
    let field = Field {
        field: if embedded {
            go.trim_start_matches('*').to_owned()
        } else {
            wire.to_owned()
        },
        go: go.to_owned(),
        json: (!embedded).then(|| wire.to_owned()),
        omitempty,
        skipped: false,
        embedded,
    };
    match at {
        Some(i) if fields[i].go == go && fields[i].omitempty == omitempty => false,
        Some(i) => {
            fields[i] = field;
            true
        }
        None => {
            fields.push(field);
            true
        }
    }
}

fn json<T: serde::de::DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}
