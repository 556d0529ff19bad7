//! Ids: 26 characters of z-base-32 over 128 random bits, and the check for what a client may send as one.

const ALPHABET: &[u8; 32] = b"ybndrfg8ejkmcpqxot1uwisza345h769";

/// Length of every id.
pub const ID_LENGTH: usize = 26;

/// A fresh random id.
pub fn new_id() -> String {
    encode(rand::random())
}

/// A random secret of `length` characters of the id alphabet (5 bits each); at most 4096 characters.
pub fn new_secret(length: usize) -> String {
    let length = length.min(4096);
    let mut out = String::with_capacity(length + ID_LENGTH);
    while out.len() < length {
        // 25 characters carry 125 of the 128 bits; the 26th would carry three only
        out.push_str(
            encode(rand::random())
                .get(..ID_LENGTH - 1)
                .unwrap_or_default(),
        );
    }
    out.truncate(length);
    out
}

/// True for 26 ASCII letters or digits, which is all that is asked of an id in a request.
pub fn is_valid_id(id: &str) -> bool {
    id.len() == ID_LENGTH && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn encode(bits: u128) -> String {
    (0..ID_LENGTH)
        .map(|i| {
            let end = 128 - 5 * i;
            let value = if end >= 5 {
                bits >> (end - 5)
            } else {
                bits << (5 - end)
            };
            char::from(ALPHABET[(value & 31) as usize])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_are_valid_and_distinct() {
        let ids: HashSet<String> = (0..1000).map(|_| new_id()).collect();
        assert_eq!(ids.len(), 1000);
        assert!(
            ids.iter()
                .all(|id| is_valid_id(id) && id.bytes().all(|b| ALPHABET.contains(&b)))
        );
    }

    #[test]
    fn encoding_covers_all_bits() {
        assert_eq!(encode(0), "y".repeat(26));
        assert_eq!(encode(u128::MAX), format!("{}h", "9".repeat(25)));
        assert_ne!(encode(1), encode(0));
    }

    #[test]
    fn validity() {
        assert!(is_valid_id("abcdefghijklmnopqrstuvwxyz"));
        assert!(is_valid_id("ABCDEFGHIJKLMNOPQRSTUVWX01"));
        assert!(!is_valid_id("abcdefghijklmnopqrstuvwxy"));
        assert!(!is_valid_id("abcdefghijklmnopqrstuvwxy-"));
        assert!(!is_valid_id("äbcdefghijklmnopqrstuvwxy"));
    }

    #[test]
    fn secrets_have_the_asked_length() {
        for length in [0, 1, 25, 26, 32, 128] {
            assert_eq!(new_secret(length).len(), length);
        }
    }
}
