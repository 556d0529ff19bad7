//! Documents are found by what is in them, on both databases; the documents are made here.

use crate::files::{attach, upload};
use crate::http::{Person, team};
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use serde_json::{Value, json};
use std::io::{Cursor, Write};
use std::time::Duration;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

fn zipped(name: &str, text: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .start_file(name, SimpleFileOptions::default())
        .unwrap();
    writer.write_all(text.as_bytes()).unwrap();
    writer.finish().unwrap().into_inner()
}

/// A page with one line.
fn pdf(line: &str) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 72 700 Td ({line}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    let mut out = "%PDF-1.4\n".to_owned();
    let mut table = "xref\n0 6\n0000000000 65535 f \n".to_owned();
    for (number, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", number + 1));
    }
    let start = out.len();
    out.push_str(&format!(
        "{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    ));
    out.into_bytes()
}

async fn found(person: &Person, team: &str, terms: &str) -> Vec<String> {
    let path = format!("/teams/{team}/files/search");
    let answer = person
        .post(&path, json!({"terms": terms, "is_or_search": false}))
        .await;
    let infos = answer["file_infos"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let name = |info: &Value| info["name"].as_str().unwrap().to_owned();
    infos.values().map(name).collect()
}

/// Documents are read in the background: waits until one is found.
async fn found_in_the_end(person: &Person, team: &str, terms: &str) -> Vec<String> {
    for _ in 0..200 {
        let names = found(person, team, terms).await;
        if !names.is_empty() {
            return names;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Vec::new()
}

async fn documents_are_found_on(engine: Engine) {
    let server =
        TestServer::start_with(engine, &json!({"FileSettings": {"ArchiveRecursion": true}}))
            .await
            .unwrap();
    let admin = Person::admin(&server.url).await;
    let (team, channel) = team(&admin).await;
    let letter = zipped(
        "word/document.xml",
        "<w:document><w:p><w:r><w:t>albatross contracts</w:t></w:r></w:p></w:document>",
    );
    let documents = [
        ("a.docx", "albatross", letter.clone()),
        (
            "b.odt",
            "bustard",
            zipped("content.xml", "<d><text:p>bustard</text:p></d>"),
        ),
        (
            "c.pptx",
            "cormorant",
            zipped("ppt/slides/slide1.xml", "<d><a:t>cormorant</a:t></d>"),
        ),
        (
            "d.xlsx",
            "dunnock",
            zipped("xl/sharedStrings.xml", "<sst><si><t>dunnock</t></si></sst>"),
        ),
        ("e.pdf", "egret", pdf("the egret sails")),
        (
            "f.html",
            "fulmar",
            b"<p>ful<b>mar</b></p><script>gannet()</script>".to_vec(),
        ),
        ("g.zip", "heron", zipped("notes.txt", "heron")),
    ];
    for (name, _, bytes) in documents.clone() {
        let info = upload(&admin, &channel, name, bytes).await;
        attach(&admin, &channel, &[info["id"].as_str().unwrap()]).await;
    }
    for (name, word, _) in &documents {
        assert_eq!(
            found_in_the_end(&admin, &team, word).await,
            [*name],
            "{word}"
        );
    }
    assert_eq!(
        found(&admin, &team, "\"albatross contracts\"").await,
        ["a.docx"]
    );
    assert_eq!(found(&admin, &team, "gannet").await, [] as [&str; 0]);
    // in parts as well, and by its name all the same
    let size = letter.len();
    let body = json!({"channel_id": channel, "filename": "ibis.docx", "file_size": size});
    let session = admin.post("/uploads", body).await;
    let path = format!("/uploads/{}", session["id"].as_str().unwrap());
    let sent = admin
        .request("POST", &path)
        .body(letter)
        .send()
        .await
        .unwrap();
    let info: Value = sent.json().await.unwrap();
    assert_eq!(info["mime_type"], DOCX);
    attach(&admin, &channel, &[info["id"].as_str().unwrap()]).await;
    assert_eq!(
        found_in_the_end(&admin, &team, "ibis contracts").await,
        ["ibis.docx"]
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_found_by_what_is_in_them() {
    for engine in Engine::ALL {
        if engine.available() {
            documents_are_found_on(engine).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_setting_documents_are_found_by_name_alone() {
    let settings = json!({"FileSettings": {"ExtractContent": false}});
    let server = TestServer::start_with(Engine::Sqlite, &settings)
        .await
        .unwrap();
    let admin = Person::admin(&server.url).await;
    let (team, channel) = team(&admin).await;
    let letter = zipped("word/document.xml", "<d><w:t>albatross</w:t></d>");
    for (name, bytes) in [("bird.docx", letter), ("bird.txt", b"albatross".to_vec())] {
        let info = upload(&admin, &channel, name, bytes).await;
        attach(&admin, &channel, &[info["id"].as_str().unwrap()]).await;
    }
    assert_eq!(found(&admin, &team, "bird").await.len(), 2);
    assert_eq!(found(&admin, &team, "albatross").await, [] as [&str; 0]);
    server.stop().await;
}
