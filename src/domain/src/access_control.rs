//! Access policies. Making and applying them takes a licence, so nothing is ruled by one; who may ask is checked all the same.

use model::{AccessControlPolicy, ChannelsWithCount};
use rustchat_core::common::invalid_body;
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::{ids, permissions};

use crate::{App, Caller, access};

const LICENCE: ErrorDef = ErrorDef::new(
    "app.pap.create_access_control_policy.app_error",
    501,
    "The licence of this server does not include access policies.",
);

/// Policies of a channel are made by its managers, policies to inherit from by the system's.
pub async fn create(app: &App, caller: &Caller, policy: &AccessControlPolicy) -> Result<()> {
    match policy.type_.as_str() {
        "parent" => access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?,
        "channel" if !ids::is_valid_id(&policy.id) => return Err(invalid_body("id")),
        "channel" => require_rules(app, caller, &policy.id).await?,
        _ => return Err(invalid_body("type")),
    }
    Err(LICENCE.err())
}

/// The attributes of people that expressions may name: none, for those too take a licence.
pub async fn fields(
    app: &App,
    caller: &Caller,
    channel_id: &str,
) -> Result<Vec<serde_json::Value>> {
    require_rules(app, caller, channel_id).await?;
    Ok(Vec::new())
}

async fn require_rules(app: &App, caller: &Caller, channel_id: &str) -> Result<()> {
    if access::has_channel(
        app,
        caller,
        channel_id,
        permissions::MANAGE_CHANNEL_ACCESS_RULES,
    )
    .await?
    {
        return Ok(());
    }
    access::require_system(app, caller, permissions::MANAGE_SYSTEM).await
}

/// The channels a policy rules.
pub fn ruled_channels() -> ChannelsWithCount {
    ChannelsWithCount {
        channels: Some(Vec::new()),
        total_count: 0,
    }
}
