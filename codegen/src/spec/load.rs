//! Joins the document, the overlays, the facts, access and scope into operations. Every mismatch is a problem with a cure.
use super::facts::{self, Check, Class, Facts};
use super::overlay::{self, Entry};
use super::payload::{Body, Response, Types};
use super::{Access, Op, PathParam, QueryKind, QueryParam, Source, Spec, access, scope};
use crate::model::Models;
use crate::problems::Problems;
use anyhow::Context;
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const DOCUMENT: &str = "spec/openapi.yaml";

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
struct Draft {
    id: String,
    method: String,
    path: String,
    published: Value,
    entry: Entry,
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

fn join(draft: &Draft, facts: &Facts, types: &Types<'_>, problems: &mut Problems) -> Op {
    let key = (draft.method.clone(), draft.path.clone());
    let route = facts.routes.get(&key).or_else(|| syncable(facts, &key));
    let io = facts
        .io
        .get(&key)
        .or_else(|| facts.io.get(&(key.0.clone(), syncable_path(&key.1))));
    let entry = &draft.entry;
    let file = if entry.file.is_empty() {
        DOCUMENT
    } else {
        &entry.file
    };
    let wrapper_name = entry
        .wrapper
        .as_deref()
        .or(route.map(|r| r.wrapper.as_str()));
    let wrapper = wrapper_name.and_then(facts::wrapper).unwrap_or_else(|| {
        problems.add(
            file,
            &draft.id,
            "the server has no such route; remove the operation, or give `path` or `wrapper`",
        );
        super::Wrapper::default()
    });
    let (body, response, status) = payloads(draft, io, types, file, problems);
    let clients = facts.clients.get(&draft.id).or_else(|| {
        facts
            .clients
            .get(&format!("{} {}", draft.method, draft.path))
    });
    let mobile = facts.mobile.get(&draft.id).or_else(|| {
        facts
            .mobile
            .get(&format!("{} {}", draft.method, draft.path))
    });
    Op {
        id: draft.id.clone(),
        tag: String::new(),
        method: draft.method.clone(),
        path: draft.path.clone(),
        params: params(&draft.path, route, facts),
        query: query(draft, io, facts, file, problems),
        body,
        body_after_access: entry.body_after_access.unwrap_or(false),
        body_limit: entry.limit,
        response,
        status,
        access: Access::Session,
        refusal: None,
        scope: scope::Scope::Pending,
        wrapper,
        rate: route.and_then(|r| r.rate),
        files: route.is_some_and(|r| r.files),
        head: facts
            .routes
            .contains_key(&("HEAD".to_owned(), draft.path.clone()))
            && draft.method == "GET",
        clients: clients.cloned().unwrap_or_default(),
        mobile: mobile.copied().unwrap_or(0),
    }
}

/// The server has one route for group links of teams and of channels; the document has two.
fn syncable_path(path: &str) -> String {
    let path = path
        .replace("/{team_id}", "/{syncable_id}")
        .replace("/{channel_id}", "/{syncable_id}");
    path.replace("{group_id}/teams", "{group_id}/{syncable_type}")
        .replace("{group_id}/channels", "{group_id}/{syncable_type}")
}

fn syncable<'a>(facts: &'a Facts, key: &(String, String)) -> Option<&'a facts::Route> {
    facts.routes.get(&(key.0.clone(), syncable_path(&key.1)))
}

fn params(path: &str, route: Option<&facts::Route>, facts: &Facts) -> Vec<PathParam> {
    let checks = route.and_then(|r| facts.checks.get(&r.handler));
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| PathParam {
            name: name.to_owned(),
            class: route
                .and_then(|r| r.classes.get(name).copied())
                .unwrap_or(Class::Alnum),
            check: checks
                .and_then(|c| c.get(name).copied())
                .unwrap_or(Check::None),
        })
        .collect()
}

