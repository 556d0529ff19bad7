//! Stored files and pictures: object store, thumbnails, previews.
