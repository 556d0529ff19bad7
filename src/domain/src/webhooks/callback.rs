//! Calling the addresses of outgoing webhooks, behind a bounded queue, and writing what they answer. A slow or broken program
//! delays answers of webhooks and nothing else. Tokens and answers appear in no log.

use std::sync::{Arc, Weak};
use std::time::Duration;

use model::{
    Channel, OutgoingWebhook, OutgoingWebhookPayload, OutgoingWebhookResponse, Post, Wire,
};
use outgoing::Request;
use parking_lot::Mutex;
use rustchat_core::error::Result;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use url::{Url, form_urlencoded};

use super::DEFAULT_NAME;
use crate::App;
use crate::integrations::{self, Message};

/// Calls that wait; more are dropped.
const WAITING: usize = 1_000;
/// Calls under way at once.
const AT_ONCE: usize = 16;
/// Most bytes of an answer.
const MAX_ANSWER: usize = 1 << 20;
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
/// The answer belongs to the thread of the message.
const COMMENT: &str = "comment";

/// One address to call for one message.
pub(super) struct Call {
    pub hook: OutgoingWebhook,
    pub address: String,
    pub word: String,
    pub post: Post,
    pub channel: Arc<Channel>,
    pub team_name: String,
    pub user_name: String,
}

/// The queue. There is one for a server.
pub struct Callbacks {
    calls: mpsc::Sender<Call>,
    called: Mutex<Option<mpsc::Receiver<Call>>>,
}

impl Default for Callbacks {
    fn default() -> Self {
        let (calls, called) = mpsc::channel(WAITING);
        Self {
            calls,
            called: Mutex::new(Some(called)),
        }
    }
}

impl Callbacks {
    /// Never waits.
    pub(super) fn call(&self, call: Call) {
        if self.calls.try_send(call).is_err() {
            tracing::warn!("a call of an outgoing webhook was dropped: too many wait");
        }
    }
}

/// Starts the task behind the queue; it ends with the server.
pub fn start(app: &Arc<App>) {
    if let Some(called) = app.callbacks.called.lock().take() {
        tokio::spawn(work(Arc::downgrade(app), called));
    }
}

async fn work(app: Weak<App>, mut called: mpsc::Receiver<Call>) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut under_way = JoinSet::new();
    while let Some(call) = called.recv().await {
        while under_way.try_join_next().is_some() {}
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let Some(app) = app.upgrade() else { return };
        under_way.spawn(async move {
            match ask(&app, &call).await {
                Ok(Some(answer)) => {
                    if let Err(error) = write(&app, &call, answer).await {
                        tracing::warn!(
                            hook = call.hook.id,
                            id = error.id(),
                            "the answer of an outgoing webhook was not written"
                        );
                    }
                }
                Ok(None) => {}
                Err(reason) => {
                    tracing::warn!(
                        hook = call.hook.id,
                        reason,
                        "an outgoing webhook could not be called"
                    );
                }
            }
            drop(place);
        });
    }
}

/// What the program answers, if it has something to say.
async fn ask(app: &App, call: &Call) -> Result<Option<OutgoingWebhookResponse>, String> {
    let address = Url::parse(&call.address).map_err(|error| error.to_string())?;
    let payload = payload(call);
    let (kind, body) = if call.hook.content_type == JSON {
        (
            JSON,
            serde_json::to_vec(&payload).map_err(|error| error.to_string())?,
        )
    } else {
        (FORM, form(&payload).into_bytes())
    };
    let seconds = app
        .config
        .get()
        .service
        .outgoing_integration_requests_timeout;
    let within = Duration::from_secs(u64::try_from(seconds).unwrap_or_default().clamp(1, 600));
    let request = Request::post(address, kind, body)
        .with("accept", JSON)
        .timeout(within);
    let answer = app.outgoing.send(request).await;
    let answer = answer.map_err(|error| error.to_string())?;
    if !answer.status.is_success() {
        return Err(format!("it answered {}", answer.status));
    }
    let bytes = answer.bytes(MAX_ANSWER).await;
    let bytes = bytes.map_err(|error| error.to_string())?;
    // many programs acknowledge with a word or nothing at all
    let said = serde_json::from_slice(&bytes)
        .ok()
        .and_then(|value| OutgoingWebhookResponse::from_value(value).ok());
    Ok(said.filter(|answer| {
        answer.text.as_ref().is_some_and(|text| !text.is_empty())
            || answer
                .attachments
                .as_ref()
                .is_some_and(|list| !list.is_empty())
    }))
}

fn payload(call: &Call) -> OutgoingWebhookPayload {
    let (post, channel) = (&call.post, &call.channel);
    OutgoingWebhookPayload {
        token: call.hook.token.clone(),
        team_id: channel.team_id.clone(),
        team_domain: call.team_name.clone(),
        channel_id: channel.id.clone(),
        channel_name: channel.name.clone(),
        timestamp: post.create_at,
        user_id: post.user_id.clone(),
        user_name: call.user_name.clone(),
        post_id: post.id.clone(),
        text: post.message.clone(),
        trigger_word: call.word.clone(),
        file_ids: post.file_ids.as_deref().unwrap_or_default().join(","),
    }
}

/// The payload as a form. Times are in seconds there.
fn form(payload: &OutgoingWebhookPayload) -> String {
    let seconds = (payload.timestamp / 1000).to_string();
    let fields = [
        ("token", payload.token.as_str()),
        ("team_id", &payload.team_id),
        ("team_domain", &payload.team_domain),
        ("channel_id", &payload.channel_id),
        ("channel_name", &payload.channel_name),
        ("timestamp", &seconds),
        ("user_id", &payload.user_id),
        ("user_name", &payload.user_name),
        ("post_id", &payload.post_id),
        ("text", &payload.text),
        ("trigger_word", &payload.trigger_word),
        ("file_ids", &payload.file_ids),
    ];
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// Writes an answer in the name of who made the webhook.
async fn write(app: &App, call: &Call, answer: OutgoingWebhookResponse) -> Result<()> {
    let hook = &call.hook;
    let first = |one: String, other: &str| {
        if one.is_empty() {
            other.to_owned()
        } else {
            one
        }
    };
    let post = &call.post;
    let thread = first(post.root_id.clone(), &post.id);
    let message = Message {
        author_id: hook.creator_id.clone(),
        root_id: if answer.response_type == COMMENT {
            thread
        } else {
            String::new()
        },
        text: answer.text.unwrap_or_default(),
        type_: answer.type_,
        attachments: answer.attachments.unwrap_or_default(),
        props: answer.props.unwrap_or_default(),
        priority: answer.priority,
        username: first(answer.username, &hook.username),
        icon_url: first(answer.icon_url, &hook.icon_url),
        default_name: DEFAULT_NAME,
        display_name: Some(hook.display_name.clone()),
        ..Message::default()
    };
    let channel = crate::posts::rows::channel(app, &call.channel.id).await?;
    let channel = channel.unwrap_or_else(|| Arc::clone(&call.channel));
    integrations::write(app, &channel, message).await?;
    Ok(())
}
