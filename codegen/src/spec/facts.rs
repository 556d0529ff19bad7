//! The tables below `spec/facts` and `spec/clients` that describe routes. Read here, joined in `load`.
use super::{QueryKind, QueryParam, Wrapper};
use anyhow::Context;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Which characters a path parameter matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Alnum,
    /// Letters, digits, `_`
    Word,
    /// Letters, digits, `_`, `-`
    Slug,
    /// Letters, digits, `_`, `-`, `.`
    Dotted,
    /// Letters, digits, `_`, `-`, `+`
    Emoji,
    /// Lower case letters, digits, `_`
    LowerWord,
    Digits,
    /// A file name ending in `.zip`
    Zip,
    /// The rest of the path, slashes included.
    Rest,
}

/// How a path parameter is checked before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    None,
    Id,
    /// An id, or `me` for oneself.
    UserId,
    /// Anything, or `me` for oneself.
    Me,
}

/// A row of routes.tsv.
#[derive(Clone, Debug)]
pub struct Route {
    pub wrapper: String,
    pub classes: BTreeMap<String, Class>,
    pub rate: Option<(u32, u32)>,
    pub files: bool,
}

/// A row of routes_io.tsv.
#[derive(Clone, Debug)]
pub struct Io {
    pub response: String,
    pub query: Vec<String>,
    pub body: String,
}

/// All tables; keys are (method, path).
pub struct Facts {
    pub routes: BTreeMap<(String, String), Route>,
    pub io: BTreeMap<(String, String), Io>,
    /// params_field → (name, kind) of the common query parameters.
    pub common: BTreeMap<String, QueryParam>,
    /// Path parameter → how the helpers of the original check it.
    pub checks: BTreeMap<String, Check>,
    pub clients: BTreeMap<String, String>,
    pub mobile: BTreeMap<String, u16>,
    pub permissions: BTreeSet<String>,
}

fn table(spec: &Path, file: &str) -> anyhow::Result<Vec<Vec<String>>> {
    let text = std::fs::read_to_string(spec.join(file)).with_context(|| format!("spec/{file}"))?;
    Ok(text
        .lines()
        .skip(1)
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect())
}

fn cell(row: &[String], i: usize) -> &str {
    row.get(i).map_or("", String::as_str)
}

/// Reads every table.
pub fn load(spec: &Path) -> anyhow::Result<Facts> {
    let mut facts = Facts {
        routes: BTreeMap::new(),
        io: BTreeMap::new(),
        common: BTreeMap::new(),
        checks: checks(spec)?,
        clients: BTreeMap::new(),
        mobile: BTreeMap::new(),
        permissions: permissions(spec)?,
    };
    for row in table(spec, "facts/routes.tsv")? {
        facts.routes.insert(
            (cell(&row, 0).to_owned(), cell(&row, 1).to_owned()),
            route(&row)?,
        );
    }
    for row in table(spec, "facts/routes_io.tsv")? {
        let query = cell(&row, 5)
            .split(',')
            .filter(|q| !q.is_empty() && *q != "-")
            .map(str::to_owned)
            .collect();
        let io = Io {
            response: cell(&row, 4).to_owned(),
            query,
            body: cell(&row, 6).to_owned(),
        };
        facts
            .io
            .insert((cell(&row, 0).to_owned(), cell(&row, 1).to_owned()), io);
    }
    for row in table(spec, "facts/common_params.tsv")? {
        if cell(&row, 1) != "query" {
            continue;
        }
        let kind = match (cell(&row, 0), cell(&row, 3)) {
            ("page", _) => QueryKind::Page,
            ("per_page" | "logs_per_page", _) => QueryKind::PerPage,
            (_, "bool") => QueryKind::Flag,
            (_, "int") => QueryKind::Int,
            _ => QueryKind::Text,
        };
        facts.common.insert(
            cell(&row, 2).to_owned(),
            QueryParam {
                name: cell(&row, 0).to_owned(),
                kind,
            },
        );
    }
    for row in table(spec, "clients/client_routes.tsv")? {
        if !cell(&row, 10).is_empty() {
            facts
                .clients
                .insert(cell(&row, 10).to_owned(), cell(&row, 2).to_owned());
        }
        facts.clients.insert(
            format!("{} {}", cell(&row, 0), cell(&row, 1)),
            cell(&row, 2).to_owned(),
        );
    }
    for row in table(spec, "clients/mobile41.tsv")? {
        let n = cell(&row, 0).parse().unwrap_or(0);
        facts.mobile.entry(cell(&row, 4).to_owned()).or_insert(n);
        facts
            .mobile
            .entry(format!("{} {}", cell(&row, 2), cell(&row, 3)))
            .or_insert(n);
    }
    Ok(facts)
}

