//! Which outgoing webhooks a message triggers: those of its public channel, and those of the team whose word it begins with.
//! What webhooks and the server itself write triggers none, so that no two webhooks answer each other for ever.

use std::sync::Arc;

use model::{Channel, ChannelType, OutgoingWebhook, Post};
use rustchat_core::error::Result;

use super::callback::Call;
use crate::App;
use crate::posts::{self, rows};

/// The first word begins with the trigger, instead of being it.
const STARTS_WITH: i64 = 1;

/// Somebody has written a message: calls the webhooks that are for it, later.
pub(crate) async fn written(app: &App, post: &Post, channel: &Arc<Channel>) -> Result<()> {
    let public = channel.type_ == ChannelType::Open && !channel.team_id.is_empty();
    if !public
        || !app.config.get().service.enable_outgoing_webhooks
        || posts::is_system(post)
        || posts::has_mark(post, "from_webhook")
    {
        return Ok(());
    }
    let hooks = store::webhooks::outgoing::of_team(&app.store, &channel.team_id).await?;
    if hooks.is_empty() {
        return Ok(());
    }
    let first = post.message.split_whitespace().next().unwrap_or_default();
    let mut found: Vec<(OutgoingWebhook, String)> = Vec::new();
    for hook in hooks.iter() {
        if let Some(word) = trigger(hook, &channel.id, first) {
            found.push((hook.clone(), word.to_owned()));
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    let team_name = rows::team_name(app, channel).await?;
    let author = rows::user(app, &post.user_id).await?;
    let user_name = author.map_or_else(String::new, |author| author.username.clone());
    for (hook, word) in found {
        for address in hook.callback_urls.iter().flatten() {
            app.callbacks.call(Call {
                hook: hook.clone(),
                address: address.trim().to_owned(),
                word: word.clone(),
                post: post.clone(),
                channel: Arc::clone(channel),
                team_name: team_name.clone(),
                user_name: user_name.clone(),
            });
        }
    }
    Ok(())
}

/// The word by which a message with this first word triggers the webhook; empty where any message of the channel does.
fn trigger<'a>(hook: &'a OutgoingWebhook, channel_id: &str, first: &str) -> Option<&'a str> {
    let own = hook.channel_id == channel_id;
    if !own && !hook.channel_id.is_empty() {
        return None;
    }
    let words = hook.trigger_words.as_deref().unwrap_or_default();
    if words.is_empty() {
        return own.then_some("");
    }
    let matches = |word: &&String| {
        if hook.trigger_when == STARTS_WITH {
            !word.is_empty() && first.starts_with(word.as_str())
        } else {
            first == word.as_str()
        }
    };
    words.iter().find(matches).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hook(channel: &str, words: &[&str], when: i64) -> OutgoingWebhook {
        OutgoingWebhook {
            channel_id: channel.to_owned(),
            trigger_words: Some(words.iter().map(|&word| word.to_owned()).collect()),
            trigger_when: when,
            ..OutgoingWebhook::default()
        }
    }

    #[test]
    fn a_channel_without_words_takes_everything() {
        assert_eq!(trigger(&hook("c", &[], 0), "c", "anything"), Some(""));
        assert_eq!(trigger(&hook("c", &[], 0), "d", "anything"), None);
        assert_eq!(trigger(&hook("", &[], 0), "c", "anything"), None);
    }

    #[test]
    fn words_are_the_first_word_or_its_beginning() {
        let whole = hook("", &["build", "deploy"], 0);
        assert_eq!(trigger(&whole, "c", "deploy"), Some("deploy"));
        assert_eq!(trigger(&whole, "c", "deploys"), None);
        assert_eq!(trigger(&whole, "c", "Deploy"), None);
        let start = hook("c", &["dep"], STARTS_WITH);
        assert_eq!(trigger(&start, "c", "deploy"), Some("dep"));
        assert_eq!(trigger(&start, "d", "deploy"), None);
        assert_eq!(trigger(&start, "c", "redeploy"), None);
    }
}
