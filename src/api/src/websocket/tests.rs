//! The endpoint over real sockets.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use realtime::{
    Actor, Directory, Event, Greeting, NotifyAck, StatusSink, Statuses, Unknown, Users,
};
use rustchat_core::error::Result;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::{self, client::IntoClientRequest};

use super::*;

/// Whether the session of `brief` has ended: it does after the first look at it.
static ENDED: AtomicBool = AtomicBool::new(false);

/// Everyone's token is the name; nobody is in any channel.
struct Anybody;

impl Actions for Anybody {
    fn authenticate<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Option<Session>> {
        let session = Session {
            id: format!("s-{token}"),
            user_id: token.into(),
            expires_at: 0,
        };
        let good = match token {
            "wrong" => false,
            "brief" => !ENDED.swap(true, Ordering::SeqCst),
            _ => true,
        };
        async move { good.then_some(session) }.boxed()
    }
    fn typing<'a>(
        &'a self,
        _by: &'a Actor,
        _channel_id: &'a str,
        _parent_id: &'a str,
    ) -> BoxFuture<'a, Result<()>> {
        async { Ok(()) }.boxed()
    }
    fn set_active<'a>(
        &'a self,
        _by: &'a Actor,
        _active: bool,
        _manual: bool,
    ) -> BoxFuture<'a, Result<()>> {
        async { Ok(()) }.boxed()
    }
    fn statuses<'a>(&'a self, _by: &'a Actor) -> BoxFuture<'a, Result<Statuses>> {
        async { Ok(Statuses::new()) }.boxed()
    }
    fn statuses_by_ids<'a>(
        &'a self,
        _by: &'a Actor,
        _ids: &'a [String],
    ) -> BoxFuture<'a, Result<Statuses>> {
        async { Ok(Statuses::new()) }.boxed()
    }
    fn notify_ack<'a>(&'a self, _by: &'a Actor, _ack: NotifyAck) -> BoxFuture<'a, Result<()>> {
        async { Ok(()) }.boxed()
    }
    fn greeting(&self) -> Greeting {
        Greeting {
            version: "11.6.0".into(),
            server_version: "11.6.0.x.y.false".into(),
            server_hostname: String::new(),
        }
    }
}

impl Directory for Anybody {
    fn channel_members<'a>(
        &'a self,
        _channel_id: &'a str,
    ) -> BoxFuture<'a, Result<Users, Unknown>> {
        async { Ok(Users::default()) }.boxed()
    }
    fn team_members<'a>(&'a self, _team_id: &'a str) -> BoxFuture<'a, Result<Users, Unknown>> {
        async { Ok(Users::default()) }.boxed()
    }
    fn admins(&self) -> BoxFuture<'_, Result<Users, Unknown>> {
        async { Ok(Users::default()) }.boxed()
    }
}

impl StatusSink for Anybody {
    fn online(&self, _user_id: &str) {}
    fn away(&self, _user_id: &str) {}
    fn offline(&self, _user_id: &str) {}
}

async fn serve() -> (Hub, String) {
    let hub = Hub::default();
    hub.start(Arc::new(Anybody), Arc::new(Anybody));
    let sockets = WebSockets {
        hub: hub.clone(),
        actions: Arc::new(Anybody),
        config: ConfigHandle::memory(&json!({})).unwrap(),
        times: Times {
            authentication: Duration::from_millis(300),
            ..Times::default()
        },
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router(sockets)).await });
    (hub, format!("ws://{address}/api/v4/websocket"))
}

