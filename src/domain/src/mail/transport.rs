//! The conversation with the mail server, as the settings want it: plain, with STARTTLS or TLS, with or without a password.

use std::fmt;
use std::time::Duration;

use config::Config;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{self, AsyncSmtpTransport};
use lettre::{AsyncTransport, Tokio1Executor};
use serde_json::Value;
use tokio::sync::OnceCell;

use super::letter::Site;
use super::{Mail, message};

/// Why a mail did not get away. Neither address nor content are in it.
#[derive(Debug)]
pub struct Failure {
    reason: String,
    /// A later attempt may do better.
    pub may_pass: bool,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Failure {}

impl Failure {
    fn lasting(reason: &str) -> Self {
        Self {
            reason: reason.to_owned(),
            may_pass: false,
        }
    }

    /// What a server's words may hold (addresses, tokens of the session) is left out: its code says enough.
    fn of(error: &smtp::Error, connection: &Connection) -> Self {
        let insecure = connection.is_secure() && (error.is_tls() || is_refused_certificate(error));
        let reason = match error.status() {
            Some(code) => format!("the mail server answered {code}"),
            None if error.is_timeout() => "the mail server did not answer in time".to_owned(),
            None if insecure => "no secure connection to the mail server".to_owned(),
            None => "the mail server cannot be reached".to_owned(),
        };
        Self {
            reason,
            may_pass: !error.is_permanent() && !insecure && !connection.is_preset(),
        }
    }
}

/// TLS that ends before it began comes as a connection with invalid data.
fn is_refused_certificate(error: &smtp::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            return io.kind() == std::io::ErrorKind::InvalidData;
        }
        source = cause.source();
    }
    false
}

/// Where the mail server is and how it is spoken to.
#[derive(Clone, Debug)]
pub struct Connection {
    pub server: String,
    pub port: String,
    pub timeout: Duration,
    /// ``, `TLS` or `STARTTLS`.
    pub security: String,
    pub any_certificate: bool,
    pub login: Option<(String, String)>,
}

impl Connection {
    pub fn of(config: &Config) -> Self {
        Self::read(&config.document()["EmailSettings"])
    }

    /// From a section of settings, saved or not.
    pub(crate) fn read(section: &Value) -> Self {
        let text = |name: &str| section[name].as_str().unwrap_or_default().to_owned();
        let flag = |name: &str| section[name].as_bool().unwrap_or_default();
        let seconds = section["SMTPServerTimeout"].as_u64().unwrap_or_default();
        Self {
            server: text("SMTPServer"),
            port: text("SMTPPort"),
            timeout: Duration::from_secs(seconds.clamp(1, 300)),
            security: text("ConnectionSecurity"),
            any_certificate: flag("SkipServerCertificateVerification"),
            login: flag("EnableSMTPAuth").then(|| (text("SMTPUsername"), text("SMTPPassword"))),
        }
    }

    /// The settings of a fresh installation: nobody has configured a mail server.
    pub fn is_preset(&self) -> bool {
        self.server == "localhost" && self.port == "10025"
    }

    fn is_secure(&self) -> bool {
        matches!(self.security.as_str(), "TLS" | "STARTTLS")
    }

    /// `trusted`: authorities beyond the public ones.
    fn transport(
        &self,
        site: &Site,
        trusted: &[Certificate],
    ) -> Result<AsyncSmtpTransport<Tokio1Executor>, Failure> {
        let port: u16 = self
            .port
            .trim()
            .parse()
            .map_err(|_| Failure::lasting("the mail server's port is no port"))?;
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.server)
            .port(port)
            .timeout(Some(self.timeout))
            .hello_name(ClientId::Domain(site.host()))
            .tls(match self.security.as_str() {
                "TLS" => Tls::Wrapper(self.tls(trusted)?),
                "STARTTLS" => Tls::Required(self.tls(trusted)?),
                _ => Tls::None,
            });
        if let Some((name, password)) = &self.login {
            builder = builder.credentials(Credentials::new(name.clone(), password.clone()));
        }
        Ok(builder.build())
    }

    fn tls(&self, trusted: &[Certificate]) -> Result<TlsParameters, Failure> {
        let mut builder = TlsParameters::builder(self.server.clone())
            .certificate_store(CertificateStore::WebpkiRoots)
            .dangerous_accept_invalid_certs(self.any_certificate)
            .dangerous_accept_invalid_hostnames(self.any_certificate);
        if !self.any_certificate {
            for certificate in trusted {
                builder = builder.add_root_certificate(certificate.clone());
            }
        }
        builder
            .build()
            .map_err(|_| Failure::lasting("the mail server's name cannot be used with TLS"))
    }
}

/// What this machine trusts beyond the public authorities, read once and where it holds nobody up.
async fn machine_certificates() -> &'static [Certificate] {
    static READ: OnceCell<Vec<Certificate>> = OnceCell::const_new();
    let read = || async {
        let read = tokio::task::spawn_blocking(read_certificates).await;
        read.unwrap_or_default()
    };
    READ.get_or_init(read).await
}

fn read_certificates() -> Vec<Certificate> {
    let found = rustls_native_certs::load_native_certs();
    if !found.errors.is_empty() {
        let problems = found.errors.len();
        tracing::debug!(
            problems,
            "some of the machine's certificates cannot be read"
        );
    }
    found
        .certs
        .iter()
        .filter_map(|der| Certificate::from_der(der.as_ref().to_vec()).ok())
        .collect()
}

pub(super) async fn deliver(
    connection: &Connection,
    config: &Config,
    mail: &Mail,
) -> Result<(), Failure> {
    let trusted = if connection.is_secure() && !connection.any_certificate {
        machine_certificates().await
    } else {
        &[]
    };
    hand_over(connection, config, mail, trusted).await
}

async fn hand_over(
    connection: &Connection,
    config: &Config,
    mail: &Mail,
    trusted: &[Certificate],
) -> Result<(), Failure> {
    if connection.server.is_empty() {
        return Err(Failure::lasting("no mail server is configured"));
    }
    let message = message::compose(config, mail).map_err(|problem| {
        Failure::lasting(match problem {
            message::Unsendable::Recipient => "the address of the recipient is none",
            message::Unsendable::Sender => {
                "EmailSettings.FeedbackEmail or ReplyToAddress is no address"
            }
            message::Unsendable::Content => "the mail cannot be encoded",
        })
    })?;
    let transport = connection.transport(&mail.letter.site, trusted)?;
    // the timeout of the library is one of each step
    match tokio::time::timeout(connection.timeout * 3, transport.send(message)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(Failure::of(&error, connection)),
        Err(_) => Err(Failure {
            reason: "the mail server did not answer in time".to_owned(),
            may_pass: true,
        }),
    }
}

#[cfg(test)]
mod tests;
