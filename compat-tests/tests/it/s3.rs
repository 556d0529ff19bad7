//! Files in an S3 bucket, from upload to download. `scripts/s3` starts a server for it and says where: without one these tests
//! have nothing to do.

use crate::files::upload;
use crate::http::{Person, team};
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use serde_json::{Value, json};

/// `host:port` of a server that speaks S3, has the bucket `rustchat` and takes any key.
const ENDPOINT: &str = "RUSTCHAT_TEST_S3";

async fn server() -> Option<TestServer> {
    let Ok(endpoint) = std::env::var(ENDPOINT) else {
        eprintln!("{ENDPOINT} is not set: not tested on S3");
        return None;
    };
    let settings = json!({"FileSettings": {
        "DriverName": "amazons3", "AmazonS3Endpoint": endpoint, "AmazonS3Bucket": "rustchat", "AmazonS3SSL": false,
        "AmazonS3AccessKeyId": "test", "AmazonS3SecretAccessKey": "test", "AmazonS3Region": "us-east-1",
        "AmazonS3PathPrefix": "whole/server",
    }});
    Some(
        TestServer::start_with(Engine::Sqlite, &settings)
            .await
            .unwrap(),
    )
}

async fn read(person: &Person, path: &str, range: &str) -> (u16, Vec<u8>) {
    let mut request = person.request("GET", path);
    if !range.is_empty() {
        request = request.header("range", range);
    }
    let reply = request.send().await.unwrap();
    (
        reply.status().as_u16(),
        reply.bytes().await.unwrap().to_vec(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn files_live_in_a_bucket() {
    let Some(server) = server().await else { return };
    let admin = Person::admin(&server.url).await;
    let (_, channel) = team(&admin).await;

    let text = "0123456789".repeat(1_000).into_bytes();
    let info = upload(&admin, &channel, "a%20%231%25.txt", text.clone()).await;
    let path = format!("/files/{}", info["id"].as_str().unwrap());
    assert_eq!(read(&admin, &path, "").await, (200, text));
    assert_eq!(
        read(&admin, &path, "bytes=3-5").await,
        (206, b"345".to_vec())
    );
    assert_eq!(read(&admin, &path, "bytes=-2").await, (206, b"89".to_vec()));
    assert_eq!(read(&admin, &path, "bytes=10000-").await.0, 416);

    let picture = include_bytes!("../../recordings/assets/posts_small.png");
    let info = upload(&admin, &channel, "small.png", picture.to_vec()).await;
    let path = format!("/files/{}", info["id"].as_str().unwrap());
    assert_eq!(read(&admin, &path, "").await, (200, picture.to_vec()));
    for made in ["thumbnail", "preview"] {
        let (status, bytes) = read(&admin, &format!("{path}/{made}"), "").await;
        assert_eq!(status, 200, "{made}");
        assert!(bytes.starts_with(b"\x89PNG"), "{made}");
    }

    // longer than a part of the storage
    let long: Vec<u8> = (0..12_u32 << 20).map(|at| (at % 251) as u8).collect();
    let info = upload(&admin, &channel, "long.bin", long.clone()).await;
    let path = format!("/files/{}", info["id"].as_str().unwrap());
    assert!(read(&admin, &path, "").await.1 == long);
    assert_eq!(server_files(&server), 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_in_parts_come_together_in_a_bucket() {
    let Some(server) = server().await else { return };
    let admin = Person::admin(&server.url).await;
    let (_, channel) = team(&admin).await;
    let long: Vec<u8> = (0..13_u32 << 20).map(|at| (at % 249) as u8).collect();
    let body = json!({"channel_id": channel, "filename": "long.bin", "file_size": long.len()});
    let session = admin.post("/uploads", body).await;
    let path = format!("/uploads/{}", session["id"].as_str().unwrap());
    let (mut at, mut step, mut info) = (0, 5 << 20, Value::Null);
    while at < long.len() {
        let part = long[at..long.len().min(at + step)].to_vec();
        at += part.len();
        let sent = admin
            .request("POST", &path)
            .body(part)
            .send()
            .await
            .unwrap();
        let status = sent.status().as_u16();
        assert_eq!(status, if at == long.len() { 200 } else { 204 });
        if status == 200 {
            info = sent.json().await.unwrap();
        } else {
            assert_eq!(admin.get(&path).await["file_offset"], at);
        }
        step = 1 << 20;
    }
    let path = format!("/files/{}", info["id"].as_str().unwrap());
    assert!(read(&admin, &path, "").await.1 == long);
    assert_eq!(
        read(&admin, &path, "bytes=7000000-7000003").await.1,
        long[7_000_000..7_000_004]
    );
    server.stop().await;
}

/// Files on the disk all the same.
fn server_files(server: &TestServer) -> usize {
    std::fs::read_dir(server.folder().join("files")).map_or(0, Iterator::count)
}
