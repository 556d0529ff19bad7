//! Text within HTML. That a page loads and runs nothing else is for its policy to say.

/// The text as it is written in an element or a quoted attribute; control characters, which no page may hold, go.
pub fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(
            escape_html("<a href=\"x\">it's</a> & \u{0}é\n"),
            "&lt;a href=&#34;x&#34;&gt;it&#39;s&lt;/a&gt; &amp; é\n"
        );
    }
}
