//! Whom a message mentions among the people of its channel, and which names it has that are somebody outside.

use std::collections::HashSet;

use model::{Channel, ChannelType, Post};
use rustchat_core::error::Result;
use rustchat_core::text::Mentions;
use store::channel_people::{People, Person};

use super::{has_mark, is_system, prop};
use crate::app::App;

/// What a message says about people.
#[derive(Clone, Debug, Default)]
pub struct Mentioned {
    /// Members whose counters grow, without the author.
    pub users: Vec<String>,
    /// Usernames after `@` that no member has, the likeliest reading of each first.
    pub strangers: Vec<Vec<String>>,
}

/// Evaluates a new message.
pub async fn of_post(
    app: &App,
    post: &Post,
    channel: &Channel,
    people: &People,
) -> Result<Mentioned> {
    if is_direct(channel) {
        let by_hook = has_mark(post, "from_webhook");
        let others = people
            .all
            .iter()
            .filter(|person| person.active && (by_hook || person.id != post.user_id));
        return Ok(Mentioned {
            users: others.map(|person| person.id.clone()).collect(),
            strangers: Vec::new(),
        });
    }
    if is_system(post) {
        return Ok(Mentioned {
            users: added_person(post),
            strangers: Vec::new(),
        });
    }
    let text = searched_text(post);
    let found = Mentions::of(&text);
    let mut told: HashSet<&str> = HashSet::new();
    let mut strangers = Vec::new();
    for candidates in &found.names {
        match candidates.iter().find_map(|name| people.named(name)) {
            Some(person) => {
                told.insert(&person.id);
            }
            None => strangers.push(candidates.clone()),
        }
    }
    told.extend(
        people
            .with_words()
            .filter(|person| hears(person, &found))
            .map(|person| person.id.as_str()),
    );
    let online = everybody(app, &found, people).await?;
    told.extend(online.iter().map(String::as_str));
    told.remove(post.user_id.as_str());
    let users = told
        .into_iter()
        .filter(|id| people.with_id(id).is_some_and(|person| person.active))
        .map(str::to_owned)
        .collect();
    Ok(Mentioned { users, strangers })
}

/// True if a message that is stored already mentions this member: for counting again.
pub async fn mentions_person(
    app: &App,
    post: &Post,
    channel: &Channel,
    person: &Person,
) -> Result<bool> {
    if is_direct(channel) {
        return Ok(post.user_id != person.id);
    }
    if is_system(post) {
        return Ok(added_person(post).contains(&person.id));
    }
    let found = Mentions::of(&searched_text(post));
    if found
        .names
        .iter()
        .flatten()
        .any(|name| *name == person.username)
        || hears(person, &found)
    {
        return Ok(true);
    }
    if !person.hears_everybody || !found.everybody() {
        return Ok(false);
    }
    Ok(found.all
        || found.channel
        || !store::channel_people::online_of(&app.store, std::slice::from_ref(&person.id))
            .await?
            .is_empty())
}

/// `@channel` and `@all` mean every member who wants to hear it, `@here` those who are online. Beyond the configured size of
/// a channel they mean nobody.
async fn everybody(app: &App, found: &Mentions, people: &People) -> Result<Vec<String>> {
    let most = app.config.get().team.max_notifications_per_channel;
    if !found.everybody() || people.all.len() as i64 > most {
        return Ok(Vec::new());
    }
    let hearing: Vec<String> = people
        .all
        .iter()
        .filter(|person| person.hears_everybody)
        .map(|person| person.id.clone())
        .collect();
    if found.all || found.channel {
        return Ok(hearing);
    }
    Ok(store::channel_people::online_of(&app.store, &hearing).await?)
}

fn hears(person: &Person, found: &Mentions) -> bool {
    found.has_exactly(&person.first_name)
        || person
            .keywords
            .iter()
            .any(|keyword| found.has_keyword(keyword))
}

pub(crate) fn is_direct(channel: &Channel) -> bool {
    matches!(channel.type_, ChannelType::Direct | ChannelType::Group)
}

fn added_person(post: &Post) -> Vec<String> {
    if post.type_ != "system_add_to_channel" {
        return Vec::new();
    }
    let added = prop(post, "addedUserId").and_then(serde_json::Value::as_str);
    added
        .filter(|id| *id != post.user_id)
        .map(str::to_owned)
        .into_iter()
        .collect()
}

/// The message and the readable parts of its attachments.
fn searched_text(post: &Post) -> String {
    let mut text = post.message.clone();
    for attachment in super::props::attachments(post) {
        for part in [&attachment.pretext, &attachment.text] {
            if !part.is_empty() {
                text.push('\n');
                text.push_str(part);
            }
        }
    }
    text
}