fn permissions(spec: &Path) -> anyhow::Result<BTreeSet<String>> {
    let text = std::fs::read_to_string(spec.join("facts/permissions.json"))
        .context("spec/facts/permissions.json")?;
    let json: serde_json::Value = serde_json::from_str(&text)?;
    let list = json
        .get("permissions")
        .and_then(serde_json::Value::as_array);
    Ok(list
        .into_iter()
        .flatten()
        .filter_map(|p| p.get("id")?.as_str().map(str::to_owned))
        .collect())
}

fn checks(spec: &Path) -> anyhow::Result<BTreeMap<String, Check>> {
    let mut out = BTreeMap::new();
    for row in table(spec, "facts/helpers.tsv")? {
        match cell(&row, 5) {
            "IsValidId" => out.insert(cell(&row, 4).to_owned(), Check::Id),
            text if text.starts_with("IsValidId;") => {
                out.insert(cell(&row, 4).to_owned(), Check::UserId)
            }
            _ => continue,
        };
    }
    Ok(out)
}

fn route(row: &[String]) -> anyhow::Result<Route> {
    let mut classes = BTreeMap::new();
    for part in cell(row, 6).split(';') {
        if let Some((name, regex)) = part.split_once('=') {
            let class = class(regex).with_context(|| {
                format!("spec/facts/routes.tsv: {}: no rule for the pattern {regex}; add it to codegen/src/spec/facts.rs", cell(row, 1))
            })?;
            classes.insert(name.to_owned(), class);
        }
    }
    let options = cell(row, 7);
    let number = |key: &str| {
        options
            .split(',')
            .find_map(|o| o.strip_prefix(key)?.parse::<u32>().ok())
    };
    Ok(Route {
        wrapper: cell(row, 3).to_owned(),
        classes,
        rate: number("PerSec=").zip(number("MaxBurst=")),
        files: options.contains("handlerParamFileAPI"),
    })
}

fn class(regex: &str) -> Option<Class> {
    match regex.replace('\\', "").as_str() {
        "[A-Za-z0-9_]+" | "[_A-Za-z0-9]+" => Some(Class::Word),
        "[A-Za-z0-9_-]+" => Some(Class::Slug),
        "[A-Za-z0-9_-.]+" => Some(Class::Dotted),
        "[A-Za-z0-9_-+]+" => Some(Class::Emoji),
        "[a-z0-9_]+" => Some(Class::LowerWord),
        "[0-9]+" => Some(Class::Digits),
        ".+.zip" => Some(Class::Zip),
        ".+" | ".*" => Some(Class::Rest),
        "teams|channels" => Some(Class::Alnum),
        _ => None,
    }
}

/// What a wrapper of the original does; None for one nobody knows.
pub fn wrapper(name: &str) -> Option<Wrapper> {
    let name = name
        .strip_prefix("RateLimitedHandler(")
        .map_or(name, |n| n.trim_end_matches(')'));
    let none = Wrapper::default();
    let session = Wrapper {
        session: true,
        mfa: true,
        ..none
    };
    match name {
        "APIHandler" | "http.HandlerFunc" => Some(none),
        "APIHandlerTrustRequester" => Some(Wrapper {
            trust_requester: true,
            ..none
        }),
        "APISessionRequired" => Some(session),
        "APISessionRequiredMfa" => Some(Wrapper {
            mfa: false,
            ..session
        }),
        "APISessionRequiredTrustRequester" => Some(Wrapper {
            trust_requester: true,
            ..session
        }),
        "APISessionRequiredDisableWhenBusy" => Some(Wrapper {
            busy: true,
            ..session
        }),
        "CloudAPIKeyRequired" | "RemoteClusterTokenRequired" => Some(Wrapper {
            special_token: true,
            ..none
        }),
        _ => None,
    }
}
