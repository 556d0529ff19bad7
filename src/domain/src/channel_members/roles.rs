//! What a member of a channel may be, and what the member is told of. The rules for roles are in `member_roles`.

use std::collections::BTreeMap;

use model::SchemeRoles;
use rustchat_core::clock;
use rustchat_core::error::Result;
use store::roles_of::CHANNEL;

use super::{errors, row, tell};
use crate::member_roles::{self, Errors};
use crate::{App, channels, teams};

const ERRORS: Errors = Errors {
    no_such_role: errors::NO_SUCH_ROLE,
    other_scope: errors::ROLE_OF_SCHEME,
    guest_and_user: errors::GUEST_AND_USER,
    guest_change: errors::GUEST_CHANGE,
    neither: errors::NEITHER,
    user_and_guest: errors::USER_AND_GUEST,
};

/// Most characters of all notification settings of a member.
const MOST_PROPS: usize = 800_000;

/// What a member may set; other keys are ignored.
const PROPS: &[&str] = &[
    "desktop",
    "desktop_sound",
    "desktop_notification_sound",
    "desktop_threads",
    "email",
    "mark_unread",
    "push",
    "push_threads",
    "ignore_channel_mentions",
    "channel_auto_follow_threads",
];

/// Sets the roles by name: those of the channel's scheme and others.
pub async fn set_roles(app: &App, channel_id: &str, user_id: &str, roles: &str) -> Result<()> {
    member_roles::check_names(roles)?;
    let member = row(app, channel_id, user_id).await?;
    // Roles come from a team's scheme; direct and group channels have none.
    teams::get(app, &channels::get(app, channel_id).await?.team_id).await?;
    let (flags, others) =
        member_roles::parse(app, roles, member.scheme_guest, &CHANNEL, &ERRORS).await?;
    store::channel_members::set_roles(
        &app.store,
        channel_id,
        user_id,
        flags,
        &others,
        clock::now_ms(),
    )
    .await?;
    tell(app, &row(app, channel_id, user_id).await?);
    Ok(())
}

/// Sets the roles of the channel's scheme by flags.
pub async fn set_scheme_roles(
    app: &App,
    channel_id: &str,
    user_id: &str,
    roles: &SchemeRoles,
) -> Result<()> {
    let member = row(app, channel_id, user_id).await?;
    let flags = member_roles::flags(roles, member.scheme_guest, &ERRORS)?;
    store::channel_members::set_roles(
        &app.store,
        channel_id,
        user_id,
        flags,
        &member.explicit_roles,
        clock::now_ms(),
    )
    .await?;
    tell(app, &row(app, channel_id, user_id).await?);
    Ok(())
}

/// Sets what a member is told of a channel; what is not named stays.
pub async fn set_notify_props(
    app: &App,
    channel_id: &str,
    user_id: &str,
    new: BTreeMap<String, String>,
) -> Result<()> {
    let mut member = row(app, channel_id, user_id).await?;
    let mut props = member.notify_props.take().unwrap_or_default();
    props.extend(
        new.into_iter()
            .filter(|(key, _)| PROPS.contains(&key.as_str())),
    );
    if props
        .iter()
        .map(|(key, value)| key.len() + value.len())
        .sum::<usize>()
        > MOST_PROPS
    {
        return Err(errors::PROPS_TOO_LONG.err());
    }
    store::channel_members::set_notify_props(
        &app.store,
        channel_id,
        user_id,
        &props,
        clock::now_ms(),
    )
    .await?;
    tell(app, &row(app, channel_id, user_id).await?);
    Ok(())
}
