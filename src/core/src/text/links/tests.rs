//! Messages and what they show of other places.

use super::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn addresses(text: &str) -> Vec<String> {
    find(text).addresses
}

fn images(text: &str) -> Vec<&str> {
    find(text)
        .images
        .into_iter()
        .map(|range| &text[range])
        .collect()
}

#[test]
fn bare_addresses() {
    assert_eq!(
        addresses("see http://a.b/c, http://d"),
        ["http://a.b/c", "http://d"]
    );
    assert_eq!(addresses("(http://a.b/x)"), ["http://a.b/x"]);
    assert_eq!(addresses("http://a.b/x_(y) end"), ["http://a.b/x_(y)"]);
    assert_eq!(
        addresses("**https://a.b** _http://c.d_ ~~http://e.f~~"),
        ["https://a.b", "http://c.d", "http://e.f"]
    );
    assert_eq!(
        addresses("HTTP://A.b/?q=1&r=2#f!"),
        ["HTTP://A.b/?q=1&r=2#f"]
    );
    assert_eq!(
        addresses("<http://a.b/x,y.> and <b>http://c.d</b>"),
        ["http://a.b/x,y.", "http://c.d"]
    );
    assert_eq!(
        addresses("> http://quoted.example\n- http://item.example"),
        ["http://quoted.example", "http://item.example"]
    );
    assert_eq!(
        addresses("www.example.com/x. awww.no"),
        ["http://www.example.com/x"]
    );
    assert_eq!(addresses("[http://a.b/x]"), ["http://a.b/x"]);
    assert_eq!(addresses("http://[::1]:80/x"), ["http://[::1]:80/x"]);
    assert_eq!(
        addresses("nohttp://x http:// ftp://a.b http://."),
        Vec::<String>::new()
    );
}

#[test]
fn code_and_links_with_texts_show_no_addresses() {
    assert_eq!(addresses("code `http://a.b/x` only"), Vec::<String>::new());
    assert_eq!(
        addresses("```\nhttp://a.b\n```\nhttp://c.d"),
        ["http://c.d"]
    );
    assert_eq!(addresses("é `ü http://a.b` http://c.d/ü"), ["http://c.d/ü"]);
    assert_eq!(addresses("[#link](http://a.b/#frag)"), Vec::<String>::new());
    assert_eq!(
        addresses("[http://a.b](http://c.d \"t\") http://e.f"),
        ["http://e.f"]
    );
    assert_eq!(addresses("\\[x](http://a.b)"), ["http://a.b"]);
    assert_eq!(
        addresses("[x][1] http://e.f\n\n[1]: http://a.b"),
        ["http://e.f"]
    );
}

#[test]
fn pictures() {
    let text = "![pic](http://a.b/n.png) and http://a.b/page";
    assert_eq!(images(text), ["http://a.b/n.png"]);
    assert_eq!(addresses(text), ["http://a.b/page"]);
    assert_eq!(
        images("[![in](http://i.j/k.png)](http://l.m)"),
        ["http://i.j/k.png"]
    );
    assert_eq!(
        addresses("[![in](http://i.j/k.png)](http://l.m) http://n.o"),
        ["http://n.o"]
    );
    assert_eq!(
        images("![a](<http://a.b/x y.png>) ![b]( /own.png \"t\" =10x20 )"),
        ["http://a.b/x y.png", "/own.png"]
    );
    assert_eq!(
        images("![r][one]\n\n[ONE]: http://a.b/r.png \"t\""),
        ["http://a.b/r.png"]
    );
    assert_eq!(
        images("`![a](http://a.b)` ![open](http://x"),
        Vec::<&str>::new()
    );
}

#[test]
fn addresses_of_pictures_are_replaced() {
    let change = |url: &str| url.starts_with("http").then(|| format!("P{}", url.len()));
    assert_eq!(
        with_images("a ![x](http://a) ![y](/own) ![z](http://bb) e", change).as_deref(),
        Some("a ![x](P8) ![y](/own) ![z](P9) e")
    );
    assert_eq!(with_images("![x](/own) http://a", change), None);
    assert_eq!(with_images("none", change), None);
}

#[test]
fn long_input_is_quick() {
    let shapes = [
        "[",
        "![",
        "[]()",
        "[](x",
        "![](",
        "![a][b]",
        "[a]: x\n",
        "<http://",
        "http://a",
        "www.",
        "(",
        "\\",
        "[x](http://a \"",
        "![](<",
    ];
    let definition = "[a]: http://b.c\n";
    let lines = definition.repeat(60);
    // In the debug build as well, the longest message takes milliseconds. Quadratic work would take seconds for this size.
    let size = 4 * 16_384;
    for shape in shapes {
        for before in ["", definition, &lines] {
            let text = before.to_owned() + &shape.repeat(size / shape.len());
            let begun = Instant::now();
            find(&text);
            let taken = begun.elapsed();
            assert!(taken < Duration::from_secs(3), "{shape:?}: {taken:?}");
        }
    }
    let half = size / 4;
    for (open, close) in [
        ("[", "]"),
        ("[", "]:"),
        ("![", "](x"),
        ("[", "][a]"),
        ("<", ">"),
    ] {
        let nested = definition.to_owned() + &open.repeat(half) + &close.repeat(half);
        let begun = Instant::now();
        find(&nested);
        let taken = begun.elapsed();
        assert!(taken < Duration::from_secs(3), "{open}{close}: {taken:?}");
    }
}

proptest! {
    #[test]
    fn whatever_is_written(text in "[\\[\\]()!<>htp:/w.`\\\\ \na\"=ü]{0,120}") {
        let found = find(&text);
        for range in &found.images {
            prop_assert!(text.get(range.clone()).is_some());
        }
        with_images(&text, |url| Some(format!("{url}x")));
    }
}
