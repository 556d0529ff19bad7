//! The threads a person follows.

use std::collections::BTreeSet;

use model::{ThreadResponse, Threads, User};
use rustchat_core::error::Result;
use rustchat_core::permissions;
use store::threads::{Followed, Totals, Wanted};

use super::events::participants;
use super::{BOTH_WAYS, NEITHER, NO_MEMBERSHIP, NOT_FOLLOWED};
use crate::access;
use crate::app::App;
use crate::caller::Caller;
use crate::posts::readable;

/// Which threads, and how much of them.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub wanted: Wanted,
    pub extended: bool,
    pub totals_only: bool,
    pub threads_only: bool,
}

/// A page of the threads a person follows in a team, with the totals.
pub async fn list(app: &App, caller: &Caller, request: &Request) -> Result<Threads> {
    access::require_self_or(
        app,
        caller,
        &request.wanted.user_id,
        permissions::EDIT_OTHER_USERS,
    )
    .await?;
    access::require_team(app, caller, &request.wanted.team_id, permissions::VIEW_TEAM).await?;
    if !request.wanted.before.is_empty() && !request.wanted.after.is_empty() {
        return Err(BOTH_WAYS.err());
    }
    if request.totals_only && request.threads_only {
        return Err(NEITHER.err());
    }
    let totals = if request.threads_only {
        Totals::default()
    } else {
        store::threads::totals(&app.store, &request.wanted).await?
    };
    let threads = if request.totals_only {
        None
    } else {
        Some(
            responses(
                app,
                store::threads::list(&app.store, &request.wanted).await?,
                request.extended,
            )
            .await?,
        )
    };
    Ok(Threads {
        total: totals.threads,
        total_unread_threads: totals.unread_threads,
        total_unread_mentions: totals.unread_mentions,
        total_unread_urgent_mentions: totals.unread_urgent_mentions,
        threads,
    })
}

/// One thread a person follows.
pub async fn one(
    app: &App,
    caller: &Caller,
    user_id: &str,
    thread_id: &str,
    extended: bool,
) -> Result<ThreadResponse> {
    access::require_self_or(app, caller, user_id, permissions::EDIT_OTHER_USERS).await?;
    readable(app, caller, thread_id).await?;
    followed(app, user_id, thread_id, extended).await
}

/// As `one`, without asking whether it may be seen.
pub(super) async fn followed(
    app: &App,
    user_id: &str,
    thread_id: &str,
    extended: bool,
) -> Result<ThreadResponse> {
    if store::threads::membership(&app.store, thread_id, user_id)
        .await?
        .is_none()
    {
        return Err(NO_MEMBERSHIP.err());
    }
    let found = store::threads::one(&app.store, user_id, thread_id)
        .await?
        .ok_or_else(|| NOT_FOLLOWED.err())?;
    responses(app, vec![found], extended)
        .await?
        .pop()
        .ok_or_else(|| NOT_FOLLOWED.err())
}

async fn responses(app: &App, found: Vec<Followed>, extended: bool) -> Result<Vec<ThreadResponse>> {
    let ids: BTreeSet<String> = found
        .iter()
        .flat_map(|followed| followed.thread.participants.iter().flatten().cloned())
        .collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let users = if extended {
        participants(app, &ids).await?
    } else {
        Default::default()
    };
    let shown = |id: &String| {
        if extended {
            users.get(id).cloned()
        } else {
            Some(User {
                id: id.clone(),
                auth_data: Some(String::new()),
                ..User::default()
            })
        }
    };
    Ok(found
        .into_iter()
        .map(|followed| ThreadResponse {
            id: followed.thread.id,
            reply_count: followed.thread.reply_count,
            last_reply_at: followed.thread.last_reply_at,
            last_viewed_at: followed.membership.last_view_at,
            participants: Some(
                followed
                    .thread
                    .participants
                    .iter()
                    .flatten()
                    .filter_map(shown)
                    .collect(),
            ),
            post: Some(followed.post),
            unread_replies: followed.unread_replies,
            unread_mentions: followed.membership.unread_mentions,
            is_urgent: followed.urgent,
            delete_at: followed.thread.delete_at,
        })
        .collect())
}
