//! Who of the members of a channel may see something that is elsewhere: a linked message, the name of another channel.

use std::collections::{BTreeMap, HashSet};

use model::{Channel, ChannelType, Post};
use rustchat_core::error::Result;
use serde_json::Value;

use super::props::CHANNEL_MENTIONS;
use super::{prop, rows};
use crate::app::App;

/// Who of a channel may see something.
pub(super) enum Readers {
    Everybody,
    Some(HashSet<String>),
}

impl Readers {
    /// Who of the members of `here` may see `there`.
    pub async fn of_channel(app: &App, there: &Channel, here: &Channel) -> Result<Self> {
        if there.id == here.id
            || (there.type_ == ChannelType::Open && there.team_id == here.team_id)
        {
            return Ok(Self::Everybody);
        }
        let there_members = store::memberships::of_channel(&app.store, &there.id).await?;
        let here_members = store::memberships::of_channel(&app.store, &here.id).await?;
        let both = here_members
            .iter()
            .filter(|id| there_members.contains(*id))
            .cloned()
            .collect();
        Ok(Self::Some(both))
    }

    pub fn named(&self) -> impl Iterator<Item = &String> {
        match self {
            Self::Everybody => None,
            Self::Some(ids) => Some(ids),
        }
        .into_iter()
        .flatten()
    }

    pub fn has(&self, user: &str) -> bool {
        match self {
            Self::Everybody => true,
            Self::Some(ids) => ids.contains(user),
        }
    }

    pub fn is_everybody(&self) -> bool {
        matches!(self, Self::Everybody)
    }
}

/// Who may know of each mentioned channel that is not open to all.
pub(super) async fn mention_readers(
    app: &App,
    post: &Post,
    channel: &Channel,
) -> Result<BTreeMap<String, Readers>> {
    let mut out = BTreeMap::new();
    let Some(Value::Object(mentions)) = prop(post, CHANNEL_MENTIONS) else {
        return Ok(out);
    };
    for (name, about) in mentions {
        let id = about.get("id").and_then(Value::as_str).unwrap_or_default();
        if let Some(linked) = rows::channel(app, id).await? {
            out.insert(
                name.clone(),
                Readers::of_channel(app, &linked, channel).await?,
            );
        }
    }
    Ok(out)
}
