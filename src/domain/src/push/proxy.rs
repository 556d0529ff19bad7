//! The protocol of the push proxy: JSON by POST, answered with a status. Addresses and devices are never logged.

use std::time::Duration;

use model::{PushNotification, PushNotificationAck};
use moka::sync::Cache;
use outgoing::{Request, Trust};
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use super::Signer;
use crate::app::App;

const WITHIN: Duration = Duration::from_secs(10);
const LONGEST_ANSWER: usize = 64 * 1024;
/// How long it is remembered that a device could be reached.
const TRIED_FOR: Duration = Duration::from_secs(60);

/// What the server keeps for talking to the proxy.
pub struct Proxy {
    pub(super) signer: Signer,
    pub(super) tried: Cache<String, Option<bool>>,
}

impl Proxy {
    pub fn new(signer: Signer) -> Self {
        Self {
            signer,
            tried: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(TRIED_FOR)
                .build(),
        }
    }
}

/// What became of a notification.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Sent,
    /// The push service does not know the device any more.
    Gone,
    Failed(String),
}

#[derive(Deserialize)]
struct Status {
    status: String,
}

pub(super) async fn send(app: &App, notification: PushNotification) -> Answer {
    match post(app, "send_push", &notification).await {
        Ok(status) => match status.as_str() {
            "OK" => Answer::Sent,
            "REMOVE" => Answer::Gone,
            _ => Answer::Failed("the push proxy refused it".to_owned()),
        },
        Err(reason) => Answer::Failed(reason),
    }
}

/// Tells the proxy that a device has shown a notification.
pub(super) async fn acknowledge(app: &App, ack: &PushNotificationAck) -> Result<(), String> {
    let told = json!({ "id": ack.id, "platform": ack.platform, "type": ack.type_ });
    match post(app, "ack", &told).await?.as_str() {
        "OK" => Ok(()),
        _ => Err("the push proxy refused it".to_owned()),
    }
}

async fn post(app: &App, verb: &str, body: &impl Serialize) -> Result<String, String> {
    let config = app.config.get();
    let server = config.email.push_notification_server.trim_end_matches('/');
    let url = Url::parse(&format!("{server}/api/v1/{verb}"))
        .map_err(|_| "EmailSettings.PushNotificationServer is no address".to_owned())?;
    let body = serde_json::to_vec(body).map_err(|error| error.to_string())?;
    let request = Request::post(url, "application/json", body)
        .timeout(WITHIN)
        .redirects(0)
        .trust(Trust::Administrator);
    let answer = app
        .outgoing
        .send(request)
        .await
        .map_err(|e| e.to_string())?;
    let status = answer.status;
    let bytes = answer
        .bytes(LONGEST_ANSWER)
        .await
        .map_err(|e| e.to_string())?;
    if !status.is_success() {
        return Err(format!("the push proxy answered {}", status.as_u16()));
    }
    let answer: Status = serde_json::from_slice(&bytes)
        .map_err(|_| "the push proxy's answer cannot be read".to_owned())?;
    Ok(answer.status)
}
