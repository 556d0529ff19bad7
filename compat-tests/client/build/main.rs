//! Makes the client of `spec/`: the corrected document, adapted to what progenitor reads, and what had to be left out.
mod adapt;

use anyhow::{Context, Result};
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() -> Result<()> {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec");
    println!("cargo:rerun-if-changed={}", spec.display());
    println!("cargo:rerun-if-changed=build");
    let adapted = adapt::for_progenitor(codegen::corrected_openapi(&spec)?);
    let mut settings = GenerationSettings::new();
    // Builders would double the code; optional parameters are told apart by their types well enough for tests.
    settings.with_interface(InterfaceStyle::Positional);
    let document = serde_json::from_value(adapted.document).context("the adapted document")?;
    let tokens = Generator::new(&settings).generate_tokens(&document)?;
    let mut source = codegen::pretty(tokens)?;
    writeln!(
        source,
        "/// Operations the client has.\npub const OPERATIONS: &[&str] = &{:?};",
        adapted.operations
    )?;
    writeln!(
        source,
        "/// Operations it does not have, with the reason.\npub const LEFT_OUT: &[(&str, &str)] = &{:?};",
        adapted.left_out
    )?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").context("OUT_DIR")?).join("client.rs");
    std::fs::write(&out, source).with_context(|| out.display().to_string())
}
