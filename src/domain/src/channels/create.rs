//! Creating a public or private channel of a team.

use model::{Channel, ChannelType};
use realtime::Event;
use rustchat_core::common::invalid_body;
use rustchat_core::error::Result;
use rustchat_core::{clock, ids, permissions};
use store::StoreError;

use super::{check, errors, is_direct_or_group};
use crate::notices::{self, Notice};
use crate::{App, Caller, access, team_members};

/// Creates a channel that the caller is in and administers.
pub async fn create(app: &App, caller: &Caller, mut channel: Channel) -> Result<Channel> {
    if channel.team_id.is_empty() {
        return Err(invalid_body("team_id"));
    }
    if channel.display_name.is_empty() {
        return Err(invalid_body("display_name"));
    }
    let permission = match channel.type_ {
        ChannelType::Private => permissions::CREATE_PRIVATE_CHANNEL,
        _ => permissions::CREATE_PUBLIC_CHANNEL,
    };
    access::require_team(app, caller, &channel.team_id, permission).await?;
    if is_direct_or_group(&channel) {
        return Err(errors::IS_DIRECT.err());
    }
    if store::teams::get(&app.store, &channel.team_id)
        .await?
        .is_none()
    {
        return Err(errors::NO_CHANNELS.err());
    }
    if store::channels::count_for_team(&app.store, &channel.team_id).await?
        >= app.config.get().team.max_channels_per_team
    {
        return Err(errors::TOO_MANY.err());
    }
    if !channel.id.is_empty() {
        return Err(errors::HAS_ID.err());
    }
    if channel.delete_at != 0 {
        return Err(errors::ARCHIVED_NEW.err());
    }
    check::numbers(&channel)?;
    let now = clock::now_ms();
    channel.id = ids::new_id();
    // a scheme is given by an administrator, and only where a licence has them
    channel.scheme_id = None;
    channel.display_name = channel.display_name.trim().to_owned();
    channel.creator_id = caller.user_id().to_owned();
    if channel.create_at == 0 {
        channel.create_at = now;
    }
    channel.update_at = channel.create_at;
    channel.extra_update_at = 0;
    check::check(&channel)?;
    let me = [caller.user_id().to_owned()];
    store::channels::create(&app.store, &channel, &me, &[], &me, now)
        .await
        .map_err(taken)?;
    let author = team_members::person(app, caller.user_id()).await?;
    notices::write(app, &author, &channel, Notice::JoinedChannel).await;
    let event = Event::new("channel_created").user(caller.user_id());
    app.hub.publish(
        event
            .with("channel_id", channel.id.as_str())
            .with("team_id", channel.team_id.as_str()),
    );
    Ok(channel)
}

/// A name of the team that is taken, archived channels included.
pub(super) fn taken(error: StoreError) -> rustchat_core::AppError {
    match error.is_conflict() {
        true => errors::EXISTS.caused_by(error),
        false => error.into(),
    }
}
