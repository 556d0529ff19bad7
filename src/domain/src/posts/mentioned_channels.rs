//! Which of the channels a post mentions its reader may know of.

use std::collections::{BTreeSet, HashMap, HashSet};

use model::{Channel, ChannelType, Post};
use rustchat_core::error::Result;
use serde_json::Value;

use super::props::CHANNEL_MENTIONS;
use super::rows;
use crate::access;
use crate::app::App;
use crate::caller::Caller;

/// The channels mentioned in the posts that the reader may know of, as (team name, channel name).
pub(super) type Mentionable = HashSet<(String, String)>;

pub(super) async fn mentionable(app: &App, caller: &Caller, posts: &[Post]) -> Result<Mentionable> {
    let mut out = Mentionable::new();
    let mut teams: HashMap<String, BTreeSet<String>> = HashMap::new();
    for post in posts {
        let Some(Value::Object(mentions)) = super::prop(post, CHANNEL_MENTIONS) else {
            continue;
        };
        let Some(channel) = rows::channel(app, &post.channel_id).await? else {
            continue;
        };
        teams
            .entry(channel.team_id.clone())
            .or_default()
            .extend(mentions.keys().cloned());
    }
    for (team_id, names) in teams {
        let Some(team) = rows::team(app, &team_id).await? else {
            continue;
        };
        let names: Vec<String> = names.into_iter().take(500).collect();
        for channel in store::channels::by_names(&app.store, &team_id, &names).await? {
            if knows(app, caller, &channel).await? {
                out.insert((team.name.clone(), channel.name));
            }
        }
    }
    Ok(out)
}

async fn knows(app: &App, caller: &Caller, channel: &Channel) -> Result<bool> {
    if channel.type_ == ChannelType::Open {
        return access::can_see_channel(app, caller, channel).await;
    }
    Ok(
        store::memberships::channels_of(&app.store, caller.user_id())
            .await?
            .contains_key(&channel.id),
    )
}

/// Readers get the names alone, of channels they may know of.
pub(super) fn limit(post: &mut Post, visible: &Mentionable) {
    let Some(props) = &mut post.props else { return };
    let Some(Value::Object(mentions)) = props.get_mut(CHANNEL_MENTIONS) else {
        return;
    };
    let known = |name: &String, about: &Value| {
        let team = about
            .get("team_name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        visible.contains(&(team.to_owned(), name.clone()))
    };
    mentions.retain(|name, about| known(name, about));
    for about in mentions.values_mut() {
        if let Value::Object(about) = about {
            about.remove("id");
        }
    }
    if mentions.is_empty() {
        props.remove(CHANNEL_MENTIONS);
    }
}
