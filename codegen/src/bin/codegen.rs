//! Command line of the generator, for people: prints what is generated, and lays out new operations.
use codegen::Target;
use std::path::Path;

fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let mut words = std::env::args().skip(1);
    let text = match words.next().as_deref() {
        Some("openapi") => serde_json::to_string_pretty(&codegen::corrected_openapi(&spec)?)?,
        Some("model") => codegen::generate(Target::Model, &spec)?,
        Some("contract") => codegen::generate(Target::Contract, &spec)?,
        Some("operations") => codegen::operations(&spec)?,
        Some("new-operation") => {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
            codegen::scaffold::new_operation(&root, &codegen::scaffold::Wanted::parse(words)?)?
        }
        _ => anyhow::bail!(
            "usage: codegen openapi | model | contract | operations\n{}",
            codegen::scaffold::USAGE
        ),
    };
    use std::io::Write;
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}
