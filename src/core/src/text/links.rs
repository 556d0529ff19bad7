//! Addresses in a message: those shown as themselves, for which previews are made, and the pictures embedded by Markdown.
//! Not a Markdown parser: code is blanked first (`code`), brackets are paired once, then one pass finds the rest.

mod address;
mod brackets;
mod definitions;

use std::collections::HashMap;
use std::ops::Range;

use super::code;
use address::{has_scheme, without_trail};
use brackets::partners;
use definitions::Definitions;

/// The longest address that is taken for one.
const MAX_ADDRESS: usize = 2048;
/// The longest text behind an address inside brackets.
const MAX_TITLE: usize = 1024;
/// Addresses and pictures of one message that are looked at.
const MAX_FOUND: usize = 50;

/// What a message shows of other places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// Bare addresses and those in angle brackets, in order; links with a text of their own are not among them.
    pub addresses: Vec<String>,
    /// Where the addresses of pictures stand.
    pub images: Vec<Range<usize>>,
}

/// Whether there can be any, without looking closely.
pub fn may_have(text: &str) -> bool {
    text.contains("://") || text.contains("www.") || text.contains("![")
}

/// Reads a message.
pub fn find(text: &str) -> Links {
    if !may_have(text) {
        return Links::default();
    }
    let plain = code::without_code_alone(text);
    let mut finder = Finder {
        text: &plain,
        bytes: plain.as_bytes(),
        partners: partners(plain.as_bytes()),
        definitions: Definitions::of(&plain),
        at: 0,
        link_text: None,
        found: Links::default(),
    };
    finder.run();
    finder.found
}

/// Replaces the addresses of pictures, where `change` gives another one.
pub fn with_images(text: &str, change: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut images = find(text).images;
    images.sort_by_key(|range| range.start);
    images.dedup();
    let mut out = String::new();
    let mut done = 0;
    for range in images {
        let Some(changed) = text.get(range.clone()).and_then(&change) else {
            continue;
        };
        out.push_str(text.get(done..range.start).unwrap_or_default());
        out.push_str(&changed);
        done = range.end;
    }
    (done > 0).then(|| out + text.get(done..).unwrap_or_default())
}

struct Finder<'a> {
    text: &'a str,
    bytes: &'a [u8],
    partners: HashMap<usize, usize>,
    definitions: Definitions,
    at: usize,
    /// Inside the text of a link: where it ends, and where the link does.
    link_text: Option<(usize, usize)>,
    found: Links,
}

