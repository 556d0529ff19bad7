//! What `scripts/release` does with what it built: signs, verifies, finds what was tampered with, and knows the version's tag.
//! Building, twice, is the release workflow's.

use compat_tests::documents::root;
use std::path::Path;
use std::process::{Command, Output};

/// The script on a folder of its own, with a key ring of its own.
fn release(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(root().join("scripts/release"));
    command
        .args(arguments)
        .env("RUSTCHAT_DIST", folder.join("dist"))
        .env("GNUPGHOME", folder.join("keys"))
        .env("RUSTCHAT_SIGNING_KEY", "release@example.com");
    command.output().unwrap()
}

#[track_caller]
fn ends(output: &Output, good: bool, says: &str) {
    let said = [output.stdout.as_slice(), &output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert_eq!(output.status.success(), good, "{said}");
    assert!(said.contains(says), "{says} in {said}");
}

fn shell(folder: &Path, text: &str) {
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", text]);
    ends(&bash.current_dir(folder).output().unwrap(), true, "");
}

#[test]
fn checksums_are_signed_and_verified() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    shell(
        here,
        "mkdir -m 700 keys dist && cd dist && echo one >a.tar.gz && sha256sum a.tar.gz >SHA256SUMS",
    );
    ends(&release(here, &["verify"]), true, "this is no release");
    ends(&release(here, &["sign"]), false, "");
    shell(
        here,
        "GNUPGHOME=$PWD/keys gpg --batch --quiet --passphrase '' --quick-generate-key release@example.com ed25519 sign never",
    );
    ends(&release(here, &["sign"]), true, "");
    ends(&release(here, &["verify"]), true, "Good signature");

    shell(here, "echo two >dist/a.tar.gz");
    ends(&release(here, &["verify"]), false, "a.tar.gz: FAILED");
    ends(&release(here, &["sign"]), false, "FAILED");
    shell(here, "cd dist && sha256sum a.tar.gz >SHA256SUMS");
    ends(&release(here, &["verify"]), false, "BAD signature");
    // the agent that gpg started goes with its keys
    shell(here, "GNUPGHOME=$PWD/keys gpgconf --kill all");
}

#[test]
fn a_tag_is_that_of_the_version() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    ends(&release(here, &["check", "v0"]), false, "v0 is not v");
    ends(
        &release(here, &["frobnicate"]),
        false,
        "scripts/release verify",
    );
}
