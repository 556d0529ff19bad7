//! Password hashes: PBKDF2-SHA256 in the recorded text form, bcrypt for rows of older servers.
//! Hashing is slow on purpose, so it runs on a few blocking threads with a bounded queue. Not the policy of what a
//! password may be (see `users::rules`).

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use rustchat_core::{
    common,
    error::{AppError, Result},
};
use sha2::Sha256;
use std::hash::{BuildHasher, RandomState};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use subtle::ConstantTimeEq;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Iterations of a row made by Mattermost 11.
pub const DEFAULT_ITERATIONS: u32 = 600_000;
/// A stored hash may ask for no more than this, so that a bad row cannot stall a thread for minutes.
const MAX_ITERATIONS: u32 = 10_000_000;
const SALT_LENGTH: usize = 16;
const KEY_LENGTH: usize = 32;
/// Sign-ins that may wait for a thread before the server answers that it is busy.
const MAX_WAITING: usize = 512;

/// Attempts at one account that are under way at once on a node. Each counts as failed until it is known not to have; few
/// enough that people who know their password never lock each other out.
const ATTEMPTS_AT_ONCE: usize = 3;
/// Accounts share the places of attempts by a hash of their id.
const STRIPES: usize = 256;

/// What comparing a password with a stored hash says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// Right, but stored in a weaker form than new hashes get: hash it again.
    Outdated,
}

/// Hashes and compares on a bounded number of blocking threads.
#[derive(Clone)]
pub struct Passwords {
    iterations: u32,
    threads: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    attempts: Arc<[Semaphore]>,
    hasher: RandomState,
}

impl Passwords {
    /// `iterations` is the work factor of new hashes; 0 stands for the default.
    pub fn new(iterations: u32) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            iterations: match iterations {
                0 => DEFAULT_ITERATIONS,
                n => n.min(MAX_ITERATIONS),
            },
            // half of the cores at most, so that the rest of the server keeps its pace during a rush of sign-ins
            threads: Arc::new(Semaphore::new((cores / 2).max(1))),
            waiting: Arc::default(),
            attempts: (0..STRIPES)
                .map(|_| Semaphore::new(ATTEMPTS_AT_ONCE))
                .collect(),
            hasher: RandomState::new(),
        }
    }

    /// A new hash of `password` with a fresh salt.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let (password, iterations) = (password.to_owned(), self.iterations);
        self.run(move || encode(&password, &rand::random::<[u8; SALT_LENGTH]>(), iterations))
            .await
    }

    /// Compares in constant time. An empty or unreadable stored hash matches nothing, and takes as long to say so.
    pub async fn verify(&self, password: &str, stored: &str) -> Result<Verdict> {
        let (password, stored, iterations) =
            (password.to_owned(), stored.to_owned(), self.iterations);
        self.run(move || compare(&password, &stored, iterations))
            .await
    }

    /// Waits for the turn to try a password of this account; it lasts until the answer is dropped.
    pub async fn turn(&self, user_id: &str) -> Result<SemaphorePermit<'_>> {
        let _place = Waiting::enter(&self.waiting)?;
        let stripe = (self.hasher.hash_one(user_id) as usize) % STRIPES;
        let places = self.attempts.get(stripe);
        let places = places.ok_or_else(|| common::INTERNAL.err())?;
        places.acquire().await.map_err(internal)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let place = Waiting::enter(&self.waiting)?;
        let permit = Arc::clone(&self.threads)
            .acquire_owned()
            .await
            .map_err(internal)?;
        drop(place);
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .map_err(internal)
    }
}

