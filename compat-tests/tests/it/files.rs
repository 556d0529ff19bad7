//! Files beyond the recordings: what documents are found by, that nothing people upload runs in a browser, whose files a message
//! takes, and that unfinished uploads do not fill the storage.

use crate::http::{Person, team};
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use model::{UploadSession, UploadType};
use serde_json::{Value, json};
use std::io::{Cursor, Write};
use std::time::Duration;
use store::uploads::StoredUpload;
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

pub async fn upload(person: &Person, channel: &str, name: &str, bytes: Vec<u8>) -> Value {
    let path = format!("/files?channel_id={channel}&filename={name}");
    let reply = person
        .request("POST", &path)
        .body(bytes)
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 201, "{name}");
    let answer: Value = reply.json().await.unwrap();
    answer["file_infos"][0].clone()
}

async fn attach(person: &Person, channel: &str, ids: &[&str]) -> Value {
    let body = json!({"channel_id": channel, "message": "files", "file_ids": ids});
    person.post("/posts", body).await
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

#[tokio::test(flavor = "multi_thread")]
async fn nothing_people_upload_runs_in_a_browser() {
    let settings = json!({"FileSettings": {
        "EnablePublicLink": true, "PublicLinkSalt": "salt-salt-salt-salt-salt-salt-32",
    }});
    let server = TestServer::start_with(Engine::Sqlite, &settings)
        .await
        .unwrap();
    let admin = Person::admin(&server.url).await;
    let (_, channel) = team(&admin).await;
    let script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    for name in [
        "a.html", "a.HTM", "a.svg", "a.xml", "a.xhtml", "a.js", "a.pdf", "a.png", "a.swf", "a.mht",
        "a", "a.xsl",
    ] {
        let info = upload(&admin, &channel, name, script.to_vec()).await;
        let id = info["id"].as_str().unwrap();
        attach(&admin, &channel, &[id]).await;
        let link = admin.get(&format!("/files/{id}/link")).await;
        let private = admin.request("GET", &format!("/files/{id}"));
        let public = admin.http.get(link["link"].as_str().unwrap());
        for request in [private, public] {
            let reply = request.send().await.unwrap();
            assert_eq!(reply.status(), 200, "{name}");
            let header = |name: &str| {
                let value = reply.headers().get(name);
                value.map_or("", |value| value.to_str().unwrap()).to_owned()
            };
            assert_eq!(header("x-content-type-options"), "nosniff", "{name}");
            let policy = header("content-security-policy");
            assert!(policy.contains("default-src 'none'"), "{name}: {policy}");
            assert!(policy.ends_with("; sandbox"), "{name}: {policy}");
            assert_eq!(header("x-frame-options"), "DENY", "{name}");
            let kind = header("content-type");
            for active in ["text/html", "javascript", "ecmascript"] {
                assert!(!kind.contains(active), "{name}: {kind}");
            }
            let inline = header("content-disposition").starts_with("inline");
            assert_eq!(inline, name == "a.png", "{name}");
        }
    }
    // a link that is not right tells nothing
    let info = upload(&admin, &channel, "b.txt", b"text".to_vec()).await;
    let id = info["id"].as_str().unwrap();
    attach(&admin, &channel, &[id]).await;
    let link = admin.get(&format!("/files/{id}/link")).await;
    let link = link["link"].as_str().unwrap().to_owned();
    let shorter = &link[..link.len() - 1];
    for wrong in [
        shorter.to_owned(),
        format!("{link}x"),
        format!("{}/files/{id}/public", server.url),
    ] {
        let reply = admin.http.get(&wrong).send().await.unwrap();
        assert_eq!(reply.status(), 400, "{wrong}");
        assert!(!reply.text().await.unwrap().contains("text</"), "{wrong}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_paths_stay_names() {
    let server = TestServer::start(Engine::Sqlite).await.unwrap();
    let admin = Person::admin(&server.url).await;
    let (_, channel) = team(&admin).await;
    // dots alone are refused with the original's 500
    for (sent, name) in [
        ("..", ".."),
        (".", "."),
        ("..%2F..%2Fescape.txt", "escape.txt"),
        ("%2Fetc%2Fpasswd", "passwd"),
        ("..%5C..%5Cescape.txt", "..\\..\\escape.txt"),
        ("zero%00.txt", "zero\0.txt"),
    ] {
        let path = format!("/files?channel_id={channel}&filename={sent}");
        let reply = admin
            .request("POST", &path)
            .body("bytes")
            .send()
            .await
            .unwrap();
        assert!(
            [201, 400, 500].contains(&reply.status().as_u16()),
            "{sent}: {}",
            reply.status()
        );
        if reply.status() == 201 {
            let answer: Value = reply.json().await.unwrap();
            assert_eq!(answer["file_infos"][0]["name"], name);
            let id = answer["file_infos"][0]["id"].as_str().unwrap().to_owned();
            let read = admin
                .request("GET", &format!("/files/{id}"))
                .send()
                .await
                .unwrap();
            assert_eq!(read.text().await.unwrap(), "bytes", "{sent}");
        }
    }
    assert!(!server.folder().join("escape.txt").exists());
    server.stop().await;
}

async fn other(admin: &Person, team: &str) -> Person {
    let account =
        json!({"username": "other", "email": "other@example.com", "password": "Passw0rd-of-other"});
    let user = admin.post("/users", account).await;
    let member = json!({"team_id": team, "user_id": user["id"]});
    admin.post(&format!("/teams/{team}/members"), member).await;
    Person::sign_in(&admin.base, "other", "Passw0rd-of-other").await
}

#[tokio::test(flavor = "multi_thread")]
async fn other_peoples_files_are_neither_taken_nor_told_of() {
    let server = TestServer::start(Engine::Sqlite).await.unwrap();
    let admin = Person::admin(&server.url).await;
    let (team, channel) = team(&admin).await;
    let other = other(&admin, &team).await;
    let secret = upload(&admin, &channel, "secret.txt", b"s".to_vec()).await;
    let secret = secret["id"].as_str().unwrap();
    let mine = upload(&other, &channel, "mine.txt", b"m".to_vec()).await;
    let mine = mine["id"].as_str().unwrap();
    let used = upload(&other, &channel, "used.txt", b"u".to_vec()).await;
    let used = used["id"].as_str().unwrap();
    attach(&other, &channel, &[used]).await;

    let draft =
        json!({"channel_id": channel, "message": "draft", "file_ids": [secret, mine, used]});
    let names = |files: &Value| -> Vec<String> {
        let files = files.as_array().cloned().unwrap_or_default();
        files
            .iter()
            .map(|info| info["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let kept = other.post("/drafts", draft).await;
    assert_eq!(names(&kept["metadata"]["files"]), ["mine.txt"]);
    let listed = other.get(&format!("/users/me/teams/{team}/drafts")).await;
    assert_eq!(names(&listed[0]["metadata"]["files"]), ["mine.txt"]);

    let post = attach(&other, &channel, &[secret, used]).await;
    assert_eq!(post["file_ids"], Value::Null);
    let path = format!("/posts/{}/patch", post["id"].as_str().unwrap());
    let patch = json!({"message": "changed", "file_ids": [secret, used, mine]});
    let reply = other
        .request("PUT", &path)
        .json(&patch)
        .send()
        .await
        .unwrap();
    let changed: Value = reply.json().await.unwrap();
    assert_eq!(changed["file_ids"], json!([mine]));
    assert_eq!(names(&changed["metadata"]["files"]), ["mine.txt"]);
    let post = attach(&admin, &channel, &[secret]).await;
    assert_eq!(post["file_ids"], json!([secret]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn abandoned_uploads_go_and_unfinished_ones_are_bounded() {
    let server = TestServer::start(Engine::Sqlite).await.unwrap();
    let admin = Person::admin(&server.url).await;
    let (_, channel) = team(&admin).await;
    let me = admin.get("/users/me").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = |size: usize| json!({"channel_id": channel, "filename": "a.bin", "file_size": size});
    let fresh = admin.post("/uploads", body(6 << 20)).await;
    let fresh = fresh["id"].as_str().unwrap();
    let first = vec![7; 5 << 20];
    let sent = admin
        .request("POST", &format!("/uploads/{fresh}"))
        .body(first)
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 204);

    // one that began weeks ago
    let bytes = server.folder().join("files/old/a.bin");
    std::fs::create_dir_all(bytes.parent().unwrap()).unwrap();
    std::fs::write(&bytes, "half").unwrap();
    let id = "oldoldoldoldoldoldoldoldol";
    let session = UploadSession {
        id: id.to_owned(),
        type_: UploadType::Attachment,
        create_at: 1,
        user_id: me,
        channel_id: channel.clone(),
        filename: "a.bin".to_owned(),
        file_size: 9,
        file_offset: 4,
        ..UploadSession::default()
    };
    let path = "old/a.bin".to_owned();
    store::uploads::insert(server.store(), &StoredUpload { session, path })
        .await
        .unwrap();
    admin.get(&format!("/uploads/{id}")).await;
    server.running().upkeep().await;
    assert!(!bytes.exists());
    let gone = admin
        .request("GET", &format!("/uploads/{id}"))
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), 404);
    let sent = admin
        .request("POST", &format!("/uploads/{fresh}"))
        .body(vec![8; 1 << 20])
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 200);

    let refused = async |size: usize| {
        let reply = admin
            .request("POST", "/uploads")
            .json(&body(size))
            .send()
            .await
            .unwrap();
        (reply.status().as_u16() == 400).then_some(reply)
    };
    let mut begun = 0;
    let reply = loop {
        if let Some(reply) = refused(100 << 20).await {
            break reply;
        }
        begun += 1;
    };
    assert_eq!(begun, 20);
    let error: Value = reply.json().await.unwrap();
    assert_eq!(error["id"], "rustchat.upload.too_many");
    server.stop().await;
}
