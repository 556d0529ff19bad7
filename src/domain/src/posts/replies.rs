//! Replies as mentions: who wants to hear of answers to them, without their name in them. Only for those whose clients show
//! replies in the channel; where threads are apart, following one says it.

use std::collections::HashSet;

use model::Post;
use rustchat_core::error::Result;
use store::channel_people::{People, Person, Replies};

use super::has_mark;
use crate::app::App;
use crate::threads;

/// The members to whom a reply in the thread of this root is an answer.
pub(super) async fn answered(
    app: &App,
    root: Option<&Post>,
    people: &People,
) -> Result<Vec<String>> {
    let Some(root) = root else {
        return Ok(Vec::new());
    };
    let waiting: Vec<&Person> = people.hearing_replies().collect();
    if waiting.is_empty() || everybody_collapses(app) {
        return Ok(Vec::new());
    }
    let thread = store::threads::get(&app.store, &root.id).await?;
    let wrote: HashSet<String> = thread
        .and_then(|thread| thread.participants)
        .into_iter()
        .flatten()
        .collect();
    let concerned: Vec<String> = waiting
        .into_iter()
        .filter(|person| {
            is_by(root, person) || (person.replies == Replies::Any && wrote.contains(&person.id))
        })
        .map(|person| person.id.clone())
        .collect();
    let apart = threads::collapsing(app, &concerned).await?;
    Ok(concerned
        .into_iter()
        .filter(|id| !apart.contains(id))
        .collect())
}

/// The threads, of those these posts are replies in, whose replies are answers to a person.
pub(super) async fn threads_answering(
    app: &App,
    person: &Person,
    posts: &[Post],
) -> Result<HashSet<String>> {
    let roots: HashSet<&String> = posts.iter().map(|post| &post.root_id).collect();
    let roots: Vec<String> = roots
        .into_iter()
        .filter(|id| !id.is_empty())
        .cloned()
        .collect();
    if person.replies == Replies::None
        || roots.is_empty()
        || everybody_collapses(app)
        || threads::collapses(app, &person.id).await?
    {
        return Ok(HashSet::new());
    }
    let mut answering: HashSet<String> = store::posts::by_ids(&app.store, &roots)
        .await?
        .into_iter()
        .filter(|root| is_by(root, person))
        .map(|root| root.id)
        .collect();
    if person.replies == Replies::Any {
        let extras = store::posts::thread_extras(&app.store, &roots, &person.id).await?;
        let written = extras
            .into_iter()
            .filter(|(_, thread)| thread.participants.contains(&person.id));
        answering.extend(written.map(|(id, _)| id));
    }
    Ok(answering)
}

fn everybody_collapses(app: &App) -> bool {
    app.config.get().service.collapsed_threads == "always_on"
}

fn is_by(root: &Post, person: &Person) -> bool {
    root.user_id == person.id && !has_mark(root, "from_webhook")
}
