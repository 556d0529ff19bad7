//! Stored files and pictures: where the bytes lie, and what is made of pictures (thumbnails, previews, icons).
//! Knows no rows and no permissions: callers name a path and get bytes.

mod disk;
pub mod document;
mod error;
pub mod media;
mod parts;
pub mod paths;
pub mod picture;
mod remote;
mod s3;
mod store;

pub use error::BlobError;
pub use picture::Studio;
pub use store::{Blob, BlobStore, ByteStream, Stat};
