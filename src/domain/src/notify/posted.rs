//! A message was written: who of its channel is told of it on their phone or by mail.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use model::{Channel, Post, Status, User};
use rustchat_core::clock;
use rustchat_core::error::Result;
use store::channel_people::{People, Person};

use super::mails;
use super::rules::{self, Concern};
use crate::app::App;
use crate::posts::{has_mark, is_system, prop, props::FORCED};
use crate::push::{self, Written};
use crate::{statuses, threads};

/// A message with what was found out about it when it was written.
pub(crate) struct Posted {
    pub post: Post,
    pub channel: Arc<Channel>,
    pub author: Arc<User>,
    pub people: Arc<People>,
    pub mentioned: Vec<String>,
    /// Those who follow the thread and whose clients show threads apart.
    pub following: Vec<String>,
}

/// Whether anybody could be notified at all, so that nothing is kept where nobody is.
pub(crate) fn is_worth_a_look(app: &App, post: &Post) -> bool {
    let config = app.config.get();
    !is_system(post) && (push::is_on(&config) || mails::are_on(&config))
}

pub(super) async fn notify(app: &App, posted: &Posted) -> Result<()> {
    let concerned = concerned(app, posted).await?;
    if concerned.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = concerned
        .iter()
        .map(|(person, _)| person.id.clone())
        .collect();
    let statuses: HashMap<String, Status> = statuses::of_any(app, &ids)
        .await?
        .into_iter()
        .map(|status| (status.user_id.clone(), status))
        .collect();
    let config = app.config.get();
    if mails::are_on(&config) {
        let by_mail: Vec<&str> = concerned
            .iter()
            .filter(|(person, concern)| {
                rules::wants_mail(person, *concern)
                    && (concern.forced || rules::status_lets_mail(word(&statuses, &person.id)))
            })
            .map(|(person, _)| person.id.as_str())
            .collect();
        mails::notify(app, posted, &by_mail).await?;
    }
    if push::is_on(&config) {
        by_push(app, posted, &concerned, &statuses).await?;
    }
    Ok(())
}

fn word<'a>(statuses: &'a HashMap<String, Status>, id: &str) -> &'a str {
    statuses
        .get(id)
        .map_or(statuses::OFFLINE, |s| s.status.as_str())
}

/// When the person was last known to do something. The stored moment may be a minute behind that of the connections.
fn last_active(app: &App, statuses: &HashMap<String, Status>, id: &str) -> i64 {
    let stored = statuses.get(id).map_or(0, |s| s.last_activity_at);
    stored.max(app.hub.last_active(id))
}

/// The people whose settings want any notification of it.
async fn concerned<'a>(app: &App, posted: &'a Posted) -> Result<Vec<(&'a Person, Concern)>> {
    let Posted { post, people, .. } = posted;
    let mentioned: HashSet<&str> = posted.mentioned.iter().map(String::as_str).collect();
    let following: HashSet<&str> = posted.following.iter().map(String::as_str).collect();
    let own = (!has_mark(post, "from_webhook")).then_some(post.user_id.as_str());
    let mut seen = HashSet::new();
    let candidates: Vec<&Person> = mentioned
        .iter()
        .chain(&following)
        .filter_map(|id| people.with_id(id))
        .chain(people.pushed_all())
        .filter(|person| person.active && !person.is_bot && own != Some(person.id.as_str()))
        .filter(|person| seen.insert(person.id.as_str()))
        .collect();
    let apart = if post.root_id.is_empty() || candidates.is_empty() {
        HashSet::new()
    } else {
        let ids: Vec<String> = candidates.iter().map(|person| person.id.clone()).collect();
        threads::collapsing(app, &ids).await?
    };
    let forced = prop(post, FORCED).is_some();
    let all = candidates.into_iter().map(|person| {
        let concern = Concern {
            mentioned: mentioned.contains(person.id.as_str()),
            follows: following.contains(person.id.as_str()),
            apart: apart.contains(&person.id),
            forced,
        };
        (person, concern)
    });
    Ok(all
        .filter(|(person, concern)| {
            rules::wants_push(person, *concern) || rules::wants_mail(person, *concern)
        })
        .collect())
}

async fn by_push(
    app: &App,
    posted: &Posted,
    concerned: &[(&Person, Concern)],
    statuses: &HashMap<String, Status>,
) -> Result<()> {
    let channel_id = &posted.channel.id;
    let now = clock::now_ms();
    let told: HashMap<&str, bool> = concerned
        .iter()
        .filter(|(person, concern)| {
            rules::wants_push(person, *concern)
                && (concern.forced
                    || rules::status_lets_push(
                        word(statuses, &person.id),
                        person.push_reach,
                        app.hub.looks_at_channel(&person.id, channel_id)
                            && rules::is_at_it(last_active(app, statuses, &person.id), now),
                    ))
        })
        .map(|(person, concern)| (person.id.as_str(), concern.mentioned))
        .collect();
    if told.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = told.keys().map(|id| (*id).to_owned()).collect();
    let devices = store::notifications::devices_of(&app.store, &ids, now).await?;
    let mut owners: Vec<String> = devices
        .iter()
        .map(|device| device.user_id.clone())
        .collect();
    owners.sort_unstable();
    owners.dedup();
    if owners.is_empty() {
        return Ok(());
    }
    let recipients = push::recipients(app, &owners).await?;
    let written = Written {
        post: &posted.post,
        channel: &posted.channel,
        author: &posted.author,
    };
    for device in devices {
        let Some(recipient) = recipients.get(&device.user_id) else {
            continue;
        };
        let recipient = push::Recipient {
            mentioned: told
                .get(device.user_id.as_str())
                .copied()
                .unwrap_or_default(),
            ..*recipient
        };
        let notification = push::of_post(app, &written, &recipient);
        app.notifier.deliver(device, notification);
    }
    Ok(())
}
