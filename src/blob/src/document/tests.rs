//! Documents made here, and documents made to harm.

use std::io::{Cursor, Write};

use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

fn zipped(entries: &[(&str, &[u8])]) -> Bytes {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner().into()
}

fn pdf(pages: &[Vec<u8>]) -> Bytes {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let resources = document.add_object(dictionary! {"Font" => dictionary! {"F1" => font}});
    let kids: Vec<Object> = pages
        .iter()
        .map(|content| {
            let mut stream = Stream::new(dictionary! {}, content.clone());
            stream.compress().unwrap();
            let content = document.add_object(stream);
            let page = dictionary! {"Type" => "Page", "Parent" => tree, "Contents" => content};
            document.add_object(page).into()
        })
        .collect();
    let count = i64::try_from(kids.len()).unwrap();
    let pages = dictionary! {
        "Type" => "Pages", "Kids" => kids, "Count" => count, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    };
    document.objects.insert(tree, pages.into());
    let catalog = document.add_object(dictionary! {"Type" => "Catalog", "Pages" => tree});
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes.into()
}

fn page(steps: Vec<Operation>) -> Vec<u8> {
    Content { operations: steps }.encode().unwrap()
}

fn step(operator: &str, operands: Vec<Object>) -> Operation {
    Operation::new(operator, operands)
}

async fn text(kind: Kind, bytes: Bytes, archives: bool) -> String {
    super::text(kind, archives, async { Some(bytes) }).await
}

