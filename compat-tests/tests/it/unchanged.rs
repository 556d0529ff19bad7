//! The recordings are evidence: nobody edits them.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn recordings_are_as_they_were_made() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = std::fs::read_to_string(here.join("recordings.sha256")).unwrap();
    let want: BTreeMap<String, String> = manifest
        .lines()
        .filter_map(|l| {
            l.split_once("  ")
                .map(|(sum, name)| (name.to_owned(), sum.to_owned()))
        })
        .collect();
    let mut got = BTreeMap::new();
    collect(&here.join("recordings"), &here.join("recordings"), &mut got);
    assert_eq!(want, got);
}

fn collect(root: &Path, folder: &Path, out: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|n| n != "__pycache__") {
            collect(root, &path, out);
        } else if path.is_file() {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            out.insert(
                name,
                hex::encode(Sha256::digest(std::fs::read(&path).unwrap())),
            );
        }
    }
}
