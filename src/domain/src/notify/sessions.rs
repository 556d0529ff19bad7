//! Sessions on phones that have ended by themselves: the phone is told, so that silence is not mistaken for quiet.

use std::sync::Weak;
use std::time::Duration;

use model::PushNotification;
use rustchat_core::clock;
use rustchat_core::error::Result;

use crate::app::App;
use crate::push::{self, kind};

const EVERY: Duration = Duration::from_secs(5 * 60);
/// Who was away for longer finds out by opening the app.
const TOLD_WITHIN: i64 = clock::HOUR;
const AT_ONCE: i64 = 500;

/// Tells at once, of those that ended while no server ran, and then now and then; ends with the server.
pub(super) async fn tell_of_ends(app: Weak<App>) {
    loop {
        let Some(running) = app.upgrade() else { return };
        if let Err(error) = tell(&running, clock::now_ms()).await {
            tracing::warn!(cause = ?error.cause(), "nobody was told of sessions that ended");
        }
        drop(running);
        tokio::time::sleep(EVERY).await;
    }
}

/// Only where sessions are prolonged by use is an end a surprise.
async fn tell(app: &App, now: i64) -> Result<()> {
    let config = app.config.get();
    if !push::is_on(&config) || !config.service.extend_session_length_with_activity {
        return Ok(());
    }
    let ended =
        store::notifications::expired_devices(&app.store, now - TOLD_WITHIN, now, AT_ONCE).await?;
    if ended.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = ended
        .iter()
        .map(|device| device.session_id.clone())
        .collect();
    let taken = store::notifications::take_expired(&app.store, &ids).await?;
    let site = &config.team.site_name;
    for device in ended {
        if !taken.contains(&device.session_id) {
            continue;
        }
        let notification = PushNotification {
            type_: kind::SESSION.to_owned(),
            version: push::VERSION.to_owned(),
            message: format!(
                "Your session on {site} has ended. Sign in to hear of new messages again."
            ),
            ..PushNotification::default()
        };
        app.notifier.deliver(device, notification);
    }
    Ok(())
}
