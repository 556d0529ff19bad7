//! Requests against servers on the loopback: what is refused, followed, cut off.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use std::time::Duration;

use config::ConfigHandle;
use futures_util::StreamExt;
use outgoing::{Client, Error, Request, Trust};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

fn client(allowed: &str) -> Client {
    let settings = json!({"ServiceSettings": {"AllowedUntrustedInternalConnections": allowed}});
    Client::new(ConfigHandle::memory(&settings).unwrap())
}

/// Answers by path; returns the address.
async fn server() -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = vec![0; 4096];
                let length = stream.read(&mut head).await.unwrap_or(0);
                let head = String::from_utf8_lossy(&head[..length]).into_owned();
                let path = head.split(' ').nth(1).unwrap_or("/").to_owned();
                let answer = match path.as_str() {
                    "/loop" => redirect("/loop"),
                    "/once" => redirect("/hello"),
                    "/inside" => redirect(&format!("http://127.0.0.2:{}/hello", address.port())),
                    "/by-name" => redirect(&format!("http://localhost:{}/hello", address.port())),
                    "/file" => redirect("file:///etc/passwd"),
                    "/never" => return tokio::time::sleep(Duration::from_secs(60)).await,
                    "/stalls" => {
                        let head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab";
                        stream.write_all(head.as_bytes()).await.unwrap();
                        return tokio::time::sleep(Duration::from_secs(60)).await;
                    }
                    "/endless" => {
                        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                        while stream.write_all(&[b'x'; 1024]).await.is_ok() {}
                        return;
                    }
                    "/echo" => format!(
                        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{head}",
                        head.len()
                    ),
                    _ => "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: Text/Plain\r\nContent-Length: 5\r\n\r\nhello".to_owned(),
                };
                let _gone = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    Url::parse(&format!("http://{address}/")).unwrap()
}

fn redirect(to: &str) -> String {
    format!(
        "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"
    )
}

fn get(url: &Url, path: &str) -> Request {
    Request::get(url.join(path).unwrap()).timeout(Duration::from_secs(5))
}

#[tokio::test]
async fn inner_addresses_are_refused_however_they_are_written() {
    let server = server().await;
    let port = server.port().unwrap();
    for host in [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "[::1]",
        "169.254.169.254",
    ] {
        let url = Url::parse(&format!("http://{host}:{port}/hello")).unwrap();
        let outcome = client("").send(Request::get(url)).await;
        assert!(
            matches!(outcome, Err(Error::Refused)),
            "{host}: {outcome:?}"
        );
    }
    let outcome = client("")
        .send(Request::get(Url::parse("ftp://1.1.1.1/").unwrap()))
        .await;
    assert!(matches!(outcome, Err(Error::Scheme)));
}

#[tokio::test]
async fn what_the_administrator_allows_is_asked() {
    let server = server().await;
    for allowed in ["127.0.0.1", "10.0.0.0/8 127.0.0.0/8"] {
        let answer = client(allowed).send(get(&server, "/hello")).await.unwrap();
        assert_eq!(answer.content_type(), "text/plain");
        assert_eq!(answer.bytes(5).await.unwrap(), "hello");
    }
    let by_name = Url::parse(&format!("http://localhost:{}/", server.port().unwrap())).unwrap();
    client("localhost")
        .send(get(&by_name, "/hello"))
        .await
        .unwrap();
    let trusted = get(&server, "/hello").trust(Trust::Administrator);
    client("").send(trusted).await.unwrap();
}

#[tokio::test]
async fn each_redirect_is_checked() {
    let (server, client) = (server().await, client("127.0.0.1"));
    let answer = client.send(get(&server, "/once")).await.unwrap();
    assert_eq!(answer.url.path(), "/hello");
    let outcome = client.send(get(&server, "/inside")).await;
    assert!(matches!(outcome, Err(Error::Refused)), "{outcome:?}");
    // the name leads to an allowed address
    client.send(get(&server, "/by-name")).await.unwrap();
    let outcome = client.send(get(&server, "/file")).await;
    assert!(matches!(outcome, Err(Error::Scheme)));
    let outcome = client.send(get(&server, "/loop")).await;
    assert!(matches!(outcome, Err(Error::TooManyRedirects)));
    let answer = client
        .send(get(&server, "/once").redirects(0))
        .await
        .unwrap();
    assert_eq!(answer.status, 302);
    assert_eq!(answer.headers["location"], "/hello");
}

#[tokio::test]
async fn time_and_bytes_are_bounded() {
    let (server, client) = (server().await, client("127.0.0.1"));
    let soon = Duration::from_millis(200);
    let outcome = client.send(get(&server, "/never").timeout(soon)).await;
    assert!(matches!(outcome, Err(Error::TimedOut)));
    let answer = client
        .send(get(&server, "/stalls").timeout(soon))
        .await
        .unwrap();
    assert!(matches!(answer.bytes(100).await, Err(Error::TimedOut)));
    let answer = client.send(get(&server, "/endless")).await.unwrap();
    assert!(matches!(answer.bytes(100_000).await, Err(Error::TooLarge)));
    let answer = client.send(get(&server, "/endless")).await.unwrap();
    assert_eq!(answer.beginning(3000).await.unwrap().len(), 3000);
    let answer = client.send(get(&server, "/endless")).await.unwrap();
    let parts: Vec<_> = answer.stream(10_000).collect().await;
    assert!(matches!(parts.last(), Some(Err(Error::TooLarge))));
}

#[tokio::test]
async fn a_body_goes_along() {
    let (server, client) = (server().await, client("127.0.0.1"));
    let request = Request::post(
        server.join("/echo").unwrap(),
        "application/json",
        "{\"a\":1}",
    );
    let answer = client
        .send(request)
        .await
        .unwrap()
        .bytes(10_000)
        .await
        .unwrap();
    let text = String::from_utf8(answer.to_vec()).unwrap();
    assert!(text.starts_with("POST /echo") && text.contains("content-type: application/json"));
}
