//! What is behind the addresses in messages: asked once an hour for each, when a message with it is written, and kept in the
//! database and in memory. Reading messages asks nobody. Which address of a message counts is in `shown`.

mod fetch;
mod opengraph;
mod shown;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use model::{Post, PostImage};
use moka::future::Cache;
use outgoing::Request;
use rustchat_core::error::Result;
use rustchat_core::{clock, text};
use serde_json::Value;
use store::link_metadata::LinkMetadata;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::App;

pub(crate) use opengraph::pictures_of;
pub(crate) use shown::{Shown, first_link, shown};

const REMEMBERED: u64 = 10_000;
const REMEMBERED_FOR: Duration = Duration::from_secs(3600);
/// How long reading does not ask the database again for what it did not have.
const MISSING_FOR: Duration = Duration::from_secs(30);
const REDIRECT_WITHIN: Duration = Duration::from_secs(5);
/// Servers that are asked at the same time.
const AT_ONCE: usize = 32;

/// An address and the hour it was written in.
pub(crate) type Key = (String, i64);

/// What was found behind an address.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Known {
    /// Something that has no preview.
    Nothing,
    /// Nobody answered, or not as hoped, when this message was written.
    Unreachable {
        post_id: String,
    },
    Image(PostImage),
    /// Open Graph data.
    Page(Value),
}

/// What the server remembers of addresses, in memory and bounded.
#[derive(Debug)]
pub struct Memory {
    known: Cache<Key, Arc<Known>>,
    missing: Cache<Key, ()>,
    redirects: Cache<String, String>,
    turns: Semaphore,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            known: Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_live(REMEMBERED_FOR)
                .build(),
            missing: Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_live(MISSING_FOR)
                .build(),
            redirects: Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_live(REMEMBERED_FOR)
                .build(),
            turns: Semaphore::new(AT_ONCE),
        }
    }
}

/// The hour a message belongs to.
pub(crate) fn hour(post: &Post) -> i64 {
    let hour = 60 * 60 * clock::SECOND;
    post.create_at - post.create_at.rem_euclid(hour)
}

/// Finds out what a new or changed message needs, within the time the settings give.
pub(crate) async fn learn(app: &App, post: &Post) {
    let config = app.config.get();
    if !config.service.enable_link_previews {
        return;
    }
    let Some(Shown { link, images }) = shown(&config, post) else {
        return;
    };
    let within = config.experimental.link_metadata_timeout_milliseconds;
    let deadline =
        Instant::now() + Duration::from_millis(u64::try_from(within).unwrap_or_default());
    let hour = hour(post);
    let link_then_pictures = async {
        let Some(link) = link else { return };
        learn_one(app, &post.id, (link.clone(), hour), deadline).await;
        let page = app.previews.known.get(&(link, hour)).await;
        if let Some(Known::Page(data)) = page.as_deref() {
            let pictures = pictures_of(data).into_iter().map(|url| (url, hour));
            join_all(pictures.map(|key| learn_one(app, &post.id, key, deadline))).await;
        }
    };
    let distinct: HashSet<String> = images.into_iter().collect();
    let images = distinct
        .into_iter()
        .map(|url| learn_one(app, &post.id, (url, hour), deadline));
    tokio::join!(link_then_pictures, join_all(images));
}

/// Once for all who want to know at the same time.
async fn learn_one(app: &App, post_id: &str, key: Key, deadline: Instant) {
    let finding = async {
        let stored = from_database(app, std::slice::from_ref(&key)).await;
        if let Ok(mut found) = stored
            && let Some(known) = found.remove(&key)
        {
            return Arc::new(known);
        }
        let asked = async {
            let _turn = app.previews.turns.acquire().await;
            fetch::fetch(app, &key.0, deadline).await
        };
        let found = timeout_at(deadline, asked).await.ok().flatten();
        let known = found.unwrap_or_else(|| Known::Unreachable {
            post_id: post_id.to_owned(),
        });
        keep(app, &key, &known).await;
        Arc::new(known)
    };
    app.previews.known.get_with_by_ref(&key, finding).await;
}

async fn keep(app: &App, key: &Key, known: &Known) {
    let (kind, data) = match known {
        Known::Image(image) => ("image", serde_json::to_value(image).unwrap_or_default()),
        Known::Page(data) => ("opengraph", data.clone()),
        Known::Nothing | Known::Unreachable { .. } => ("none", Value::Null),
    };
    let row = LinkMetadata {
        url: key.0.clone(),
        hour: key.1,
        kind: kind.to_owned(),
        data,
    };
    if let Err(error) = store::link_metadata::save(&app.store, &row).await {
        tracing::warn!(%error, "what is behind an address could not be stored");
    }
}

/// Where an address leads by its own word, empty when it leads nowhere else or is not to be asked.
pub async fn redirect_of(app: &App, address: &str) -> String {
    let config = app.config.get();
    let Ok(url) = Url::parse(address) else {
        return String::new();
    };
    if !config.service.enable_link_previews {
        return String::new();
    }
    let key = address.to_owned();
    if let Some(known) = app.previews.redirects.get(&key).await {
        return known;
    }
    let asking = Request::get(url).redirects(0).timeout(REDIRECT_WITHIN);
    let found = match app.outgoing.send(asking).await {
        Ok(answer) => text::truncated(answer.header("location"), 2100).to_owned(),
        Err(_unreachable) => String::new(),
    };
    app.previews.redirects.insert(key, found.clone()).await;
    found
}

/// What is known of addresses; one query for all that are not remembered.
pub(crate) async fn known(
    app: &App,
    wanted: impl IntoIterator<Item = Key>,
) -> Result<HashMap<Key, Arc<Known>>> {
    let (mut out, mut unknown) = (HashMap::new(), HashSet::new());
    for key in wanted {
        match app.previews.known.get(&key).await {
            Some(known) => {
                out.insert(key, known);
            }
            None if app.previews.missing.get(&key).await.is_none() => {
                unknown.insert(key);
            }
            None => {}
        }
    }
    if unknown.is_empty() {
        return Ok(out);
    }
    let unknown: Vec<Key> = unknown.into_iter().collect();
    let mut found = from_database(app, &unknown).await?;
    for key in unknown {
        match found.remove(&key) {
            Some(known) => {
                let known = Arc::new(known);
                app.previews
                    .known
                    .insert(key.clone(), Arc::clone(&known))
                    .await;
                out.insert(key, known);
            }
            None => app.previews.missing.insert(key, ()).await,
        }
    }
    Ok(out)
}

async fn from_database(app: &App, wanted: &[Key]) -> Result<HashMap<Key, Known>> {
    let rows = store::link_metadata::of(&app.store, wanted).await?;
    let known = rows.into_iter().filter_map(|row| {
        let known = match row.kind.as_str() {
            "image" => Known::Image(serde_json::from_value(row.data).ok()?),
            "opengraph" => Known::Page(row.data),
            _ => Known::Nothing,
        };
        Some(((row.url, row.hour), known))
    });
    Ok(known.collect())
}
