//! What a new reply means for a thread: who follows it from now on, and what each follower is told.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use model::{Channel, Post, ThreadMembership, ThreadResponse, User};
use realtime::Event;
use rustchat_core::error::Result;
use store::channel_people::{People, Person};

use crate::app::App;
use crate::posts::mentions::{self, Mentioned};
use crate::users::sanitize::{Privacy, Viewer, sanitize};

/// Who will follow the thread of a reply.
#[derive(Debug, Default)]
pub struct Plan {
    pub follow: Vec<String>,
    pub follow_by_default: Vec<String>,
    author_collapses: bool,
    author_id: String,
    mentioned: HashSet<String>,
    /// The members whose settings were known when somebody last wrote.
    settled: Arc<HashSet<String>>,
}

impl Plan {
    pub async fn new(
        app: &App,
        post: &Post,
        root: Option<&Post>,
        channel: &Channel,
        mentioned: &Mentioned,
        people: &People,
    ) -> Result<Self> {
        let mut plan = Self {
            author_id: post.user_id.clone(),
            mentioned: mentioned.users.iter().cloned().collect(),
            settled: app.posts.settled(&post.channel_id, || {
                people.all.iter().map(|person| person.id.clone()).collect()
            }),
            ..Self::default()
        };
        let Some(root) = root else { return Ok(plan) };
        plan.author_collapses = collapses(app, &post.user_id).await?;
        if !app.config.get().service.thread_auto_follow {
            return Ok(plan);
        }
        plan.follow = mentioned.users.clone();
        if !crate::posts::is_system(post) {
            plan.follow.push(post.user_id.clone());
        }
        if people.with_id(&root.user_id).is_some() && !crate::posts::is_system(root) {
            plan.follow_by_default.push(root.user_id.clone());
        }
        if root.reply_count == 0 {
            let named = mentions::named(root, channel, people);
            plan.follow_by_default.extend(named);
        }
        plan.follow_by_default
            .extend(people.following_all().map(|person| person.id.clone()));
        Ok(plan)
    }

    /// A reply is read in its thread and not in the channel by somebody who has threads collapsed.
    pub fn collapsed_author_reads_channel(&self, post: &Post) -> bool {
        post.root_id.is_empty() || !self.author_collapses
    }
}

/// Whether a person's clients show threads apart from channels.
pub async fn collapses(app: &App, user_id: &str) -> Result<bool> {
    match app.config.get().service.collapsed_threads.as_str() {
        "always_on" => Ok(true),
        "disabled" => Ok(false),
        default => {
            let own = store::preferences::get(
                app.store.db(),
                user_id,
                "display_settings",
                "collapsed_reply_threads",
            )
            .await?;
            Ok(own.map_or(default == "default_on", |preference| {
                preference.value == "on"
            }))
        }
    }
}

/// Those of these people whose clients show threads apart from channels.
pub async fn collapsing(app: &App, user_ids: &[String]) -> Result<HashSet<String>> {
    let by_default = match app.config.get().service.collapsed_threads.as_str() {
        "always_on" => return Ok(user_ids.iter().cloned().collect()),
        "disabled" => return Ok(HashSet::new()),
        default => default == "default_on",
    };
    let db = app.store.db();
    let (category, name) = ("display_settings", "collapsed_reply_threads");
    let chosen = store::preferences::of_users(db, user_ids, category, name).await?;
    let chosen: HashMap<String, bool> = chosen
        .into_iter()
        .map(|preference| (preference.user_id, preference.value == "on"))
        .collect();
    let collapses = |id: &&String| chosen.get(*id).copied().unwrap_or(by_default);
    Ok(user_ids.iter().filter(collapses).cloned().collect())
}

/// Who has to do with a new reply besides those it mentions.
#[derive(Debug, Default)]
pub struct Told {
    /// Whose desktop shows it.
    pub notified: Vec<String>,
    /// Who follows the thread, with clients that show threads apart; without the author.
    pub following: Vec<String>,
}

