//! What posts show of other servers: the preview of their first link, and the sizes of pictures. What is behind an address is
//! known to `previews`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use config::Config;
use model::{Post, PostEmbed, PostEmbedType};
use rustchat_core::error::Result;
use serde_json::Value;

use crate::app::App;
use crate::image_proxy;
use crate::previews::{self, Key, Known, Shown};

/// What is needed for a list of posts, loaded with one query for pages and one for their pictures.
pub(super) struct Elsewhere {
    shown: HashMap<String, Shown>,
    known: HashMap<Key, Arc<Known>>,
}

impl Elsewhere {
    pub(super) async fn load(app: &App, posts: &[Post]) -> Result<Self> {
        let config = app.config.get();
        let mut all = Self {
            shown: HashMap::new(),
            known: HashMap::new(),
        };
        if !config.service.enable_link_previews {
            return Ok(all);
        }
        let mut wanted: Vec<Key> = Vec::new();
        for post in posts.iter().filter(|post| post.delete_at == 0) {
            if let Some(shown) = previews::shown(&config, post) {
                let hour = previews::hour(post);
                let addresses = shown.link.iter().chain(&shown.images);
                wanted.extend(addresses.map(|url| (url.clone(), hour)));
                all.shown.insert(post.id.clone(), shown);
            }
        }
        if wanted.is_empty() {
            return Ok(all);
        }
        all.known = previews::known(app, wanted).await?;
        let pictures: Vec<Key> = all
            .known
            .iter()
            .filter_map(|((_, hour), known)| match &**known {
                Known::Page(page) => Some(
                    previews::pictures_of(page)
                        .into_iter()
                        .map(|url| (url, *hour)),
                ),
                _ => None,
            })
            .flatten()
            .collect();
        all.known.extend(previews::known(app, pictures).await?);
        Ok(all)
    }

    fn of_link(&self, post: &Post) -> Option<(&String, Option<&Known>)> {
        let link = self.shown.get(&post.id)?.link.as_ref()?;
        let key = (link.clone(), previews::hour(post));
        Some((link, self.known.get(&key).map(|known| &**known)))
    }

    /// The preview of the first link; the address alone where there is none, but not at once.
    pub(super) fn embed(&self, post: &Post, fresh: bool) -> Option<PostEmbed> {
        let (link, known) = self.of_link(post)?;
        let (kind, data) = match known {
            Some(Known::Page(page)) => ("opengraph", page.clone()),
            Some(Known::Image(_)) => ("image", Value::Null),
            Some(Known::Unreachable { post_id }) if fresh && *post_id == post.id => return None,
            None if fresh => return None,
            _ => ("link", Value::Null),
        };
        Some(PostEmbed {
            type_: PostEmbedType::from(kind),
            url: link.clone(),
            data,
        })
    }

    /// The sizes of the pictures in a message, its attachments and its preview, by the addresses that the reader gets.
    pub(super) fn pictures(&self, config: &Config, post: &mut Post) {
        let Some(shown) = self.shown.get(&post.id) else {
            return;
        };
        let hour = previews::hour(post);
        let mut images = BTreeMap::new();
        let mut note = |url: &String, key: String| {
            if let Some(Known::Image(image)) =
                self.known.get(&(url.clone(), hour)).map(|known| &**known)
            {
                images.insert(key, image.clone());
            }
        };
        let in_message: Vec<String> = shown.images.clone();
        for url in in_message
            .iter()
            .filter(|url| post.message.contains(url.as_str()))
        {
            note(
                url,
                image_proxy::proxied(config, url).unwrap_or_else(|| url.clone()),
            );
        }
        for url in in_message
            .iter()
            .filter(|url| !post.message.contains(url.as_str()))
        {
            note(url, url.clone());
        }
        let embed = post
            .metadata
            .as_ref()
            .and_then(|metadata| metadata.embeds.first());
        if let Some(embed) = embed {
            match embed.type_.as_str() {
                "image" => note(&embed.url, embed.url.clone()),
                "opengraph" => {
                    for url in previews::pictures_of(&embed.data) {
                        note(
                            &url,
                            image_proxy::proxied(config, &url).unwrap_or_else(|| url.clone()),
                        );
                    }
                }
                _ => {}
            }
        }
        let Some(metadata) = &mut post.metadata else {
            return;
        };
        metadata.images = images;
        for embed in &mut metadata.embeds {
            if embed.type_.as_str() == "opengraph" {
                lead_through(config, &mut embed.data);
            }
        }
    }
}

/// Leads the pictures of a page through the image proxy.
fn lead_through(config: &Config, page: &mut Value) {
    let pictures = page.get_mut("images").and_then(Value::as_array_mut);
    for picture in pictures.into_iter().flatten() {
        let of = |key: &str| {
            picture
                .get(key)
                .and_then(Value::as_str)
                .filter(|url| !url.is_empty())
        };
        let plain = of("secure_url").or_else(|| of("url"));
        if let Some(through) = plain.and_then(|url| image_proxy::proxied(config, url))
            && let Some(fields) = picture.as_object_mut()
        {
            fields.insert("url".to_owned(), through.into());
            fields.insert("secure_url".to_owned(), "".into());
        }
    }
}
