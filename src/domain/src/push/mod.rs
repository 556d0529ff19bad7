//! Notifications on phones, by way of the push proxy an administrator configured: what is sent to it, what it answers, and what
//! apps ask for afterwards. Who gets one is `notify`'s matter.

mod content;
mod proxy;
mod signing;

use model::{Post, PushNotification, PushNotificationAck};
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::ids;
use store::cache::Kind;
use store::notifications::Device;

use crate::app::App;
use crate::caller::Caller;
use crate::posts;

pub(crate) use content::{Recipient, VERSION, Written, of_post, recipients};
pub use proxy::Proxy;
pub use signing::Signer;

const OFF: ErrorDef = ErrorDef::new(
    "api.push_notification.disabled.app_error",
    501,
    "Notifications on phones are turned off.",
);
const UNTOLD: ErrorDef = ErrorDef::new(
    "api.push_notifications_ack.forward.app_error",
    500,
    "The push proxy could not be told.",
);
const NO_CONTENT: ErrorDef = ErrorDef::new(
    "api.push_notification.id_loaded.fetch.app_error",
    500,
    "The message of the notification could not be read.",
);

/// The prop of a session whose device its push service does not know any more.
const REMOVED: &str = "last_removed_device_id";

/// What a notification is for, in the words of the protocol.
pub(crate) mod kind {
    pub const MESSAGE: &str = "message";
    pub const CLEAR: &str = "clear";
    pub const BADGE: &str = "update_badge";
    pub const SESSION: &str = "session";
    pub const TEST: &str = "test";
}

/// True when the settings name a proxy to send to.
pub(crate) fn is_on(config: &config::Config) -> bool {
    config.email.send_push_notifications && !config.email.push_notification_server.is_empty()
}

/// Sends one notification to one device. A device its push service does not know any more is sent nothing again.
pub(crate) async fn deliver(app: &App, device: &Device, notification: PushNotification) {
    let kind = notification.type_.clone();
    match proxy::send(app, addressed(app, &device.device_id, notification)).await {
        proxy::Answer::Sent => tracing::debug!(kind, "a notification was handed to the push proxy"),
        proxy::Answer::Gone => {
            if let Err(error) = forget(app, device).await {
                tracing::warn!(cause = ?error.cause(), "a device that is gone could not be noted");
            }
        }
        proxy::Answer::Failed(reason) => {
            tracing::warn!(kind, reason, "a notification could not be sent");
        }
    }
}

/// Completes a notification for a device: the platform and the device's name there, and the proof that it comes from here.
fn addressed(app: &App, device_id: &str, mut notification: PushNotification) -> PushNotification {
    let (platform, name) = device_id.split_once(':').unwrap_or(("", device_id));
    platform.clone_into(&mut notification.platform);
    name.clone_into(&mut notification.device_id);
    notification.server_id = app.installation.server_id().to_owned();
    notification.ack_id = ids::new_id();
    notification.signature = app.push.signer.sign(&notification.ack_id, name);
    notification
}

async fn forget(app: &App, device: &Device) -> Result<()> {
    let Some(mut session) = store::sessions::by_id(app.store.db(), &device.session_id).await?
    else {
        return Ok(());
    };
    if session.device_id == device.device_id {
        let props = session.props.get_or_insert_default();
        props.insert(REMOVED.to_owned(), device.device_id.clone());
        store::sessions::update_device(app.store.db(), &session).await?;
        app.store.cache().invalidate(Kind::Session, &session.token);
    }
    Ok(())
}

/// Whether a device can be sent notifications: tried out, and the answer kept for a minute. None if nobody knows.
pub async fn reaches(app: &App, device_id: &str) -> Option<bool> {
    if !is_on(&app.config.get()) {
        return Some(false);
    }
    if let Some(known) = app.push.tried.get(device_id) {
        return known;
    }
    let test = PushNotification {
        type_: kind::TEST.to_owned(),
        version: content::VERSION.to_owned(),
        ..PushNotification::default()
    };
    let told = match proxy::send(app, addressed(app, device_id, test)).await {
        proxy::Answer::Sent => Some(true),
        proxy::Answer::Gone => Some(false),
        proxy::Answer::Failed(_) => None,
    };
    app.push.tried.insert(device_id.to_owned(), told);
    told
}

/// A device has shown a notification. One that carried only ids gets its content now.
pub async fn acknowledge(
    app: &App,
    caller: &Caller,
    ack: &PushNotificationAck,
) -> Result<Option<PushNotification>> {
    if !app.config.get().email.send_push_notifications {
        return Err(OFF.err());
    }
    let told = proxy::acknowledge(app, ack).await;
    if !ack.is_id_loaded {
        return match told {
            Ok(()) => Ok(None),
            Err(reason) => Err(UNTOLD.caused_by(reason)),
        };
    }
    if let Err(reason) = told {
        tracing::debug!(
            reason,
            "the push proxy could not be told of an acknowledgement"
        );
    }
    let post = posts::readable(app, caller, &ack.post_id).await?;
    let full = loaded(app, caller, &post).await?;
    full.map(Some).ok_or_else(|| NO_CONTENT.err())
}

/// The whole content of a notification, for somebody who may read the message.
async fn loaded(app: &App, caller: &Caller, post: &Post) -> Result<Option<PushNotification>> {
    let channel = posts::rows::channel_of(app, post).await?;
    let Some(author) = posts::rows::user(app, &post.user_id).await? else {
        return Ok(None);
    };
    let recipients = content::recipients(app, &[caller.user_id().to_owned()]).await?;
    let full = recipients.get(caller.user_id()).map(|recipient| {
        let written = content::Written {
            post,
            channel: &channel,
            author: &author,
        };
        content::full(app, &written, recipient)
    });
    Ok(full)
}
