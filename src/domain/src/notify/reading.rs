//! Somebody reads: notifications of it go away on the other devices, and the number on the app's picture changes.

use model::PushNotification;
use rustchat_core::clock;
use rustchat_core::error::Result;

use crate::app::App;
use crate::push::{self, kind};

/// Takes the notifications of a channel or thread off a person's devices, but not off the one it was read on.
pub(super) async fn clear(
    app: &App,
    user_id: &str,
    channel_id: &str,
    root_id: &str,
    session_id: &str,
) -> Result<()> {
    let clear = PushNotification {
        type_: kind::CLEAR.to_owned(),
        channel_id: channel_id.to_owned(),
        root_id: root_id.to_owned(),
        ..PushNotification::default()
    };
    to_devices(app, user_id, session_id, clear).await
}

/// Brings the number on the app's picture up to date.
pub(super) async fn count(app: &App, user_id: &str) -> Result<()> {
    let badge = PushNotification {
        type_: kind::BADGE.to_owned(),
        sound: "none".to_owned(),
        ..PushNotification::default()
    };
    to_devices(app, user_id, "", badge).await
}

async fn to_devices(
    app: &App,
    user_id: &str,
    except: &str,
    notification: PushNotification,
) -> Result<()> {
    if !push::is_on(&app.config.get()) {
        return Ok(());
    }
    let ids = [user_id.to_owned()];
    let mut devices = store::notifications::devices_of(&app.store, &ids, clock::now_ms()).await?;
    devices.retain(|device| device.session_id != except);
    if devices.is_empty() {
        return Ok(());
    }
    let recipient = push::recipients(app, &ids).await?.get(user_id).copied();
    let recipient = recipient.unwrap_or_default();
    for device in devices {
        let notification = PushNotification {
            version: push::VERSION.to_owned(),
            cont_ava: 1,
            badge: recipient.badge,
            is_crt_enabled: recipient.threads_apart,
            ..notification.clone()
        };
        app.notifier.deliver(device, notification);
    }
    Ok(())
}
