//! Build script of the two generated crates, `src/model` and `src/contract`; each points here with `build = "../../build.rs"`.
//! All work is in `codegen`; this only finds `spec/` and decides which crate is being built.
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let target = match std::env::var("CARGO_PKG_NAME").as_deref() {
        Ok("rustchat-model") => codegen::Target::Model,
        _ => codegen::Target::Contract,
    };
    // relative to the crate, where cargo runs this: a checkout that was moved is still its own
    let root = Path::new("../..");
    let spec = root.join("spec");
    for input in target.inputs() {
        println!("cargo:rerun-if-changed={}", spec.join(input).display());
    }
    println!("cargo:rerun-if-changed={}", root.join("build.rs").display());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default()).join("generated.rs");
    let written = codegen::generate(target, &spec).and_then(|text| Ok(std::fs::write(&out, text)?));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            for line in format!("{error:#}").lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}
