//! What lists of posts bring along of the threads they touch: roots and replies, or counts, participants and whether the reader
//! follows.

use std::collections::{BTreeMap, BTreeSet};

use model::{Post, User};
use rustchat_core::error::Result;

use crate::app::App;
use crate::caller::Caller;
use crate::threads;

/// The roots of the page's replies and, unless they are skipped, all the replies of those threads.
pub(super) async fn add_threads(app: &App, posts: &mut Vec<Post>, skip: bool) -> Result<()> {
    let known: BTreeSet<String> = posts.iter().map(|post| post.id.clone()).collect();
    let mut roots: BTreeSet<String> = posts
        .iter()
        .map(|post| post.root_id.clone())
        .filter(|id| !id.is_empty())
        .collect();
    if skip {
        let of_page: Vec<String> = posts
            .iter()
            .map(|post| {
                if post.root_id.is_empty() {
                    post.id.clone()
                } else {
                    post.root_id.clone()
                }
            })
            .collect();
        let counts = store::posts::reply_counts(&app.store, &of_page).await?;
        for post in posts.iter_mut() {
            let root = if post.root_id.is_empty() {
                &post.id
            } else {
                &post.root_id
            };
            post.reply_count = counts.get(root).copied().unwrap_or_default();
        }
        roots.retain(|id| !known.contains(id));
    }
    let roots: Vec<String> = roots.into_iter().collect();
    let more = store::posts::threads_of(&app.store, &roots, !skip).await?;
    posts.extend(more.into_iter().filter(|post| !known.contains(&post.id)));
    Ok(())
}

/// For collapsed threads: counts, participants and whether the reader follows, on the roots.
pub(super) async fn add_thread_extras(
    app: &App,
    caller: &Caller,
    posts: &mut [Post],
    extended: bool,
) -> Result<()> {
    let ids: Vec<String> = posts.iter().map(|post| post.id.clone()).collect();
    let extras = store::posts::thread_extras(&app.store, &ids, caller.user_id()).await?;
    let people: BTreeSet<String> = extras
        .values()
        .flat_map(|thread| thread.participants.iter().cloned())
        .collect();
    let users = if extended {
        threads::participants(app, &people.into_iter().collect::<Vec<_>>()).await?
    } else {
        BTreeMap::new()
    };
    for post in posts {
        let Some(thread) = extras.get(&post.id) else {
            continue;
        };
        post.reply_count = thread.reply_count;
        post.last_reply_at = thread.last_reply_at;
        post.is_following = thread.following;
        let shown: Vec<User> = thread
            .participants
            .iter()
            .filter_map(|id| {
                if extended {
                    users.get(id).cloned()
                } else {
                    Some(User {
                        id: id.clone(),
                        ..User::default()
                    })
                }
            })
            .collect();
        post.participants = (!shown.is_empty()).then_some(shown);
    }
    Ok(())
}
