//! What is searchable in a text, and what a search asks for. One tokeniser serves both sides, so that every engine that
//! stores its words finds the same; the engines only compare words.

mod dates;
mod parse;
mod words;

pub use parse::{Dates, Search, parse};
pub use words::{Document, Phrase};
