//! Reactions to messages.

use std::collections::BTreeMap;

use model::{Post, Reaction};
use realtime::Event;
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::{clock, ids, permissions};
use store::reactions::SaveError;

use crate::app::App;
use crate::caller::Caller;
use crate::posts::{self, rows};
use crate::{access, channels, emoji};

pub const INVALID: ErrorDef = ErrorDef::new(
    "api.reaction.save_reaction.invalid.app_error",
    400,
    "The reaction has a missing or wrong field.",
);
pub const NOT_OWN: ErrorDef = ErrorDef::new(
    "api.reaction.save_reaction.user_id.app_error",
    403,
    "Nobody reacts in another's name.",
);
pub const EMOJI_NAME: ErrorDef = ErrorDef::new(
    "model.reaction.is_valid.emoji_name.app_error",
    400,
    "This is no name of an emoji.",
);
pub const NO_EMOJI: ErrorDef = ErrorDef::new(
    "app.emoji.get_by_name.no_result",
    404,
    "There is no such emoji.",
);
pub const SAVE_ARCHIVED: ErrorDef = ErrorDef::new(
    "api.reaction.save.archived_channel.app_error",
    403,
    "The channel is archived.",
);
pub const DELETE_ARCHIVED: ErrorDef = ErrorDef::new(
    "api.reaction.delete.archived_channel.app_error",
    403,
    "The channel is archived.",
);
pub const SAVE_RESTRICTED: ErrorDef = ErrorDef::new(
    "api.reaction.save.restricted_dm.error",
    400,
    "The people of this conversation share no team any more.",
);
pub const DELETE_RESTRICTED: ErrorDef = ErrorDef::new(
    "api.reaction.delete.restricted_dm.error",
    400,
    "The people of this conversation share no team any more.",
);
pub const TOO_MANY: ErrorDef = ErrorDef::new(
    "app.reaction.save.save.too_many_reactions",
    400,
    "The message has {Max} different emoji already.",
);
pub const NO_IDS: ErrorDef = ErrorDef::new(
    "app.reaction.bulk_get_for_post_ids.app_error",
    500,
    "No messages were named.",
);

const LONGEST_NAME: usize = 64;
const MAX_IDS: usize = 1000;

/// The caller reacts to a message.
pub async fn save(app: &App, caller: &Caller, mut reaction: Reaction) -> Result<Reaction> {
    let name = &reaction.emoji_name;
    let named = !name.is_empty() && name.len() <= LONGEST_NAME;
    let dated = (0..=clock::LATEST).contains(&reaction.create_at);
    let ids = [&reaction.user_id, &reaction.post_id];
    if !ids.iter().all(|id| ids::is_valid_id(id)) || !named || !dated {
        return Err(INVALID.err());
    }
    if reaction.user_id != caller.user_id() {
        return Err(NOT_OWN.err());
    }
    let post = permitted(app, caller, &reaction.post_id, permissions::ADD_REACTION).await?;
    if post.delete_at > 0 {
        return Err(posts::NOT_FOUND.err());
    }
    let channel = rows::channel_of(app, &post).await?;
    if channel.delete_at > 0 {
        return Err(SAVE_ARCHIVED.err());
    }
    channels::require_shared_team(app, &channel, &SAVE_RESTRICTED).await?;
    if !emoji::exists(app, &reaction.emoji_name).await? {
        return Err(NO_EMOJI.err());
    }
    let now = clock::now_ms();
    if reaction.create_at == 0 {
        reaction.create_at = now;
    }
    reaction.update_at = now;
    reaction.delete_at = 0;
    reaction.channel_id = post.channel_id.clone();
    reaction.remote_id.get_or_insert_default();
    let most = app
        .config
        .get()
        .service
        .unique_emoji_reaction_limit_per_post;
    match store::reactions::save(&app.store, &reaction, most).await {
        Err(SaveError::TooMany) => return Err(TOO_MANY.with("Max", most)),
        Err(SaveError::Store(error)) => return Err(error.into()),
        Ok(()) => {}
    }
    tell(app, "reaction_added", &post.channel_id, &reaction);
    Ok(reaction)
}

