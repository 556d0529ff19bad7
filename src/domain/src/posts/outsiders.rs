//! Names in a message that belong to people who are not in the channel: its author is told, and offered to add them.

use model::{Channel, Post};
use rustchat_core::error::Result;
use serde_json::Map;

use super::ephemeral::{Ephemeral, send_ephemeral};
use super::mentions::{Mentioned, is_direct};
use super::{announce, has_mark};
use crate::app::App;

/// More names are not looked at.
const MAX_NAMES: usize = 100;

pub(super) async fn tell(
    app: &App,
    post: &Post,
    channel: &Channel,
    mentioned: &Mentioned,
) -> Result<()> {
    if mentioned.strangers.is_empty()
        || is_direct(channel)
        || has_mark(post, "from_webhook")
        || has_mark(post, "from_bot")
    {
        return Ok(());
    }
    let candidates: Vec<String> = mentioned
        .strangers
        .iter()
        .flatten()
        .take(MAX_NAMES)
        .cloned()
        .collect();
    let known = store::users::by_usernames(app.store.db(), &candidates).await?;
    let mut found = Vec::new();
    for names in &mentioned.strangers {
        let user = names
            .iter()
            .find_map(|name| known.iter().find(|user| user.username == *name));
        found.extend(
            user.filter(|user| user.delete_at == 0 && !user.is_bot && user.id != post.user_id),
        );
    }
    if found.is_empty() {
        return Ok(());
    }
    let team = store::memberships::of_team(&app.store, &channel.team_id).await?;
    let (inside, outside): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|user| team.contains(&user.id));
    let mut message = String::new();
    let mut props = Map::new();
    if !inside.is_empty() {
        let ids: Vec<String> = inside.iter().map(|user| user.id.clone()).collect();
        let names: Vec<String> = inside.iter().map(|user| user.username.clone()).collect();
        message.push_str(&format!(
            "{} not told, being outside this channel.",
            at_names(&names)
        ));
        props.insert(
            "add_channel_member".to_owned(),
            announce::adding(&post.id, &ids, &names),
        );
    }
    if !outside.is_empty() {
        let names: Vec<String> = outside.iter().map(|user| user.username.clone()).collect();
        if !message.is_empty() {
            message.push('\n');
        }
        message.push_str(&format!(
            "{} not told, being outside this team.",
            at_names(&names)
        ));
    }
    let about = Post {
        channel_id: channel.id.clone(),
        root_id: post.root_id.clone(),
        create_at: post.create_at + 1,
        message,
        props: Some(props),
        ..Post::default()
    };
    send_ephemeral(
        app,
        Ephemeral {
            to: &post.user_id,
            post: about,
        },
    );
    Ok(())
}

fn at_names(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("@{name}")).collect();
    let verb = if names.len() == 1 { "was" } else { "were" };
    format!("{} {verb}", names.join(", "))
}
