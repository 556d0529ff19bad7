//! `scripts/dependencies` refuses what `deny.toml` forbids.

use compat_tests::documents::root;
use std::process::Command;

/// The dependency rules refuse what they are meant to refuse.
#[test]
fn dependency_rules_bite() {
    let rules = std::fs::read_to_string(root().join("deny.toml")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deny.toml");
    let banned = "deny = [\n    { crate = \"serde\", reason = \"nothing\" },";
    for (from, to, expected) in [
        (
            "    \"Unicode-3.0\",\n",
            "",
            "licence Unicode-3.0 is not allowed",
        ),
        ("deny = [", banned, ": banned, use nothing"),
        ("crates.io-index", "elsewhere", ": comes from registry+"),
    ] {
        std::fs::write(&file, rules.replacen(from, to, 1)).unwrap();
        let run = Command::new(root().join("scripts/dependencies"))
            .arg("--rules")
            .arg(&file)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&run.stdout);
        assert!(
            !run.status.success() && said.contains(expected),
            "{expected}\n{said}"
        );
    }
}
