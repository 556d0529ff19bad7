//! Judges changes by the policies in `.governance`. Knows nothing of chat and builds on no other crate of the house: it reads
//! git and the policy files, and says what is wrong. What the rules are is data; how each is found out is here.

pub mod assess;
pub mod base;
pub mod change;
pub mod check;
pub mod cli;
pub mod content;
pub mod diffs;
pub mod explain;
pub mod git;
pub mod globs;
pub mod kinds;
pub mod label_sync;
pub mod owners;
pub mod policy;
pub mod protection;
pub mod report;
pub mod revert;
pub mod rules;
pub mod schema;
pub mod specs;
pub mod toml_file;
pub mod validate;
pub mod yaml;

#[cfg(test)]
mod testing;
