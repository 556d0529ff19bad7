//! Changing a channel's values and its privacy.

use model::{Channel, ChannelPatch, ChannelType};
use realtime::Event;
use rustchat_core::common::invalid_body;
use rustchat_core::error::Result;
use rustchat_core::{clock, permissions};
use store::change::Changed;

use super::create::taken;
use super::{
    DEFAULT, by_kind, check, errors, get, is_direct_or_group, require_shared_team, tell_updated,
    with_mentions,
};
use crate::notices::{self, Notice};
use crate::{App, Caller, access, channel_members, team_members};

/// Members of a direct or group channel change it; of others those with the permission.
async fn require_change(app: &App, caller: &Caller, channel: &Channel) -> Result<()> {
    if is_direct_or_group(channel) {
        let mine = store::memberships::channels_of(&app.store, caller.user_id()).await?;
        return if mine.contains_key(&channel.id) {
            Ok(())
        } else {
            Err(errors::NOT_YOURS.err())
        };
    }
    let permission = by_kind(
        channel,
        permissions::MANAGE_PUBLIC_CHANNEL_PROPERTIES,
        permissions::MANAGE_PRIVATE_CHANNEL_PROPERTIES,
    );
    access::require_channel(app, caller, &channel.id, permission).await
}

/// Replaces a channel's values; name and display name stay where the new ones are empty.
pub async fn update(app: &App, caller: &Caller, id: &str, new: Channel) -> Result<Channel> {
    if new.id != id {
        return Err(invalid_body("channel_id"));
    }
    let old = get(app, id).await?;
    require_change(app, caller, &old).await?;
    if old.delete_at > 0 {
        return Err(errors::DELETED.err());
    }
    if !new.type_.is_empty() && new.type_ != old.type_ {
        return Err(errors::TYPE_CHANGE.err());
    }
    if old.name == DEFAULT && !new.name.is_empty() && new.name != old.name {
        return Err(errors::DEFAULT_NAME.with("Channel", DEFAULT));
    }
    if is_direct_or_group(&old) {
        let others = [
            (&new.name, &old.name),
            (&new.display_name, &old.display_name),
            (&new.purpose, &old.purpose),
        ];
        if others
            .iter()
            .any(|(new, old)| !new.is_empty() && new != old)
        {
            return Err(errors::HEADER_ONLY.err());
        }
    }
    let display_name = new.display_name.clone();
    let stored = save(app, id, |channel| replace(channel, new)).await?.after;
    if !is_direct_or_group(&old) && old.display_name != display_name {
        let author = team_members::person(app, caller.user_id()).await?;
        let notice = Notice::DisplayName {
            old: &old.display_name,
            new: &display_name,
        };
        notices::write(app, &author, &stored, notice).await;
    }
    with_mentions(app, stored).await
}

fn replace(channel: &mut Channel, new: Channel) {
    channel.header = new.header;
    if is_direct_or_group(channel) {
        return;
    }
    channel.purpose = new.purpose;
    if !new.display_name.is_empty() {
        channel.display_name = new.display_name;
    }
    if !new.name.is_empty() {
        channel.name = new.name;
    }
    channel.group_constrained = new.group_constrained.or(channel.group_constrained);
}

/// Changes the row as it is now, whatever it was when the caller's right to it was looked up.
async fn save(
    app: &App,
    id: &str,
    apply: impl FnOnce(&mut Channel) + Send,
) -> Result<Changed<Channel>> {
    let changed = store::channels::change(&app.store, id, |channel| {
        apply(channel);
        channel.update_at = clock::now_ms();
        check::check(channel)
    })
    .await
    .map_err(|unchanged| unchanged.or(taken))?;
    tell_updated(app, &changed.after);
    Ok(changed)
}

