//! Webhooks against a program on the loopback: what it is sent, and what becomes of its answers.

use crate::http::{Person, team};
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// One request as it arrived.
#[derive(Clone, Debug)]
struct Seen {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Seen {
    fn form(&self) -> BTreeMap<String, String> {
        let parsed = reqwest::Url::parse(&format!("http://x/?{}", self.body)).unwrap();
        parsed.query_pairs().into_owned().collect()
    }
}

/// A program that keeps what it is sent and answers what it was told to by path.
struct Program {
    address: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    answers: Arc<Mutex<BTreeMap<String, Value>>>,
}

impl Program {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let program = Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            seen: Arc::default(),
            answers: Arc::default(),
        };
        let (seen, answers) = (Arc::clone(&program.seen), Arc::clone(&program.answers));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, answers) = (Arc::clone(&seen), Arc::clone(&answers));
                tokio::spawn(async move {
                    let _gone = serve(stream, &seen, &answers).await;
                });
            }
        });
        program
    }

    fn answers(&self, path: &str, answer: Value) {
        let mut answers = self.answers.lock().unwrap();
        answers.insert(path.to_owned(), answer);
    }

    /// Waits for a request to this path, and takes it.
    async fn asked(&self, path: &str) -> Seen {
        for _ in 0..400 {
            {
                let mut seen = self.seen.lock().unwrap();
                if let Some(at) = seen.iter().position(|one| one.path == path) {
                    return seen.remove(at);
                }
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("nobody asked for {path}");
    }
}

async fn serve(
    stream: TcpStream,
    seen: &Mutex<Vec<Seen>>,
    answers: &Mutex<BTreeMap<String, Value>>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers
        .get("content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let plain = path.split('?').next().unwrap_or_default().to_owned();
    let answer = answers.lock().unwrap().get(&plain).cloned();
    let answer = answer.map_or_else(String::new, |answer| answer.to_string());
    seen.lock().unwrap().push(Seen {
        method,
        path,
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    let head = format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{answer}",
        answer.len()
    );
    stream.write_all(head.as_bytes()).await
}

async fn server(settings: Value) -> TestServer {
    let mut all = json!({"ServiceSettings": {"AllowedUntrustedInternalConnections": "127.0.0.1"}});
    for (name, value) in settings.as_object().unwrap() {
        all["ServiceSettings"][name] = value.clone();
    }
    TestServer::start_with(Engine::Sqlite, &all).await.unwrap()
}

/// Waits for a message of the channel that says this.
async fn message(person: &Person, channel: &str, text: &str) -> Value {
    for _ in 0..400 {
        let page = person.get(&format!("/channels/{channel}/posts")).await;
        let posts = page["posts"].as_object().unwrap();
        if let Some(post) = posts.values().find(|post| post["message"] == text) {
            return post.clone();
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("nobody wrote {text:?}");
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn outgoing_webhooks_tell_programs_and_write_what_they_answer() {
    let program = Program::start().await;
    let server = server(json!({"EnablePostUsernameOverride": true})).await;
    let admin = Person::admin(&server.url).await;
    let (team, channel) = team(&admin).await;
    let hook = |path: &str, words: Value, kind: &str, when: i64| {
        json!({"team_id": team, "channel_id": channel, "trigger_words": words, "trigger_when": when, "content_type": kind,
            "callback_urls": [format!("{}{path}", program.address)]})
    };
    let form = hook("/form", json!(["build"]), "", 0);
    let form = admin.post("/hooks/outgoing", form).await;
    let json = hook("/json", json!(["dep"]), "application/json", 1);
    let json = admin.post("/hooks/outgoing", json).await;
    program.answers(
        "/form",
        json!({"text": "see <http://a.b|the log>", "username": "builder", "response_type": "comment"}),
    );
    program.answers("/json", json!({"text": "deployed"}));

    let body = json!({"channel_id": channel, "message": "build the thing"});
    let post = admin.post("/posts", body).await;
    let seen = program.asked("/form").await;
    assert_eq!(seen.method, "POST");
    assert_eq!(
        seen.headers["content-type"],
        "application/x-www-form-urlencoded"
    );
    let sent = seen.form();
    assert_eq!(sent["token"], text(&form, "token"));
    assert_eq!(sent["text"], "build the thing");
    assert_eq!(sent["trigger_word"], "build");
    assert_eq!(sent["channel_name"], "town-square");
    assert_eq!(sent["team_domain"], "crew");
    assert_eq!(sent["user_name"], "admin");
    assert_eq!(sent["post_id"], text(&post, "id"));
    let answer = message(&admin, &channel, "see [the log](http://a.b)").await;
    assert_eq!(answer["root_id"], post["id"]);
    assert_eq!(answer["props"]["override_username"], "builder");
    assert_eq!(answer["props"]["from_webhook"], "true");

    let body = json!({"channel_id": channel, "message": "deploy it"});
    admin.post("/posts", body).await;
    let sent: Value = serde_json::from_str(&program.asked("/json").await.body).unwrap();
    assert_eq!(sent["token"], json["token"]);
    assert_eq!(sent["trigger_word"], "dep");
    let answer = message(&admin, &channel, "deployed").await;
    assert_eq!(answer["root_id"], "");
    assert_eq!(answer["props"]["override_username"], "webhook");

    let path = format!("/hooks/outgoing/{}", text(&json, "id"));
    admin.request("DELETE", &path).send().await.unwrap();
    for message in ["deploy again", "building"] {
        let body = json!({"channel_id": channel, "message": message});
        admin.post("/posts", body).await;
    }
    let body = json!({"channel_id": channel, "message": "build"});
    admin.post("/posts", body).await;
    assert_eq!(program.asked("/form").await.form()["text"], "build");
    assert!(
        program.seen.lock().unwrap().is_empty(),
        "neither a deleted webhook nor another word is told"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn incoming_webhooks_take_forms_and_long_texts() {
    let server = server(json!({})).await;
    let admin = Person::admin(&server.url).await;
    let (_, channel) = team(&admin).await;
    let hook = admin
        .post("/hooks/incoming", json!({"channel_id": channel}))
        .await;
    let address = format!("{}/hooks/{}", server.url, text(&hook, "id"));

    let form = [("payload", r#"{"text": "in a form <!here>"}"#)];
    let form = reqwest::Url::parse_with_params("http://x/", &form).unwrap();
    let request = admin
        .http
        .post(&address)
        .header("content-type", "application/x-www-form-urlencoded");
    let reply = request
        .body(form.query().unwrap().to_owned())
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 200);
    message(&admin, &channel, "in a form @here").await;

    let parts = reqwest::multipart::Form::new().text("payload", r#"{"text": "in parts"}"#);
    let reply = admin.http.post(&address).multipart(parts).send().await;
    assert_eq!(reply.unwrap().status(), 200);
    message(&admin, &channel, "in parts").await;

    let long = "é".repeat(16_383);
    let body = json!({"text": format!("{long}the end")});
    let reply = admin.http.post(&address).json(&body).send().await.unwrap();
    assert_eq!(reply.status(), 200);
    message(&admin, &channel, &long).await;
    message(&admin, &channel, "the end").await;

    let settings = json!({"ServiceSettings": {"EnableIncomingWebhooks": false}});
    let patch = admin.request("PUT", "/config/patch").json(&settings);
    assert_eq!(patch.send().await.unwrap().status(), 200);
    let reply = admin.http.post(&address).json(&body).send().await.unwrap();
    assert_eq!(reply.status(), 501);
    server.stop().await;
}
