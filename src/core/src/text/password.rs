//! What a password may be. Hashing is elsewhere.

use crate::{AppError, error::Result};

/// Longest password, in bytes.
pub const MAX_LENGTH: usize = 72;
const SYMBOLS: &str = " !\"\\#$%&'()*+,-./:;<=>?@[]^_`|~";

type Kind = fn(char) -> bool;

/// The rules of `PasswordSettings`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    pub minimum_length: usize,
    pub lowercase: bool,
    pub uppercase: bool,
    pub number: bool,
    pub symbol: bool,
}

impl Rules {
    /// Refuses a password that breaks a rule; the id then names the kinds of characters asked for.
    pub fn check(&self, password: &str) -> Result<()> {
        if password.len() < self.minimum_length {
            let text = "A password needs at least {Min} characters.";
            return Err(
                refusal("model.user.is_valid.pwd_min_length.app_error", text)
                    .with("Min", self.minimum_length),
            );
        }
        if password.len() > MAX_LENGTH {
            return Err(refusal(
                "model.user.is_valid.pwd_max_length.app_error",
                "A password has at most 72 characters.",
            ));
        }
        let has = |kind: Kind| password.chars().any(kind);
        let kinds: [(bool, &str, Kind); 4] = [
            (self.lowercase, "lowercase", |c| c.is_ascii_lowercase()),
            (self.uppercase, "uppercase", |c| c.is_ascii_uppercase()),
            (self.number, "number", |c| c.is_ascii_digit()),
            (self.symbol, "symbol", |c| SYMBOLS.contains(c)),
        ];
        if kinds.iter().all(|(asked, _, kind)| !asked || has(*kind)) {
            return Ok(());
        }
        let asked: Vec<&str> = kinds
            .iter()
            .filter(|(asked, ..)| *asked)
            .map(|(_, name, _)| *name)
            .collect();
        let id = format!("model.user.is_valid.pwd_{}.app_error", asked.join("_"));
        Err(AppError::dynamic(
            id,
            400,
            "A password needs at least {Min} characters, among them one of each: {Kinds}.",
        )
        .with("Min", self.minimum_length)
        .with("Kinds", asked.join(", ")))
    }
}

fn refusal(id: &'static str, text: &'static str) -> AppError {
    AppError::dynamic(id, 400, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_name_what_is_asked() {
        let rules = Rules {
            minimum_length: 8,
            lowercase: true,
            number: true,
            ..Rules::default()
        };
        let id = |password: &str| {
            rules
                .check(password)
                .err()
                .map(|error| error.id().to_owned())
        };
        assert_eq!(
            id("short").as_deref(),
            Some("model.user.is_valid.pwd_min_length.app_error")
        );
        assert_eq!(
            id(&"a".repeat(73)).as_deref(),
            Some("model.user.is_valid.pwd_max_length.app_error")
        );
        assert_eq!(
            id("ABCDEFGH").as_deref(),
            Some("model.user.is_valid.pwd_lowercase_number.app_error")
        );
        assert_eq!(id("abcdefg1"), None);
        assert!(Rules::default().check(&"a".repeat(72)).is_ok());
    }
}