fn payloads(
    draft: &Draft,
    io: Option<&facts::Io>,
    types: &Types<'_>,
    file: &str,
    problems: &mut Problems,
) -> (Body, Response, u16) {
    let entry = &draft.entry;
    let mut body = io
        .and_then(|io| types.body_fact(&io.body))
        .unwrap_or_else(|| types.body_spec(&draft.published));
    let (mut status, mut response) = types.response_spec(&draft.published);
    if response == Response::Empty && io.is_some_and(|io| io.response == "status-OK object") {
        response = Response::Ok;
    }
    if let Some(word) = &entry.body {
        match types.body_word(word, entry.lenient.unwrap_or(false)) {
            Some(new) if new == body => problems.add(
                file,
                &draft.id,
                format!("`body: {word}` changes nothing; remove it"),
            ),
            Some(new) => body = new,
            None => problems.add(
                file,
                &draft.id,
                format!("`body: {word}` is an unknown model; check the name"),
            ),
        }
    } else if let (Some(want), Body::Json { lenient, .. }) = (entry.lenient, &mut body) {
        if *lenient == want {
            problems.add(
                file,
                &draft.id,
                format!("`lenient: {want}` changes nothing; remove it"),
            );
        }
        *lenient = want;
    }
    if let Some(word) = &entry.response {
        match types.response_word(word) {
            Some(new) if new == response => {
                problems.add(
                    file,
                    &draft.id,
                    format!("`response: {word}` changes nothing; remove it"),
                );
            }
            Some(new) => response = new,
            None => problems.add(
                file,
                &draft.id,
                format!("`response: {word}` is an unknown model; check the name"),
            ),
        }
    }
    if let Some(new) = entry.status {
        if new == status && entry.add.is_none() {
            problems.add(
                file,
                &draft.id,
                format!("`status: {new}` changes nothing; remove it"),
            );
        }
        status = new;
    }
    if body != Body::None && matches!(draft.method.as_str(), "GET" | "HEAD") {
        body = Body::None;
    }
    (body, response, status)
}

fn query(
    draft: &Draft,
    io: Option<&facts::Io>,
    facts: &Facts,
    file: &str,
    problems: &mut Problems,
) -> Vec<QueryParam> {
    let mut found: BTreeMap<String, QueryKind> = BTreeMap::new();
    let by_name: BTreeMap<&str, QueryKind> = facts
        .common
        .values()
        .map(|q| (q.name.as_str(), q.kind))
        .collect();
    for parameter in draft
        .published
        .get("parameters")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        if parameter.get("in").and_then(Value::as_str) != Some("query") {
            continue;
        }
        let Some(name) = parameter.get("name").and_then(Value::as_str) else {
            continue;
        };
        let kind = match parameter.pointer("/schema/type").and_then(Value::as_str) {
            Some("boolean") => QueryKind::AnyFlag,
            Some("integer" | "number") => QueryKind::AnyInt,
            Some("array") => QueryKind::Texts,
            _ => QueryKind::Text,
        };
        found.insert(name.to_owned(), common_kind(name, &by_name).unwrap_or(kind));
    }
    for name in io.map(|io| io.query.as_slice()).unwrap_or_default() {
        if let Some(common) = name.strip_prefix('~') {
            if let Some(q) = facts.common.get(common) {
                found.insert(q.name.clone(), q.kind);
            }
        } else if !name.contains('{') {
            found
                .entry(name.clone())
                .or_insert_with(|| common_kind(name, &by_name).unwrap_or(QueryKind::Text));
        }
    }
    for (name, word) in &draft.entry.query {
        let before = found.get(name).copied();
        let after = match word.as_str() {
            "drop" => None,
            "text" => Some(QueryKind::Text),
            "texts" => Some(QueryKind::Texts),
            "flag" => Some(QueryKind::Flag),
            "int" => Some(QueryKind::Int),
            "any_flag" => Some(QueryKind::AnyFlag),
            "any_int" => Some(QueryKind::AnyInt),
            _ => {
                problems.add(file, &draft.id, format!("query {name}: unknown kind {word}; use text, texts, flag, int, any_flag, any_int or drop"));
                before
            }
        };
        if before == after {
            problems.add(
                file,
                &draft.id,
                format!("query {name}: {word} changes nothing; remove it"),
            );
        }
        match after {
            Some(kind) => found.insert(name.clone(), kind),
            None => found.remove(name),
        };
    }
    found
        .into_iter()
        .map(|(name, kind)| QueryParam { name, kind })
        .collect()
}

/// Page parameters are read alike everywhere, whether the tables mention them or not.
fn common_kind(name: &str, by_name: &BTreeMap<&str, QueryKind>) -> Option<QueryKind> {
    match name {
        "page" | "per_page" | "logs_per_page" => by_name.get(name).copied(),
        _ => None,
    }
}

fn check_rule(op: &Op, file: &str, facts: &Facts, problems: &mut Problems) {
    let (source, permissions) = match &op.access {
        Access::Public | Access::Session | Access::InDomain(_) => return,
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
    let known = match source {
        None => true,
        Some(Source::Path(name)) => op.params.iter().any(|p| p.name == *name),
        Some(Source::Query(name)) => op.query.iter().any(|q| q.name == *name),
        Some(Source::Body(_)) => matches!(op.body, Body::Json { .. }),
    };
    if !known {
        problems.add(
            file,
            &op.id,
            format!("{source:?} is not part of the request; name a parameter the operation has"),
        );
    }
}
