//! How a change of a row ends that is read, judged and written in one transaction. The rules belong to the caller; what they
//! say is handed through as it is.

use rustchat_core::AppError;

use crate::error::StoreError;

/// Why a row was left as it is.
#[derive(Debug)]
pub enum Unchanged<E> {
    /// The caller's own rules said no.
    Refused(E),
    Store(StoreError),
}

impl<E> From<StoreError> for Unchanged<E> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl<E> Unchanged<E> {
    /// The caller's reason, or what `translate` makes of the store's.
    pub fn or(self, translate: impl FnOnce(StoreError) -> E) -> E {
        match self {
            Self::Refused(error) => error,
            Self::Store(error) => translate(error),
        }
    }
}

impl From<Unchanged<AppError>> for AppError {
    fn from(unchanged: Unchanged<AppError>) -> Self {
        unchanged.or(AppError::from)
    }
}

/// A row before and after a change.
#[derive(Clone, Debug)]
pub struct Changed<T> {
    pub before: T,
    pub after: T,
}
