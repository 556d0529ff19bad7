//! Mail over TLS, to a server on the loopback with a certificate of its own making.

use std::sync::{Arc, Mutex};

use config::ConfigHandle;
use rcgen::CertifiedKey;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::mail::letter::Letter;

/// What the server was told without and with encryption.
#[derive(Clone, Default)]
struct Heard {
    open: Arc<Mutex<Vec<String>>>,
    sealed: Arc<Mutex<Vec<String>>>,
}

impl Heard {
    fn sealed(&self, what: &str) -> bool {
        self.sealed
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.contains(what))
    }

    fn open(&self, what: &str) -> bool {
        self.open
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.contains(what))
    }
}

/// How the server is secured.
#[derive(Clone, Copy, PartialEq)]
enum Offers {
    Tls,
    StartTls,
    Nothing,
}

struct Receiver {
    port: u16,
    certificate: Certificate,
    heard: Heard,
}

async fn receiver(offers: Offers) -> Receiver {
    let CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let kept = heard.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, heard) = (acceptor.clone(), kept.clone());
            tokio::spawn(async move {
                let _gone = serve(stream, offers, &acceptor, &heard).await;
            });
        }
    });
    Receiver {
        port,
        certificate: Certificate::from_der(cert.der().to_vec()).unwrap(),
        heard,
    }
}

async fn serve(
    stream: TcpStream,
    offers: Offers,
    acceptor: &TlsAcceptor,
    heard: &Heard,
) -> std::io::Result<()> {
    if offers == Offers::Tls {
        let stream = acceptor.accept(stream).await?;
        talk(stream, true, false, &heard.sealed).await?;
    } else if let Some(stream) = talk(stream, true, offers == Offers::StartTls, &heard.open).await?
    {
        let stream = acceptor.accept(stream).await?;
        talk(stream, false, false, &heard.sealed).await?;
    }
    Ok(())
}

/// A conversation until it ends, or until encryption is asked for.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    greet: bool,
    starttls: bool,
    heard: &Mutex<Vec<String>>,
) -> std::io::Result<Option<S>> {
    let mut stream = BufReader::new(stream);
    if greet {
        stream.write_all(b"220 test ESMTP\r\n").await?;
    }
    let mut in_data = false;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        heard.lock().unwrap().push(line.trim_end().to_owned());
        let word = line.split([' ', '\r']).next().unwrap_or_default();
        let reply: &[u8] = match word {
            "." => {
                in_data = false;
                b"250 kept\r\n"
            }
            _ if in_data => continue,
            "EHLO" if starttls => b"250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n",
            "EHLO" => b"250-test\r\n250 AUTH PLAIN\r\n",
            "STARTTLS" => {
                stream.write_all(b"220 go on\r\n").await?;
                return Ok(Some(stream.into_inner()));
            }
            "AUTH" => b"235 welcome\r\n",
            "DATA" => {
                in_data = true;
                b"354 go on\r\n"
            }
            _ => b"250 ok\r\n",
        };
        stream.write_all(reply).await?;
    }
}

fn connection(port: u16, security: &str, any_certificate: bool) -> Connection {
    Connection::read(&json!({
        "SMTPServer": "localhost", "SMTPPort": port.to_string(), "SMTPServerTimeout": 5,
        "ConnectionSecurity": security, "SkipServerCertificateVerification": any_certificate,
        "EnableSMTPAuth": true, "SMTPUsername": "chat", "SMTPPassword": "secret",
    }))
}

async fn send(connection: &Connection, trusted: &[Certificate]) -> Result<(), Failure> {
    let config =
        ConfigHandle::memory(&json!({"EmailSettings": {"FeedbackEmail": "chat@example.com"}}));
    let mail = Mail {
        to: "anna@example.com".to_owned(),
        letter: Letter::new("test", Site::default(), "About something", "Title").text("words"),
    };
    hand_over(connection, &config.unwrap().get(), &mail, trusted).await
}

#[tokio::test]
async fn mail_goes_encrypted_to_a_server_that_is_trusted() {
    for (offers, security) in [(Offers::Tls, "TLS"), (Offers::StartTls, "STARTTLS")] {
        let server = receiver(offers).await;
        let trusted = [server.certificate.clone()];
        send(&connection(server.port, security, false), &trusted)
            .await
            .unwrap();
        assert!(server.heard.sealed("AUTH PLAIN"), "{security}");
        assert!(server.heard.sealed("anna@example.com"), "{security}");
        assert!(server.heard.sealed("About something"), "{security}");
        assert!(
            !server.heard.open("AUTH") && !server.heard.open("MAIL"),
            "{security}"
        );
    }
}

#[tokio::test]
async fn an_unknown_certificate_is_refused_unless_the_setting_skips_it() {
    for (offers, security) in [(Offers::Tls, "TLS"), (Offers::StartTls, "STARTTLS")] {
        let server = receiver(offers).await;
        let refused = send(&connection(server.port, security, false), &[]).await;
        let refused = refused.unwrap_err();
        assert!(!refused.may_pass, "{security}");
        assert_eq!(
            refused.to_string(),
            "no secure connection to the mail server"
        );
        assert!(
            !server.heard.sealed("AUTH") && !server.heard.open("AUTH"),
            "{security}"
        );
        send(&connection(server.port, security, true), &[])
            .await
            .unwrap();
        assert!(server.heard.sealed("anna@example.com"), "{security}");
    }
}

#[tokio::test]
async fn a_certificate_of_another_name_is_refused() {
    let server = receiver(Offers::Tls).await;
    let trusted = [server.certificate.clone()];
    let mut elsewhere = connection(server.port, "TLS", false);
    elsewhere.server = "127.0.0.1".to_owned();
    assert!(send(&elsewhere, &trusted).await.is_err());
    assert!(!server.heard.sealed("AUTH"));
}

#[tokio::test]
async fn nothing_is_said_to_a_server_that_does_not_encrypt() {
    let server = receiver(Offers::Nothing).await;
    for any_certificate in [false, true] {
        let refused = send(&connection(server.port, "STARTTLS", any_certificate), &[]).await;
        assert!(refused.is_err());
    }
    assert!(!server.heard.open("AUTH") && !server.heard.open("anna"));
    // without a setting for it mail goes as it is
    send(&connection(server.port, "", false), &[])
        .await
        .unwrap();
    assert!(server.heard.open("anna@example.com"));
}

#[tokio::test]
async fn the_machines_certificates_are_read_once() {
    let first = machine_certificates().await;
    assert!(std::ptr::eq(first, machine_certificates().await));
}
