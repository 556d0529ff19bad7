//! Every module opens by saying what it is.

use std::path::Path;

#[test]
fn every_module_says_what_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut silent = Vec::new();
    for folder in [
        "src",
        "codegen",
        "compat-tests/src",
        "compat-tests/tests",
        "compat-tests/client",
        ".governance/checker",
    ] {
        look(&root.join(folder), &mut silent);
    }
    assert!(
        silent.is_empty(),
        "these files do not start with `//!`: {silent:#?}"
    );
}

fn look(folder: &Path, silent: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            look(&path, silent);
        } else if path.extension().is_some_and(|e| e == "rs")
            && !std::fs::read_to_string(&path).unwrap().starts_with("//!")
        {
            silent.push(path.display().to_string());
        }
    }
}
