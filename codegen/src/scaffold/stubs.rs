//! The text of the stubs: handler, domain function, store function, tests. They compile, and answer 501 by the error of
//! pending operations; `compat-tests/tests/it/unfinished.rs` fails as long as one is left.
use crate::contract::type_of;
use crate::names;
use crate::spec::{Body, Op, QueryKind, Response};

/// `create_thing`
pub(super) fn method_name(op: &Op) -> String {
    names::ident(&names::snake(&names::pascal(&op.id))).to_string()
}

/// `Things`
pub(super) fn trait_name(op: &Op) -> String {
    op.tag.split('_').map(names::pascal).collect()
}

/// A parameter of the domain function, and what the handler gives for it.
struct Argument {
    name: String,
    ty: String,
    given: String,
}

fn type_text(ty: &crate::model::GoType) -> String {
    let spaced = type_of(ty).to_string();
    [" :: ", " < ", " >", " ,"]
        .iter()
        .fold(spaced, |text, piece| text.replace(piece, piece.trim()))
}

/// Path and body, and the query where its form is one the domain knows.
fn arguments(op: &Op) -> Vec<Argument> {
    let mut out = Vec::new();
    for param in &op.params {
        let name = names::field(&param.name).to_string();
        out.push(Argument {
            given: format!("&req.{name}"),
            ty: "&str".to_owned(),
            name,
        });
    }
    if let Body::Json { ty, .. } = &op.body {
        out.push(Argument {
            name: "body".to_owned(),
            ty: type_text(ty),
            given: "req.body".to_owned(),
        });
    }
    for query in &op.query {
        let name = names::field(&query.name).to_string();
        let (ty, by) = match query.kind {
            QueryKind::Text => ("Option<&str>", ".as_deref()"),
            QueryKind::Texts => ("&[String]", ""),
            QueryKind::Flag => ("bool", ""),
            QueryKind::Int | QueryKind::Page | QueryKind::PerPage => ("i64", ""),
            QueryKind::AnyFlag | QueryKind::AnyInt => continue,
        };
        // clippy's limit is seven, two of which are always there
        if out.len() < 5 && !out.iter().any(|a| a.name == name) {
            let by_reference = if ty.starts_with('&') { "&" } else { "" };
            out.push(Argument {
                given: format!("{by_reference}req.{name}{by}"),
                ty: ty.to_owned(),
                name,
            });
        }
    }
    out
}

/// What the domain function answers.
fn answer(op: &Op) -> String {
    match &op.response {
        Response::Json { ty, .. } => type_text(ty),
        Response::Ok | Response::Empty => "()".to_owned(),
        Response::Raw => "Vec<u8>".to_owned(),
    }
}

/// The method of the contract's trait.
pub(super) fn handler(op: &Op, noun: &str) -> String {
    let method = method_name(op);
    let given: String = arguments(op)
        .iter()
        .map(|a| format!(", {}", a.given))
        .collect();
    let call = format!("domain::{noun}::{method}(self.app(), &caller{given}).await?");
    let (reply, body) = match &op.response {
        Response::Json { ty, .. } => (
            format!("contract::Reply<{}>", type_text(ty)),
            format!("Ok({call}.into())"),
        ),
        Response::Ok => (
            "contract::Reply<contract::StatusOk>".to_owned(),
            format!("{call};\n        Ok(contract::StatusOk::default().into())"),
        ),
        Response::Empty => (
            "contract::Reply<contract::Empty>".to_owned(),
            format!("{call};\n        Ok(contract::Empty.into())"),
        ),
        Response::Raw => (
            "contract::Raw".to_owned(),
            format!(
                "let bytes = {call};\n        Ok(contract::Raw::new(\"application/octet-stream\", bytes))"
            ),
        ),
    };
    let used = if given.is_empty() { "_: " } else { "req: " };
    format!(
        "    async fn {method}(\n        &self,\n        caller: domain::Caller,\n        {used}contract::{},\n    ) -> Result<{reply}, crate::Refused> {{\n        {body}\n    }}\n",
        names::pascal(&op.id)
    )
}

/// The domain function.
pub(super) fn domain(op: &Op) -> String {
    let (method, answer) = (method_name(op), answer(op));
    let arguments = arguments(op);
    let parameters: String = arguments
        .iter()
        .map(|a| format!("    {}: {},\n", a.name, a.ty))
        .collect();
    let names: String = arguments.iter().map(|a| format!(", {}", a.name)).collect();
    format!(
        "/// `{} {}`\npub async fn {method}(\n    app: &crate::App,\n    caller: &crate::Caller,\n{parameters}) -> Result<{answer}, rustchat_core::AppError> {{\n    \
         // Check, store, then publish an event where others have to know.\n    \
         let _ = (app, caller{names});\n    Err(rustchat_core::common::PENDING.err())\n}}\n",
        op.method, op.path
    )
}

/// The store function.
pub(super) fn store(op: &Op) -> String {
    let method = method_name(op);
    format!(
        "/// What `{}` reads or writes. A function that writes owns its transaction.\npub async fn {method}(store: &crate::Store) -> Result<(), crate::StoreError> {{\n    \
         let _ = store.db();\n    Err(crate::StoreError::other(rustchat_core::common::PENDING.err()))\n}}\n",
        op.id
    )
}

/// The store function's test, which runs on both engines.
pub(super) fn store_test(op: &Op, noun: &str) -> String {
    let method = method_name(op);
    format!(
        "store::contract_test! {{\n    async fn {method}(store) {{\n        store::{noun}::{method}(&store).await.unwrap();\n    }}\n}}\n"
    )
}

/// The operation's test over HTTP.
pub(super) fn operation_test(op: &Op) -> String {
    let method = method_name(op);
    let path = op.path.strip_prefix("/api/v4").unwrap_or(&op.path);
    let path: Vec<&str> = path
        .split('/')
        .map(|part| if part.starts_with('{') { SOME_ID } else { part })
        .collect();
    let body = match op.body {
        Body::None => "None",
        _ => "Some(serde_json::json!({}))",
    };
    format!(
        "/// Make what the path names, and say what the answer holds.\n#[test]\nfn {method}() {{\n    \
         let (status, answer) = super::as_admin(\"{}\", \"{}\", {body});\n    assert_eq!(status, {}, \"{{answer}}\");\n}}\n",
        op.method,
        path.join("/"),
        op.status
    )
}

const SOME_ID: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
