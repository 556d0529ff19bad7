//! A person or an integration writes a message.

use std::collections::HashSet;
use std::sync::Arc;

use model::{Channel, Post};
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::search::Document;
use rustchat_core::{clock, ids, permissions, text};
use store::posts::{Author, Insertion};

use super::mentions;
use super::state::Pending;
use super::{
    NOT_FOUND, announce, check, has_mark, is_join_or_leave, metadata, outsiders, props, read, rows,
};
use crate::app::App;
use crate::caller::Caller;
use crate::notify::{self, Happening};
use crate::{access, auto_reply, image_proxy, previews, statuses, threads};

pub const ARCHIVED: ErrorDef = ErrorDef::new(
    "api.post.create_post.can_not_post_to_deleted.error",
    400,
    "The channel is archived.",
);
pub const ROOT: ErrorDef = ErrorDef::new(
    "api.post.create_post.root_id.app_error",
    400,
    "The message to reply to is not there, or is a reply itself.",
);
pub const ROOT_ELSEWHERE: ErrorDef = ErrorDef::new(
    "api.post.create_post.channel_root_id.app_error",
    400,
    "The message to reply to is in another channel.",
);
pub const EXISTING: ErrorDef = ErrorDef::new(
    "app.post.save.existing.app_error",
    400,
    "A new message has no id yet.",
);
pub const PENDING: ErrorDef = ErrorDef::new(
    "api.post.deduplicate_create_post.pending",
    500,
    "The same message is being stored already.",
);
pub const PENDING_GONE: ErrorDef = ErrorDef::new(
    "api.post.deduplicate_create_post.failed_to_get",
    500,
    "The message was sent before and is gone.",
);

/// Longest id a client gives a message that it may send again, in bytes.
const LONGEST_PENDING: usize = 128;

/// How a message comes about.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The author is at work: counts as online.
    pub set_online: bool,
    /// The author has read the channel by writing there.
    pub views: bool,
    /// Notifies whatever people's settings are: to try notifications out.
    pub forced: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            set_online: true,
            views: true,
            forced: false,
        }
    }
}

/// The caller writes a message; the permission for the channel was checked.
pub async fn create(app: &App, caller: &Caller, mut post: Post, options: Options) -> Result<Post> {
    check::user_type(&post.type_)?;
    check::priority(&post, app.config.get().service.post_priority)?;
    if !post.id.is_empty() {
        return Err(EXISTING.err());
    }
    post.user_id = caller.user_id().to_owned();
    post.remote_id = Some(String::new());
    if !access::has_system(app, caller, permissions::MANAGE_SYSTEM).await? {
        post.create_at = 0;
    }
    let channel = rows::channel(app, &post.channel_id)
        .await?
        .ok_or_else(|| NOT_FOUND.err())?;
    if channel.delete_at > 0 {
        return Err(ARCHIVED.err());
    }
    if caller.user()?.is_bot {
        post.props
            .get_or_insert_default()
            .insert("from_bot".to_owned(), "true".into());
    }
    let mut pending = post.pending_post_id.clone();
    if pending.len() > LONGEST_PENDING {
        // remembered are only ids of the length that clients make
        pending.clear();
    }
    if let Some(first) = repeated(app, caller, &pending).await? {
        if options.views
            && let Some(at) =
                store::posts::view_by_author(&app.store, &channel.id, caller.user_id()).await?
        {
            announce::viewed(app, caller.user_id(), &channel.id, at);
        }
        return Ok(first);
    }
    let made = create_as(app, post, &channel, options).await;
    if !pending.is_empty() {
        match &made {
            Ok(post) => app.posts.stored(&pending, &post.id),
            Err(_) => app.posts.release(&pending),
        }
    }
    let mut made = made?;
    if let Err(error) = auto_reply::answer(app, &made, &channel).await {
        tracing::warn!(cause = ?error.cause(), "an automatic reply could not be written");
    }
    metadata::prepare(
        app,
        Some(caller),
        std::slice::from_mut(&mut made),
        metadata::Mode::Fresh,
    )
    .await?;
    if options.set_online {
        statuses::set_online(app, caller.user_id()).await?;
    }
    Ok(made)
}

/// The post that was made under the same pending id before, if the caller may read it.
async fn repeated(app: &App, caller: &Caller, pending: &str) -> Result<Option<Post>> {
    if pending.is_empty() {
        return Ok(None);
    }
    let id = match app.posts.claim(pending) {
        None => return Ok(None),
        Some(Pending::Storing) => return Err(PENDING.err()),
        Some(Pending::Stored(id)) => id,
    };
    let Some(post) = store::posts::get(&app.store, &id).await? else {
        return Err(PENDING_GONE.err());
    };
    if !read::may_read(app, caller, &post).await? {
        return Ok(None);
    }
    Ok(Some(post))
}

