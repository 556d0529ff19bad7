//! Running a whole transaction again when it met another one. PostgreSQL breaks a deadlock by ending one of the two; the
//! other one goes on, so that a second try nearly always succeeds. SQLite has one writer and never gets here.
//!
//! Transactions that touch several of these lock them in this order, which keeps deadlocks rare: channel, root post, replies,
//! what hangs on them (files, reactions), thread.

use std::time::Duration;

use crate::error::StoreError;

/// How often a transaction runs before its failure is the caller's.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(4);

/// Whether a failure says that the transaction met another one and left nothing behind.
pub(crate) trait Contended {
    fn is_contended(&self) -> bool;
}

impl Contended for StoreError {
    fn is_contended(&self) -> bool {
        self.is_retryable()
    }
}

/// `work` begins, and commits, a transaction of its own each time it is called; nothing else it does may outlive a failure.
pub(crate) async fn again<T, E, Fut>(mut work: impl FnMut() -> Fut) -> Result<T, E>
where
    E: Contended,
    Fut: Future<Output = Result<T, E>>,
{
    let mut attempt = 1;
    loop {
        match work().await {
            Err(error) if attempt < ATTEMPTS && error.is_contended() => {
                // Of different lengths, so that the two do not meet again.
                let pause = PAUSE * attempt;
                tokio::time::sleep(pause + pause.mul_f64(rand::random::<f64>())).await;
                attempt += 1;
            }
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tries_are_bounded_and_other_failures_are_final() {
        let mut runs = 0;
        let met = || StoreError::Contended(String::new());
        let outcome: Result<(), _> = again(|| {
            runs += 1;
            async { Err(met()) }
        })
        .await;
        assert!(outcome.is_err());
        assert_eq!(runs, ATTEMPTS);
        let mut runs = 0;
        let outcome: Result<(), _> = again(|| {
            runs += 1;
            async { Err(StoreError::NotFound) }
        })
        .await;
        assert!(outcome.is_err());
        assert_eq!(runs, 1);
    }
}
