//! Previews of links and the image proxy against a web server on the loopback.

use crate::http::{Person, team};
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A site with a page, a picture, and something that never answers; counts what it is asked.
async fn site() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let count = Arc::clone(&count);
            tokio::spawn(async move {
                let mut head = vec![0; 4096];
                let length = stream.read(&mut head).await.unwrap_or(0);
                let head = String::from_utf8_lossy(&head[..length]).into_owned();
                count.fetch_add(1, Ordering::SeqCst);
                let picture = include_bytes!("../../recordings/assets/posts_small.png");
                let (kind, body): (&str, Vec<u8>) = match head.split(' ').nth(1).unwrap_or("/") {
                    "/page" => ("text/html", br#"<meta property="og:title" content="A page"><meta property="og:image" content="/pic.png">"#.to_vec()),
                    "/pic.png" => ("image/png", picture.to_vec()),
                    "/evil.svg" => ("image/svg+xml", b"<svg onload='x()'/>".to_vec()),
                    "/never" => return tokio::time::sleep(std::time::Duration::from_secs(60)).await,
                    _ => ("text/plain", b"plain".to_vec()),
                };
                let head = format!(
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
                    body.len()
                );
                let _gone = stream.write_all(&[head.into_bytes(), body].concat()).await;
            });
        }
    });
    (base, asked)
}

async fn embed_of(person: &Person, channel: &str, message: &str) -> (Value, Value) {
    let made = person
        .post("/posts", json!({"channel_id": channel, "message": message}))
        .await;
    let read = person
        .get(&format!("/posts/{}", made["id"].as_str().unwrap()))
        .await;
    (made, read)
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_shown_as_what_is_behind_them() {
    let (site, asked) = site().await;
    let settings = json!({
        "ServiceSettings": {"AllowedUntrustedInternalConnections": "127.0.0.1", "SiteURL": "http://chat.example"},
        "ExperimentalSettings": {"LinkMetadataTimeoutMilliseconds": 1500},
    });
    let server = TestServer::start_with(Engine::Sqlite, &settings)
        .await
        .unwrap();
    let admin = Person::admin(&server.url).await;
    let (_, channel) = team(&admin).await;

    let (made, read) = embed_of(&admin, &channel, &format!("see {site}/page.")).await;
    for post in [&made, &read] {
        let embed = &post["metadata"]["embeds"][0];
        assert_eq!(embed["type"], "opengraph");
        assert_eq!(embed["url"], format!("{site}/page"));
        assert_eq!(embed["data"]["title"], "A page");
        let picture = format!("{site}/pic.png");
        assert_eq!(embed["data"]["images"][0]["url"], picture);
        assert_eq!(post["metadata"]["images"][&picture]["format"], "png");
        assert!(
            post["metadata"]["images"][&picture]["width"]
                .as_i64()
                .unwrap()
                > 0
        );
    }
    let before = asked.load(Ordering::SeqCst);
    embed_of(&admin, &channel, &format!("again {site}/page")).await;
    assert_eq!(asked.load(Ordering::SeqCst), before, "asked once an hour");

    let (made, _) = embed_of(&admin, &channel, &format!("{site}/pic.png")).await;
    assert_eq!(made["metadata"]["embeds"][0]["type"], "image");
    let (made, read) = embed_of(&admin, &channel, &format!("{site}/never")).await;
    assert_eq!(made["metadata"]["embeds"], Value::Null);
    assert_eq!(read["metadata"]["embeds"][0]["type"], "link");

    // an edited message shows its new link
    let id = made["id"].as_str().unwrap();
    let patch = json!({"message": format!("{site}/plain ![p]({site}/pic.png)")});
    let edited = admin
        .request("PUT", &format!("/posts/{id}/patch"))
        .json(&patch)
        .send()
        .await
        .unwrap();
    let edited: Value = edited.json().await.unwrap();
    assert_eq!(
        edited["metadata"]["embeds"][0],
        json!({"type": "link", "url": format!("{site}/plain")})
    );
    assert!(edited["metadata"]["images"][format!("{site}/pic.png")].is_object());

    proxied(&admin, &channel, &site).await;
    server.stop().await;
}

async fn proxied(admin: &Person, channel: &str, site: &str) {
    let patch = json!({"ImageProxySettings": {"Enable": true, "ImageProxyType": "local"}});
    admin
        .request("PUT", "/config/patch")
        .json(&patch)
        .send()
        .await
        .unwrap();
    let message = format!("![p]({site}/pic.png)");
    let (made, read) = embed_of(admin, channel, &message).await;
    for post in [&made, &read] {
        assert_eq!(post["message_source"], message.as_str());
        let shown = post["message"].as_str().unwrap();
        assert!(
            shown.starts_with("![p](http://chat.example/api/v4/image?url="),
            "{shown}"
        );
        assert!(post["metadata"]["images"][&shown[5..shown.len() - 1]].is_object());
    }
    let image = |url: String| admin.request("GET", &format!("/image?url={url}"));
    let answer = image(format!("{site}/pic.png")).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "image/png");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    for other in ["/evil.svg", "/page"] {
        let answer = image(format!("{site}{other}")).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{other}");
    }
    let inside = image("http://127.0.0.2:1/x.png".to_owned());
    assert_eq!(inside.send().await.unwrap().status(), 500);
}