/// Stores and announces a message of `post.user_id`. Nobody's permission is checked: webhooks, commands and jobs come here
/// directly. The answer has no metadata yet.
pub async fn create_as(
    app: &App,
    mut post: Post,
    channel: &Arc<Channel>,
    options: Options,
) -> Result<Post> {
    let root = root_of(app, &post).await?;
    let author = rows::user(app, &post.user_id)
        .await?
        .ok_or_else(|| NOT_FOUND.err())?;
    fill(&mut post);
    image_proxy::straighten(&app.config.get(), &mut post.message);
    props::clean(app, &mut post, channel).await?;
    if options.forced {
        let mark = (props::FORCED.to_owned(), ids::new_id().into());
        post.props.get_or_insert_default().extend([mark]);
    }
    check::post(&post)?;
    post.hashtags = text::hashtags(&post.message);

    let people = store::channel_people::of_channel(&app.store, &channel.id).await?;
    let mentioned = mentions::of_post(app, &post, channel, &people).await?;
    let plan = threads::Plan::new(app, &post, root.as_ref(), &mentioned, &people).await?;
    let urgent = priority(&post).is_some_and(|p| p.priority.as_deref() == Some("urgent"));
    let words = Document::of(&post.message, &post.hashtags);
    let wanted_priority = priority(&post).cloned();
    let views = options.views
        && plan.collapsed_author_reads_channel(&post)
        && !has_mark(&post, "from_webhook");
    let outcome = store::posts::insert(
        &app.store,
        Insertion {
            post: &post,
            author: if views { Author::Views } else { Author::Absent },
            counts: !is_join_or_leave(&post.type_),
            mentioned: &mentioned.users,
            urgent,
            follow: &plan.follow,
            follow_by_default: &plan.follow_by_default,
            team_id: &channel.team_id,
            priority: wanted_priority.as_ref(),
            words: (!super::is_system(&post)).then_some(&words),
        },
    )
    .await?;
    let stored = Post {
        metadata: post.metadata.take(),
        pending_post_id: post.pending_post_id.clone(),
        ..outcome.post
    };
    if outcome.viewed && views {
        announce::viewed(app, &stored.user_id, &channel.id, stored.create_at);
    }
    let told = threads::replied(
        app,
        &stored,
        root,
        outcome.followers_before,
        &plan,
        channel,
        &people,
    )
    .await?;
    let writing = announce::Posted {
        post: &stored,
        channel,
        author: &author,
        set_online: options.set_online,
    };
    previews::learn(app, &stored).await;
    announce::posted(app, &writing, &mentioned.users, &told.notified, &people).await?;
    outsiders::tell(app, &stored, channel, &mentioned).await?;
    if notify::is_worth_a_look(app, &stored) {
        app.notifier
            .tell(Happening::Posted(Box::new(notify::Posted {
                post: stored.clone(),
                channel: Arc::clone(channel),
                author: Arc::clone(&author),
                people: Arc::clone(&people),
                mentioned: mentioned.users,
                following: told.following,
            })));
    }
    Ok(stored)
}

async fn root_of(app: &App, post: &Post) -> Result<Option<Post>> {
    if post.root_id.is_empty() {
        return Ok(None);
    }
    let root = store::posts::get(&app.store, &post.root_id)
        .await?
        .ok_or_else(|| ROOT.err())?;
    if root.channel_id != post.channel_id {
        return Err(ROOT_ELSEWHERE.err());
    }
    if !root.root_id.is_empty() {
        return Err(ROOT.err());
    }
    Ok(Some(root))
}

/// What the server decides itself.
fn fill(post: &mut Post) {
    if post.create_at <= 0 {
        post.create_at = clock::now_ms();
    }
    post.id = ids::new_id();
    post.update_at = post.create_at;
    post.delete_at = 0;
    post.original_id.clear();
    post.message_source.clear();
    post.reply_count = 0;
    post.last_reply_at = 0;
    post.participants = None;
    post.is_following = None;
    let mut seen = HashSet::new();
    post.file_ids
        .get_or_insert_default()
        .retain(|id| seen.insert(id.clone()));
    post.props.get_or_insert_default();
    if let Some(metadata) = &mut post.metadata {
        // Of what a client sends along, only the priority is its to decide.
        *metadata = model::PostMetadata {
            priority: metadata.priority.take(),
            ..Default::default()
        };
    }
}

fn priority(post: &Post) -> Option<&model::PostPriority> {
    let priority = post.metadata.as_ref()?.priority.as_ref()?;
    (post.root_id.is_empty() && priority.priority.is_some()).then_some(priority)
}
