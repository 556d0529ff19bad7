//! What can go wrong with stored bytes. The domain turns it into the error of its noun.

use std::io;

#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    #[error("there is nothing at this path")]
    NotFound,
    /// Empty, absolute, with `.` or `..`, or too long.
    #[error("not a usable path")]
    BadPath,
    #[error("more bytes than allowed")]
    TooLarge,
    /// The range begins behind the end.
    #[error("range out of bounds")]
    BadRange,
    /// The append does not begin where the file ends.
    #[error("not at the end of the file")]
    WrongOffset,
    /// The bytes stopped coming.
    #[error("the source of the bytes failed: {0}")]
    Source(Box<dyn std::error::Error + Send + Sync>),
    #[error("storage failed: {0}")]
    Io(#[source] io::Error),
    #[error("object storage failed: {0}")]
    Remote(#[source] object_store::Error),
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory => Self::NotFound,
            io::ErrorKind::InvalidFilename => Self::BadPath,
            _ => Self::Io(error),
        }
    }
}

impl From<object_store::Error> for BlobError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::NotFound,
            object_store::Error::InvalidPath { .. } => Self::BadPath,
            other => Self::Remote(other),
        }
    }
}

impl From<tokio::task::JoinError> for BlobError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Io(io::Error::other(error))
    }
}
