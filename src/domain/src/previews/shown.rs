//! Which addresses of a message matter: the first one shown as itself, and those of pictures.

use config::Config;
use model::Post;
use rustchat_core::text::links;
use url::Url;

use crate::posts::props;

/// Pictures of one message whose sizes are told.
const MAX_PICTURES: usize = 30;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    pub link: Option<String>,
    pub images: Vec<String>,
}

/// None for a message without any.
pub(crate) fn shown(config: &Config, post: &Post) -> Option<Shown> {
    let with_attachments = props::has_attachments(post);
    if !with_attachments && !links::may_have(&post.message) {
        return None;
    }
    let found = links::find(&post.message);
    let mut images = pictures(&post.message, found.images);
    if with_attachments {
        for attachment in props::attachments(post) {
            images.extend([
                attachment.image_url,
                attachment.thumb_url,
                attachment.author_icon,
                attachment.footer_icon,
            ]);
            for text in [&attachment.pretext, &attachment.text] {
                images.extend(pictures(text, links::find(text).images));
            }
            for field in attachment.fields.into_iter().flatten() {
                if let Some(text) = field.value.as_str() {
                    images.extend(pictures(text, links::find(text).images));
                }
            }
        }
    }
    images.retain(|url| !url.is_empty() && allowed(config, url));
    images.truncate(MAX_PICTURES);
    let link = (!with_attachments)
        .then(|| found.addresses.into_iter().find(|url| allowed(config, url)))
        .flatten();
    (link.is_some() || !images.is_empty()).then_some(Shown { link, images })
}

/// The address a preview is made for.
pub(crate) fn first_link(config: &Config, message: &str) -> Option<String> {
    let found = links::find(message).addresses;
    found.into_iter().find(|url| allowed(config, url))
}

fn pictures(text: &str, ranges: Vec<std::ops::Range<usize>>) -> Vec<String> {
    let texts = ranges.into_iter().filter_map(|range| text.get(range));
    texts.map(str::to_owned).collect()
}

/// False for the domains in `ServiceSettings.RestrictLinkPreviews`, and what is beneath them.
fn allowed(config: &Config, url: &str) -> bool {
    let restricted = &config.service.restrict_link_previews;
    if restricted.is_empty() {
        return true;
    }
    let Some(host) = Url::parse(url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
    else {
        return true;
    };
    !restricted
        .split([',', ' '])
        .map(str::trim)
        .filter(|domain| !domain.is_empty())
        .any(|domain| {
            let domain = domain.to_ascii_lowercase();
            host == domain
                || host
                    .strip_suffix(&domain)
                    .is_some_and(|rest| rest.ends_with('.'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::config::ConfigHandle;
    use serde_json::json;

    fn post(message: &str, props: serde_json::Value) -> Post {
        Post {
            message: message.to_owned(),
            props: props.as_object().cloned(),
            ..Post::default()
        }
    }

    #[test]
    fn restricted_domains_are_passed_over() {
        let settings =
            json!({"ServiceSettings": {"RestrictLinkPreviews": "bad.example, worse.example"}});
        let config = ConfigHandle::memory(&settings).unwrap().get();
        let first = |text: &str| first_link(&config, text);
        assert_eq!(
            first("http://x.bad.example/ http://notbad.example").as_deref(),
            Some("http://notbad.example")
        );
        assert_eq!(first("https://WORSE.example"), None);
    }

    #[test]
    fn pictures_of_attachments_count_and_their_links_do_not() {
        let config = ConfigHandle::memory(&json!({})).unwrap().get();
        let attachments = json!({"attachments": [{
            "text": "![p](http://a/p.png) http://a/page", "image_url": "http://a/i.png",
            "fields": [{"title": "t", "value": "![f](http://a/f.png)", "short": false}],
        }]});
        let found = shown(&config, &post("http://b ![m](http://b/m.png)", attachments)).unwrap();
        assert_eq!(found.link, None);
        assert_eq!(
            found.images,
            [
                "http://b/m.png",
                "http://a/i.png",
                "http://a/p.png",
                "http://a/f.png"
            ]
        );
        assert_eq!(shown(&config, &post("plain", json!({}))), None);
    }
}
