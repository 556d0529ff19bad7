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
    // where cargo runs it, which is elsewhere when the checkout was moved since it was built
    let here =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let spec = Path::new(&here).join("../spec");
    let mut words = std::env::args().skip(1);
    let text = match words.next().as_deref() {
        Some("openapi") => serde_json::to_string_pretty(&codegen::corrected_openapi(&spec)?)?,
        Some("model") => codegen::generate(Target::Model, &spec)?,
        Some("contract") => codegen::generate(Target::Contract, &spec)?,
        Some("operations") => codegen::operations(&spec)?,
        Some("new-operation") => {
            let root = Path::new(&here).join("..");
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
