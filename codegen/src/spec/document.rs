//! The published document with every correction written into it, for tools that read OpenAPI.
use super::{Body, Op, QueryKind, Response, Scope, Spec};
use crate::model::{GoType, Models};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The corrected OpenAPI 3.0 document: one tag per operation, unique ids, the types the server really reads and writes.
pub fn corrected(spec: &Spec) -> Value {
    let mut document = spec.document.clone();
    let mut paths = Map::new();
    let mut wanted = BTreeSet::from(["AppError".to_owned()]);
    for op in spec.ops.iter().filter(|op| op.scope != Scope::ByHand) {
        let path = paths.entry(op.path.clone()).or_insert_with(|| json!({}));
        let published = original(&spec.document, op);
        if let Some(methods) = path.as_object_mut() {
            methods.insert(
                op.method.to_lowercase(),
                operation(op, published, &mut wanted),
            );
        }
    }
    let mut schemas = Map::new();
    let mut todo: Vec<String> = wanted.into_iter().collect();
    while let Some(name) = todo.pop() {
        if schemas.contains_key(&name) {
            continue;
        }
        let mut more = BTreeSet::new();
        schemas.insert(name.clone(), model(&name, &spec.models, &mut more));
        todo.extend(more);
    }
    schemas.sort_keys();
    let tags: BTreeSet<&str> = spec.ops.iter().map(|op| op.tag.as_str()).collect();
    document["tags"] = tags.into_iter().map(|tag| json!({"name": tag})).collect();
    document["paths"] = Value::Object(paths);
    document["components"]["schemas"] = Value::Object(schemas);
    document
}

fn original<'a>(document: &'a Value, op: &Op) -> Option<&'a Value> {
    document
        .get("paths")?
        .get(&op.path)?
        .get(op.method.to_lowercase())
}

fn operation(op: &Op, published: Option<&Value>, wanted: &mut BTreeSet<String>) -> Value {
    let mut parameters: Vec<Value> = op
        .params
        .iter()
        .map(|p| json!({"name": p.name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    for q in &op.query {
        let schema = match q.kind {
            QueryKind::Text => json!({"type": "string"}),
            QueryKind::Texts => json!({"type": "array", "items": {"type": "string"}}),
            QueryKind::Flag | QueryKind::AnyFlag => json!({"type": "boolean"}),
            QueryKind::Int | QueryKind::AnyInt | QueryKind::Page | QueryKind::PerPage => {
                json!({"type": "integer", "format": "int64"})
            }
        };
        parameters.push(json!({"name": q.name, "in": "query", "schema": schema}));
    }
    let content = match &op.response {
        Response::Json { ty, .. } => {
            json!({"application/json": {"schema": schema(ty, false, wanted)}})
        }
        Response::Ok => json!({"application/json": {"schema": {
            "type": "object", "properties": {"status": {"type": "string"}}, "required": ["status"]}}}),
        Response::Raw => json!({"*/*": {"schema": {"type": "string", "format": "binary"}}}),
        Response::Empty => Value::Null,
    };
    let mut success = json!({"description": "success"});
    if !content.is_null() {
        success["content"] = content;
    }
    let refusal = json!({"description": "refused", "content": {"application/json": {
        "schema": {"$ref": "#/components/schemas/AppError"}}}});
    let mut out = json!({
        "operationId": op.id,
        "tags": [op.tag],
        "parameters": parameters,
        "responses": {op.status.to_string(): success, "4XX": refusal, "5XX": refusal},
    });
    match &op.body {
        Body::None => {}
        Body::Json { ty, .. } => {
            let schema = schema(ty, false, wanted);
            out["requestBody"] =
                json!({"content": {"application/json": {"schema": schema}}, "required": true});
        }
        Body::Raw => {
            const FORM: &str = "multipart/form-data";
            let form = published.and_then(|p| p["requestBody"]["content"].get(FORM));
            let content = match form {
                Some(form) => json!({FORM: form}),
                None => {
                    json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}})
                }
            };
            out["requestBody"] = json!({"content": content, "required": true});
        }
    }
    if let Some(security) = published.and_then(|p| p.get("security")) {
        out["security"] = security.clone();
    }
    out
}

fn schema(ty: &GoType, nullable: bool, wanted: &mut BTreeSet<String>) -> Value {
    let mut out = match ty {
        GoType::String => json!({"type": "string"}),
        GoType::Enum(_) => json!({"type": "string"}),
        GoType::Bool | GoType::LooseBool => json!({"type": "boolean"}),
        GoType::Int => json!({"type": "integer", "format": "int64"}),
        GoType::Float => json!({"type": "number", "format": "double"}),
        GoType::Any => return json!({}),
        GoType::Object => json!({"type": "object", "additionalProperties": true}),
        GoType::Struct(name) => {
            wanted.insert(name.clone());
            let reference = json!({"$ref": format!("#/components/schemas/{name}")});
            return if nullable {
                json!({"allOf": [reference], "nullable": true})
            } else {
                reference
            };
        }
        GoType::List(inner) => {
            json!({"type": "array", "items": schema(inner, false, wanted)})
        }
        GoType::Map(inner) => {
            json!({"type": "object", "additionalProperties": schema(inner, false, wanted)})
        }
        GoType::Pointer(inner) => return schema(inner, true, wanted),
    };
    if nullable {
        out["nullable"] = json!(true);
    }
    out
}

fn model(name: &str, models: &Models, wanted: &mut BTreeSet<String>) -> Value {
    let mut properties = Map::new();
    collect(name, models, &mut properties, wanted);
    json!({"type": "object", "properties": properties})
}

fn collect(
    name: &str,
    models: &Models,
    properties: &mut Map<String, Value>,
    wanted: &mut BTreeSet<String>,
) {
    let fields = models
        .structs
        .get(name)
        .map(Vec::as_slice)
        .unwrap_or_default();
    for field in fields.iter().filter(|f| f.embedded) {
        collect(field.go.trim_start_matches('*'), models, properties, wanted);
    }
    for field in fields.iter().filter(|f| !f.embedded) {
        let (Some(json), Some(ty)) = (&field.json, GoType::parse(&field.go, models)) else {
            continue;
        };
        let nullable =
            matches!(ty, GoType::List(_) | GoType::Map(_) | GoType::Object) && !field.omitempty;
        properties.insert(json.clone(), schema(&ty, nullable, wanted));
    }
}
