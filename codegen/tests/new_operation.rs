//! `new-operation` on copies of the workspace: what it lays out is Rust that the parser takes and a specification that the
//! generator takes, a second call changes nothing, and (slow, on demand) the whole workspace builds with it.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a panic is how a test reports
mod copies;

use codegen::Target;
use codegen::scaffold::{Wanted, new_operation};
use copies::{files, workspace};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn wanted(words: &str) -> Wanted {
    Wanted::parse(words.split_whitespace().map(str::to_owned)).unwrap()
}

fn changed(
    before: &BTreeMap<PathBuf, String>,
    after: &BTreeMap<PathBuf, String>,
    root: &Path,
) -> Vec<String> {
    let changed = after
        .iter()
        .filter(|(p, text)| before.get(*p) != Some(text));
    changed
        .map(|(p, _)| p.strip_prefix(root).unwrap().display().to_string())
        .collect()
}

/// Every changed file parses, the contract has the method, and a second call is refused without a trace.
fn lay_out(dir: &Path, words: &str, method: &str) -> Vec<String> {
    let before = files(dir);
    let said = new_operation(dir, &wanted(words)).unwrap();
    let after = files(dir);
    let changed = changed(&before, &after, dir);
    for file in changed.iter().filter(|f| f.ends_with(".rs")) {
        assert!(
            syn::parse_file(&after[&dir.join(file)]).is_ok(),
            "{file}:\n{}",
            after[&dir.join(file)]
        );
        assert!(!after[&dir.join(file)].contains("todo!"), "{file}");
    }
    assert!(
        changed.iter().all(|f| said.contains(f.as_str())),
        "{said}\n{changed:?}"
    );
    let contract = codegen::generate(Target::Contract, &dir.join("spec")).unwrap();
    assert!(contract.contains(&format!("fn {method}(")), "{words}");
    let again = new_operation(dir, &wanted(words)).unwrap_err();
    assert!(again.to_string().contains("already"), "{again:#}");
    assert_eq!(files(dir), after, "a second call changes nothing");
    changed
}

#[test]
fn a_route_that_the_specification_lacks() {
    let dir = workspace();
    let words = "GetToy --new GET /toys/{toy_id} --response Post --query since=int";
    let changed = lay_out(dir.path(), words, "get_toy");
    assert_eq!(
        changed,
        [
            "compat-tests/tests/it/operations/mod.rs",
            "compat-tests/tests/it/operations/toys.rs",
            "spec/access/toys.yaml",
            "spec/overlay/toys.yaml",
            "spec/scope.yaml",
            "src/api/src/lib.rs",
            "src/api/src/toys.rs",
            "src/domain/src/lib.rs",
            "src/domain/src/toys.rs",
            "src/store/src/lib.rs",
            "src/store/src/toys.rs",
            "src/store/tests/toys.rs",
        ]
    );
    let read = |file: &str| fs::read_to_string(dir.path().join(file)).unwrap();
    insta::assert_snapshot!(format!(
        "{}\n{}\n{}\n{}\n{}\n{}\n{}",
        read("spec/overlay/toys.yaml"),
        read("spec/access/toys.yaml"),
        read("src/api/src/toys.rs"),
        read("src/domain/src/toys.rs"),
        read("src/store/src/toys.rs"),
        read("src/store/tests/toys.rs"),
        read("compat-tests/tests/it/operations/toys.rs"),
    ));
    // a second operation of the tag goes into the same files
    let words = "SetToy --new PUT /toys/{toy_id} --body StringInterface --response ok";
    let changed = lay_out(dir.path(), words, "set_toy");
    assert!(
        changed.contains(&"src/api/src/toys.rs".to_owned()),
        "{changed:?}"
    );
    assert!(
        !changed.contains(&"src/api/src/lib.rs".to_owned()),
        "{changed:?}"
    );
    lay_out(dir.path(), "ListToys --new GET /toys", "list_toys");
    lay_out(
        dir.path(),
        "DrawToy --new GET /toys/{toy_id}/picture --response raw",
        "draw_toy",
    );
}

/// Pending operations, a few from all over the list, can be laid out; so can one in the files of another noun.
#[test]
fn pending_operations_of_the_specification() {
    let dir = workspace();
    let spec = codegen::load(&dir.path().join("spec")).unwrap();
    let pending = spec
        .ops
        .iter()
        .filter(|op| op.scope == codegen::spec::Scope::Pending);
    for op in pending.step_by(25).take(3) {
        let method = codegen::names::snake(&codegen::names::pascal(&op.id));
        lay_out(dir.path(), &op.id, &method);
    }
    lay_out(
        dir.path(),
        "GetOddPosts --new GET /posts/odd --noun posts",
        "get_odd_posts",
    );
}

#[test]
fn what_cannot_be_laid_out_leaves_no_trace() {
    let dir = workspace();
    let before = files(dir.path());
    for (words, says) in [
        ("CreatePost", "is implemented already"),
        ("GetNothingAtAll", "is not in the specification"),
        ("ListChannelBookmarksForChannel", "without a licence"),
        (
            "GetToy --new GET /posts/{post_id}",
            "GET /api/v4/posts/{post_id} is GetPost already",
        ),
        ("GetToy --new FETCH /toys", "FETCH is not one of"),
        (
            "GetToy --new GET /toys --response Toy",
            "`response: Toy` is an unknown model",
        ),
        (
            "Create --new GET /toys --noun channels",
            "src/domain/src/channels/mod.rs has `create` already",
        ),
    ] {
        match new_operation(dir.path(), &wanted(words)) {
            Err(error) => assert!(format!("{error:#}").contains(says), "{words}: {error:#}"),
            Ok(_) => panic!("{words}: was laid out"),
        }
        assert_eq!(files(dir.path()), before, "{words}");
    }
}

/// Builds what depends on the specification a second time, in a copy that borrows all else from the build of this workspace.
/// Run by `scripts/test` on its own: `cargo test -p rustchat-codegen -- --ignored`.
#[test]
#[ignore = "builds a copy of the workspace"]
fn the_workspace_builds_with_what_was_laid_out_and_its_tests_fail() {
    let copy = copies::Buildable::new();
    let cargo = |command: &str| {
        let (good, said) = copy.cargo(command);
        println!("{:?} cargo {command}", copy.begun.elapsed());
        (good, said)
    };
    for words in [
        "GetToy --new GET /toys/{toy_id} --response Post --query since=int",
        "SetToy --new PUT /toys/{toy_id} --body StringInterface --response ok",
        "DrawToy --new GET /toys/{toy_id}/picture --response raw",
    ] {
        new_operation(&copy.dir, &wanted(words)).unwrap();
    }
    let (good, said) = cargo("fmt --all --check");
    assert!(good, "cargo fmt\n{said}");
    let (good, said) = cargo("test -p compat-tests --test it -- unfinished operations");
    assert!(!good, "stubs are not found\n{said}");
    assert!(!said.contains("warning:"), "the compiler warns\n{said}");
    for expected in [
        "stubs that answer 501 though their operations are marked implemented",
        "spec/access/toys.yaml: GetToy: nobody; say who may",
        "operations::toys::get_toy ... FAILED",
        "operations::toys::set_toy ... FAILED",
        "operations::the_administrator_is_signed_in ... ok",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
}
