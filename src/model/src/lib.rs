//! Generated vocabulary: structs, open enums and limits as they go over the wire.
//! What the types are is decided by `codegen` from `spec/facts` and `spec/overlay/models.yaml`; how values are read and
//! written is `wire`. No rules of chat, no I/O.
pub mod wire;

pub use wire::{Record, Wire, WireError};

#[allow(clippy::all, missing_docs)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/generated.rs"));
}

pub use generated::*;
