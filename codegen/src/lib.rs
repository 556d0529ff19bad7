//! Turns spec/ into Rust; knows nothing of chat.
//!
//! `build` is called by the build script of the two generated crates; everything it reports names the file to change.
pub mod contract;
pub mod model;
pub mod names;
pub mod problems;
pub mod scaffold;
pub mod spec;

use anyhow::Context;
use problems::Problems;
use proc_macro2::TokenStream;
use std::path::Path;

/// Which of the two crates is being built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Model,
    Contract,
}

impl Target {
    /// What below `spec/` the crate is made of; a change elsewhere does not rebuild it.
    pub fn inputs(self) -> &'static [&'static str] {
        match self {
            Target::Model => &["facts", "overlay/models.yaml"],
            Target::Contract => &["."],
        }
    }
}

/// The generated source of a crate.
pub fn generate(target: Target, spec: &Path) -> anyhow::Result<String> {
    let mut problems = Problems::default();
    let models = model::Models::load(spec, &mut problems)?;
    let tokens = match target {
        Target::Model => {
            let limits = std::fs::read_to_string(spec.join("facts/limits.json"))
                .context("spec/facts/limits.json")?;
            model::generate(&models, &serde_json::from_str(&limits)?, &mut problems)
        }
        Target::Contract => contract::generate(&spec::load(spec, models, &mut problems)?),
    };
    problems.check()?;
    pretty(tokens)
}

/// Reads and checks everything below `spec`.
pub fn load(spec: &Path) -> anyhow::Result<spec::Spec> {
    let mut problems = Problems::default();
    let models = model::Models::load(spec, &mut problems)?;
    let loaded = spec::load(spec, models, &mut problems)?;
    problems.check()?;
    Ok(loaded)
}

/// The OpenAPI document with every correction in it, as JSON; it is checked to be one that ordinary tools read.
pub fn corrected_openapi(spec: &Path) -> anyhow::Result<serde_json::Value> {
    let document = spec::corrected(&load(spec)?);
    serde_json::from_value::<openapiv3::OpenAPI>(document.clone())
        .context("the corrected document is not OpenAPI 3.0")?;
    Ok(document)
}

/// One line per operation, for people: id, tag, method, path, body, status, response.
pub fn operations(spec: &Path) -> anyhow::Result<String> {
    let mut out = String::from("area\tid\troute\tbody\tstatus\tresponse\taccess\tscope\n");
    for op in load(spec)?.ops {
        out += &format!(
            "{}\t{}\t{} {}\t{}\t{}\t{}\t{:?}\t{:?}\n",
            op.tag, op.id, op.method, op.path, op.body, op.status, op.response, op.access, op.scope
        );
    }
    Ok(out)
}

/// Formats generated code, so that a person can read it and compiler messages point somewhere.
pub fn pretty(tokens: TokenStream) -> anyhow::Result<String> {
    let file = syn::parse2(tokens).context("the generated code does not parse")?;
    Ok(prettyplease::unparse(&file))
}
