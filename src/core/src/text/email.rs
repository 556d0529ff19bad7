//! Addresses: one plain address, lower case. Not whether it exists.

/// Longest address, in bytes.
pub const MAX_LENGTH: usize = 128;

/// True for one lower-case address without a display name.
pub fn is_valid(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else {
        return false;
    };
    address.len() <= MAX_LENGTH
        && !address.chars().any(char::is_uppercase)
        && is_dotted(local, is_atom)
        && is_dotted(domain, is_atom)
}

/// The domains of a list as `is_in_domains` reads it, in lower case.
pub fn domains(list: &str) -> Vec<String> {
    list.split(|c: char| c == ',' || c.is_whitespace())
        .map(|word| word.trim_start_matches('@').to_lowercase())
        .filter(|word| !word.is_empty())
        .collect()
}

/// True when the address's domain is one of the list (separated by commas or blanks, `@` allowed before each); all are when it is empty.
pub fn is_in_domains(address: &str, domains: &str) -> bool {
    let lower = address.to_lowercase();
    let domain = lower.rsplit_once('@').map_or("", |(_, domain)| domain);
    let mut listed = domains
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .peekable();
    listed.peek().is_none()
        || listed.any(|word| word.trim_start_matches('@').eq_ignore_ascii_case(domain))
}

fn is_dotted(text: &str, part: fn(char) -> bool) -> bool {
    !text.is_empty()
        && text
            .split('.')
            .all(|word| !word.is_empty() && word.chars().all(part))
}

/// RFC 5322 `atext`, and anything beyond ASCII that is no blank or control.
fn is_atom(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
    } else {
        !c.is_whitespace() && !c.is_control()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["a@b", "first.last+tag@example.com", "ü@example.com"] {
            assert!(is_valid(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b",
            "a@",
            "A@b",
            "a@b@c",
            "not an email",
            "a..b@c",
            "Bob <a@b>",
            "a@b,c@d",
            "a@b\r\nx",
        ] {
            assert!(!is_valid(bad), "{bad}");
        }
    }

    #[test]
    fn domains() {
        assert!(
            is_in_domains("a@b.c", "")
                && is_in_domains("a@B.c", "x.y, @b.C")
                && !is_in_domains("a@b.c", "c")
        );
        assert!(!is_in_domains("a@evil.com", "mail.com"));
    }
}
