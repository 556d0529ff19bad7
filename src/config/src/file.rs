//! The settings file on disk: read with a bound, written so that a crash leaves the old or the new one.

use crate::error::ConfigError;
use serde_json::Value;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// No settings file is larger than this.
const LIMIT: u64 = 16 * 1024 * 1024;

/// The document, or `None` if there is no file.
pub(crate) fn read(path: &Path) -> Result<Option<Value>, ConfigError> {
    let failed = |source| ConfigError::Read {
        path: path.to_owned(),
        source,
    };
    let parse = |reason| ConfigError::Parse {
        path: path.to_owned(),
        reason,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut text = String::new();
    file.take(LIMIT + 1)
        .read_to_string(&mut text)
        .map_err(failed)?;
    if text.len() as u64 > LIMIT {
        return Err(parse("it is larger than 16 MB".to_owned()));
    }
    let document: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| parse(error.to_string()))?;
    if document.is_object() {
        Ok(Some(document))
    } else {
        Err(parse("it does not hold a JSON object".to_owned()))
    }
}

/// Replaces the file as one step and waits until it is on disk. Readable by its owner alone, and by a group that could
/// read it before; secrets are written to it, so everybody else loses what they could.
pub(crate) fn write(path: &Path, document: &Value) -> Result<(), ConfigError> {
    replace(path, document).map_err(|source| ConfigError::Write {
        path: path.to_owned(),
        source,
    })
}

fn replace(path: &Path, document: &Value) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    fs::create_dir_all(&folder)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", rustchat_core::ids::new_id()));
    let temporary = folder.join(name);
    let written = fill(&temporary, &path, document).and_then(|()| fs::rename(&temporary, &path));
    if written.is_err() {
        // best effort: the error that counts is the first one
        let _ = fs::remove_file(&temporary);
    }
    written?;
    File::open(&folder)?.sync_all()
}

fn fill(temporary: &Path, path: &Path, document: &Value) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(temporary)?;
    if let Ok(existing) = fs::metadata(path) {
        file.set_permissions(narrowed(existing.permissions()))?;
    }
    let mut text = serde_json::to_vec_pretty(document)?;
    text.push(b'\n');
    file.write_all(&text)?;
    file.sync_all()
}

#[cfg(unix)]
fn narrowed(mut permissions: fs::Permissions) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    permissions.set_mode(permissions.mode() & 0o770);
    permissions
}

#[cfg(not(unix))]
fn narrowed(permissions: fs::Permissions) -> fs::Permissions {
    permissions
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn writes_and_reads() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deeper/config.json");
        assert!(read(&path).unwrap().is_none());
        write(&path, &json!({"b": 1, "a": 2})).unwrap();
        write(&path, &json!({"b": 3, "a": 2})).unwrap();
        assert_eq!(read(&path).unwrap().unwrap(), json!({"b": 3, "a": 2}));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn strangers_cannot_read_what_was_written() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        for (before, after) in [(0o644, 0o640), (0o660, 0o660), (0o600, 0o600)] {
            fs::write(&path, "{}").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(before)).unwrap();
            write(&path, &json!({})).unwrap();
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, after, "{before:o} became {mode:o}");
        }
    }

    #[test]
    fn refuses_what_is_no_object() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        for text in ["", "[]", "{\"a\":"] {
            fs::write(&path, text).unwrap();
            assert!(
                matches!(read(&path), Err(ConfigError::Parse { .. })),
                "{text}"
            );
        }
        assert!(read(folder.path()).is_err());
    }
}
