//! `spec/overlay/<tag>.yaml`: what the published document gets wrong or leaves out, each entry with its reason.
use crate::problems::Problems;
use anyhow::Context;
use indexmap::IndexMap;
use serde::Deserialize;
use std::path::Path;

/// One correction, keyed by operation id, or by `METHOD /path` where ids are missing or doubled.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Entry {
    pub reason: Option<String>,
    /// An operation the document lacks: `METHOD /path`.
    pub add: Option<String>,
    /// The operation does not exist.
    pub remove: bool,
    /// Another operation id.
    pub id: Option<String>,
    /// The path as the server names its parameters.
    pub path: Option<String>,
    /// The status of success.
    pub status: Option<u16>,
    /// A Go type, `raw`, `none`.
    pub body: Option<String>,
    /// Whatever cannot be read counts as an empty map.
    pub lenient: Option<bool>,
    /// The access rule is evaluated before the body is read.
    pub body_after_access: Option<bool>,
    /// A body that is `null` counts as one that cannot be read.
    pub refuse_null: Option<bool>,
    /// What a body that cannot be read is answered with: `<status> <error id>`.
    pub bad_body: Option<String>,
    /// Most bytes a body may have.
    pub limit: Option<u64>,
    /// A Go type, `ok`, `raw`, `empty`.
    pub response: Option<String>,
    /// name: text, texts, flag, int, any_flag, any_int; `drop` removes.
    pub query: IndexMap<String, String>,
    /// Path parameters that may be anything, though their name says id.
    pub unchecked: Vec<String>,
    /// Which wrapper the original uses, where routes.tsv does not list the route.
    pub wrapper: Option<String>,
    #[serde(skip)]
    pub file: String,
    #[serde(skip)]
    pub tag: String,
}

/// Schemas of the document and the models they mean.
pub const SCHEMAS: &str = "schemas";
/// Corrections of the models.
pub const MODELS: &str = "models";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Alias {
    is: String,
    reason: Option<String>,
}

/// All corrections of operations.
pub fn load(spec: &Path, problems: &mut Problems) -> anyhow::Result<IndexMap<String, Entry>> {
    let mut out: IndexMap<String, Entry> = IndexMap::new();
    for (tag, text) in super::load::yaml_files(&spec.join("overlay"))? {
        if tag == SCHEMAS || tag == MODELS {
            continue;
        }
        let file = format!("spec/overlay/{tag}.yaml");
        let raw: IndexMap<String, Entry> =
            serde_yaml_ng::from_str(&text).with_context(|| file.clone())?;
        for (key, mut entry) in raw {
            entry.file.clone_from(&file);
            entry.tag.clone_from(&tag);
            if entry.reason.as_deref().unwrap_or("").trim().is_empty() {
                problems.add(
                    &file,
                    &key,
                    "has no reason; say what shows that the document is wrong",
                );
            }
            if let Some(other) = out.insert(key.clone(), entry) {
                problems.add(
                    &file,
                    &key,
                    format!("is corrected in {} too; merge the entries", other.file),
                );
            }
        }
    }
    Ok(out)
}

/// Schema name → Go type.
pub fn schemas(spec: &Path, problems: &mut Problems) -> anyhow::Result<IndexMap<String, String>> {
    let file = "spec/overlay/schemas.yaml";
    let text = std::fs::read_to_string(spec.join("overlay/schemas.yaml")).context(file)?;
    let raw: IndexMap<String, Alias> = serde_yaml_ng::from_str(&text).context(file)?;
    let mut out = IndexMap::new();
    for (name, alias) in raw {
        if alias.reason.as_deref().unwrap_or("").trim().is_empty() {
            problems.add(file, &name, "has no reason; say what the schema means");
        }
        out.insert(name, alias.is);
    }
    Ok(out)
}
