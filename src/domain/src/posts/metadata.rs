//! What clients need beside a post's own fields, for many posts at once: embeds, files, reactions, custom emoji, priority.
//! Also what a reader must not see in a post: content of deleted ones, channels and posts out of reach.

use std::collections::{BTreeSet, HashMap, HashSet};

use model::{Emoji, Post, PostEmbed, PostEmbedType, PostMetadata};
use rustchat_core::emoji;
use rustchat_core::error::Result;
use serde_json::Value;

use super::permalinks::{self, Target};
use super::props::{self, PREVIEWED_POST};
use super::{elsewhere, emoji_names, mentioned_channels};
use crate::access;
use crate::app::App;
use crate::caller::Caller;
use crate::image_proxy;

/// What the posts are prepared for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The answer to its author.
    Fresh,
    /// Reading what is stored.
    Stored,
    /// Reading by ids: a link out of reach keeps its mark.
    ByIds,
}

/// Completes posts for one reader; `None` is the server itself, which sees everything.
pub async fn prepare(
    app: &App,
    caller: Option<&Caller>,
    posts: &mut [Post],
    mode: Mode,
) -> Result<()> {
    let parts = Parts::load(app, posts, mode).await?;
    let elsewhere = elsewhere::Elsewhere::load(app, posts).await?;
    let config = app.config.get();
    let readable = match caller {
        Some(caller) => Some(readable_of(app, caller, &parts.targets).await?),
        None => None,
    };
    let mentionable = match caller {
        Some(caller) => Some(mentioned_channels::mentionable(app, caller, posts).await?),
        None => None,
    };
    for post in posts {
        if post.delete_at > 0 {
            hide_deleted(post);
            continue;
        }
        parts.complete(post, mode);
        if config.service.enable_post_icon_override {
            parts.show_icon(post);
        }
        embed(post, &parts, &elsewhere, readable.as_ref(), mode);
        elsewhere.pictures(&config, post);
        image_proxy::lead_through(&config, post);
        if let Some(visible) = &mentionable {
            mentioned_channels::limit(post, visible);
        }
        props::hide_integrations(post);
    }
    Ok(())
}

/// As `prepare`, for a post that was just stored: when what goes with it cannot be read, it is answered alone.
pub(super) async fn prepare_one(app: &App, caller: Option<&Caller>, post: &mut Post, mode: Mode) {
    if let Err(error) = prepare(app, caller, std::slice::from_mut(post), mode).await {
        tracing::error!(cause = ?error.cause(), "a message was answered without what goes with it");
        *post = bare(std::mem::take(post));
    }
}

/// A post without anything that depends on who reads it.
pub(super) fn bare(mut post: Post) -> Post {
    post.metadata = Some(PostMetadata::default());
    if let Some(props) = &mut post.props {
        props.remove(PREVIEWED_POST);
        props.remove(props::CHANNEL_MENTIONS);
    }
    props::hide_integrations(&mut post);
    post
}

/// A deleted post tells that it was, and by whom.
fn hide_deleted(post: &mut Post) {
    post.message.clear();
    post.metadata = Some(PostMetadata::default());
}

/// What belongs to a list of posts, loaded with one query a kind.
struct Parts {
    files: HashMap<String, Vec<model::FileInfo>>,
    reactions: HashMap<String, Vec<model::Reaction>>,
    priorities: HashMap<String, model::PostPriority>,
    emoji: HashMap<String, Emoji>,
    /// By post the message it links to, if it is one of this server's.
    links: HashMap<String, String>,
    targets: HashMap<String, Target>,
}

impl Parts {
    async fn load(app: &App, posts: &[Post], mode: Mode) -> Result<Self> {
        let live = || posts.iter().filter(|post| post.delete_at == 0);
        let ids = |which: &dyn Fn(&Post) -> bool| -> Vec<String> {
            live()
                .filter(|post| which(post))
                .map(|post| post.id.clone())
                .collect()
        };
        let files = ids(&|post| {
            post.file_ids
                .as_ref()
                .is_some_and(|files| !files.is_empty())
        });
        let reactions = ids(&|post| post.has_reactions);
        let roots = ids(&|post| post.root_id.is_empty() && !super::is_system(post));
        let links: HashMap<String, String> = live()
            .filter_map(|post| {
                Some((
                    post.id.clone(),
                    permalinks::linked_from(app, &post.message)?,
                ))
            })
            .collect();
        let linked: BTreeSet<&String> = links.values().collect();
        let linked: Vec<String> = linked.into_iter().cloned().collect();
        let mut parts = Self {
            files: if files.is_empty() {
                HashMap::new()
            } else {
                store::posts::files_of(&app.store, &files, false).await?
            },
            reactions: if reactions.is_empty() {
                HashMap::new()
            } else {
                store::reactions::of_posts(&app.store, &reactions).await?
            },
            priorities: if mode == Mode::Fresh || roots.is_empty() {
                HashMap::new()
            } else {
                store::posts::priorities_of(&app.store, &roots).await?
            },
            emoji: HashMap::new(),
            links,
            targets: HashMap::new(),
        };
        for target in permalinks::targets(app, &linked).await? {
            parts.targets.insert(target.post.id.clone(), target);
        }
        complete_targets(app, &mut parts.targets).await?;
        let names = parts.emoji_names(live());
        if !names.is_empty() {
            let known = store::posts::custom_emoji(&app.store, &names).await?;
            parts.emoji = known
                .into_iter()
                .map(|emoji| (emoji.name.clone(), emoji))
                .collect();
        }
        Ok(parts)
    }

