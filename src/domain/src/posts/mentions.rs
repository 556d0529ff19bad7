//! Whom a message mentions among the people of its channel, and which names it has that are somebody outside.

use std::collections::HashSet;

use model::{Channel, ChannelType, Post};
use rustchat_core::error::Result;
use rustchat_core::text::Mentions;
use store::channel_people::{People, Person};

use super::unheard::{self, Unheard};
use super::{has_mark, is_system, prop, replies};
use crate::app::App;

/// What a message says about people.
#[derive(Clone, Debug, Default)]
pub struct Mentioned {
    /// Members whose counters grow, without the author.
    pub users: Vec<String>,
    /// Usernames after `@` that no member has, the likeliest reading of each first.
    pub strangers: Vec<Vec<String>>,
    /// Why everybody was called and nobody heard.
    pub unheard: Option<Unheard>,
}

/// Evaluates a new message.
pub async fn of_post(
    app: &App,
    post: &Post,
    root: Option<&Post>,
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
            ..Mentioned::default()
        });
    }
    if is_system(post) {
        return Ok(Mentioned {
            users: added_person(post),
            ..Mentioned::default()
        });
    }
    let found = Mentions::of(&searched_text(post));
    let mut strangers = Vec::new();
    let mut told = named_by(&found, people, &mut strangers);
    let unheard = unheard::why(app, &found, post, channel, people).await?;
    let hearing = match unheard {
        None => everybody(app, &found, people).await?,
        Some(_) => Vec::new(),
    };
    told.extend(hearing.iter().map(String::as_str));
    let answered = replies::answered(app, root, people).await?;
    told.extend(answered.iter().map(String::as_str));
    told.remove(post.user_id.as_str());
    let users = told
        .into_iter()
        .filter(|id| people.with_id(id).is_some_and(|person| person.active))
        .map(str::to_owned)
        .collect();
    Ok(Mentioned {
        users,
        strangers,
        unheard,
    })
}

/// The members a message names, by name or by a word they listen to; not by `@channel` and the like.
pub fn named(post: &Post, channel: &Channel, people: &People) -> Vec<String> {
    if is_direct(channel) || is_system(post) {
        return Vec::new();
    }
    let found = Mentions::of(&searched_text(post));
    let named = named_by(&found, people, &mut Vec::new());
    let active = |id: &&str| people.with_id(id).is_some_and(|person| person.active);
    let named = named.into_iter().filter(|id| *id != post.user_id);
    named.filter(active).map(str::to_owned).collect()
}

fn named_by<'a>(
    found: &Mentions,
    people: &'a People,
    strangers: &mut Vec<Vec<String>>,
) -> HashSet<&'a str> {
    let mut named: HashSet<&str> = HashSet::new();
    for candidates in &found.names {
        match candidates.iter().find_map(|name| people.named(name)) {
            Some(person) => {
                named.insert(&person.id);
            }
            None => strangers.push(candidates.clone()),
        }
    }
    let listening = people.with_words().filter(|person| hears(person, found));
    named.extend(listening.map(|person| person.id.as_str()));
    named
}

/// One member, and which of some stored messages mention them: for counting again.
pub struct Hearer<'a> {
    channel: &'a Channel,
    person: &'a Person,
    /// The threads whose replies are mentions to this person.
    answered: HashSet<String>,
}

impl<'a> Hearer<'a> {
    pub async fn of(
        app: &App,
        channel: &'a Channel,
        person: &'a Person,
        posts: &[Post],
    ) -> Result<Self> {
        let answered = replies::threads_answering(app, person, posts).await?;
        Ok(Self {
            channel,
            person,
            answered,
        })
    }

    pub async fn is_mentioned_in(&self, app: &App, post: &Post) -> Result<bool> {
        let person = self.person;
        if is_direct(self.channel) {
            return Ok(post.user_id != person.id);
        }
        if is_system(post) {
            return Ok(added_person(post).contains(&person.id));
        }
        let found = Mentions::of(&searched_text(post));
        let mut names = found.names.iter().flatten();
        if names.any(|name| *name == person.username)
            || hears(person, &found)
            || (self.answered.contains(&post.root_id) && post.user_id != person.id)
        {
            return Ok(true);
        }
        if !person.hears_everybody || !found.everybody() || unheard::is_marked(post) {
            return Ok(false);
        }
        let people = store::channel_people::of_channel(&app.store, &self.channel.id).await?;
        if unheard::crowd(app, &people).is_some() {
            return Ok(false);
        }
        let ids = std::slice::from_ref(&person.id);
        Ok(found.all
            || found.channel
            || !store::channel_people::online_of(&app.store, ids)
                .await?
                .is_empty())
    }
}

/// `@channel` and `@all` mean every member who wants to hear it, `@here` those who are online.
async fn everybody(app: &App, found: &Mentions, people: &People) -> Result<Vec<String>> {
    if !found.everybody() {
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
