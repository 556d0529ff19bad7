//! Webhooks. `incoming` ones are secret addresses: `deliver` makes messages of what programs send there. `outgoing` ones tell
//! programs what people write: `trigger` finds out which, `callback` asks them and writes their answers.

mod callback;
pub mod deliver;
pub mod incoming;
pub mod outgoing;
mod trigger;

pub use callback::{Callbacks, start};
pub use store::integrations::Filter;
pub(crate) use trigger::written;

use model::{Channel, ChannelType};
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::permissions;

use crate::{App, Caller, access, channels};

/// Who has written it, where names may be changed and none was given.
const DEFAULT_NAME: &str = "webhook";

const TEAM: ErrorDef = ErrorDef::new(
    "api.webhook.team_mismatch.app_error",
    400,
    "A webhook stays in its team.",
);

/// A channel of the team that is not public is only for those who are in it.
async fn require_inside(app: &App, caller: &Caller, channel: &Channel) -> Result<()> {
    if channel.type_ == ChannelType::Open {
        return Ok(());
    }
    let inside = permissions::READ_CHANNEL_CONTENT;
    if access::has_channel_row(app, caller, channel, inside).await? {
        Ok(())
    } else {
        Err(access::refused(inside))
    }
}

/// Says that the owner a new webhook names does not exist.
async fn require_person(app: &App, user_id: &str) -> Result<()> {
    crate::users::get(app, user_id).await.map(|_| ())
}

async fn channel(app: &App, id: &str) -> Result<Channel> {
    channels::get(app, id).await
}
