//! A push proxy of one's own on this machine: keeps what it is sent, and answers as told.

use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

#[derive(Default)]
struct Kept {
    sent: Mutex<Vec<Value>>,
    acknowledged: Mutex<Vec<Value>>,
    gone: Mutex<Vec<String>>,
}

pub struct PushProxy {
    pub address: SocketAddr,
    kept: Arc<Kept>,
}

impl PushProxy {
    /// With `silent`, connections are taken and nothing is ever answered.
    pub async fn start(silent: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let kept = Arc::new(Kept::default());
        let shared = Arc::clone(&kept);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let kept = Arc::clone(&shared);
                tokio::spawn(async move {
                    let _gone = serve(stream, &kept, silent).await;
                });
            }
        });
        Self { address, kept }
    }

    pub fn settings(&self) -> Value {
        json!({"SendPushNotifications": true, "PushNotificationServer": format!("http://{}/", self.address)})
    }

    /// From now on the push service does not know this device any more.
    pub fn lose(&self, device: &str) {
        self.kept.gone.lock().unwrap().push(device.to_owned());
    }

    /// Waits for a notification of a kind to a device, and takes it.
    pub async fn notification(&self, device: &str, kind: &str) -> Value {
        for _ in 0..400 {
            {
                let mut sent = self.kept.sent.lock().unwrap();
                let found = sent
                    .iter()
                    .position(|n| n["device_id"] == device && n["type"] == kind);
                if let Some(at) = found {
                    return sent.remove(at);
                }
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!(
            "no {kind} to {device}; there are {:?}",
            self.kept.sent.lock().unwrap()
        );
    }

    /// What is there after a while in which more could have come.
    pub async fn rest(&self) -> Vec<Value> {
        tokio::time::sleep(Duration::from_millis(400)).await;
        std::mem::take(&mut *self.kept.sent.lock().unwrap())
    }

    pub fn acknowledged(&self) -> Vec<Value> {
        self.kept.acknowledged.lock().unwrap().clone()
    }
}

async fn serve(stream: TcpStream, kept: &Kept, silent: bool) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    loop {
        let (mut first, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if read.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
            if line.is_empty() {
                break;
            }
            if first.is_empty() {
                first = line;
            }
        }
        let mut body = vec![0; length];
        read.read_exact(&mut body).await?;
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        if silent {
            continue;
        }
        let status = answer(kept, &first, body);
        let text = json!({ "status": status }).to_string();
        let reply = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{text}",
            text.len()
        );
        write.write_all(reply.as_bytes()).await?;
    }
}

fn answer(kept: &Kept, first: &str, body: Value) -> &'static str {
    let device = body["device_id"].as_str().unwrap_or_default().to_owned();
    if first.starts_with("post /api/v1/ack ") {
        kept.acknowledged.lock().unwrap().push(body);
        return "OK";
    }
    if !first.starts_with("post /api/v1/send_push ") {
        return "FAIL";
    }
    kept.sent.lock().unwrap().push(body);
    match kept.gone.lock().unwrap().contains(&device) {
        true => "REMOVE",
        false => "OK",
    }
}
