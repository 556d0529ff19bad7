//! A person or an integration writes a message.

use std::collections::HashSet;
use std::sync::Arc;

use model::{Channel, Post};
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::search::Document;
use rustchat_core::{clock, ids, permissions, text};
use store::posts::{Author, Insertion};

use super::aftermath::{Written, noted};
use super::state::{Claim, Pending};
use super::{
    NOT_FOUND, announce, check, has_mark, is_join_or_leave, mentions, metadata, props, read, rows,
    unheard,
};
use crate::app::App;
use crate::caller::Caller;
use crate::{access, auto_reply, channels, image_proxy, statuses, threads, webhooks};

pub const ARCHIVED: ErrorDef = ErrorDef::new(
    "api.post.create_post.can_not_post_to_deleted.error",
    400,
    "The channel is archived.",
);
pub const RESTRICTED: ErrorDef = ErrorDef::new(
    "api.post.create_post.can_not_post_in_restricted_dm.error",
    400,
    "The people of this conversation share no team any more.",
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
    check::moment(post.create_at)?;
    let channel = rows::channel(app, &post.channel_id)
        .await?
        .ok_or_else(|| NOT_FOUND.err())?;
    if channel.delete_at > 0 {
        return Err(ARCHIVED.err());
    }
    channels::require_shared_team(app, &channel, &RESTRICTED).await?;
    if caller.user()?.is_bot {
        post.props
            .get_or_insert_default()
            .insert("from_bot".to_owned(), "true".into());
    }
    let claim = match sent(app, caller, &post.pending_post_id).await? {
        Sent::First(claim) => claim,
        Sent::Before(first) => {
            if options.views
                && let Some(at) =
                    store::posts::view_by_author(&app.store, &channel.id, caller.user_id()).await?
            {
                announce::viewed(app, caller.user_id(), &channel.id, at);
            }
            return Ok(*first);
        }
    };
    let written = write(app, post, &channel, options).await?;
    // From here on the message is there: whatever else goes wrong, a client that was told of a failure would send it again.
    if let Some(claim) = claim {
        claim.stored(&written.post.id);
    }
    let mut made = written.tell(app, &channel, options).await;
    noted(
        webhooks::written(app, &made, &channel).await,
        "a call of an outgoing webhook",
    );
    noted(
        auto_reply::answer(app, &made, &channel).await,
        "an automatic reply",
    );
    metadata::prepare_one(app, Some(caller), &mut made, metadata::Mode::Fresh).await;
    if options.set_online {
        noted(
            statuses::set_online(app, caller.user_id()).await,
            "the author's status",
        );
    }
    Ok(made)
}

/// Whether a client sends a message again.
enum Sent {
    /// It does not; under its own id for the message, if it has one, nobody else writes until this is through.
    First(Option<Claim>),
    /// The post that was made under the same id before.
    Before(Box<Post>),
}

async fn sent(app: &App, caller: &Caller, pending: &str) -> Result<Sent> {
    // remembered are only ids of the length that clients make
    if pending.is_empty() || pending.len() > LONGEST_PENDING {
        return Ok(Sent::First(None));
    }
    let id = match app.posts.claim(pending) {
        Ok(claim) => return Ok(Sent::First(Some(claim))),
        Err(Pending::Storing) => return Err(PENDING.err()),
        Err(Pending::Stored(id)) => id,
    };
    let Some(post) = store::posts::get(&app.store, &id).await? else {
        return Err(PENDING_GONE.err());
    };
    if !read::may_read(app, caller, &post).await? {
        return Ok(Sent::First(Some(app.posts.claim_over(pending))));
    }
    Ok(Sent::Before(Box::new(post)))
}

/// Stores and announces a message of `post.user_id`. Nobody's permission is checked: webhooks, commands and jobs come here
/// directly. The answer has no metadata yet.
pub async fn create_as(
    app: &App,
    post: Post,
    channel: &Arc<Channel>,
    options: Options,
) -> Result<Post> {
    let written = write(app, post, channel, options).await?;
    Ok(written.tell(app, channel, options).await)
}

/// Stores a message. Afterwards it is there, and is still to be told.
async fn write(
    app: &App,
    mut post: Post,
    channel: &Arc<Channel>,
    options: Options,
) -> Result<Written> {
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
    let mentioned = mentions::of_post(app, &post, root.as_ref(), channel, &people).await?;
    if mentioned.unheard == Some(unheard::Unheard::Forbidden) {
        unheard::mark(&mut post);
    }
    let plan = threads::Plan::new(app, &post, root.as_ref(), channel, &mentioned, &people).await?;
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
    .await
    .map_err(|error| match error {
        // deleted since it was looked at
        gone if gone.is_not_found() && !post.root_id.is_empty() => ROOT.caused_by(gone),
        other => other.into(),
    })?;
    let post = Post {
        metadata: post.metadata.take(),
        pending_post_id: post.pending_post_id.clone(),
        ..outcome.post
    };
    Ok(Written {
        post,
        root,
        author,
        people,
        mentioned,
        plan,
        viewed: outcome.viewed && views,
        followers_before: outcome.followers_before,
    })
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
