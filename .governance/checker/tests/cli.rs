//! The command as people and workflows call it: exit codes, formats, clones without history.
#![allow(clippy::unwrap_used)] // a panic is how a test reports

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const POLICIES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A repository that has the project's policies in its first commit.
struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    fn new() -> Repository {
        let repository = Repository {
            folder: tempfile::tempdir().unwrap(),
        };
        repository.git(&["init", "-q", "-b", "main"]);
        for entry in std::fs::read_dir(POLICIES).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "yml") {
                let name = path.file_name().unwrap().to_str().unwrap();
                repository.write(
                    &format!(".governance/{name}"),
                    &std::fs::read_to_string(&path).unwrap(),
                );
            }
        }
        repository.commit("Begin");
        repository
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn git(&self, args: &[&str]) {
        let mut command = Command::new("git");
        command.current_dir(self.path()).args([
            "-c",
            "user.name=Test",
            "-c",
            "user.email=test@example.com",
            "-c",
            "commit.gpgsign=false",
        ]);
        let output = command.args(args).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "-A", "-f"]);
        self.git(&["commit", "-q", "-m", message]);
    }
}

fn governance(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_governance"));
    command.current_dir(folder).args(args).output().unwrap()
}

#[track_caller]
fn ends(folder: &Path, args: &[&str], code: i32, says: &str) -> String {
    let output = governance(folder, args);
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(text.contains(says), "{says} in {text}");
    text
}

#[test]
fn exit_codes() {
    let repository = Repository::new();
    repository.write("src/domain/src/emoji.rs", "//! x\n");
    repository.commit("Change");
    let here = repository.path();
    ends(here, &["check", "--base", "HEAD~1"], 0, "tier standard");
    let refused = ["check", "--base", "HEAD~1", "--agent", "docs-agent"];
    ends(
        here,
        &refused,
        1,
        "error[agent-path] src/domain/src/emoji.rs:1: ",
    );
    let nobody = ["check", "--base", "HEAD~1", "--agent", "nobody"];
    ends(here, &nobody, 2, "there is no contract for `nobody`");
    let nowhere = ["check", "--base", "nowhere"];
    ends(here, &nowhere, 2, "`nowhere` is no commit here");
    ends(here, &["codeowners", "--check"], 1, ".github/CODEOWNERS:1:");
    repository.write(".governance/labels.yml", "groups: {}\n");
    repository.commit("Break");
    ends(
        here,
        &["check", "--base", "HEAD~1"],
        3,
        ".governance/labels.yml:1:1: ",
    );
    let before = ["check", "--base", "HEAD~1", "--rules-from", "base"];
    ends(
        here,
        &before,
        1,
        "error[protected-path] .governance/labels.yml",
    );
}

#[test]
fn old_policies_are_no_way_round_new_ones() {
    let repository = Repository::new();
    let here = repository.path();
    let name = ".governance/agent-contracts.yml";
    let today = std::fs::read_to_string(here.join(name)).unwrap();
    let loose = today.replace(
        "    allowed: [docs/compat/analyses/*.md]",
        "    allowed: [\"**\"]",
    );
    assert_ne!(today, loose);
    repository.write(name, &loose);
    repository.commit("Loosen");
    repository.git(&["branch", "old"]);
    repository.write(name, &today);
    repository.commit("Tighten");
    repository.git(&["checkout", "-q", "old"]);
    repository.write("src/domain/src/emoji.rs", "//! x\n");
    repository.commit("Change");
    let mut check = [
        "check",
        "--base",
        "main",
        "--agent",
        "compat-agent",
        "--rules-from",
        "base",
    ];
    ends(
        here,
        &check,
        1,
        "error[agent-path] src/domain/src/emoji.rs:1: ",
    );
    check[6] = "head";
    ends(here, &check, 0, "by compat-agent");
}

#[test]
fn what_is_told_of_a_pull_request_is_judged() {
    let repository = Repository::new();
    repository.write("docs/compat/analyses/a.md", "a\n");
    repository.commit("Change");
    repository.write("body.md", "Nothing of the template.\n");
    let here = repository.path();
    let labels = "tier/standard,area/docs,agent/compat-agent,compat/relevant";
    let good = ["check", "--base", "HEAD~1", "--labels", labels];
    ends(here, &good, 0, "by compat-agent");
    let unlabelled = ["check", "--base", "HEAD~1", "--labels", ""];
    ends(here, &unlabelled, 1, "error[labels]");
    let body = ["check", "--base", "HEAD~1", "--body", "body.md"];
    ends(here, &body, 1, "error[pull-request]");
    let alone = ["check", "--base", "HEAD~1", "--approvals", ""];
    ends(here, &alone, 1, "error[co-approval]");
}

/// The forms the documents show, on a branch that left `main`.
#[test]
fn the_documented_forms() {
    let repository = Repository::new();
    repository.git(&["checkout", "-q", "-b", "area/words"]);
    repository.write("src/domain/src/emoji.rs", "//! x\n");
    repository.commit("Change");
    let text = include_str!("../../../.github/PULL_REQUEST_TEMPLATE.md").replace("- [ ]", "- [x]");
    let text = text.replace("<!--", "A sentence that says all there is to say.\n<!--");
    repository.write("pr.md", &text);
    let here = repository.path();
    let as_agent = "check --base main --agent backend-agent --labels tier/standard,area/api,agent/backend-agent --body pr.md";
    for (form, code, says) in [
        ("check --base main", 0, "tier standard"),
        (
            "check --base main --format sarif",
            0,
            "\"version\": \"2.1.0\"",
        ),
        ("check --base main --format json", 0, "\"passes\": true"),
        (as_agent, 0, "by backend-agent"),
    ] {
        let arguments: Vec<&str> = form.split(' ').collect();
        ends(here, &arguments, code, says);
    }
}

#[test]
fn clones_without_history_do_not_fail() {
    let repository = Repository::new();
    repository.write("docs/compat/analyses/a.md", "a\n");
    repository.commit("Change");
    let here = repository.path();
    ends(here, &["check", "--base", "auto"], 0, "1 files");
    let target = tempfile::tempdir().unwrap();
    let shallow = target.path().join("shallow");
    let url = format!("file://{}", here.display());
    repository.git(&[
        "clone",
        "-q",
        "--depth",
        "1",
        &url,
        shallow.to_str().unwrap(),
    ]);
    ends(&shallow, &["check", "--base", "auto"], 0, "0 files");
    let archive: PathBuf = target.path().join("archive");
    std::fs::create_dir(&archive).unwrap();
    ends(
        &archive,
        &["check", "--base", "auto"],
        0,
        "nothing to compare with",
    );
}

#[test]
fn commands_are_printed_for_others_to_run() {
    let here = Repository::new();
    ends(
        here.path(),
        &["labels", "--dry-run"],
        0,
        "gh label create 'tier/standard'",
    );
    ends(here.path(), &["protection"], 0, "gh api --method PUT");
    ends(
        here.path(),
        &["explain", "spec/access/posts.yaml"],
        0,
        "elevated",
    );
    ends(here.path(), &["rules"], 0, "migration-twin");
}
