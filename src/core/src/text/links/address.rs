//! Where a bare address begins and ends.

pub(super) fn has_scheme(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    })
}

/// Without what belongs to the sentence: punctuation, and closing brackets that are not opened in the address.
pub(super) fn without_trail(address: &str) -> &str {
    let mut address = address;
    let spare = |open: char, close: char| {
        let opened = address.matches(open).count();
        address.matches(close).count().saturating_sub(opened)
    };
    let (mut round, mut square) = (spare('(', ')'), spare('[', ']'));
    loop {
        let shorter = match address.chars().next_back() {
            Some('.' | ',' | ';' | ':' | '!' | '?' | '*' | '_' | '~' | '\'') => true,
            Some(')') if round > 0 => {
                round -= 1;
                true
            }
            Some(']') if square > 0 => {
                square -= 1;
                true
            }
            _ => false,
        };
        if !shorter {
            return address;
        }
        address = address.get(..address.len() - 1).unwrap_or_default();
    }
}
