//! Joins the document, the overlays, the facts, access and scope into operations. Every mismatch is a problem with a cure.
use super::facts::{self, Facts};
use super::join::join;
use super::overlay::{self, Entry};
use super::payload::{Body, Types};
use super::{Access, Op, Source, Spec, access, scope};
use crate::model::Models;
use crate::problems::Problems;
use anyhow::Context;
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

pub const DOCUMENT: &str = "spec/openapi.yaml";

/// Name without extension and text of every YAML file in a folder, sorted.
pub fn yaml_files(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "yaml") {
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            out.push((
                name,
                std::fs::read_to_string(&path).with_context(|| path.display().to_string())?,
            ));
        }
    }
    out.sort();
    Ok(out)
}

/// One operation before its types are known.
pub struct Draft {
    pub id: String,
    pub method: String,
    pub path: String,
    pub published: Value,
    pub entry: Entry,
}

/// Reads and joins everything.
pub fn load(spec: &Path, models: Models, problems: &mut Problems) -> anyhow::Result<Spec> {
    let text = std::fs::read_to_string(spec.join("openapi.yaml")).context(DOCUMENT)?;
    let document: Value = serde_yaml_ng::from_str(&text).context(DOCUMENT)?;
    let overlay = overlay::load(spec, problems)?;
    let aliases = overlay::schemas(spec, problems)?;
    let facts = facts::load(spec)?;
    let mut scopes = scope::load(spec, problems)?;
    let mut rules = access::load(spec, problems)?;
    let empty = Value::Null;
    let schemas = document.pointer("/components/schemas").unwrap_or(&empty);
    let types = Types {
        models: &models,
        aliases: &aliases,
        schemas,
    };
    let mut ops = Vec::new();
    for draft in drafts(&document, overlay, problems) {
        let Some((tag, scope)) = scopes.remove(&draft.id) else {
            problems.add(
                scope::FILE,
                &draft.id,
                "is missing; add a line with its scope under its tag",
            );
            continue;
        };
        let Some(rule) = rules.remove(&draft.id) else {
            problems.add(
                &format!("spec/access/{tag}.yaml"),
                &draft.id,
                "has no access rule; add one",
            );
            continue;
        };
        if rule.tag != tag {
            problems.add(
                &rule.file,
                &draft.id,
                format!("belongs to `{tag}`; move it to spec/access/{tag}.yaml"),
            );
        }
        if !draft.entry.tag.is_empty() && draft.entry.tag != tag {
            problems.add(
                &draft.entry.file,
                &draft.id,
                format!("belongs to `{tag}`; move it to spec/overlay/{tag}.yaml"),
            );
        }
        let mut op = join(&draft, &facts, &types, problems);
        (op.tag, op.scope, op.access, op.refusal) = (tag, scope, rule.access, rule.refusal);
        check_rule(&op, &rule.file, &facts, problems);
        ops.push(op);
    }
    for id in scopes.keys() {
        problems.add(
            scope::FILE,
            id,
            "unknown operation; remove the line or check the id",
        );
    }
    for (id, rule) in &rules {
        problems.add(
            &rule.file,
            id,
            "unknown operation, or one without a scope; remove it or check the id",
        );
    }
    ops.sort_by(|a, b| (&a.tag, &a.id).cmp(&(&b.tag, &b.id)));
    Ok(Spec {
        ops,
        models,
        document,
    })
}

/// The operations of the document and of the overlay's additions.
fn drafts(
    document: &Value,
    mut overlay: IndexMap<String, Entry>,
    problems: &mut Problems,
) -> Vec<Draft> {
    let mut out = Vec::new();
    let mut used = BTreeSet::new();
    for (path, methods) in document
        .get("paths")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        for (method, published) in methods.as_object().into_iter().flatten() {
            let Some(id) = published.get("operationId").and_then(Value::as_str) else {
                continue;
            };
            let method = method.to_uppercase();
            let by_path = format!("{method} {path}");
            let entry = overlay
                .get(&by_path)
                .or_else(|| overlay.get(id))
                .cloned()
                .unwrap_or_default();
            used.insert(if overlay.contains_key(&by_path) {
                by_path
            } else {
                id.to_owned()
            });
            if entry.remove {
                continue;
            }
            out.push(Draft {
                id: entry.id.clone().unwrap_or_else(|| id.to_owned()),
                path: entry.path.clone().unwrap_or_else(|| path.clone()),
                method,
                published: published.clone(),
                entry,
            });
        }
    }
    overlay.retain(|key, _| !used.contains(key));
    for (id, entry) in overlay {
        let Some((method, path)) = entry.add.as_deref().and_then(|add| add.split_once(' ')) else {
            problems.add(
                &entry.file,
                &id,
                "unknown operation; check the id, or give `add: METHOD /path`",
            );
            continue;
        };
        out.push(Draft {
            id,
            method: method.to_owned(),
            path: path.to_owned(),
            published: Value::Object(serde_json::Map::new()),
            entry: entry.clone(),
        });
    }
    let mut ids = BTreeSet::new();
    for draft in &out {
        if !ids.insert(draft.id.clone()) {
            problems.add(
                DOCUMENT,
                &draft.id,
                "this id is used twice; rename one with an overlay entry `METHOD /path: {id: …}`",
            );
        }
    }
    out
}

fn check_rule(op: &Op, file: &str, facts: &Facts, problems: &mut Problems) {
    let decided_later = matches!(
        op.access,
        Access::Public | Access::Session | Access::InDomain(_)
    );
    if op.body_after_access && decided_later && !matches!(op.scope, scope::Scope::Licensed(_)) {
        problems.add(file, &op.id, "`body_after_access` has no effect with this rule; name an object or a permission, or remove it");
    }
    let (source, permissions) = match &op.access {
        Access::Nobody | Access::Public | Access::Session | Access::InDomain(_) => return,
        Access::System(p) => (None, p),
        Access::Team(s, p) | Access::Channel(s, p) | Access::Post(s, p) | Access::User(s, p) => {
            (Some(s), p)
        }
    };
    for permission in permissions
        .iter()
        .filter(|p| !facts.permissions.contains(*p))
    {
        problems.add(
            file,
            &op.id,
            format!("unknown permission {permission}; see spec/facts/permissions.json"),
        );
    }
    let known = |source: &Source| match source {
        Source::Path(name) => op.params.iter().any(|p| p.name == *name),
        Source::Query(name) => op.query.iter().any(|q| q.name == *name),
        Source::Body(_) => matches!(op.body, Body::Json { .. }),
    };
    if let Some(source) = source.filter(|source| !known(source)) {
        problems.add(
            file,
            &op.id,
            format!("{source} is not part of the request; name a parameter the operation has"),
        );
    }
}
