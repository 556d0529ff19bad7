//! `spec/access/<tag>.yaml`: who may call each operation.
use super::Refusal;
use crate::problems::Problems;
use anyhow::Context;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Where the id of the guarded object comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    Path(String),
    Query(String),
    Body(String),
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::Path(name) => write!(f, "path.{name}"),
            Source::Query(name) => write!(f, "query.{name}"),
            Source::Body(name) => write!(f, "body.{name}"),
        }
    }
}

/// Who may call an operation. Several permissions mean any of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Access {
    /// Refused to everybody: an operation whose rule is not decided yet.
    Nobody,
    Public,
    Session,
    System(Vec<String>),
    Team(Source, Vec<String>),
    Channel(Source, Vec<String>),
    Post(Source, Vec<String>),
    User(Source, Vec<String>),
    InDomain(String),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct RawRefusal {
    status: u16,
    id: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawRule {
    system: Option<Words>,
    team: Option<String>,
    channel: Option<String>,
    post: Option<String>,
    user: Option<String>,
    permission: Option<Words>,
    self_or: Option<Words>,
    in_domain: Option<String>,
    refusal: Option<RawRefusal>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Raw {
    Word(String),
    Rule(Box<RawRule>),
}

/// A rule, its refusal, and the file it stands in.
pub struct Entry {
    pub access: Access,
    pub refusal: Option<Refusal>,
    pub file: String,
    pub tag: String,
}

/// Operation id → rule.
pub fn load(spec: &Path, problems: &mut Problems) -> anyhow::Result<BTreeMap<String, Entry>> {
    let mut out: BTreeMap<String, Entry> = BTreeMap::new();
    for (tag, text) in super::load::yaml_files(&spec.join("access"))? {
        let file = format!("spec/access/{tag}.yaml");
        let raw: BTreeMap<String, Raw> =
            serde_yaml_ng::from_str(&text).with_context(|| file.clone())?;
        for (id, raw) in raw {
            match parse(raw) {
                Ok((access, refusal)) => {
                    let entry = Entry {
                        access,
                        refusal,
                        file: file.clone(),
                        tag: tag.clone(),
                    };
                    if let Some(other) = out.insert(id.clone(), entry) {
                        problems.add(
                            &file,
                            &id,
                            format!("has a rule in {} too; remove one", other.file),
                        );
                    }
                }
                Err(what) => problems.add(&file, &id, what),
            }
        }
    }
    Ok(out)
}

fn parse(raw: Raw) -> Result<(Access, Option<Refusal>), String> {
    let rule = match raw {
        Raw::Word(word) if word == "nobody" => return Ok((Access::Nobody, None)),
        Raw::Word(word) if word == "public" => return Ok((Access::Public, None)),
        Raw::Word(word) if word == "session" => return Ok((Access::Session, None)),
        Raw::Word(word) => {
            return Err(format!(
                "`{word}` is not a rule; use public, session, nobody or a map"
            ));
        }
        Raw::Rule(rule) => rule,
    };
    let refusal = rule.refusal.map(|r| Refusal {
        status: r.status,
        id: r.id,
    });
    let permission = words(rule.permission);
    let object =
        |at: Option<String>, make: fn(Source, Vec<String>) -> Access, any: Vec<String>| match at {
            Some(at) if any.is_empty() => {
                Err(format!("`{at}` has no permission; add `permission: <id>`"))
            }
            Some(at) => source(&at).map(|at| Some(make(at, any))),
            None => Ok(None),
        };
    let found = [
        rule.system.map(|p| Access::System(words(Some(p)))),
        object(rule.team, Access::Team, permission.clone())?,
        object(rule.channel, Access::Channel, permission.clone())?,
        object(rule.post, Access::Post, permission)?,
        object(rule.user, Access::User, words(rule.self_or))?,
        rule.in_domain.map(Access::InDomain),
    ];
    let mut found: Vec<Access> = found.into_iter().flatten().collect();
    match (found.pop(), found.is_empty()) {
        (Some(Access::InDomain(reason)), _) if reason.trim().is_empty() => {
            Err("in_domain needs a reason".into())
        }
        (Some(access), true) => Ok((access, refusal)),
        _ => Err("needs exactly one of system, team, channel, post, user, in_domain".into()),
    }
}

fn words(words: Option<Words>) -> Vec<String> {
    match words {
        None => Vec::new(),
        Some(Words::One(word)) => vec![word],
        Some(Words::Many(words)) => words,
    }
}

fn source(at: &str) -> Result<Source, String> {
    match at.split_once('.') {
        Some(("path", name)) => Ok(Source::Path(name.to_owned())),
        Some(("query", name)) => Ok(Source::Query(name.to_owned())),
        Some(("body", name)) => Ok(Source::Body(name.to_owned())),
        _ => Err(format!(
            "`{at}` is not a place; write path.<name>, query.<name> or body.<name>"
        )),
    }
}