    fn emoji_names<'a>(&self, posts: impl Iterator<Item = &'a Post>) -> Vec<String> {
        let mut names = BTreeSet::new();
        for post in posts {
            names.extend(emoji_names::of_post(post));
            names.extend(icon(post).map(str::to_owned));
            names.extend(
                self.reactions
                    .get(&post.id)
                    .into_iter()
                    .flatten()
                    .map(|reaction| reaction.emoji_name.clone()),
            );
        }
        names.into_iter().take(500).collect()
    }

    /// An emoji that an integration is shown by leads to its picture.
    fn show_icon(&self, post: &mut Post) {
        let Some(name) = icon(post) else { return };
        let address = match emoji::code(name) {
            Some(code) => format!("/static/emoji/{code}.png"),
            None => match self.emoji.get(name) {
                Some(custom) => format!("/api/v4/emoji/{}/image", custom.id),
                None => return,
            },
        };
        let props = post.props.get_or_insert_default();
        props.insert("override_icon_url".to_owned(), address.into());
    }

    fn complete(&self, post: &mut Post, mode: Mode) {
        let sent = post.metadata.take().and_then(|metadata| metadata.priority);
        let mut metadata = PostMetadata {
            files: self.files.get(&post.id).cloned().unwrap_or_default(),
            reactions: self.reactions.get(&post.id).cloned().unwrap_or_default(),
            priority: if mode == Mode::Fresh {
                sent
            } else {
                self.priorities.get(&post.id).cloned()
            },
            ..PostMetadata::default()
        };
        if !self.emoji.is_empty() {
            let mut names: BTreeSet<String> = emoji_names::of_post(post).into_iter().collect();
            names.extend(
                metadata
                    .reactions
                    .iter()
                    .map(|reaction| reaction.emoji_name.clone()),
            );
            metadata.emojis = names
                .iter()
                .filter_map(|name| self.emoji.get(name))
                .cloned()
                .collect();
        }
        post.metadata = Some(metadata);
    }
}

/// Previews show the linked post with its own files and reactions, but no preview in a preview.
async fn complete_targets(app: &App, targets: &mut HashMap<String, Target>) -> Result<()> {
    if targets.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = targets.keys().cloned().collect();
    let files = store::posts::files_of(&app.store, &ids, false).await?;
    let reactions = store::reactions::of_posts(&app.store, &ids).await?;
    let priorities = store::posts::priorities_of(&app.store, &ids).await?;
    for (id, target) in targets {
        target.post.metadata = Some(PostMetadata {
            files: files.get(id).cloned().unwrap_or_default(),
            reactions: reactions.get(id).cloned().unwrap_or_default(),
            priority: priorities.get(id).cloned(),
            ..PostMetadata::default()
        });
        props::hide_integrations(&mut target.post);
    }
    Ok(())
}

/// The name of the emoji that an integration is shown by.
fn icon(post: &Post) -> Option<&str> {
    let name = super::prop(post, "override_icon_emoji")?.as_str()?;
    let name = name.trim_matches(':');
    (!name.is_empty() && name.len() <= 64).then_some(name)
}

fn embed(
    post: &mut Post,
    parts: &Parts,
    elsewhere: &elsewhere::Elsewhere,
    readable: Option<&HashSet<String>>,
    mode: Mode,
) {
    let target = parts
        .links
        .get(&post.id)
        .and_then(|id| parts.targets.get(id));
    let visible = target.filter(|target| readable.is_none_or(|ids| ids.contains(&target.post.id)));
    let hide = match mode {
        Mode::Fresh => visible.is_none(),
        Mode::Stored => target.is_some() && visible.is_none(),
        Mode::ByIds => false,
    };
    if hide && let Some(props) = &mut post.props {
        props.remove(PREVIEWED_POST);
    }
    let of = |type_: &str, data: Value| PostEmbed {
        type_: PostEmbedType::from(type_),
        data,
        ..PostEmbed::default()
    };
    let embed = if props::has_attachments(post) {
        Some(of("message_attachment", Value::Null))
    } else if let Some(boards) = super::prop(post, "boards") {
        Some(of("boards", boards.clone()))
    } else if let Some(target) = visible {
        let data = serde_json::to_value(target.preview()).unwrap_or(Value::Null);
        Some(of("permalink", data))
    } else if target.is_none() && !parts.links.contains_key(&post.id) {
        elsewhere.embed(post, mode == Mode::Fresh)
    } else {
        None
    };
    if let (Some(embed), Some(metadata)) = (embed, &mut post.metadata) {
        metadata.embeds = vec![embed];
    }
}

async fn readable_of(
    app: &App,
    caller: &Caller,
    targets: &HashMap<String, Target>,
) -> Result<HashSet<String>> {
    let mut ids = HashSet::new();
    for (id, target) in targets {
        if access::can_read_channel(app, caller, &target.channel).await? {
            ids.insert(id.clone());
        }
    }
    Ok(ids)
}