async fn words(kind: Kind, bytes: Bytes) -> String {
    let text = text(kind, bytes, false).await;
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn names_tell_documents() {
    assert_eq!(kind("Report.DOCX"), Some(Kind::Letter));
    assert_eq!(kind("a.b.pdf"), Some(Kind::Pdf));
    assert_eq!(kind("notes.txt"), None);
    assert_eq!(kind("pdf"), None);
}

#[tokio::test]
async fn letters_are_read_with_words_whole() {
    let xml = br#"<?xml version="1.0"?><w:document xmlns:w="w"><w:body>
        <w:p><w:r><w:t>quar</w:t></w:r><w:r><w:t xml:space="preserve">terly </w:t></w:r><w:r><w:t>R&amp;D &#x201C;plan&#x201D;</w:t></w:r></w:p>
        <w:p><w:r><w:t>next</w:t><w:tab/><w:t>column</w:t><w:delText>gone</w:delText><w:instrText>FIELD</w:instrText></w:r></w:p>
        </w:body></w:document>"#;
    let foot = br#"<w:ftr xmlns:w="w"><w:p><w:r><w:t>confidential</w:t></w:r></w:p></w:ftr>"#;
    let bytes = zipped(&[
        ("word/document.xml", xml),
        ("word/footer1.xml", foot),
        ("word/styles.xml", b"<w:styles><w:t>hidden</w:t></w:styles>"),
    ]);
    assert_eq!(
        words(Kind::Letter, bytes).await,
        "quarterly R&D \u{201c}plan\u{201d} next column confidential"
    );
}

#[tokio::test]
async fn open_documents_slides_and_sheets_are_read() {
    let open = br#"<office:document-content xmlns:office="o" xmlns:text="t"><office:body><office:text>
        <text:h>Heading</text:h><text:p>one<text:s/>two <text:span>thr</text:span>ee</text:p></office:text></office:body></office:document-content>"#;
    let bytes = zipped(&[("content.xml", open), ("styles.xml", b"<a>hidden</a>")]);
    assert_eq!(words(Kind::Open, bytes).await, "Heading one two three");

    let slide = br#"<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>Road</a:t></a:r><a:r><a:t>map</a:t></a:r></a:p><a:p><a:r><a:t>2027</a:t></a:r></a:p></p:sld>"#;
    let notes = br#"<p:notes xmlns:a="a"><a:p><a:r><a:t>say hello</a:t></a:r></a:p></p:notes>"#;
    let bytes = zipped(&[
        ("ppt/slides/slide1.xml", slide),
        ("ppt/notesSlides/notesSlide1.xml", notes),
        (
            "ppt/slideMasters/slideMaster1.xml",
            b"<a:t>Click to edit</a:t>",
        ),
    ]);
    assert_eq!(words(Kind::Slides, bytes).await, "Roadmap 2027 say hello");

    let shared = br#"<sst><si><t>Apples</t></si><si><r><t>Pe</t></r><r><t>ars</t></r></si></sst>"#;
    let sheet = br#"<worksheet><sheetData><row><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1234.5</v></c>
        <c r="C1" t="inlineStr"><is><t>in place</t></is></c><c t="str"><f>A1</f><v>made</v></c></row></sheetData></worksheet>"#;
    let bytes = zipped(&[
        ("xl/sharedStrings.xml", shared),
        ("xl/worksheets/sheet1.xml", sheet),
    ]);
    assert_eq!(
        words(Kind::Sheets, bytes).await,
        "Apples Pears 1234.5 in place made"
    );
}

#[tokio::test]
async fn pages_of_a_pdf_are_read() {
    let text = |text: &str| Object::string_literal(text);
    let first = page(vec![
        step("BT", vec![]),
        step("Tf", vec!["F1".into(), 12.into()]),
        step("Td", vec![100.into(), 700.into()]),
        step("Tj", vec![text("Quarterly")]),
        step("Td", vec![0.into(), (-14).into()]),
        step(
            "TJ",
            vec![
                vec![
                    text("fi"),
                    (-20).into(),
                    text("gures"),
                    (-300).into(),
                    text("here"),
                ]
                .into(),
            ],
        ),
        step("ET", vec![]),
    ]);
    let second = page(vec![
        step("BT", vec![]),
        step("Tf", vec!["F1".into(), 12.into()]),
        step("Tj", vec![text("caf\u{e9}")]),
        step("Tf", vec!["F9".into(), 12.into()]),
        step("Tj", vec![text("unknown font")]),
        step("ET", vec![]),
    ]);
    let found = words(Kind::Pdf, pdf(&[first, second])).await;
    assert!(found.starts_with("Quarterly figures here caf"), "{found}");
    assert!(!found.contains("unknown"), "{found}");
}

#[tokio::test]
async fn archives_tell_names_and_where_wanted_contents() {
    let letter = zipped(&[("word/document.xml", b"<d><t>inner</t></d>")]);
    let mut nested = zipped(&[("deep.txt", b"bottom")]);
    for _ in 0..6 {
        nested = zipped(&[("nest.zip", &nested)]);
    }
    let bytes = zipped(&[
        ("folder/Letter.docx", &letter),
        ("page.html", b"<p>seen</p><script>run()</script>"),
        ("nested.zip", &nested),
        ("raw.bin", b"binary"),
    ]);
    let names = text(Kind::Archive, bytes.clone(), false).await;
    assert!(names.contains("folder/Letter.docx") && names.contains("raw.bin"));
    assert!(!names.contains("inner") && !names.contains("seen"));
    let contents = text(Kind::Archive, bytes, true).await;
    assert!(contents.contains("inner") && contents.contains("seen"));
    assert!(!contents.contains("run()") && !contents.contains("binary"));
    assert!(contents.contains("nest.zip") && !contents.contains("bottom"));
}

#[tokio::test]
async fn documents_made_to_harm_are_given_up() {
    // text that inflates a thousandfold is cut
    let much = [b"<d><t>".as_slice(), &b"lots ".repeat(4 << 20), b"</t></d>"].concat();
    let bomb = zipped(&[("word/document.xml", &much), ("word/header1.xml", &much)]);
    assert!(bomb.len() < 1 << 20);
    assert!(text(Kind::Letter, bomb, false).await.len() <= MOST_TEXT + 1);
    // markup without text ends with what may be inflated
    let much = [b"<d>".as_slice(), &b"<x><y>".repeat(12 << 20)].concat();
    let bomb = zipped(&[("content.xml", &much), ("x", b"")]);
    assert_eq!(text(Kind::Open, bomb, false).await.trim(), "");
    // entities of its own are not followed
    let laughs =
        br#"<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><d><t>so &b; funny &lt;</t></d>"#;
    let bytes = zipped(&[("word/document.xml", laughs)]);
    assert_eq!(words(Kind::Letter, bytes).await, "so funny <");
    // pages of a PDF that inflate too far are left out, others are not
    let small = page(vec![
        step("BT", vec![]),
        step("Tf", vec!["F1".into(), 1.into()]),
        step("Tj", vec![Object::string_literal("kept")]),
    ]);
    let zeros = vec![b' '; 8 << 20];
    let numbers = b"1 ".repeat(900_000);
    let found = words(Kind::Pdf, pdf(&[zeros, numbers, small])).await;
    assert_eq!(found, "kept");
    let nested = [b"%PDF-1.5\n1 0 obj ".as_slice(), &b"[".repeat(1 << 20)].concat();
    assert_eq!(words(Kind::Pdf, nested.into()).await, "");
    let wide = [b"%PDF-1.5\n1 0 obj [".as_slice(), &b"1 ".repeat(4 << 20)].concat();
    assert_eq!(words(Kind::Pdf, wide.into()).await, "");
}

#[tokio::test]
async fn broken_documents_have_no_text() {
    let whole = pdf(&[page(vec![step("BT", vec![])])]);
    let letter = zipped(&[("word/document.xml", b"<d><t>x</t></d>")]);
    for (kind, bytes) in [(Kind::Pdf, whole), (Kind::Letter, letter)] {
        for cut in (0..bytes.len()).step_by(7) {
            text(kind, bytes.slice(..cut), true).await;
            let mut changed = bytes.to_vec();
            changed[cut] ^= 0x55;
            text(kind, changed.into(), true).await;
        }
    }
    for kind in [Kind::Pdf, Kind::Sheets, Kind::Open, Kind::Archive] {
        assert_eq!(
            text(kind, Bytes::from_static(b"PK\x03\x04 nothing"), true).await,
            ""
        );
    }
}

#[test]
fn pages_lose_their_tags() {
    let html = "<html><style>p{}</style><body><p>Hello <b>wor</b>ld &amp; all</p><script>if (a<b) {}</script><li>next";
    let text = without_tags(html);
    let words: Vec<&str> = text.split_whitespace().collect();
    assert_eq!(words, ["Hello", "world", "&", "all", "next"]);
}
