//! One operation out of its draft, the facts and its correction: types, parameters, wrapper. Tag, access and scope are `load`'s.
use super::facts::{self, Check, Class, Facts};
use super::load::{DOCUMENT, Draft};
use super::payload::{Body, Response, Types};
use super::query::query;
use super::{Access, Op, PathParam, Refusal, Scope};
use crate::problems::Problems;

/// Everything but tag, access and scope.
pub fn join(draft: &Draft, facts: &Facts, types: &Types<'_>, problems: &mut Problems) -> Op {
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
    if entry.body_after_access.is_some() && !matches!(body, Body::Json { .. }) {
        problems.add(
            file,
            &draft.id,
            "`body_after_access` changes nothing: there is no JSON body; remove it",
        );
    }
    if entry.refuse_null.is_some() && !matches!(body, Body::Json { lenient: false, .. }) {
        problems.add(
            file,
            &draft.id,
            "`refuse_null` changes nothing: there is no JSON body that could be unreadable; remove it",
        );
    }
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
        params: params(draft, route, facts, file, problems),
        query: query(draft, io, facts, file, problems),
        body,
        body_after_access: entry.body_after_access.unwrap_or(false),
        refuse_null: entry.refuse_null.unwrap_or(false),
        bad_body: bad_body(draft, file, problems),
        body_limit: entry.limit,
        response,
        status,
        access: Access::Session,
        refusal: None,
        scope: Scope::Pending,
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

/// The helpers check a parameter of that name wherever it stands in a path; exceptions are corrections.
fn params(
    draft: &Draft,
    route: Option<&facts::Route>,
    facts: &Facts,
    file: &str,
    problems: &mut Problems,
) -> Vec<PathParam> {
    let unchecked = &draft.entry.unchecked;
    let mut out = Vec::new();
    for name in draft
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    {
        let check = facts.checks.get(name).copied().unwrap_or(Check::None);
        let spared = unchecked.iter().any(|u| u == name);
        if spared && check == Check::None {
            problems.add(
                file,
                &draft.id,
                format!("`unchecked: {name}` changes nothing; remove it"),
            );
        }
        out.push(PathParam {
            name: name.to_owned(),
            class: route
                .and_then(|r| r.classes.get(name).copied())
                .unwrap_or(Class::Alnum),
            check: match check {
                Check::UserId if spared => Check::Me,
                _ if spared => Check::None,
                check => check,
            },
        });
    }
    for name in unchecked
        .iter()
        .filter(|u| !out.iter().any(|p| p.name == **u))
    {
        problems.add(
            file,
            &draft.id,
            format!("`unchecked: {name}` is not a path parameter; check the name"),
        );
    }
    out
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

fn bad_body(draft: &Draft, file: &str, problems: &mut Problems) -> Option<Refusal> {
    let word = draft.entry.bad_body.as_deref()?;
    let refusal = word.split_once(' ').and_then(|(status, id)| {
        Some(Refusal {
            status: status.parse().ok()?,
            id: id.to_owned(),
        })
    });
    if refusal.is_none() {
        problems.add(
            file,
            &draft.id,
            format!("`bad_body: {word}` cannot be read; write `<status> <error id>`"),
        );
    }
    refusal
}
