//! Names: how Go, wire and OpenAPI names become Rust identifiers. Knows no types.
use proc_macro2::{Ident, Span};

const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "Self", "static", "struct", "super", "trait", "true", "try", "type",
    "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// `channelIds`, `SiteURL`, `in-team` → `channel_ids`, `site_url`, `in_team`.
pub fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (i, &c) in chars.iter().enumerate() {
        if !c.is_ascii_alphanumeric() {
            if !out.ends_with('_') && !out.is_empty() {
                out.push('_');
            }
            continue;
        }
        let starts_word = c.is_ascii_uppercase()
            && i > 0
            && (chars[i - 1].is_ascii_lowercase()
                || chars[i - 1].is_ascii_digit()
                || (chars[i - 1].is_ascii_uppercase()
                    && chars.get(i + 1).is_some_and(char::is_ascii_lowercase)
                    && chars.get(i + 2).is_some_and(char::is_ascii_alphabetic)));
        if starts_word && !out.ends_with('_') {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out.trim_end_matches('_').to_owned()
}

/// `outgoing_connections`, `custom profile attributes` → `OutgoingConnections`, `CustomProfileAttributes`; keeps inner capitals.
pub fn pascal(name: &str) -> String {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (first, rest) = part.split_at(1);
            first.to_ascii_uppercase() + rest
        })
        .collect()
}

/// An identifier; keywords get an underscore, what is no name a leading word.
pub fn ident(name: &str) -> Ident {
    let safe = if KEYWORDS.contains(&name) {
        format!("{name}_")
    } else if name.starts_with(|c: char| c.is_ascii_digit()) || name.is_empty() || name == "_" {
        format!("value{name}")
    } else {
        name.to_owned()
    };
    Ident::new(&safe, Span::call_site())
}

/// The field identifier of a wire name.
pub fn field(wire: &str) -> Ident {
    ident(&snake(wire))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_become_rust_names() {
        for (from, to) in [
            ("id", "id"),
            ("channelIds", "channel_ids"),
            ("SiteURL", "site_url"),
            ("EnableHTTPServer", "enable_http_server"),
            ("in-team", "in_team"),
            ("IDs", "ids"),
            ("schemeRoles", "scheme_roles"),
        ] {
            assert_eq!(snake(from), to, "{from}");
        }
        assert_eq!(field("type").to_string(), "type_");
        assert_eq!(
            pascal("custom profile attributes"),
            "CustomProfileAttributes"
        );
        assert_eq!(
            pascal("resetPasswordFailedAttempts"),
            "ResetPasswordFailedAttempts"
        );
    }
}