impl Finder<'_> {
    fn run(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            if let Some((end_of_text, end)) = self.link_text
                && self.at >= end_of_text
            {
                self.link_text = None;
                self.at = end;
                continue;
            }
            match byte {
                b'\\' => self.at += 2,
                b'!' if self.byte(self.at + 1) == Some(b'[') => self.image(),
                b'[' => self.bracket(),
                b'<' => self.angle(),
                b'h' | b'H' | b'w' | b'W' => self.bare(),
                _ => self.at += 1,
            }
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn image(&mut self) {
        let open = self.at + 1;
        let Some(close) = self.partners.get(&open).copied() else {
            self.at += 2;
            return;
        };
        if let Some((address, end)) = self.inline(close + 1) {
            self.keep_image(address);
            self.at = end;
        } else if let Some((address, end)) = self.reference(open, close) {
            self.keep_image(address);
            self.at = end;
        } else {
            self.at += 2;
        }
    }

    fn keep_image(&mut self, address: Range<usize>) {
        if self.found.images.len() < MAX_FOUND && !address.is_empty() {
            self.found.images.push(address);
        }
    }

    fn bracket(&mut self) {
        if let Some(end) = self.definitions.end_of_one_at(self.at) {
            self.at = end;
            return;
        }
        if self.link_text.is_none()
            && let Some(close) = self.partners.get(&self.at).copied()
        {
            let end = self
                .inline(close + 1)
                .or_else(|| self.reference(self.at, close));
            if let Some((_, end)) = end {
                self.link_text = Some((close, end));
            }
        }
        self.at += 1;
    }

    /// `[text][label]`, `[label][]` or `[label]`.
    fn reference(&self, open: usize, close: usize) -> Option<(Range<usize>, usize)> {
        if self.definitions.is_empty() {
            return None;
        }
        let own = self.text.get(open + 1..close)?;
        let (label, end) = match self.partners.get(&(close + 1)) {
            Some(second) if *second > close + 2 => (self.text.get(close + 2..*second)?, second + 1),
            Some(second) => (own, second + 1),
            None => (own, close + 1),
        };
        if label.len() > MAX_TITLE {
            return None;
        }
        Some((self.definitions.address_of(label)?, end))
    }

    /// `(address "title" =100x50)`: where the address is, and the end.
    fn inline(&self, open: usize) -> Option<(Range<usize>, usize)> {
        if self.byte(open) != Some(b'(') {
            return None;
        }
        let start = self.skip_blanks(open + 1)?;
        let (address, mut at) = if self.byte(start) == Some(b'<') {
            let end = self.until(start + 1, MAX_ADDRESS, |byte| matches!(byte, b'>' | b'\n'))?;
            (self.byte(end)? == b'>').then_some((start + 1..end, end + 1))?
        } else {
            let end = self.balanced(start)?;
            (start..end, end)
        };
        at = self.skip_blanks(at)?;
        if let Some(quote @ (b'"' | b'\'')) = self.byte(at) {
            at = self.until(at + 1, MAX_TITLE, |byte| byte == quote)? + 1;
            at = self.skip_blanks(at)?;
        }
        if self.byte(at) == Some(b'=') {
            let sizes = |byte: u8| !(byte.is_ascii_digit() || byte == b'x');
            at = self.until(at + 1, 16, sizes)?;
            at = self.skip_blanks(at)?;
        }
        (self.byte(at)? == b')').then_some((address, at + 1))
    }

    fn skip_blanks(&self, from: usize) -> Option<usize> {
        self.until(from, MAX_TITLE, |byte| {
            !matches!(byte, b' ' | b'\n' | b'\t')
        })
    }

    /// The first position with such a byte.
    fn until(&self, from: usize, most: usize, stop: impl Fn(u8) -> bool) -> Option<usize> {
        let window = self.bytes.get(from..)?;
        let window = window.get(..most.min(window.len()))?;
        Some(from + window.iter().position(|byte| stop(*byte))?)
    }

    /// The end of an address whose parentheses are paired.
    fn balanced(&self, from: usize) -> Option<usize> {
        let mut depth = 0usize;
        let mut at = from;
        while at - from <= MAX_ADDRESS {
            match self.byte(at)? {
                b'\\' => at += 1,
                b' ' | b'\n' | b'\t' => return Some(at),
                b'(' => depth += 1,
                b')' => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return Some(at),
                },
                _ => {}
            }
            at += 1;
        }
        None
    }

    /// `<http://…>`
    fn angle(&mut self) {
        let inside = self.at + 1;
        let end = self.until(inside, MAX_ADDRESS, |byte| {
            byte.is_ascii_whitespace() || matches!(byte, b'<' | b'>')
        });
        if let Some(end) = end
            && self.byte(end) == Some(b'>')
            && let Some(address) = self.text.get(inside..end)
            && has_scheme(address)
        {
            let address = address.to_owned();
            self.keep_address(address);
            self.at = end + 1;
        } else {
            self.at = inside;
        }
    }

    fn bare(&mut self) {
        let Some(rest) = self.text.get(self.at..) else {
            self.at += 1;
            return;
        };
        let www = rest
            .get(..4)
            .is_some_and(|head| head.eq_ignore_ascii_case("www."));
        let before = self
            .text
            .get(..self.at)
            .and_then(|text| text.chars().next_back());
        let begins = before.is_none_or(|c| {
            let of_an_address = www && matches!(c, '/' | '.' | '@' | '-' | ':');
            !c.is_alphanumeric() && !of_an_address
        });
        if !begins || !(www || has_scheme(rest)) {
            self.at += 1;
            return;
        }
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'))
            .unwrap_or(rest.len());
        let address = without_trail(rest.get(..end).unwrap_or_default());
        let host = if www {
            address.get(4..)
        } else {
            address.split_once("://").map(|(_, host)| host)
        };
        self.at += address.len().max(1);
        if host.is_some_and(|host| host.starts_with(|c: char| c.is_alphanumeric() || c == '['))
            && address.len() <= MAX_ADDRESS
        {
            self.keep_address(if www {
                format!("http://{address}")
            } else {
                address.to_owned()
            });
        }
    }

    fn keep_address(&mut self, address: String) {
        if self.link_text.is_none() && self.found.addresses.len() < MAX_FOUND {
            self.found.addresses.push(address);
        }
    }
}

#[cfg(test)]
mod tests;