type Client =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn dial(url: &str, headers: &[(&'static str, &str)]) -> Result<Client, tungstenite::Error> {
    let mut request = url.into_client_request()?;
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    Ok(tokio_tungstenite::connect_async(request).await?.0)
}

async fn say(client: &mut Client, text: &str) {
    client.send(tungstenite::Message::text(text)).await.unwrap();
}

/// The next frame, or `null` when the socket closes, or a text when nothing comes.
async fn hear(client: &mut Client) -> Value {
    let Ok(message) = timeout(Duration::from_millis(800), client.next()).await else {
        return json!("silence");
    };
    match message {
        Some(Ok(tungstenite::Message::Text(text))) => serde_json::from_str(&text).unwrap(),
        _ => Value::Null,
    }
}

#[tokio::test]
async fn a_session_that_ends_while_its_socket_comes_up_is_not_served() {
    let (hub, url) = serve().await;
    let mut client = dial(&url, &[("authorization", "Bearer brief")])
        .await
        .unwrap();
    assert_eq!(hear(&mut client).await, Value::Null);
    assert!(!hub.is_connected("brief"));
}

#[tokio::test]
async fn a_challenge_opens_the_connection() {
    let (hub, url) = serve().await;
    let mut client = dial(&format!("{url}/?posted_ack=true"), &[]).await.unwrap();
    say(&mut client, r#"{"seq":1,"action":"get_statuses"}"#).await;
    say(
        &mut client,
        r#"{"seq":1,"action":"authentication_challenge","data":{"token":"ann"}}"#,
    )
    .await;
    let hello = hear(&mut client).await;
    assert_eq!(hello["event"], "hello");
    assert_eq!(hello["seq"], 0);
    assert_eq!(hello["broadcast"]["user_id"], "ann");
    say(&mut client, r#"{"seq":2,"action":"ping"}"#).await;
    let pong = hear(&mut client).await;
    assert_eq!(
        (&pong["seq_reply"], &pong["data"]["version"]),
        (&json!(2), &json!("11.6.0"))
    );
    hub.publish(Event::new("posted").user("ann").ask_ack(["ann"]));
    let event = hear(&mut client).await;
    assert_eq!(
        (&event["seq"], &event["data"]["should_ack"]),
        (&json!(1), &json!(true))
    );
    say(&mut client, "not json").await;
    assert_eq!(hear(&mut client).await, Value::Null);
}

#[tokio::test]
async fn who_shows_no_good_token_is_closed() {
    let (_hub, url) = serve().await;
    let mut silent = dial(&url, &[]).await.unwrap();
    let mut wrong = dial(&url, &[("authorization", "Bearer wrong")])
        .await
        .unwrap();
    say(
        &mut wrong,
        r#"{"seq":1,"action":"authentication_challenge","data":{"token":"wrong"}}"#,
    )
    .await;
    assert_eq!(hear(&mut wrong).await, Value::Null);
    assert_eq!(hear(&mut silent).await, Value::Null);
    let evil = dial(&url, &[("origin", "http://evil.example.com")]).await;
    assert!(matches!(evil, Err(tungstenite::Error::Http(response)) if response.status() == 403));
}

#[tokio::test]
async fn a_client_that_comes_back_continues() {
    let (hub, url) = serve().await;
    let header = [("cookie", "MMAUTHTOKEN=ann")];
    let mut client = dial(&url, &header).await.unwrap();
    let id = hear(&mut client).await["data"]["connection_id"]
        .as_str()
        .unwrap()
        .to_owned();
    client.close(None).await.unwrap();
    while client.next().await.is_some() {}
    hub.publish(Event::new("missed").user("ann"));
    let mut again = dial(
        &format!("{url}?connection_id={id}&sequence_number=1"),
        &header,
    )
    .await
    .unwrap();
    let missed = hear(&mut again).await;
    assert_eq!(
        (&missed["event"], &missed["seq"]),
        (&json!("missed"), &json!(1))
    );
    let mut lost = dial(&format!("{url}?connection_id={id}"), &header)
        .await
        .unwrap();
    assert_eq!(hear(&mut lost).await, Value::Null);
    let mut anonymous = dial(&format!("{url}?connection_id={id}&sequence_number=0"), &[])
        .await
        .unwrap();
    say(
        &mut anonymous,
        r#"{"seq":1,"action":"authentication_challenge","data":{"token":"ann"}}"#,
    )
    .await;
    assert_eq!(hear(&mut anonymous).await["event"], "hello");
}

/// Clients that say who they are, wait for `hello`, and cost next to nothing themselves.
async fn bare_clients(url: &str, many: usize) -> Vec<tokio::net::TcpStream> {
    let address = url
        .trim_start_matches("ws://")
        .split('/')
        .next()
        .unwrap()
        .to_owned();
    let mut clients = Vec::with_capacity(many);
    for number in 0..many {
        let mut client = tokio::net::TcpStream::connect(&address).await.unwrap();
        let request = format!(
            "GET /api/v4/websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: MMAUTHTOKEN=u{number}\r\n\r\n"
        );
        client.write_all(request.as_bytes()).await.unwrap();
        let mut heard = String::new();
        while !heard.contains("\"seq\":0}") {
            let mut part = [0; 1024];
            let length = client.read(&mut part).await.unwrap();
            assert!(length > 0, "closed");
            heard.push_str(&String::from_utf8_lossy(&part[..length]));
        }
        clients.push(client);
    }
    clients
}

/// Not a test of right and wrong: prints what an idle socket costs.
/// `cargo test --release -p rustchat-api measured -- --ignored --nocapture --test-threads 1`
#[tokio::test]
#[ignore = "a measurement"]
async fn measured_memory_of_idle_sockets() {
    const MANY: usize = 2_000;
    let (hub, url) = serve().await;
    let before = resident();
    let clients = bare_clients(&url, MANY).await;
    let each = (resident() - before) as f64 / clients.len() as f64;
    eprintln!(
        "{each:.1} KB a socket ({} connected)",
        hub.counts().connections
    );
}

/// Prints the processor time of one delivery; the clients do not read, so that nearly all of it is the server's.
#[tokio::test]
#[ignore = "a measurement"]
async fn measured_cost_of_a_delivery() {
    const EVENTS: u64 = 100;
    let (hub, url) = serve().await;
    let clients = bare_clients(&url, 500).await;
    let before = processor_ms();
    for _ in 0..EVENTS {
        hub.publish(Event::new("posted").with("post", "x".repeat(1_000)));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let deliveries = hub.counts().deliveries;
    assert_eq!(deliveries, EVENTS * clients.len() as u64);
    eprintln!(
        "{:.1} microseconds a delivery",
        (processor_ms() - before) as f64 * 1_000.0 / deliveries as f64
    );
}

/// Processor time of the process, user and system.
fn processor_ms() -> i64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<i64> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(|f| f.parse().ok())
        .collect();
    // without the state letter, user and system time are the 11th and 12th of what follows the name, in hundredths
    fields
        .get(10..12)
        .map_or(0, |ticks| ticks.iter().sum::<i64>() * 10)
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS"))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|number| number.parse().ok())
        .unwrap_or_default()
}