/// A place in the queue, given back when dropped (also when the client hangs up while waiting).
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(count: &'a AtomicUsize) -> Result<Self> {
        if count.fetch_add(1, Ordering::Relaxed) >= MAX_WAITING {
            count.fetch_sub(1, Ordering::Relaxed);
            return Err(common::SERVER_BUSY.err());
        }
        Ok(Self(count))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn internal(error: impl std::error::Error + Send + Sync + 'static) -> AppError {
    common::INTERNAL.caused_by(error)
}

fn encode(password: &str, salt: &[u8], iterations: u32) -> String {
    let mut key = [0; KEY_LENGTH];
    pbkdf2::pbkdf2_hmac::<Sha256>(password.as_bytes(), salt, iterations, &mut key);
    let (salt, key) = (BASE64.encode(salt), BASE64.encode(key));
    format!("$pbkdf2$f=SHA256,w={iterations},l={KEY_LENGTH}${salt}${key}")
}

fn compare(password: &str, stored: &str, wanted: u32) -> Verdict {
    if stored.starts_with("$2") {
        return match bcrypt::verify(password, stored) {
            Ok(true) => Verdict::Outdated,
            _ => Verdict::Wrong,
        };
    }
    let Some(hash) = Stored::parse(stored) else {
        // the same work as for a real row, so that the time does not tell that there is none
        let _ = encode(password, &[0; SALT_LENGTH], wanted);
        return Verdict::Wrong;
    };
    let mut key = vec![0; hash.key.len()];
    pbkdf2::pbkdf2_hmac::<Sha256>(password.as_bytes(), &hash.salt, hash.iterations, &mut key);
    if !bool::from(key.ct_eq(&hash.key)) {
        Verdict::Wrong
    } else if hash.iterations < wanted || hash.key.len() < KEY_LENGTH {
        Verdict::Outdated
    } else {
        Verdict::Right
    }
}

struct Stored {
    iterations: u32,
    salt: Vec<u8>,
    key: Vec<u8>,
}

impl Stored {
    /// Reads `$pbkdf2$f=SHA256,w=600000,l=32$<salt>$<key>`.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("$pbkdf2$")?.split('$');
        let (params, salt, key) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let param = |name: &str| {
            params
                .split(',')
                .find_map(|p| p.strip_prefix(name)?.strip_prefix('='))
        };
        let iterations: u32 = param("w")?.parse().ok()?;
        let length: usize = param("l")?.parse().ok()?;
        let (salt, key) = (BASE64.decode(salt).ok()?, BASE64.decode(key).ok()?);
        let readable = param("f")? == "SHA256"
            && (1..=MAX_ITERATIONS).contains(&iterations)
            && key.len() == length
            && (16..=64).contains(&length);
        readable.then_some(Self {
            iterations,
            salt,
            key,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip_and_form() {
        let stored = encode("Passw0rd!", &[7; SALT_LENGTH], 10);
        assert!(stored.starts_with("$pbkdf2$f=SHA256,w=10,l=32$"));
        assert_eq!(compare("Passw0rd!", &stored, 10), Verdict::Right);
        assert_eq!(compare("Passw0rd!", &stored, 11), Verdict::Outdated);
        assert_eq!(compare("Passw0rd?", &stored, 10), Verdict::Wrong);
    }

    #[test]
    fn reads_a_row_of_the_original() {
        let stored = "$pbkdf2$f=SHA256,w=600000,l=32$uPyFWVw3mcD8o+CdNsfx/w$8GHG3GIA5OG5LL9wUPU8H9RiafCcrEbHC8WvuVFNKxw";
        assert_eq!(
            compare("Old-friend-Passw0rd", stored, DEFAULT_ITERATIONS),
            Verdict::Right
        );
    }

    #[test]
    fn old_bcrypt_rows_match_and_are_outdated() {
        let stored = bcrypt::hash("old secret", 4).unwrap();
        assert_eq!(compare("old secret", &stored, 10), Verdict::Outdated);
        assert_eq!(compare("new secret", &stored, 10), Verdict::Wrong);
    }

    #[test]
    fn unreadable_rows_match_nothing() {
        for stored in [
            "",
            "x",
            "$pbkdf2$",
            "$pbkdf2$f=SHA256,w=0,l=32$AA$AA",
            "$pbkdf2$f=SHA256,w=4000000000,l=32$AA$AA",
            "$pbkdf2$f=MD5,w=1,l=32$AA$AA",
        ] {
            assert_eq!(compare("", stored, 1), Verdict::Wrong, "{stored}");
        }
    }

    #[tokio::test]
    async fn hashes_off_the_async_threads() {
        let passwords = Passwords::new(10);
        let stored = passwords.hash("a").await.unwrap();
        assert_eq!(
            passwords.verify("a", &stored).await.unwrap(),
            Verdict::Right
        );
    }
}
