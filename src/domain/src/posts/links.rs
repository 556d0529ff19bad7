//! The first address in a message, outside code and Markdown links: what a preview is made for.

use rustchat_core::text::code;

/// The first bare `http(s)://` address.
pub fn first(message: &str) -> Option<String> {
    // Only code spans and blocks are taken out: `without_code` would take the addresses as well.
    let blanks = code::without_code(message);
    let mut at = 0;
    while let Some(found) = message.get(at..)?.find("http") {
        let begin = at + found;
        let rest = message.get(begin..)?;
        at = begin + 4;
        if !(rest.starts_with("http://") || rest.starts_with("https://"))
            || in_code(message, &blanks, begin)
        {
            continue;
        }
        let before = message.get(..begin).unwrap_or_default();
        if before.ends_with("](")
            || before
                .chars()
                .next_back()
                .is_some_and(char::is_alphanumeric)
        {
            continue;
        }
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'))
            .unwrap_or(rest.len());
        let url = rest
            .get(..end)
            .unwrap_or_default()
            .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '*', '_', '\'']);
        if url.len() > "https://".len() {
            return Some(url.to_owned());
        }
    }
    None
}

/// Code is blanked including what stands beside an address in it; a bare address is blanked from its scheme on.
fn in_code(message: &str, blanks: &str, begin: usize) -> bool {
    let before = |text: &str| text.get(..begin).and_then(|t| t.chars().next_back());
    match before(message) {
        Some(c) if !c.is_whitespace() => {
            // the same character is still there unless it was code
            blanks.len() == message.len() && before(blanks) != Some(c)
        }
        _ => inside_ticks(message, begin),
    }
}

fn inside_ticks(message: &str, begin: usize) -> bool {
    let line = message
        .get(..begin)
        .and_then(|t| t.rsplit('\n').next())
        .unwrap_or_default();
    let fences = message.get(..begin).map_or(0, |t| t.matches("```").count());
    line.matches('`').count() % 2 == 1 || fences % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::first;

    #[test]
    fn first_links() {
        assert_eq!(
            first("see http://a.b/c, http://d").as_deref(),
            Some("http://a.b/c")
        );
        assert_eq!(
            first("![pic](http://a.b/n.png) and http://a.b/page").as_deref(),
            Some("http://a.b/page")
        );
        assert_eq!(first("code `http://a.b/x` only"), None);
        assert_eq!(first("[#link](http://a.b/#frag)"), None);
        assert_eq!(first("```\nhttp://a.b\n```"), None);
        assert_eq!(first("(http://a.b/x)").as_deref(), Some("http://a.b/x"));
        assert_eq!(first("nohttp://x http:// "), None);
    }
}