/// Takes back a reaction; taking back what is not there changes nothing, and is told all the same.
pub async fn delete(
    app: &App,
    caller: &Caller,
    user_id: &str,
    post_id: &str,
    emoji_name: &str,
) -> Result<()> {
    let post = permitted(app, caller, post_id, permissions::REMOVE_REACTION).await?;
    if user_id != caller.user_id() {
        access::require_system(app, caller, permissions::REMOVE_OTHERS_REACTIONS).await?;
    }
    let channel = rows::channel_of(app, &post).await?;
    if channel.delete_at > 0 {
        return Err(DELETE_ARCHIVED.err());
    }
    channels::require_shared_team(app, &channel, &DELETE_RESTRICTED).await?;
    let now = clock::now_ms();
    store::reactions::delete(&app.store, user_id, post_id, emoji_name, now).await?;
    let gone = Reaction {
        user_id: user_id.to_owned(),
        post_id: post_id.to_owned(),
        emoji_name: emoji_name.to_owned(),
        update_at: now,
        delete_at: now,
        remote_id: Some(String::new()),
        ..Reaction::default()
    };
    tell(app, "reaction_removed", &post.channel_id, &gone);
    Ok(())
}

async fn permitted(
    app: &App,
    caller: &Caller,
    post_id: &str,
    permission: permissions::Permission,
) -> Result<Post> {
    let refused = || access::refused(permission);
    let post = store::posts::get_any(&app.store, post_id)
        .await?
        .ok_or_else(refused)?;
    access::require_channel(app, caller, &post.channel_id, permission).await?;
    Ok(post)
}

fn tell(app: &App, name: &'static str, channel_id: &str, reaction: &Reaction) {
    app.hub.publish(
        Event::new(name)
            .channel(channel_id)
            .with_json("reaction", reaction),
    );
}

/// The reactions to a message, oldest first; `None` without any. Those to a deleted one stay readable.
pub async fn of_post(app: &App, caller: &Caller, post_id: &str) -> Result<Option<Vec<Reaction>>> {
    let ids = [post_id.to_owned()];
    check_readable(app, caller, &ids).await?;
    Ok(store::reactions::of_posts(&app.store, &ids)
        .await?
        .remove(post_id))
}

/// The reactions to several messages, all of which the caller must be able to read.
pub async fn of_posts(
    app: &App,
    caller: &Caller,
    post_ids: &[String],
) -> Result<BTreeMap<String, Vec<Reaction>>> {
    if post_ids.is_empty() {
        return Err(NO_IDS.err());
    }
    let ids = post_ids.get(..MAX_IDS).unwrap_or(post_ids);
    check_readable(app, caller, ids).await?;
    let found = store::reactions::of_posts(&app.store, ids).await?;
    Ok(ids
        .iter()
        .map(|id| (id.clone(), found.get(id).cloned().unwrap_or_default()))
        .collect())
}

async fn check_readable(app: &App, caller: &Caller, ids: &[String]) -> Result<()> {
    let refused = || access::refused(permissions::READ_CHANNEL_CONTENT);
    let posts = store::posts::by_ids(&app.store, ids).await?;
    if ids
        .iter()
        .any(|id| !posts.iter().any(|post| post.id == *id))
    {
        return Err(refused());
    }
    let mut seen = std::collections::HashSet::new();
    for post in &posts {
        if seen.insert(post.channel_id.as_str()) {
            let channel = rows::channel(app, &post.channel_id)
                .await?
                .ok_or_else(refused)?;
            if !access::can_read_channel(app, caller, &channel).await? {
                return Err(refused());
            }
        }
    }
    Ok(())
}
