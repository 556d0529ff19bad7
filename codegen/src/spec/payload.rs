//! Bodies and answers: from a schema, an extracted hint or an overlay word to what travels.
use crate::model::{GoType, Models};
use indexmap::IndexMap;
use serde_json::Value;

/// A request body.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    None,
    /// JSON of that type. `lenient`: what cannot be read counts as empty.
    Json {
        go: String,
        ty: GoType,
        lenient: bool,
    },
    /// Handed on as a stream.
    Raw,
}

/// An answer's body.
#[derive(Clone, Debug, PartialEq)]
pub enum Response {
    Json {
        go: String,
        ty: GoType,
    },
    /// `{"status":"OK"}`
    Ok,
    /// The handler answers by itself.
    Raw,
    Empty,
}

impl std::fmt::Display for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Body::None => f.write_str("-"),
            Body::Raw => f.write_str("raw"),
            Body::Json { go, lenient, .. } => {
                write!(f, "{}{go}", if *lenient { "lenient " } else { "" })
            }
        }
    }
}

impl std::fmt::Display for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Response::Json { go, .. } => f.write_str(go),
            Response::Ok => f.write_str("ok"),
            Response::Raw => f.write_str("raw"),
            Response::Empty => f.write_str("empty"),
        }
    }
}

/// What types mean: the models and the schema aliases.
pub struct Types<'a> {
    pub models: &'a Models,
    pub aliases: &'a IndexMap<String, String>,
    pub schemas: &'a Value,
}

impl Types<'_> {
    /// An overlay's word for a body.
    pub fn body_word(&self, word: &str, lenient: bool) -> Option<Body> {
        match word {
            "none" => Some(Body::None),
            "raw" => Some(Body::Raw),
            go => Some(Body::Json {
                go: go.to_owned(),
                ty: GoType::parse(go, self.models)?,
                lenient,
            }),
        }
    }

    /// An overlay's word for an answer.
    pub fn response_word(&self, word: &str) -> Option<Response> {
        match word {
            "ok" => Some(Response::Ok),
            "raw" => Some(Response::Raw),
            "empty" => Some(Response::Empty),
            go => Some(Response::Json {
                go: go.to_owned(),
                ty: GoType::parse(go, self.models)?,
            }),
        }
    }

    /// What the extracted facts say a handler decodes; None when they do not say.
    pub fn body_fact(&self, fact: &str) -> Option<Body> {
        let (kind, go) = fact.split_once('|').unwrap_or(("", fact));
        match kind {
            "Map" | "StringInterface" => self.body_word(go, true),
            "SortedArray" | "NonSortedArray" | "" => self.body_word(go, false),
            _ => None,
        }
    }

    /// The published request body.
    pub fn body_spec(&self, op: &Value) -> Body {
        let Some(content) = op
            .pointer("/requestBody/content")
            .and_then(Value::as_object)
        else {
            return Body::None;
        };
        match content.get("application/json") {
            Some(media) => {
                let go = self.schema(media.get("schema"));
                let ty = GoType::parse(&go, self.models).unwrap_or(GoType::Any);
                Body::Json {
                    go,
                    ty,
                    lenient: false,
                }
            }
            None if content.is_empty() => Body::None,
            None => Body::Raw,
        }
    }

    /// The published answer of success, with its status.
    pub fn response_spec(&self, op: &Value) -> (u16, Response) {
        let responses = op.get("responses").and_then(Value::as_object);
        let success = responses
            .into_iter()
            .flatten()
            .find_map(|(status, response)| {
                let status: u16 = status.parse().ok()?;
                (200..400).contains(&status).then_some((status, response))
            });
        let Some((status, response)) = success else {
            return (200, Response::Raw);
        };
        let Some(content) = response.get("content").and_then(Value::as_object) else {
            return (status, Response::Empty);
        };
        let Some(media) = content.get("application/json") else {
            return (
                status,
                if content.is_empty() {
                    Response::Empty
                } else {
                    Response::Raw
                },
            );
        };
        let schema = media.get("schema");
        let reference = schema.and_then(|s| s.get("$ref")).and_then(Value::as_str);
        if reference == Some("#/components/schemas/StatusOK") {
            return (status, Response::Ok);
        }
        let go = self.schema(schema);
        let ty = GoType::parse(&go, self.models).unwrap_or(GoType::Any);
        (status, Response::Json { go, ty })
    }

    /// The Go type a schema stands for; objects without a name are JSON values.
    fn schema(&self, schema: Option<&Value>) -> String {
        let Some(schema) = schema else {
            return "any".into();
        };
        if let Some(name) = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|r| r.rsplit('/').next())
        {
            if let Some(go) = self.aliases.get(name) {
                return go.clone();
            }
            if self.models.structs.contains_key(name) {
                return name.to_owned();
            }
            let inner = self.schemas.get(name);
            return match inner.and_then(|s| s.get("type")).and_then(Value::as_str) {
                Some("array") => self.schema(inner),
                _ => "any".into(),
            };
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("array") => format!("[]{}", self.schema(schema.get("items"))),
            Some("string") => "string".into(),
            Some("boolean") => "bool".into(),
            Some("integer") => "int64".into(),
            Some("number") => "float64".into(),
            Some("object") => match schema.get("additionalProperties") {
                Some(inner @ Value::Object(_)) => {
                    format!("map[string]{}", self.schema(Some(inner)))
                }
                _ => "any".into(),
            },
            _ => "any".into(),
        }
    }
}
