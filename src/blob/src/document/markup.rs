//! Text files: which they are, and what of a page of HTML is text.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

/// Elements whose content nobody reads.
const SILENT: [&[u8]; 4] = [b"script", b"style", b"noscript", b"template"];
/// Elements within a line: words go on through them.
const WITHIN: [&[u8]; 12] = [
    b"a", b"b", b"i", b"u", b"em", b"strong", b"span", b"code", b"mark", b"small", b"sub", b"sup",
];

pub fn is_text(media_type: &str) -> bool {
    media_type.starts_with("text/") || media_type == "application/json"
}

pub fn is_html(media_type: &str) -> bool {
    media_type.starts_with("text/html")
}

/// What is read of a page.
pub fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len() / 2);
    let mut silent: Option<Vec<u8>> = None;
    let mut emitter = DefaultEmitter::default();
    // what looks like an element in a script is none
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                if !WITHIN.contains(&tag.name.as_slice()) {
                    text.push(' ');
                }
                if silent.is_none() && !tag.self_closing && SILENT.contains(&tag.name.as_slice()) {
                    silent = Some(tag.name.to_vec());
                }
            }
            Token::EndTag(tag) => {
                if !WITHIN.contains(&tag.name.as_slice()) {
                    text.push(' ');
                }
                if silent
                    .as_deref()
                    .is_some_and(|name| name == tag.name.as_slice())
                {
                    silent = None;
                }
            }
            Token::String(part) if silent.is_none() => {
                text.push_str(&String::from_utf8_lossy(&part));
            }
            _ => {}
        }
    }
    text
}
