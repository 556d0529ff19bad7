//! Bytes as files below a directory. A file appears at its path complete or not at all, and is on the disk before it is acknowledged.

use std::io::{self, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, stream};
use rustchat_core::ids::new_id;
use tokio::fs::{self, File, OpenOptions};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use crate::error::BlobError;
use crate::paths::{UNFINISHED, WAITING};
use crate::store::{ByteStream, Stat};

/// Unfinished files older than this are from a process that is gone.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);
const CHUNK: usize = 64 * 1024;

pub(crate) struct Disk {
    root: PathBuf,
}

impl Disk {
    pub(crate) async fn open(root: PathBuf) -> Result<Self, BlobError> {
        let unfinished = root.join(UNFINISHED);
        tokio::task::spawn_blocking(move || {
            make_directories(&unfinished)?;
            remove_older(&unfinished, SystemTime::now() - STALE)
        })
        .await??;
        Ok(Self { root })
    }

    pub(crate) async fn put(
        &self,
        path: &str,
        body: impl Stream<Item = Result<Bytes, BlobError>> + Send,
    ) -> Result<u64, BlobError> {
        let unfinished = self.root.join(UNFINISHED).join(new_id());
        let outcome = self
            .write_and_rename(&unfinished, &self.root.join(path), body)
            .await;
        if outcome.is_err() {
            remove_quietly(&unfinished).await;
        }
        outcome
    }

    async fn write_and_rename(
        &self,
        unfinished: &Path,
        target: &Path,
        body: impl Stream<Item = Result<Bytes, BlobError>> + Send,
    ) -> Result<u64, BlobError> {
        let mut file = File::create_new(unfinished).await?;
        let written = copy(body, &mut file).await?;
        file.sync_all().await?;
        drop(file);
        let (from, to) = (unfinished.to_owned(), target.to_owned());
        tokio::task::spawn_blocking(move || move_into_place(&from, &to)).await??;
        Ok(written)
    }

    pub(crate) async fn append(
        &self,
        path: &str,
        offset: u64,
        body: impl Stream<Item = Result<Bytes, BlobError>> + Send,
    ) -> Result<u64, BlobError> {
        let target = self.root.join(path);
        let mut file = if offset == 0 {
            let directory = target.parent().unwrap_or(&self.root).to_owned();
            tokio::task::spawn_blocking(move || make_directories(&directory)).await??;
            File::create(&target).await?
        } else {
            OpenOptions::new().write(true).open(&target).await?
        };
        if file.seek(SeekFrom::End(0)).await? != offset {
            return Err(BlobError::WrongOffset);
        }
        let outcome = copy(body, &mut file).await;
        file.sync_all().await?;
        let parent = target.parent().unwrap_or(&self.root).to_owned();
        tokio::task::spawn_blocking(move || sync_directory(&parent)).await??;
        Ok(offset + outcome?)
    }

    pub(crate) async fn stat(&self, path: &str) -> Result<Stat, BlobError> {
        let metadata = fs::metadata(self.root.join(path)).await?;
        if !metadata.is_file() {
            return Err(BlobError::NotFound);
        }
        let since = metadata
            .modified()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let modified_at = since
            .and_then(|since| i64::try_from(since.as_millis()).ok())
            .unwrap_or_default();
        Ok(Stat {
            size: metadata.len(),
            modified_at,
        })
    }

    pub(crate) async fn read(
        &self,
        path: &str,
        range: Range<u64>,
    ) -> Result<ByteStream, BlobError> {
        let mut file = File::open(self.root.join(path)).await?;
        if range.start > 0 {
            file.seek(SeekFrom::Start(range.start)).await?;
        }
        let file = file.take(range.end - range.start);
        let parts = stream::try_unfold(file, |mut file| async move {
            let length = usize::try_from(file.limit()).unwrap_or(CHUNK).min(CHUNK);
            let mut part = BytesMut::with_capacity(length);
            if length == 0 || file.read_buf(&mut part).await? == 0 {
                return Ok(None);
            }
            Ok(Some((part.freeze(), file)))
        });
        Ok(parts.boxed())
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<(), BlobError> {
        let target = self.root.join(path);
        fs::remove_file(&target).await?;
        // a directory made for one file goes with it; one that holds more stays
        if let Some(parent) = target.parent().filter(|parent| *parent != self.root) {
            let _not_empty = fs::remove_dir(parent).await;
        }
        Ok(())
    }

    /// Removes what unfinished writes left before a time, in milliseconds since 1970; how much it was.
    pub(crate) async fn sweep(&self, before: i64) -> Result<usize, BlobError> {
        let before = UNIX_EPOCH + Duration::from_millis(u64::try_from(before).unwrap_or_default());
        let places = [UNFINISHED, WAITING].map(|place| self.root.join(place));
        tokio::task::spawn_blocking(move || {
            let removed = places.iter().map(|place| remove_older(place, before));
            Ok(removed.sum::<io::Result<usize>>()?)
        })
        .await?
    }

    pub(crate) async fn rename(&self, from: &str, to: &str) -> Result<(), BlobError> {
        let (from, to) = (self.root.join(from), self.root.join(to));
        tokio::task::spawn_blocking(move || move_into_place(&from, &to)).await??;
        Ok(())
    }
}

async fn copy(
    body: impl Stream<Item = Result<Bytes, BlobError>> + Send,
    file: &mut File,
) -> Result<u64, BlobError> {
    let mut body = std::pin::pin!(body);
    let mut written = 0;
    while let Some(part) = body.next().await {
        let part = part?;
        file.write_all(&part).await?;
        written += part.len() as u64;
    }
    file.flush().await?;
    Ok(written)
}

fn move_into_place(from: &Path, to: &Path) -> io::Result<()> {
    let parent = to.parent().ok_or(io::ErrorKind::InvalidInput)?;
    make_directories(parent)?;
    match std::fs::rename(from, to) {
        // the directory of a file deleted at the same time may just have been removed
        Err(error) if error.kind() == io::ErrorKind::NotFound && from.exists() => {
            make_directories(parent)?;
            std::fs::rename(from, to)?;
        }
        other => other?,
    }
    sync_directory(parent)
}

/// Makes a directory and those above it, so that they survive a power cut as well.
fn make_directories(directory: &Path) -> io::Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    let mut above = directory.parent();
    while let Some(parent) =
        above.filter(|parent| !parent.as_os_str().is_empty() && !parent.is_dir())
    {
        above = parent.parent();
    }
    std::fs::create_dir_all(directory)?;
    let first = above
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut changed = directory.parent();
    while let Some(parent) = changed.filter(|parent| !parent.as_os_str().is_empty()) {
        sync_directory(parent)?;
        if parent == first {
            break;
        }
        changed = parent.parent();
    }
    Ok(())
}

fn sync_directory(directory: &Path) -> io::Result<()> {
    std::fs::File::open(directory)?.sync_all()
}

/// Removes the files of a directory last written before a time; how many.
fn remove_older(directory: &Path, before: SystemTime) -> io::Result<usize> {
    let entries = match std::fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        other => other?,
    };
    let mut removed = 0;
    for entry in entries {
        let entry = entry?;
        let facts = entry.metadata()?;
        if facts.is_file() && facts.modified().is_ok_and(|modified| modified < before) {
            std::fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

async fn remove_quietly(path: &Path) {
    if let Err(error) = fs::remove_file(path).await
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "an unfinished file could not be removed");
    }
}
