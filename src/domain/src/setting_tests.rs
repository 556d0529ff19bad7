//! Trying settings out before or after they are saved: does mail get away, does the site's
//! address lead here, is there a bucket for files.

use std::sync::Arc;
use std::time::Duration;

use blob::{BlobError, BlobStore};
use config::{Config, ConfigHandle, FAKE_SETTING};
use outgoing::{Request, Trust};
use rustchat_core::common::invalid_body;
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::permissions;
use serde_json::{Value, json};

use crate::mail::{Connection, Mail, Site, letters};
use crate::{App, Caller, access, users};

const INCOMPLETE: ErrorDef = ErrorDef::new(
    "api.file.test_connection_email_settings_nil.app_error",
    400,
    "The settings of the mail server are not complete.",
);
const NO_SERVER: ErrorDef = ErrorDef::new(
    "api.admin.test_email.missing_server",
    400,
    "The name of the mail server is needed.",
);
const PASSWORD_AGAIN: ErrorDef = ErrorDef::new(
    "api.admin.test_email.reenter_password",
    400,
    "The server, port or user name has changed: please type the password again.",
);
const UNSENT: ErrorDef = ErrorDef::new(
    "app.admin.test_email.failure",
    500,
    "The mail could not be sent: {Error}.",
);

const UNREACHABLE: ErrorDef = ErrorDef::new(
    "app.admin.test_site_url.failure",
    400,
    "This server does not answer at that address.",
);

const S3_INCOMPLETE: ErrorDef = ErrorDef::new(
    "api.file.test_connection_s3_settings_nil.app_error",
    400,
    "The settings of the object store are not complete.",
);
const NO_BUCKET: ErrorDef = ErrorDef::new(
    "api.admin.test_s3.missing_s3_bucket",
    400,
    "The name of the bucket is needed.",
);
const NO_SUCH_BUCKET: ErrorDef = ErrorDef::new(
    "api.file.test_connection_s3_bucket_does_not_exist.app_error",
    500,
    "There is no such bucket.",
);
const S3_REFUSED: ErrorDef = ErrorDef::new(
    "api.file.test_connection_s3_auth.app_error",
    500,
    "The object store does not let this server in.",
);

/// Asks the bucket of a configuration that is not saved, or without one of that which counts.
pub async fn file_store(app: &App, caller: &Caller, tried: &Value) -> Result<()> {
    let config = app.config.get();
    let tried = match tried {
        Value::Object(_) => Some(tried_store(&config, &tried["FileSettings"])?),
        _ => None,
    };
    access::require_system(app, caller, permissions::TEST_S3).await?;
    let settings = tried.as_deref().unwrap_or(&config);
    if settings.file.amazon_s3_bucket.is_empty() {
        return Err(NO_BUCKET.err());
    }
    let bucket = BlobStore::s3(&settings.file).map_err(|error| S3_REFUSED.caused_by(error))?;
    bucket.check().await.map_err(|error| match error {
        BlobError::NotFound => NO_SUCH_BUCKET.err(),
        other => S3_REFUSED.caused_by(other),
    })
}

/// As `tried_connection`, for files. The secret goes nowhere but where it goes now.
fn tried_store(config: &Config, tried: &Value) -> Result<Arc<Config>> {
    let named = [
        "AccessKeyId",
        "SecretAccessKey",
        "Bucket",
        "PathPrefix",
        "Region",
        "Endpoint",
        "SSL",
        "SignV2",
        "SSE",
    ];
    let complete = named
        .iter()
        .all(|name| !tried[format!("AmazonS3{name}")].is_null());
    if !complete {
        return Err(S3_INCOMPLETE.err());
    }
    let mut tried = tried.clone();
    if tried["AmazonS3SecretAccessKey"] == FAKE_SETTING {
        let now = &config.file;
        if tried["AmazonS3Endpoint"] != now.amazon_s3_endpoint.as_str() {
            return Err(S3_REFUSED.err());
        }
        tried["AmazonS3SecretAccessKey"] = now.amazon_s3_secret_access_key.clone().into();
    }
    let settings = ConfigHandle::memory(&json!({ "FileSettings": tried }));
    Ok(settings
        .map_err(|error| S3_INCOMPLETE.caused_by(error))?
        .get())
}

/// Sends the caller a mail with the settings of a configuration that is not saved, or without one with those that count.
pub async fn email(app: &App, caller: &Caller, tried: &Value) -> Result<()> {
    let config = app.config.get();
    let connection = match tried {
        Value::Object(_) => tried_connection(&config, &tried["EmailSettings"]),
        _ => Ok(Connection::of(&config)),
    };
    if let Err(error) = &connection
        && error.is(&INCOMPLETE)
    {
        return Err(INCOMPLETE.err());
    }
    access::require_system(app, caller, permissions::TEST_EMAIL).await?;
    let connection = connection?;
    if connection.server.is_empty() {
        return Err(NO_SERVER.err());
    }
    let user = users::get(app, caller.user_id()).await?;
    let mail = Mail {
        to: user.email.clone(),
        letter: letters::test(&Site::of(&config)),
    };
    let sent = app.mail.deliver_with(&connection, &mail).await;
    sent.map_err(|failure| UNSENT.with("Error", &failure).caused_by(failure))
}

/// The connection that settings sent by the console describe. A password they do not know is the one that counts now.
fn tried_connection(config: &Config, tried: &Value) -> Result<Connection> {
    let known = config.document()["EmailSettings"].as_object();
    let complete = known.is_some_and(|known| {
        known
            .keys()
            .all(|name| tried.get(name).is_some_and(|value| !value.is_null()))
    });
    if !complete {
        return Err(INCOMPLETE.err());
    }
    let mut tried = tried.clone();
    let current = &config.email;
    if tried["SMTPPassword"] == FAKE_SETTING {
        let same = tried["SMTPServer"] == current.smtp_server.as_str()
            && tried["SMTPPort"] == current.smtp_port.as_str()
            && tried["SMTPUsername"] == current.smtp_username.as_str();
        if !same {
            return Err(PASSWORD_AGAIN.err());
        }
        tried["SMTPPassword"] = current.smtp_password.clone().into();
    }
    Ok(Connection::read(&tried))
}

/// Asks the address whether a server like this one answers there.
pub async fn site_url(app: &App, address: &str) -> Result<()> {
    if address.is_empty() {
        return Err(invalid_body("site_url"));
    }
    let ping = format!("{}/api/v4/system/ping", address.trim_end_matches('/'));
    let url = url::Url::parse(&ping).map_err(|error| UNREACHABLE.caused_by(error))?;
    let request = Request::get(url)
        .timeout(Duration::from_secs(10))
        .trust(Trust::Administrator);
    let answer = app.outgoing.send(request).await;
    let answer = answer.map_err(|error| UNREACHABLE.caused_by(error))?;
    match answer.status.is_success() {
        true => Ok(()),
        false => Err(UNREACHABLE.err()),
    }
}
