//! Links to messages of this server, and the previews shown in their place to those who may read the message.

use model::{Channel, Post, PreviewPost};
use rustchat_core::error::Result;
use rustchat_core::ids;
use std::sync::Arc;

use super::rows;
use crate::app::App;
use crate::previews;

/// A message that is linked to, with where it is.
#[derive(Clone, Debug)]
pub struct Target {
    pub post: Post,
    pub channel: Arc<Channel>,
    pub team_name: String,
}

impl Target {
    pub fn preview(&self) -> PreviewPost {
        PreviewPost {
            post_id: self.post.id.clone(),
            post: Some(self.post.clone()),
            team_name: self.team_name.clone(),
            channel_display_name: self.channel.display_name.clone(),
            channel_type: self.channel.type_.clone(),
            channel_id: self.channel.id.clone(),
        }
    }
}

/// The id in `<site>/<team>/pl/<id>`, whatever the team.
pub fn linked_id<'a>(url: &'a str, site: &str) -> Option<&'a str> {
    let path = url
        .strip_prefix(site.trim_end_matches('/'))
        .filter(|_| !site.is_empty())?;
    let (team, id) = path.strip_prefix('/')?.split_once("/pl/")?;
    let id = id.split(['?', '#', '/']).next()?;
    (!team.is_empty() && !team.contains('/') && ids::is_valid_id(id)).then_some(id)
}

/// The id of the message that the first link leads to, if previews are on.
pub fn linked_from(app: &App, message: &str) -> Option<String> {
    let config = app.config.get();
    if !config.service.enable_permalink_previews || !message.contains("/pl/") {
        return None;
    }
    let url = previews::first_link(&config, message)?;
    linked_id(&url, &config.service.site_url).map(str::to_owned)
}

/// As `linked_from`, if such a message exists.
pub(super) async fn target_id(app: &App, post: &Post) -> Result<Option<String>> {
    let Some(id) = linked_from(app, &post.message) else {
        return Ok(None);
    };
    Ok(store::posts::get(&app.store, &id)
        .await?
        .map(|post| post.id))
}

/// The messages with these ids, as far as they exist, with where they are.
pub(super) async fn targets(app: &App, ids: &[String]) -> Result<Vec<Target>> {
    let mut out = Vec::new();
    if ids.is_empty() {
        return Ok(out);
    }
    for post in store::posts::by_ids(&app.store, ids).await? {
        if post.delete_at > 0 {
            continue;
        }
        // what is left of a channel that is gone is no reason to refuse the messages around the link
        let Some(channel) = rows::channel(app, &post.channel_id).await? else {
            continue;
        };
        let team_name = rows::team_name(app, &channel).await?;
        out.push(Target {
            post,
            channel,
            team_name,
        });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::linked_id;

    #[test]
    fn ids_of_links() {
        let id = "ybndrfg8ejkmcpqxot1uwisza3";
        assert_eq!(
            linked_id(&format!("http://h:1/team/pl/{id}"), "http://h:1"),
            Some(id)
        );
        assert_eq!(
            linked_id(&format!("http://h:1/team/pl/{id}?x#y"), "http://h:1/"),
            Some(id)
        );
        for url in [
            "http://h:1/team/pl/short".to_owned(),
            format!("http://other/team/pl/{id}"),
            format!("http://h:1/a/b/pl/{id}"),
        ] {
            assert_eq!(linked_id(&url, "http://h:1"), None);
        }
        assert_eq!(linked_id(&format!("/team/pl/{id}"), ""), None);
    }
}
