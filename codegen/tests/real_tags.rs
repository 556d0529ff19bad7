//! The text generated for two small tags of the project's own specification, to be read when the generator changes.
//! The whole of it is too long to read; what is invented and complete is in `fixture.rs`.
use std::path::Path;

fn generated(tag: &str) -> anyhow::Result<String> {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let mut spec = codegen::load(&spec)?;
    spec.ops.retain(|op| op.tag == tag);
    codegen::pretty(codegen::contract::generate(&spec))
}

#[test]
fn reactions() -> anyhow::Result<()> {
    insta::assert_snapshot!(generated("reactions")?);
    Ok(())
}

/// Files among the bodies, and an answer without a body.
#[test]
fn brand() -> anyhow::Result<()> {
    insta::assert_snapshot!(generated("brand")?);
    Ok(())
}
