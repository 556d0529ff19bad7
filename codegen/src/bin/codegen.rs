//! Command line of the generator, for people: `codegen openapi | model | contract | operations`, printed to standard output.
use codegen::Target;
use std::path::Path;

fn main() -> anyhow::Result<()> {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let text = match std::env::args().nth(1).as_deref() {
        Some("openapi") => serde_json::to_string_pretty(&codegen::corrected_openapi(&spec)?)?,
        Some("model") => codegen::generate(Target::Model, &spec)?,
        Some("contract") => codegen::generate(Target::Contract, &spec)?,
        Some("operations") => codegen::operations(&spec)?,
        _ => anyhow::bail!("usage: codegen openapi | model | contract | operations"),
    };
    use std::io::Write;
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}
