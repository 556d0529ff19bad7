//! The recorded scenarios on disk: finding, reading, naming them, and their uploads. Plays nothing.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Methods in the order in which a step is searched for one.
pub const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// Paths whose successful change is felt by the whole server.
const SERVER_WIDE: [&str; 3] = ["/config", "/server_busy", "/restart"];

/// One scenario as recorded.
pub struct Recording {
    /// `area/file` without the extension.
    pub name: String,
    pub folder: PathBuf,
    pub data: Value,
}

impl Recording {
    /// Reads one file.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let data: Value =
            serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        let folder = path.parent().unwrap_or(Path::new(".")).to_path_buf();
        let area = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        Ok(Recording {
            name: format!("{area}/{stem}"),
            folder,
            data,
        })
    }

    /// The steps, in order.
    pub fn steps(&self) -> &[Value] {
        self.data
            .get("steps")
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// Whether it changes the whole server while it runs, so that nothing else may run beside it.
    pub fn needs_the_server_alone(&self) -> bool {
        self.steps().iter().any(|step| {
            request_of(step).is_some_and(|(method, path)| {
                method != "GET"
                    && SERVER_WIDE.iter().any(|p| path.starts_with(p))
                    && step["response"]["status"].as_u64().is_some_and(|s| s < 300)
            })
        })
    }

    /// An upload by its path from the scenario, or by its name in an `assets` folder beside or above it.
    pub fn asset(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.canonicalize()?;
        let file = Path::new(name).file_name().unwrap_or_default();
        for base in folder.ancestors().take(5) {
            for candidate in [base.join(name), base.join("assets").join(file)] {
                if candidate.is_file() {
                    return Ok(candidate);
                }
            }
        }
        bail!("no asset {name}")
    }
}

/// Method and path of a step that is an HTTP request.
pub fn request_of(step: &Value) -> Option<(&'static str, &str)> {
    METHODS
        .into_iter()
        .find_map(|m| step.get(m).and_then(Value::as_str).map(|path| (m, path)))
}

/// The folder of the checked-in recordings.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings")
}

/// Reads what `selection` names: files, folders, areas, `area/scenario`; everything when it is empty.
pub fn load(selection: &[String]) -> Result<Vec<Recording>> {
    let mut files = Vec::new();
    let everything = [".".to_owned()];
    for chosen in if selection.is_empty() {
        &everything
    } else {
        selection
    } {
        let inside = folder().join(chosen);
        let candidates = [
            PathBuf::from(chosen),
            inside.clone(),
            inside.with_extension("json"),
        ];
        let candidates = if selection.is_empty() {
            &candidates[1..2]
        } else {
            &candidates[..]
        };
        let Some(found) = candidates.iter().find(|p| p.exists()) else {
            bail!("no recording, folder or area named {chosen}");
        };
        collect(found, &mut files)?;
    }
    files.sort();
    files.dedup();
    files.iter().map(|f| Recording::read(f)).collect()
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        let path = entry?.path();
        let is_json = path.extension().is_some_and(|e| e == "json");
        if path.is_dir() && path.file_name().is_some_and(|n| n != "assets") {
            collect(&path, files)?;
        } else if path.is_file() && is_json {
            files.push(path);
        }
    }
    Ok(())
}
