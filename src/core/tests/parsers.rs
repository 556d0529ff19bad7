//! Every reader of people's texts: takes whatever comes, and in time that grows with the text's length only.

#![allow(clippy::unwrap_used)] // a panic is how a test reports

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rustchat_core::search::{self, Document, Phrase};
use rustchat_core::text::{self, code, email, hashtags, links, mentions, names};
use std::hint::black_box;
use std::time::{Duration, Instant};

type Reader = (&'static str, fn(&str));

const READERS: [Reader; 12] = [
    ("search terms", |text| {
        black_box(search::parse(text, false, 3600));
        black_box(search::parse(text, true, -3600));
    }),
    ("words of a message", |text| {
        black_box(Document::of(text, ""));
    }),
    ("words of a term", |text| {
        black_box(Phrase::of(text, true));
    }),
    ("mentions", |text| {
        let found = mentions::Mentions::of(text);
        black_box((
            found.candidates(),
            found.has_keyword("word"),
            found.everybody(),
        ));
    }),
    ("channel mentions", |text| {
        black_box(mentions::channel_mentions(text));
    }),
    ("hashtags", |text| {
        black_box(hashtags::hashtags(text));
    }),
    ("code", |text| {
        black_box(code::without_code(text));
    }),
    ("links", |text| {
        black_box(links::find(text));
    }),
    ("pictures", |text| {
        black_box(links::with_images(text, |address| {
            Some(format!("https://proxy/{address}"))
        }));
    }),
    ("invisible markup", |text| {
        black_box(text::without_invisible_markup(text));
    }),
    ("usernames", |text| {
        black_box(names::clean_username(text));
    }),
    ("e-mail addresses", |text| {
        black_box(email::is_valid(text));
    }),
];

/// What the readers look for, so that random texts hit more than the ordinary path.
const PIECES: [&str; 44] = [
    "@",
    "@all",
    "@alice",
    "~",
    "~town",
    "#",
    "#tag",
    "`",
    "```",
    "\n",
    "    ",
    "\t",
    "[",
    "]",
    "(",
    ")",
    "![",
    "](",
    "<",
    ">",
    "http://",
    "https://a.b/c_(d)",
    "www.",
    "://",
    "from:",
    "in:",
    "-in:",
    "before:2020-01-01",
    "on:",
    "\"",
    "-",
    "*",
    "_",
    "**",
    "a",
    "ß",
    "é",
    "e\u{301}",
    "漢字",
    "한글",
    "👩‍👩‍👧",
    "\u{200b}",
    "\\",
    ".",
];

fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => proptest::sample::select(PIECES.to_vec()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => Just(" ".to_owned()),
    ];
    let pieces = proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat());
    prop_oneof![3 => pieces, 1 => ".{0,60}"]
}

#[test]
fn ten_thousand_texts_are_read() {
    let config = Config {
        cases: 10_000,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&soup(), |text| {
        READERS.iter().for_each(|(_, read)| read(&text));
        Ok(())
    });
    outcome.unwrap();
}

/// The best of some runs, so that a busy machine does not count.
fn time(read: fn(&str), text: &str) -> Duration {
    let once = || {
        let begun = Instant::now();
        read(text);
        begun.elapsed()
    };
    (0..4).map(|_| once()).min().unwrap()
}

#[test]
fn twice_the_text_takes_about_twice_the_time() {
    let mut slow = Vec::new();
    let pairs = PIECES
        .iter()
        .flat_map(|piece| [piece.to_string(), format!("{piece} "), format!("{piece}a")]);
    for piece in pairs.chain(
        [
            "[a](b) ", "![a](", "[[", "((", "`a` `", "<a ", "\"a ", "@a.b.", "-- ", "> ",
        ]
        .map(str::to_owned),
    ) {
        let times = 8_000 / piece.len();
        let (once, twice) = (piece.repeat(times), piece.repeat(times * 2));
        for (name, read) in READERS {
            let is_slow = || {
                let (one, two) = (time(read, &once), time(read, &twice));
                two > Duration::from_millis(20) && two > one.mul_f64(3.2)
            };
            // A busy machine looks slow once, a bad rule always.
            if (0..4).all(|_| is_slow()) {
                slow.push(format!("{name} of {piece:?} × {times}"));
            }
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}