/// Changes what the patch names, and tells what changed.
pub async fn patch(app: &App, caller: &Caller, id: &str, patch: ChannelPatch) -> Result<Channel> {
    let old = get(app, id).await?;
    require_patch(app, caller, &old, &patch).await?;
    if old.delete_at > 0 {
        return Err(errors::DELETED_PATCH.err());
    }
    require_shared_team(app, &old, &errors::NO_SHARED_TEAM_PATCH).await?;
    let Changed {
        before,
        after: stored,
    } = save(app, id, |channel| apply(channel, patch)).await?;
    tell_changes(app, caller, &before, &stored).await?;
    if before.group_constrained != Some(true) && stored.group_constrained == Some(true) {
        channel_members::remove_outside_groups(app, &stored).await?;
    }
    with_mentions(app, stored).await
}

fn apply(channel: &mut Channel, patch: ChannelPatch) {
    let set = |to: &mut String, from: Option<String>| {
        if let Some(value) = from {
            *to = value;
        }
    };
    set(&mut channel.name, patch.name);
    set(
        &mut channel.display_name,
        patch.display_name.map(|name| name.trim().to_owned()),
    );
    set(&mut channel.header, patch.header);
    set(&mut channel.purpose, patch.purpose);
    channel.group_constrained = patch.group_constrained.or(channel.group_constrained);
}

async fn require_patch(
    app: &App,
    caller: &Caller,
    old: &Channel,
    patch: &ChannelPatch,
) -> Result<()> {
    let direct = is_direct_or_group(old);
    let names = patch.name.is_some() || patch.display_name.is_some() || patch.purpose.is_some();
    if patch.banner_info.is_some() {
        return Err(if direct {
            errors::BANNER_KIND.err()
        } else {
            errors::LICENCE.err()
        });
    }
    if patch.autotranslation.is_some() {
        return Err(errors::NO_TRANSLATION.err());
    }
    if !names && patch.header.is_none() && patch.group_constrained.is_none() {
        return Err(errors::NO_CHANGES.err());
    }
    require_change(app, caller, old).await?;
    if direct && names {
        return Err(errors::HEADER_ONLY_PATCH.err());
    }
    if old.name == DEFAULT && patch.name.as_deref().is_some_and(|name| name != DEFAULT) {
        return Err(errors::DEFAULT_NAME.with("Channel", DEFAULT));
    }
    Ok(())
}

async fn tell_changes(app: &App, caller: &Caller, old: &Channel, new: &Channel) -> Result<()> {
    let mut notices = Vec::new();
    if old.display_name != new.display_name {
        notices.push(Notice::DisplayName {
            old: &old.display_name,
            new: &new.display_name,
        });
    }
    if old.header != new.header {
        notices.push(Notice::Header {
            old: &old.header,
            new: &new.header,
        });
    }
    if old.purpose != new.purpose {
        notices.push(Notice::Purpose {
            old: &old.purpose,
            new: &new.purpose,
        });
    }
    if !notices.is_empty() {
        let author = team_members::person(app, caller.user_id()).await?;
        for notice in notices {
            notices::write(app, &author, new, notice).await;
        }
    }
    Ok(())
}

/// Makes a channel public (`O`) or private (`P`).
pub async fn set_privacy(app: &App, caller: &Caller, id: &str, privacy: &str) -> Result<Channel> {
    let kind = match privacy {
        "O" => ChannelType::Open,
        "P" => ChannelType::Private,
        _ => return Err(invalid_body("privacy")),
    };
    let channel = get(app, id).await?;
    let permission = match kind {
        ChannelType::Open => permissions::CONVERT_PRIVATE_CHANNEL_TO_PUBLIC,
        _ => permissions::CONVERT_PUBLIC_CHANNEL_TO_PRIVATE,
    };
    access::require_channel(app, caller, id, permission).await?;
    if channel.name == DEFAULT && kind == ChannelType::Private {
        return Err(errors::DEFAULT_PRIVACY.err());
    }
    let stored = save(app, id, |channel| channel.type_ = kind).await?.after;
    app.hub.publish(
        Event::new("channel_converted")
            .team(&stored.team_id)
            .with("channel_id", stored.id.as_str()),
    );
    let author = team_members::person(app, caller.user_id()).await?;
    let private = stored.type_ == ChannelType::Private;
    notices::write(app, &author, &stored, Notice::Privacy { private }).await;
    with_mentions(app, stored).await
}
