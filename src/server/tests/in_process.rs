//! Servers inside another program, as the compatibility tests run them.

#![allow(
    clippy::unwrap_used,
    reason = "tests and their helpers may fail loudly"
)]

use rustchat_server::{Running, Server, ServerOptions};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

async fn start(folder: &tempfile::TempDir) -> Running {
    let settings = json!({
        "SqlSettings": {"DataSource": folder.path().join("chat.db")},
        "FileSettings": {"Directory": folder.path().join("files")},
    });
    Server::start(ServerOptions::in_memory(&settings).unwrap())
        .await
        .unwrap()
}

async fn ask(running: &Running, path: &str) -> String {
    let mut stream = TcpStream::connect(running.addr).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn several_start_and_stop_in_one_process() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let begun = Instant::now();
    let (first, second) = (start(&one).await, start(&two).await);
    assert_ne!(first.addr, second.addr);
    assert!(
        ask(&first, "/api/v4/none")
            .await
            .contains("api.context.404.app_error")
    );
    let address = first.addr;
    first.stop().await;
    assert!(TcpStream::connect(address).await.is_err());
    assert!(
        ask(&second, "/api/v4/none")
            .await
            .contains("api.context.404.app_error")
    );
    second.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(10));
    // the same storage opens again
    start(&one).await.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_ends_connections_that_wait() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(&folder).await;
    let mut idle = TcpStream::connect(running.addr).await.unwrap();
    let mut half = TcpStream::connect(running.addr).await.unwrap();
    half.write_all(b"GET /api/v4/none HTTP/1.1\r\nHo")
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let begun = Instant::now();
    running.stop().await;
    assert!(
        begun.elapsed() < Duration::from_secs(8),
        "{:?}",
        begun.elapsed()
    );
    let mut left = Vec::new();
    assert_eq!(idle.read_to_end(&mut left).await.unwrap_or(0), 0);
    let _ = half.read_to_end(&mut left).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_under_way_is_answered_before_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(&folder).await;
    let body = r#"{"login_id": "nobody", "password": "x"}"#;
    let (first, rest) = body.split_at(10);
    let mut stream = TcpStream::connect(running.addr).await.unwrap();
    let head = format!(
        "POST /api/v4/users/login HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{first}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // until the request has been taken up
    tokio::time::sleep(Duration::from_millis(200)).await;
    let address = running.addr;
    let stopping = tokio::spawn(running.stop());
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(
        TcpStream::connect(address).await.is_err(),
        "nothing new is taken up"
    );
    stream.write_all(rest.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    stopping.await.unwrap();
}
