//! What a page says of itself for previews: the Open Graph properties among its `meta` elements.

use encoding_rs::{Encoding, UTF_8};
use html5gum::{Token, Tokenizer};
use rustchat_core::text;
use serde_json::{Value, json};
use url::Url;

/// Longer texts are cut.
const MAX_TEXT: usize = 300;
/// Short words: types, widths.
const MAX_WORD: usize = 100;
const MAX_PICTURES: usize = 5;
const MAX_ADDRESS: usize = 2048;
/// Tokens that are looked at; the properties stand in the head.
const MAX_TOKENS: usize = 50_000;

#[derive(Debug, Default)]
struct Picture {
    url: String,
    secure_url: String,
    type_: String,
    width: u64,
    height: u64,
}

#[derive(Debug, Default)]
struct Page {
    type_: String,
    url: String,
    title: String,
    description: String,
    site_name: String,
    pictures: Vec<Picture>,
}

/// Open Graph data in the form clients get it; None for a page without.
pub(super) fn read(bytes: &[u8], media_type: &str, asked: &Url, landed: &Url) -> Option<Value> {
    let html = decoded(bytes, media_type);
    let mut page = Page::default();
    for token in Tokenizer::new(html.as_ref()).take(MAX_TOKENS) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => match tag.name.as_slice() {
                b"meta" => {
                    let of = |name: &[u8]| {
                        let value = tag.attributes.get(name);
                        value.map(|value| String::from_utf8_lossy(value).trim().to_owned())
                    };
                    let name = of(b"property").or_else(|| of(b"name")).unwrap_or_default();
                    page.set(
                        &name.to_ascii_lowercase(),
                        &of(b"content").unwrap_or_default(),
                    );
                }
                b"body" => break,
                _ => {}
            },
            Token::EndTag(tag) if tag.name.as_slice() == b"head" => break,
            _ => {}
        }
    }
    page.into_json(asked, landed)
}

impl Page {
    /// Pictures follow each other: what is said of one belongs to the last that began.
    fn set(&mut self, property: &str, content: &str) {
        if let Some(of_picture) = property.strip_prefix("og:image") {
            return self.set_picture(of_picture, content);
        }
        let field = match property {
            "og:type" => &mut self.type_,
            "og:url" => &mut self.url,
            "og:title" => &mut self.title,
            "og:description" => &mut self.description,
            "og:site_name" => &mut self.site_name,
            _ => return,
        };
        field.replace_range(.., content);
    }

    fn set_picture(&mut self, of_picture: &str, content: &str) {
        let begins = of_picture.is_empty()
            || (of_picture == ":url"
                && self
                    .pictures
                    .last()
                    .is_none_or(|last| !last.url.is_empty() && last.url != content));
        if begins || self.pictures.is_empty() {
            if self.pictures.len() == MAX_PICTURES {
                return;
            }
            self.pictures.push(Picture::default());
        }
        let Some(last) = self.pictures.last_mut() else {
            return;
        };
        match of_picture {
            "" | ":url" => last.url = content.to_owned(),
            ":secure_url" => last.secure_url = content.to_owned(),
            ":type" => last.type_ = text::truncated(content, MAX_WORD).to_owned(),
            ":width" => last.width = content.parse().unwrap_or_default(),
            ":height" => last.height = content.parse().unwrap_or_default(),
            _ => {}
        }
    }

    fn into_json(mut self, asked: &Url, landed: &Url) -> Option<Value> {
        for picture in &mut self.pictures {
            picture.url = absolute(landed, &picture.url);
            picture.secure_url = absolute(landed, &picture.secure_url);
        }
        self.pictures
            .retain(|picture| !(picture.url.is_empty() && picture.secure_url.is_empty()));
        let says = !(self.title.is_empty() && self.type_.is_empty() && self.url.is_empty());
        if !says && self.pictures.is_empty() {
            return None;
        }
        let pictures: Vec<Value> = self
            .pictures
            .into_iter()
            .map(|one| json!({"url": one.url, "secure_url": one.secure_url, "type": one.type_, "width": one.width, "height": one.height}))
            .collect();
        Some(json!({
            "type": text::truncated(&self.type_, MAX_WORD),
            // where the message leads, not where the page says it is
            "url": if self.url.is_empty() { "" } else { asked.as_str() },
            "title": cut(&self.title),
            "description": cut(&self.description),
            "determiner": "",
            "site_name": cut(&self.site_name),
            "locale": "",
            "locales_alternate": null,
            "images": if pictures.is_empty() { Value::Null } else { Value::Array(pictures) },
            "audios": null,
            "videos": null,
        }))
    }
}

