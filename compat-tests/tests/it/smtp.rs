//! A mail server of one's own on this machine: keeps what it is handed, or misbehaves as told.

use base64::{Engine, engine::general_purpose::STANDARD};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What the server does with those who come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Polite,
    /// Takes connections and never says a word.
    Silent,
    /// Refuses the first this many mails for now.
    Busy(usize),
}

/// A mail as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub to: String,
    pub subject: String,
    pub head: String,
    /// The plain form of the body, decoded.
    pub text: String,
    pub html: String,
    /// What the client said to sign in.
    pub login: Option<String>,
}

impl Received {
    /// The value of a parameter of the first link that has it.
    pub fn secret(&self, parameter: &str) -> String {
        let found = self
            .text
            .split_once(&format!("{parameter}="))
            .expect("a link")
            .1;
        found
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric())
            .collect()
    }
}

#[derive(Default)]
struct Inbox {
    mails: Mutex<Vec<Received>>,
    refused: Mutex<usize>,
    came: Notify,
}

pub struct MailServer {
    pub address: SocketAddr,
    inbox: Arc<Inbox>,
}

impl MailServer {
    pub async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let inbox = Arc::new(Inbox::default());
        let kept = Arc::clone(&inbox);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let inbox = Arc::clone(&kept);
                tokio::spawn(async move {
                    let _gone = talk(stream, &inbox, manner).await;
                });
            }
        });
        Self { address, inbox }
    }

    /// Settings that make a server use this one.
    pub fn settings(&self) -> serde_json::Value {
        serde_json::json!({
            "SMTPServer": "127.0.0.1", "SMTPPort": self.address.port().to_string(),
            "SMTPServerTimeout": 5, "FeedbackEmail": "chat@example.com", "FeedbackName": "Crew chat",
        })
    }

    /// Waits for a mail to an address about something, and takes it.
    pub async fn mail(&self, to: &str, subject: &str) -> Received {
        let wanted = |mail: &Received| mail.to == to && mail.subject.contains(subject);
        let waited = tokio::time::timeout(Duration::from_secs(20), async {
            loop {
                let came = self.inbox.came.notified();
                {
                    let mut mails = self.inbox.mails.lock().unwrap();
                    if let Some(at) = mails.iter().position(wanted) {
                        return mails.remove(at);
                    }
                }
                let _again = tokio::time::timeout(Duration::from_millis(100), came).await;
            }
        });
        match waited.await {
            Ok(mail) => mail,
            Err(_) => panic!(
                "no mail to {to} about {subject:?}; there are {:?}",
                self.subjects()
            ),
        }
    }

    pub fn subjects(&self) -> Vec<(String, String)> {
        let mails = self.inbox.mails.lock().unwrap();
        mails
            .iter()
            .map(|m| (m.to.clone(), m.subject.clone()))
            .collect()
    }

    pub fn clear(&self) {
        self.inbox.mails.lock().unwrap().clear();
    }
}

async fn talk(stream: TcpStream, inbox: &Inbox, manner: Manner) -> std::io::Result<()> {
    if manner == Manner::Silent {
        let mut lines = BufReader::new(stream).lines();
        while lines.next_line().await?.is_some() {}
        return Ok(());
    }
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 test ESMTP\r\n").await?;
    let (mut to, mut login) = (String::new(), None);
    while let Some(line) = lines.next_line().await? {
        let word = line
            .split(' ')
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        let reply = match word.as_str() {
            "EHLO" => "250-test\r\n250 AUTH PLAIN\r\n".to_owned(),
            "AUTH" => {
                login = Some(decoded_login(&line));
                "235 welcome\r\n".to_owned()
            }
            "RCPT" => {
                to = between(&line, '<', '>');
                "250 ok\r\n".to_owned()
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut data = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    data.push_str("\r\n");
                }
                accept(inbox, manner, &to, &data, login.clone())
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok\r\n".to_owned(),
        };
        write.write_all(reply.as_bytes()).await?;
    }
    Ok(())
}

fn accept(inbox: &Inbox, manner: Manner, to: &str, data: &str, login: Option<String>) -> String {
    if let Manner::Busy(most) = manner {
        let mut refused = inbox.refused.lock().unwrap();
        if *refused < most {
            *refused += 1;
            return "451 later\r\n".to_owned();
        }
    }
    let (head, _) = data.split_once("\r\n\r\n").unwrap_or((data, ""));
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let subject = head
        .lines()
        .find_map(|line| line.strip_prefix("Subject: "))
        .unwrap_or_default();
    inbox.mails.lock().unwrap().push(Received {
        to: to.to_owned(),
        subject: words(subject),
        text: part(data, "text/plain"),
        html: part(data, "text/html"),
        head,
        login,
    });
    inbox.came.notify_waiters();
    "250 kept\r\n".to_owned()
}

fn decoded_login(line: &str) -> String {
    let encoded = line.rsplit(' ').next().unwrap_or_default();
    let bytes = STANDARD.decode(encoded).unwrap_or_default();
    String::from_utf8_lossy(&bytes)
        .replace('\0', " ")
        .trim()
        .to_owned()
}

fn between(text: &str, from: char, to: char) -> String {
    let rest = text.split_once(from).map_or("", |(_, rest)| rest);
    rest.split(to).next().unwrap_or_default().to_owned()
}

/// A header's encoded words, decoded.
fn words(text: &str) -> String {
    let mut out = String::new();
    for piece in text.split(' ') {
        match piece
            .strip_prefix("=?utf-8?b?")
            .and_then(|p| p.strip_suffix("?="))
        {
            Some(encoded) => {
                let bytes = STANDARD.decode(encoded).unwrap_or_default();
                out.push_str(&String::from_utf8_lossy(&bytes));
            }
            None => {
                if !out.is_empty() {
                    out.push(' ');
                }
                out.push_str(piece);
            }
        }
    }
    out
}

/// A part of a mail by its media type, decoded.
fn part(data: &str, kind: &str) -> String {
    let Some((_, rest)) = data.split_once(&format!("Content-Type: {kind}")) else {
        return String::new();
    };
    let (head, body) = rest.split_once("\r\n\r\n").unwrap_or((rest, ""));
    let body = body.split("\r\n--").next().unwrap_or_default();
    let encoding = head.to_ascii_lowercase();
    if encoding.contains("base64") {
        let joined: String = body.split_whitespace().collect();
        let bytes = STANDARD.decode(joined).unwrap_or_default();
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    if encoding.contains("quoted-printable") {
        return quoted(body);
    }
    body.to_owned()
}

fn quoted(body: &str) -> String {
    let joined = body.replace("=\r\n", "");
    let (mut out, mut rest) = (Vec::new(), joined.as_bytes());
    while let [first, tail @ ..] = rest {
        let code = tail
            .get(..2)
            .and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match (first, code) {
            (b'=', Some(byte)) => {
                out.push(byte);
                rest = &tail[2..];
            }
            (byte, _) => {
                out.push(*byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
