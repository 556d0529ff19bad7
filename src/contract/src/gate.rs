//! What the contract asks of the server around it: who is calling, may they, and how errors look.
use crate::operation::{Operation, Refusal};
use axum::response::Response;
use std::fmt;
use std::future::Future;

/// Method, address, headers and extensions of a request.
pub type RequestParts = http::request::Parts;

/// The path parameters, and the id the access rule is about.
#[derive(Clone, Debug, Default)]
pub struct PathValues {
    pub(crate) values: Vec<(&'static str, String)>,
    pub(crate) object: String,
}

impl PathValues {
    /// A path parameter; empty when the path has none of that name.
    pub fn get(&self, name: &str) -> &str {
        self.values
            .iter()
            .find(|(known, _)| *known == name)
            .map_or("", |(_, value)| value)
    }

    /// The id the rule's source names, from path, query or body; empty when the rule has no object or the request no id.
    pub fn object(&self) -> &str {
        &self.object
    }
}

/// A request the contract itself refuses.
#[derive(Clone, Debug, PartialEq)]
pub enum Rejection {
    /// A path parameter that is not an id.
    BadPath {
        name: &'static str,
    },
    /// A body that is not what the operation reads.
    BadBody {
        detail: String,
    },
    /// The same, with an error of the operation's own.
    BadBodyOf {
        refusal: Refusal,
        detail: String,
    },
    /// A list body that cannot be read.
    BadList {
        detail: String,
    },
    TooLarge,
    /// The operation is not written yet.
    Pending,
    /// The operation wants a licence.
    Licensed(Refusal),
    /// The handler died.
    Failed,
}

impl Rejection {
    /// The status and error id on the wire.
    pub fn refusal(&self) -> Refusal {
        let (status, id) = match self {
            Rejection::BadPath { .. } => (400, "api.context.invalid_url_param.app_error"),
            Rejection::BadBody { .. } => (400, "api.context.invalid_body_param.app_error"),
            Rejection::BadList { .. } => (400, "api.payload.parse.error"),
            Rejection::TooLarge => (413, "api.context.request_body_too_large.app_error"),
            Rejection::Pending => (501, "rustchat.operation.pending"),
            Rejection::Licensed(refusal) | Rejection::BadBodyOf { refusal, .. } => return *refusal,
            Rejection::Failed => (500, "rustchat.operation.failed"),
        };
        Refusal { status, id }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rejection::BadPath { name } => write!(f, "the address has an invalid {name}"),
            Rejection::BadBody { detail }
            | Rejection::BadList { detail }
            | Rejection::BadBodyOf { detail, .. } => {
                write!(f, "the body cannot be read: {detail}")
            }
            Rejection::TooLarge => f.write_str("the body is too large"),
            Rejection::Pending => f.write_str("this server does not have this operation yet"),
            Rejection::Licensed(_) => f.write_str("this operation needs a licence"),
            Rejection::Failed => f.write_str("the server failed"),
        }
    }
}

/// The server around the operations. Order of a request: `authenticate`, path ids, body, `authorize`, the handler.
pub trait Gate: Clone + Send + Sync + 'static {
    /// Who is calling, as the handlers get it.
    type Caller: Send + 'static;
    /// A refusal or failure on its way to the client.
    type Error: Send + 'static;

    /// Resolves the session, or refuses; nothing of the request has been decoded yet.
    fn authenticate(
        &self,
        op: &'static Operation,
        parts: &mut RequestParts,
    ) -> impl Future<Output = Result<Self::Caller, Self::Error>> + Send;

    /// Evaluates `op.access`; `ids.object()` is the id it is about.
    fn authorize(
        &self,
        op: &'static Operation,
        caller: &mut Self::Caller,
        ids: &PathValues,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// The caller's user id, which `me` in a path stands for.
    fn user_id<'a>(&self, caller: &'a Self::Caller) -> &'a str;

    /// Most bytes a JSON body may have. Raw bodies are bounded here as well; 0 means the handler bounds them.
    fn body_limit(&self, op: &'static Operation) -> usize;

    /// Turns the contract's own refusal into an error.
    fn reject(&self, op: &'static Operation, rejection: Rejection) -> Self::Error;

    /// The answer to an error.
    fn respond_error(
        &self,
        op: &'static Operation,
        parts: &RequestParts,
        error: Self::Error,
    ) -> Response;

    /// The answer to an address or method nobody serves.
    fn not_found(&self, parts: &RequestParts) -> Response;

    /// Last touch on every answer of an operation: general headers.
    fn finish(&self, _op: &'static Operation, _parts: &RequestParts, _response: &mut Response) {}
}