fn cut(whole: &str) -> String {
    if text::at_most(whole, MAX_TEXT) {
        whole.to_owned()
    } else {
        format!("{}[...]", text::truncated(whole, MAX_TEXT))
    }
}

/// Only what a client may load as a picture.
fn absolute(page: &Url, address: &str) -> String {
    let joined = (!address.is_empty())
        .then(|| page.join(address).ok())
        .flatten();
    joined
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.as_str().len() <= MAX_ADDRESS)
        .map(String::from)
        .unwrap_or_default()
}

/// The text of a page by its header, else by its own word, else UTF-8.
fn decoded<'a>(bytes: &'a [u8], media_type: &str) -> std::borrow::Cow<'a, str> {
    let head = bytes.get(..1024).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let encoding = label(media_type).or_else(|| label(&head)).unwrap_or(UTF_8);
    encoding.decode(bytes).0
}

fn label(text: &str) -> Option<&'static Encoding> {
    let (_, after) = text.split_once("charset=")?;
    let after = after.trim_start_matches(['"', '\'', ' ']);
    let end = after
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':')))
        .unwrap_or(after.len());
    Encoding::for_label(after.get(..end)?.as_bytes())
}

/// The pictures a page names, as clients choose among them.
pub(crate) fn pictures_of(page: &Value) -> Vec<String> {
    let pictures = page.get("images").and_then(Value::as_array);
    pictures
        .into_iter()
        .flatten()
        .filter_map(|picture| {
            let of = |key: &str| {
                picture
                    .get(key)
                    .and_then(Value::as_str)
                    .filter(|url| !url.is_empty())
            };
            of("secure_url").or_else(|| of("url")).map(str::to_owned)
        })
        .take(MAX_PICTURES)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page(html: &[u8], media_type: &str) -> Option<Value> {
        let asked = Url::parse("http://a.b/asked").unwrap();
        read(
            html,
            media_type,
            &asked,
            &Url::parse("http://c.d/e/landed").unwrap(),
        )
    }

    #[test]
    fn properties_are_read() {
        let html = br#"<!doctype html><html><head><title>no</title><meta property="og:title" content="T &amp; x">
            <meta name='og:description' content=' d '><meta property=og:url content="http://elsewhere/">
            <meta property="og:image" content="pic.png"><meta property="og:image:width" content="12">
            <meta property="og:image" content="data:image/png;base64,x">
            <meta property="og:image" content="https://x.y/two.png"><meta property="og:image:secure_url" content="https://x.y/2.png">
            </head><body><meta property="og:title" content="late"></body></html>"#;
        let found = page(html, "text/html").unwrap();
        assert_eq!(found["title"], "T & x");
        assert_eq!(found["description"], "d");
        assert_eq!(found["url"], "http://a.b/asked");
        assert_eq!(
            found["images"][0],
            json!({"url": "http://c.d/e/pic.png", "secure_url": "", "type": "", "width": 12, "height": 0})
        );
        assert_eq!(
            pictures_of(&found),
            ["http://c.d/e/pic.png", "https://x.y/2.png"]
        );
    }

    #[test]
    fn pages_without_are_nothing() {
        assert_eq!(
            page(b"<html><head><title>t</title></head>", "text/html"),
            None
        );
        assert_eq!(page(b"", "text/html"), None);
        assert_eq!(
            page(
                b"<meta property=\"og:description\" content=\"d\">",
                "text/html"
            ),
            None
        );
    }

    #[test]
    fn other_encodings_and_long_texts() {
        let latin = b"<meta property=\"og:title\" content=\"caf\xe9\">";
        assert_eq!(
            page(latin, "text/html; charset=iso-8859-1").unwrap()["title"],
            "caf\u{e9}"
        );
        let own = b"<meta charset=\"windows-1251\"><meta property=\"og:title\" content=\"\xcf\">";
        assert_eq!(page(own, "text/html").unwrap()["title"], "\u{41f}");
        let long = format!(
            "<meta property=\"og:title\" content=\"{}\">",
            "x".repeat(1000)
        );
        assert_eq!(
            page(long.as_bytes(), "text/html").unwrap()["title"]
                .as_str()
                .unwrap()
                .len(),
            305
        );
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            page(&bytes, "text/html");
        }
    }
}
