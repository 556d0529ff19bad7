//! What can go wrong below the domain, in words that do not depend on the engine.
//! Not an answer to a client: `AppError` is made from it at the border of this crate.

use std::error::Error;
use std::sync::Arc;

use rustchat_core::error::ErrorDef;

/// Clonable, so that callers who shared one load can share its failure.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    #[error("no such row")]
    NotFound,
    /// A unique index refused the row; the name is PostgreSQL's on both engines.
    #[error("unique constraint {constraint} refused the row")]
    Conflict { constraint: String },
    /// A foreign key, a not-null or a check refused the row.
    #[error("constraint {constraint} refused the row")]
    Refused { constraint: String },
    #[error("a value is too big for its column")]
    TooBig,
    /// Two transactions met; running the whole one again may succeed.
    #[error("the transaction met another one: {0}")]
    Contended(String),
    #[error("the database is not available: {0}")]
    Unavailable(String),
    #[error("column {column}: {reason}")]
    Decode { column: String, reason: String },
    #[error("{0}")]
    Migration(String),
    #[error(
        "another rustchat is using this database. Only one may, because each remembers rows that the other would change: \
         stop the other one, then start this one again"
    )]
    InUse,
    #[error("{0}")]
    Other(Arc<dyn Error + Send + Sync>),
}

impl StoreError {
    pub fn other(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Other(Arc::from(cause.into()))
    }

    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound)
    }

    /// Whether a unique index refused the row, and it is the one with this name.
    pub fn is_conflict_on(&self, name: &str) -> bool {
        matches!(self, Self::Conflict { constraint } if constraint == name)
    }

    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }

    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Contended(_))
    }

    pub(crate) fn decode(column: &str, reason: impl ToString) -> Self {
        Self::Decode {
            column: column.to_owned(),
            reason: reason.to_string(),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match error {
            E::RowNotFound => Self::NotFound,
            E::Database(cause) => from_database(cause),
            E::Io(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed | E::Tls(_) => {
                Self::Unavailable(error.to_string())
            }
            E::ColumnDecode { index, source } => Self::decode(&index, source),
            E::ColumnNotFound(name) => Self::decode(&name, "not in the row"),
            other => Self::other(other),
        }
    }
}

fn from_database(cause: Box<dyn sqlx::error::DatabaseError>) -> StoreError {
    use sqlx::error::ErrorKind;
    let code = cause
        .code()
        .map(|code| code.into_owned())
        .unwrap_or_default();
    let constraint = || match cause.constraint() {
        Some(name) => name.to_owned(),
        None => crate::db::constraint_of_sqlite(cause.message()),
    };
    match cause.kind() {
        ErrorKind::UniqueViolation => {
            return StoreError::Conflict {
                constraint: constraint(),
            };
        }
        ErrorKind::ForeignKeyViolation
        | ErrorKind::NotNullViolation
        | ErrorKind::CheckViolation => {
            return StoreError::Refused {
                constraint: constraint(),
            };
        }
        _ => {}
    }
    match code.as_str() {
        // serialization failure, deadlock
        "40001" | "40P01" => StoreError::Contended(cause.message().to_owned()),
        // string and program limits of PostgreSQL; SQLITE_TOOBIG
        "22001" | "54000" | "18" => StoreError::TooBig,
        // shutdown, start-up, too many connections, cancelled by timeout; SQLite's busy, locked, full disk, input/output
        "57P01" | "57P02" | "57P03" | "53300" | "53100" | "57014" => {
            StoreError::Unavailable(cause.message().to_owned())
        }
        other => match other.parse::<i32>().map(|code| code & 0xff) {
            Ok(5 | 6 | 10 | 13 | 14) if other.len() < 5 => {
                StoreError::Unavailable(cause.message().to_owned())
            }
            _ => StoreError::Other(Arc::from(Box::<dyn Error + Send + Sync>::from(
                sqlx::Error::Database(cause),
            ))),
        },
    }
}

impl From<StoreError> for rustchat_core::AppError {
    /// What no domain rule expected. The cause goes to the log under the request id, never to the client.
    fn from(error: StoreError) -> Self {
        let def = match error {
            StoreError::Unavailable(_) => UNAVAILABLE,
            _ => FAILED,
        };
        def.caused_by(error)
    }
}

const FAILED: ErrorDef = ErrorDef::new(
    "app.store.error",
    500,
    "The server could not read or write its data.",
);
const UNAVAILABLE: ErrorDef = ErrorDef::new(
    "app.store.unavailable.error",
    503,
    "The server cannot reach its database. Please try again in a moment.",
);
