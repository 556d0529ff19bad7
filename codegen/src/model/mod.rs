//! The model generator: facts about Go structs in, Rust structs, open enums and limits out.
//! It decides types and encodings; how values are decoded at run time is `src/model/src/wire.rs`.
mod emit_enum;
mod emit_struct;
mod facts;
mod go_type;
mod limits;

pub use facts::Models;
pub use go_type::{GoType, Rust};

use crate::problems::Problems;
use proc_macro2::TokenStream;

/// The whole generated text of the model crate.
pub fn generate(
    models: &Models,
    limits: &serde_json::Value,
    problems: &mut Problems,
) -> TokenStream {
    let mut out = TokenStream::new();
    out.extend(emit_enum::emit_all(models));
    out.extend(emit_struct::emit_all(models, problems));
    out.extend(limits::emit(limits));
    out
}
