//! Files beyond the recordings: that nothing people upload runs in a browser, whose files a message takes, and that unfinished
//! uploads do not fill the storage. What documents are found by is in `documents`.

use crate::http::{Person, team};
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use model::{UploadSession, UploadType};
use serde_json::{Value, json};
use store::uploads::StoredUpload;

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

pub async fn attach(person: &Person, channel: &str, ids: &[&str]) -> Value {
    let body = json!({"channel_id": channel, "message": "files", "file_ids": ids});
    person.post("/posts", body).await
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
