//! Generated contract: one trait per tag, request types, router, the `OPERATIONS` table.
//!
//! What the operations are is decided by `codegen` from `spec/`; the hand-written modules here carry a request through
//! its fixed order (`run`) and hold the types both sides share. No rules of chat, no sessions, no storage: those come in
//! through `Gate` and the generated traits. How to add an operation: `docs/adding-an-operation.md`.
// Which readers and answers are used depends on what `spec/scope.yaml` marks as implemented.
#[allow(dead_code)]
mod body;
mod gate;
mod matching;
mod operation;
#[allow(dead_code)]
mod query;
#[allow(dead_code)]
mod reply;
mod rest;
#[allow(dead_code)]
mod run;

pub use body::RawBody;
pub use gate::{Gate, PathValues, Rejection, RequestParts};
pub use matching::clean_path;
pub use operation::{
    Access, Check, Class, Operation, Param, Rate, Refusal, Scope, Source, operation,
};
pub use query::{AnyFlag, AnyInt, Unreadable};
pub use reply::{Content, Empty, Raw, Reply, StatusOk};

#[allow(
    clippy::all,
    missing_docs,
    unused_imports,
    unused_mut,
    unused_variables
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/generated.rs"));
}

pub use generated::*;

/// The generated operations behind their gate. Routes served by hand (the websocket) are merged by the caller; they win
/// over the wildcard.
pub fn router<S: Service>(service: S) -> axum::Router {
    run::router(service, generated::routes::<S>())
}

#[cfg(test)]
mod tests;