/// After a reply was stored: tells the followers. Answers who is to be notified of it as a follower.
pub async fn replied(
    app: &App,
    reply: &Post,
    root: Option<Post>,
    before: Vec<ThreadMembership>,
    plan: &Plan,
    channel: &Channel,
    people: &People,
) -> Result<Told> {
    let Some(mut root) = root else {
        return Ok(Told::default());
    };
    root.update_at = reply.create_at;
    let before: HashMap<String, ThreadMembership> =
        before.into_iter().map(|m| (m.user_id.clone(), m)).collect();
    let now = store::threads::followers(&app.store, &root.id).await?;
    // what was unread to the author is counted from the look before this reply
    let look = |membership: &ThreadMembership| match before.get(&membership.user_id) {
        _ if membership.user_id != plan.author_id => membership.last_view_at,
        before => before.map_or(0, |before| before.last_view_at),
    };
    let thread = Thread::load(app, root, now.iter().map(look).min()).await?;
    let ids: Vec<String> = now
        .iter()
        .map(|membership| membership.user_id.clone())
        .collect();
    let apart = collapsing(app, &ids).await?;
    let mut told = Told::default();
    for membership in &now {
        let id = &membership.user_id;
        if !apart.contains(id) {
            continue;
        }
        let own = *id == plan.author_id;
        let seen = look(membership);
        let unread = thread.unread_since(seen);
        let (previous_mentions, previous_replies) = match before.get(id) {
            Some(before) => (before.unread_mentions, (unread - 1).max(0)),
            None if own => (0, (unread - 1).max(0)),
            None => (0, 0),
        };
        let (shown_unread, shown_mentions) = match own {
            true => (0, 0),
            false => (unread, membership.unread_mentions),
        };
        let response = thread.response(seen, shown_unread, shown_mentions);
        app.hub.publish(
            Event::new("thread_updated")
                .user(id)
                .team(&channel.team_id)
                .with_json("thread", &response)
                .with("previous_unread_mentions", previous_mentions)
                .with("previous_unread_replies", previous_replies),
        );
        if own {
            continue;
        }
        told.following.push(id.clone());
        if people
            .with_id(id)
            .is_some_and(|person| notifies(person, plan))
        {
            told.notified.push(id.clone());
        }
    }
    Ok(told)
}

/// Whether a follower's desktop shows the reply: always when mentioned, else by their settings. Of somebody who came to the
/// channel a moment ago the settings are not known yet, unless they chose their own.
fn notifies(person: &Person, plan: &Plan) -> bool {
    person.desktop
        && (plan.mentioned.contains(&person.id)
            || (person.desktop_threads
                && (person.own_settings || plan.settled.contains(&person.id))))
}

/// A thread as its followers are told of it.
pub(super) struct Thread {
    pub root: Post,
    row: model::Thread,
    users: Vec<User>,
    replies: Vec<i64>,
    urgent: bool,
}

impl Thread {
    pub(super) async fn load(app: &App, root: Post, oldest_look: Option<i64>) -> Result<Self> {
        let row = store::threads::get(&app.store, &root.id)
            .await?
            .unwrap_or_default();
        let oldest = oldest_look.unwrap_or(i64::MAX);
        let replies = store::threads::replies_after(&app.store, &root.id, oldest).await?;
        let ids = row.participants.clone().unwrap_or_default();
        let mut by_id = participants(app, &ids).await?;
        let users = ids.iter().filter_map(|id| by_id.remove(id)).collect();
        let priorities =
            store::posts::priorities_of(&app.store, std::slice::from_ref(&root.id)).await?;
        let urgent = priorities
            .get(&root.id)
            .is_some_and(|p| p.priority.as_deref() == Some("urgent"));
        let root = Post {
            reply_count: 0,
            metadata: None,
            ..root
        };
        Ok(Self {
            root,
            row,
            users,
            replies,
            urgent,
        })
    }

    /// How many replies were made after a moment, of those since the oldest follower's last look.
    pub(super) fn unread_since(&self, moment: i64) -> i64 {
        (self.replies.len() - self.replies.partition_point(|at| *at <= moment)) as i64
    }

    pub(super) fn response(
        &self,
        last_viewed_at: i64,
        unread: i64,
        mentions: i64,
    ) -> ThreadResponse {
        ThreadResponse {
            id: self.root.id.clone(),
            reply_count: self.row.reply_count,
            last_reply_at: self.row.last_reply_at,
            last_viewed_at,
            participants: Some(self.users.clone()),
            post: Some(self.root.clone()),
            unread_replies: unread,
            unread_mentions: mentions,
            is_urgent: self.urgent,
            delete_at: self.row.delete_at,
        }
    }
}

/// People as everybody may see them, by id.
pub async fn participants(app: &App, ids: &[String]) -> Result<BTreeMap<String, User>> {
    let shown = &app.config.get().privacy;
    let privacy = Privacy {
        show_email: shown.show_email_address,
        show_full_name: shown.show_full_name,
    };
    let found = crate::users::cached_many(app, ids).await?;
    Ok(found
        .into_iter()
        .map(|(id, user)| (id, sanitize(User::clone(&user), Viewer::Other, privacy)))
        .collect())
}
