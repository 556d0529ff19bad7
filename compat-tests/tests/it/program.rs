//! A program of one's own on this machine: keeps what it is sent, and answers as told. What webhooks and commands talk to.

use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// One request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Seen {
    pub fn form(&self) -> BTreeMap<String, String> {
        let parsed = reqwest::Url::parse(&format!("http://x/?{}", self.body)).unwrap();
        parsed.query_pairs().into_owned().collect()
    }
}

/// A program that keeps what it is sent and answers what it was told to by path.
pub struct Program {
    pub address: String,
    pub seen: Arc<Mutex<Vec<Seen>>>,
    answers: Arc<Mutex<BTreeMap<String, Value>>>,
}

impl Program {
    pub async fn start() -> Self {
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

    pub fn answers(&self, path: &str, answer: Value) {
        let mut answers = self.answers.lock().unwrap();
        answers.insert(path.to_owned(), answer);
    }

    /// Waits for a request to this path, and takes it.
    pub async fn asked(&self, path: &str) -> Seen {
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
