//! What `codegen new-operation` laid out has to be filled before it is taken.

use contract::{Access, OPERATIONS, Scope};
use std::path::Path;

/// What every stub answers; nothing but stubs and the gate, which answers for pending operations, names it.
const STUB: &str = "common::PENDING";
const GATE: &str = "src/api/src/gate.rs";

#[test]
fn no_stub_is_left() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut left = Vec::new();
    for layer in ["src/api/src", "src/domain/src", "src/store/src"] {
        collect(&root, &root.join(layer), &mut left);
    }
    assert!(
        left.is_empty(),
        "stubs that answer 501 though their operations are marked implemented:\n{}",
        left.join("\n")
    );
}

#[test]
fn every_implemented_operation_lets_somebody_in() {
    let closed = OPERATIONS.iter().filter(|op| {
        op.access == Access::Nobody && matches!(op.scope, Scope::Implemented | Scope::ByHand)
    });
    let closed: Vec<String> = closed
        .map(|op| {
            format!(
                "spec/access/{}.yaml: {}: nobody; say who may",
                op.tag, op.id
            )
        })
        .collect();
    assert!(closed.is_empty(), "{}", closed.join("\n"));
}

fn collect(root: &Path, folder: &Path, left: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, left);
            continue;
        }
        let name = path
            .strip_prefix(root)
            .unwrap()
            .to_string_lossy()
            .into_owned();
        if name == GATE || !name.ends_with(".rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for (number, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains(STUB))
        {
            left.push(format!("{name}:{}: {}", number + 1, line.trim()));
        }
    }
}
