//! Channels: reading them here; `create`, `direct`, `change`, `archive`, `convert`, and the `list`s. Who is in a channel is
//! in `channel_members`.

mod archive;
mod change;
mod check;
mod convert;
mod create;
mod direct;
pub(crate) mod errors;
mod list;
mod search;

use std::collections::BTreeMap;

use model::{Channel, ChannelStats, ChannelType};
use realtime::Event;
use rustchat_core::error::Result;
use rustchat_core::permissions::{self, Permission};
use rustchat_core::text;
use serde_json::{Map, Value, json};

use crate::{App, Caller, access, teams};

pub use archive::{archive, delete, restore};
pub use change::{patch, set_privacy, update};
pub use convert::{common_teams, convert_group, move_to_team};
pub use create::create;
pub(crate) use direct::require_shared_team;
pub use direct::{create_direct, create_group, direct_between};
pub use list::{
    AllQuery, Found, all, deleted_of_team, member_counts, mine, mine_in_team, private_of_team,
    public_by_ids, public_of_team,
};
pub use search::{autocomplete, autocomplete_for_search, search_all, search_groups, search_team};

/// The one channel everyone in a team is in.
pub const DEFAULT: &str = "town-square";

/// The channel's row; 404 if there is none.
pub async fn get(app: &App, id: &str) -> Result<Channel> {
    store::channels::get(&app.store, id)
        .await?
        .ok_or_else(|| errors::NOT_FOUND.err())
}

pub(crate) fn is_direct_or_group(channel: &Channel) -> bool {
    matches!(channel.type_, ChannelType::Direct | ChannelType::Group)
}

/// The permission for a private or for any other channel.
pub(crate) fn by_kind(channel: &Channel, public: Permission, private: Permission) -> Permission {
    if channel.type_ == ChannelType::Private {
        private
    } else {
        public
    }
}

/// A channel as the caller may see it.
pub async fn read(app: &App, caller: &Caller, id: &str) -> Result<Channel> {
    let channel = get(app, id).await?;
    if !access::can_see_channel(app, caller, &channel).await? {
        return Err(access::refused(permissions::READ_CHANNEL));
    }
    with_mentions(app, channel).await
}

pub async fn read_by_name(
    app: &App,
    caller: &Caller,
    team_id: &str,
    name: &str,
    include_deleted: bool,
) -> Result<Channel> {
    let found =
        store::channels::get_by_name(&app.store, team_id, &name.to_lowercase(), include_deleted)
            .await?;
    let channel = found.ok_or_else(|| errors::NO_SUCH_NAME.err())?;
    if !access::can_see_channel(app, caller, &channel).await? {
        // Those who manage the team may know the name of an archived private channel.
        let may_know = channel.delete_at > 0
            && access::has_team(app, caller, team_id, permissions::MANAGE_TEAM).await?;
        if channel.type_ == ChannelType::Open {
            return Err(access::refused(permissions::READ_PUBLIC_CHANNEL));
        }
        if !may_know || is_direct_or_group(&channel) {
            return Err(errors::NO_SUCH_NAME.err());
        }
    }
    with_mentions(app, channel).await
}

pub async fn read_by_names(
    app: &App,
    caller: &Caller,
    team_name: &str,
    name: &str,
    include_deleted: bool,
) -> Result<Channel> {
    let team = teams::get_by_name(app, team_name).await?;
    read_by_name(app, caller, &team.id, name, include_deleted).await
}

/// Tells in the props which public channels the header and the purpose… of the header name.
pub(crate) async fn with_mentions(app: &App, channel: Channel) -> Result<Channel> {
    let mut all = vec![channel];
    add_mentions(app, &mut all).await?;
    Ok(all.remove(0))
}

/// As `with_mentions`, for many channels with one look-up per team.
pub(crate) async fn add_mentions(app: &App, channels: &mut [Channel]) -> Result<()> {
    let mut wanted: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for channel in channels
        .iter()
        .filter(|channel| !channel.team_id.is_empty() && channel.header.contains('~'))
    {
        wanted
            .entry(channel.team_id.clone())
            .or_default()
            .extend(text::channel_mentions(&channel.header));
    }
    let mut known: BTreeMap<String, Vec<Channel>> = BTreeMap::new();
    for (team_id, names) in wanted {
        known.insert(
            team_id.clone(),
            store::channels::by_names(&app.store, &team_id, &names).await?,
        );
    }
    for channel in channels {
        let names = text::channel_mentions(&channel.header);
        let mentions: Map<String, Value> = known
            .get(&channel.team_id)
            .into_iter()
            .flatten()
            .filter(|other| other.type_ == ChannelType::Open && names.contains(&other.name))
            .map(|other| {
                (
                    other.name.clone(),
                    json!({ "display_name": other.display_name }),
                )
            })
            .collect();
        if !mentions.is_empty() {
            channel
                .props
                .get_or_insert_default()
                .insert("channel_mentions".to_owned(), Value::Object(mentions));
        }
    }
    Ok(())
}

/// Members, guests, pinned posts and files of a channel; the files are not counted (-1) without `files`.
pub async fn stats(app: &App, id: &str, files: bool) -> Result<ChannelStats> {
    let (member_count, guest_count) = store::channel_members::counts(&app.store, id).await?;
    let (pinnedpost_count, files_count) =
        store::channels::post_counts(&app.store, id, files).await?;
    Ok(ChannelStats {
        channel_id: id.to_owned(),
        member_count,
        guest_count,
        pinnedpost_count,
        files_count,
    })
}

pub(crate) fn tell_updated(app: &App, channel: &Channel) {
    app.hub.publish(
        Event::new("channel_updated")
            .channel(&channel.id)
            .with_json("channel", channel),
    );
}

/// An event for those who may know of the channel: the team of a public one, the members of a private one.
pub(crate) fn to_those_who_may_know(channel: &Channel, name: &'static str) -> Event {
    let event = Event::new(name).with("channel_id", channel.id.as_str());
    match channel.type_ {
        ChannelType::Open => event.team(&channel.team_id),
        _ => event.channel(&channel.id),
    }
}
