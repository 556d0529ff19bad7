//! SQL, migrations and caches of rows; the only crate that names sqlx.

pub mod db;
mod error;
pub mod migrate;
mod options;

pub use db::{Arg, Db, Row, Tx};
pub use error::StoreError;
pub use options::{Engine, Options};
