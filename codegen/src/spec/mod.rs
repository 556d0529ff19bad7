//! Reads everything below `spec/` into one list of operations, and reports whatever does not fit together.
//! Precedence: overlay, then the extracted facts, then the published document.
mod access;
mod document;
mod facts;
mod join;
mod load;
mod overlay;
mod payload;
mod query;
mod scope;

pub use access::{Access, Source};
pub use document::corrected;
pub use facts::{Check, Class};
pub use load::load;
pub use payload::{Body, Response};
pub use scope::Scope;

use crate::model::Models;

/// An error an operation answers by rule: HTTP status and error id.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub status: u16,
    pub id: String,
}

/// A parameter in the path.
#[derive(Clone, Debug)]
pub struct PathParam {
    pub name: String,
    pub class: Class,
    pub check: Check,
}

/// How a query parameter is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryKind {
    Text,
    /// Every value of a repeated parameter.
    Texts,
    /// Unreadable is false.
    Flag,
    /// Unreadable is zero.
    Int,
    /// The handler decides what an unreadable one means.
    AnyFlag,
    AnyInt,
    Page,
    PerPage,
}

/// A query parameter.
#[derive(Clone, Debug)]
pub struct QueryParam {
    pub name: String,
    pub kind: QueryKind,
}

/// What the original does around the handler.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wrapper {
    pub session: bool,
    pub mfa: bool,
    pub trust_requester: bool,
    pub busy: bool,
    pub special_token: bool,
}

/// One operation, with all corrections applied.
#[derive(Clone, Debug)]
pub struct Op {
    pub id: String,
    pub tag: String,
    pub method: String,
    pub path: String,
    pub params: Vec<PathParam>,
    pub query: Vec<QueryParam>,
    pub body: Body,
    pub body_after_access: bool,
    pub refuse_null: bool,
    pub bad_body: Option<Refusal>,
    pub body_limit: Option<u64>,
    pub response: Response,
    pub status: u16,
    pub access: Access,
    pub refusal: Option<Refusal>,
    pub scope: Scope,
    pub wrapper: Wrapper,
    pub rate: Option<(u32, u32)>,
    pub files: bool,
    pub head: bool,
    pub clients: String,
    pub mobile: u16,
}

/// The whole interface.
pub struct Spec {
    /// Sorted by tag, then id.
    pub ops: Vec<Op>,
    pub models: Models,
    pub document: serde_json::Value,
}
