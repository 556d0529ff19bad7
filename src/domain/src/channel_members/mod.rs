//! Who is in a channel: reading here, `add`, `remove`, `roles`, and `view` for what was read.

mod add;
pub(crate) mod errors;
mod remove;
mod roles;
mod view;

use std::collections::BTreeSet;

use model::{ChannelMember, ChannelMemberWithTeamData, ChannelUnread};
use realtime::Event;
use rustchat_core::error::Result;
use rustchat_core::permissions;

use crate::{App, Caller, access};

pub use add::{Wish, add};
pub(crate) use add::{bring, require_manager};
pub use remove::remove;
pub(crate) use remove::remove_outside_groups;
pub use roles::{set_notify_props, set_roles, set_scheme_roles};
pub use view::{mark_read, view};

/// When others have read is nobody's business, the administrator's neither.
pub(crate) fn shown_to(caller: &Caller, mut member: ChannelMember) -> ChannelMember {
    if !caller.is_self(&member.user_id) {
        member.last_viewed_at = -1;
        member.last_update_at = -1;
    }
    member
}

fn all_shown_to(caller: &Caller, members: Vec<ChannelMember>) -> Vec<ChannelMember> {
    members
        .into_iter()
        .map(|member| shown_to(caller, member))
        .collect()
}

pub(crate) async fn row(app: &App, channel_id: &str, user_id: &str) -> Result<ChannelMember> {
    store::channel_members::get(&app.store, channel_id, user_id)
        .await?
        .ok_or_else(|| errors::NOT_A_MEMBER.err())
}

pub async fn get(
    app: &App,
    caller: &Caller,
    channel_id: &str,
    user_id: &str,
) -> Result<ChannelMember> {
    Ok(shown_to(caller, row(app, channel_id, user_id).await?))
}

pub async fn list(
    app: &App,
    caller: &Caller,
    channel_id: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<ChannelMember>> {
    Ok(all_shown_to(
        caller,
        store::channel_members::list(&app.store, channel_id, offset, limit).await?,
    ))
}

pub async fn by_ids(
    app: &App,
    caller: &Caller,
    channel_id: &str,
    user_ids: &[String],
) -> Result<Vec<ChannelMember>> {
    Ok(all_shown_to(
        caller,
        store::channel_members::by_ids(&app.store, channel_id, user_ids).await?,
    ))
}

/// A person's memberships in a team's channels, with direct and group channels.
pub async fn of_user_in_team(
    app: &App,
    caller: &Caller,
    user_id: &str,
    team_id: &str,
) -> Result<Vec<ChannelMember>> {
    access::require_team(app, caller, team_id, permissions::VIEW_TEAM).await?;
    access::require_self_or(app, caller, user_id, permissions::MANAGE_SYSTEM).await?;
    Ok(all_shown_to(
        caller,
        store::channel_members::for_user_in_team(&app.store, user_id, team_id).await?,
    ))
}

/// A person's memberships with their teams.
pub async fn of_user(
    app: &App,
    caller: &Caller,
    user_id: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<ChannelMemberWithTeamData>> {
    let found = store::channel_members::for_user(&app.store, user_id, offset, limit).await?;
    let hide = |mut member: ChannelMemberWithTeamData| {
        member.channel_member = shown_to(caller, member.channel_member);
        member
    };
    Ok(found.into_iter().map(hide).collect())
}

/// The time zones of a channel's members; `None` if nobody has set one.
pub async fn timezones(app: &App, channel_id: &str) -> Result<Option<Vec<String>>> {
    let kept = store::channel_members::timezones(&app.store, channel_id).await?;
    let zones: BTreeSet<String> = kept
        .into_iter()
        .filter_map(|zone| {
            let automatic = zone
                .get("useAutomaticTimezone")
                .is_some_and(|word| word == "true");
            zone.get(if automatic {
                "automaticTimezone"
            } else {
                "manualTimezone"
            })
            .cloned()
        })
        .filter(|zone| !zone.is_empty())
        .collect();
    Ok((!zones.is_empty()).then(|| zones.into_iter().collect()))
}

pub async fn unread(
    app: &App,
    caller: &Caller,
    channel_id: &str,
    user_id: &str,
) -> Result<ChannelUnread> {
    access::require_channel(app, caller, channel_id, permissions::READ_CHANNEL).await?;
    let found = store::channel_members::channel_unread(&app.store, channel_id, user_id).await?;
    found.ok_or_else(|| errors::NOT_A_MEMBER.err())
}

pub(crate) fn tell(app: &App, member: &ChannelMember) {
    app.hub.publish(
        Event::new("channel_member_updated")
            .user(&member.user_id)
            .with_json("channelMember", member),
    );
}
