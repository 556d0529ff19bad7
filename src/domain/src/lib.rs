//! The rules of chat, one file per noun; knows no HTTP.

pub mod passwords;
