//! Copies of the workspace for tests: of a few folders, and one that can be built.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

const PARTS: &[&str] = &[
    "spec",
    "src/api/src",
    "src/domain/src",
    "src/store/src",
    "src/store/tests",
    "compat-tests/tests/it",
];

/// The workspace itself.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A copy of what `new-operation` reads and writes.
pub fn workspace() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for part in PARTS {
        copy(&root().join(part), &dir.path().join(part));
    }
    dir
}

/// Every text file below a folder.
pub fn files(root: &Path) -> BTreeMap<PathBuf, String> {
    fn walk(folder: &Path, out: &mut BTreeMap<PathBuf, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if let Ok(text) = fs::read_to_string(&path) {
                out.insert(path, text);
            }
        }
    }
    let mut out = BTreeMap::new();
    walk(root, &mut out);
    out
}

/// A file with the time of its last change, by which cargo knows what it has built already.
fn copy_with_time(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::copy(from, to).unwrap();
    let time = fs::metadata(from).unwrap().modified().unwrap();
    fs::File::open(to).unwrap().set_modified(time).unwrap();
}

/// The same file under another name; a copy where the file system cannot.
fn link(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    if fs::hard_link(from, to).is_err() {
        copy_with_time(from, to);
    }
}

/// A copy of the whole workspace with a build of its own, which begins with what is built of this one.
pub struct Buildable {
    pub dir: PathBuf,
    target: PathBuf,
    pub begun: Instant,
}

impl Buildable {
    pub fn new() -> Self {
        let begun = Instant::now();
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or(root().join("target"), PathBuf::from);
        let place = target.join("new-operation");
        let _ = fs::remove_dir_all(&place);
        let (dir, build) = (place.join("workspace"), place.join("target"));
        let git = ["ls-files", "--cached", "--others", "--exclude-standard"];
        let listed = Command::new("git").args(git).current_dir(root()).output();
        for file in String::from_utf8(listed.unwrap().stdout).unwrap().lines() {
            let (from, to) = (root().join(file), dir.join(file));
            if file.starts_with("compat-tests/recordings/") {
                link(&from, &to);
            } else if from.is_file() {
                copy_with_time(&from, &to);
            }
        }
        // of folders that build scripts read, cargo looks at the time, too
        for folder in [
            "spec/facts",
            "spec/overlay",
            "spec/access",
            "spec/clients",
            "spec",
        ] {
            let time = fs::metadata(root().join(folder)).unwrap().modified();
            let folder = fs::File::open(dir.join(folder)).unwrap();
            folder.set_modified(time.unwrap()).unwrap();
        }
        for folder in [".fingerprint", "build", "deps"] {
            lend(
                &target.join("debug").join(folder),
                &build.join("debug").join(folder),
            );
        }
        Buildable {
            dir,
            target: build,
            begun,
        }
    }

    /// Runs cargo there: whether it went well, and what it said.
    pub fn cargo(&self, command: &str) -> (bool, String) {
        let mut cargo = Command::new("cargo");
        cargo
            .args(command.split_whitespace())
            .current_dir(&self.dir);
        // what cargo told this test of its own crate would make build scripts of others run again
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
                cargo.env_remove(name);
            }
        }
        let out = cargo
            .env("CARGO_TARGET_DIR", &self.target)
            .output()
            .unwrap();
        let said = [out.stdout, out.stderr].concat();
        (
            out.status.success(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    }
}

impl Drop for Buildable {
    fn drop(&mut self) {
        // it is large, and the next one is made anew
        let _ = fs::remove_dir_all(self.dir.parent().unwrap_or(&self.dir));
    }
}

/// What a build wrote. Compiled crates are linked, since compilers replace them and never write into them; all else is copied.
fn lend(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let Ok(entries) = fs::read_dir(from) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        let kind = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default();
        if path.is_dir() {
            lend(&path, &target);
        } else if ["rlib", "rmeta", "so"].contains(&kind) {
            link(&path, &target);
        } else if kind == "d" || !from.ends_with("deps") {
            copy_with_time(&path, &target);
        }
    }
}
