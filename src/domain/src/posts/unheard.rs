//! `@channel`, `@all` and `@here` that reach nobody: their author may not use them, or the channel has too many members. The
//! author is told. Who hears those that reach somebody is in `mentions`.

use model::{Channel, Post};
use rustchat_core::error::Result;
use rustchat_core::permissions;
use rustchat_core::text::Mentions;
use serde_json::{Map, Value};
use store::channel_people::People;

use super::ephemeral::{Ephemeral, send_ephemeral};
use super::mentions::is_direct;
use super::{has_mark, prop, rows};
use crate::access;
use crate::app::App;
use crate::caller::Caller;

/// The prop of a message whose `@channel` and the like are plain text: clients do not highlight them.
const MARK: &str = "mentionHighlightDisabled";

/// Why nobody hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unheard {
    /// The author may not speak to everybody.
    Forbidden,
    /// The channel has this many members.
    Crowd(usize),
}

/// `None` when everybody hears, and when nobody was called.
pub(super) async fn why(
    app: &App,
    found: &Mentions,
    post: &Post,
    channel: &Channel,
    people: &People,
) -> Result<Option<Unheard>> {
    if !found.everybody() {
        return Ok(None);
    }
    if !may_call(app, post, channel).await? {
        return Ok(Some(Unheard::Forbidden));
    }
    Ok(crowd(app, people).map(Unheard::Crowd))
}

/// The number of members, when it is beyond what may be called at once.
pub(super) fn crowd(app: &App, people: &People) -> Option<usize> {
    let most = app.config.get().team.max_notifications_per_channel;
    let members = people.all.iter().filter(|person| person.active).count();
    is_crowd(members, most).then_some(members)
}

fn is_crowd(members: usize, most: i64) -> bool {
    members as i64 >= most
}

async fn may_call(app: &App, post: &Post, channel: &Channel) -> Result<bool> {
    let Some(author) = rows::user(app, &post.user_id).await? else {
        return Ok(false);
    };
    let author = Caller::acting(author);
    access::has_channel_row(app, &author, channel, permissions::USE_CHANNEL_MENTIONS).await
}

/// Notes on a message that its author may not call everybody.
pub(super) fn mark(post: &mut Post) {
    let mark = (MARK.to_owned(), true.into());
    post.props.get_or_insert_default().extend([mark]);
}

pub(super) fn is_marked(post: &Post) -> bool {
    prop(post, MARK).and_then(Value::as_bool) == Some(true)
}

/// As `mark`, for a new version of a message, if it calls everybody and its author may not.
pub(super) async fn mark_edit(app: &App, post: &mut Post, channel: &Channel) -> Result<()> {
    if !is_direct(channel)
        && !super::is_system(post)
        && Mentions::of(&post.message).everybody()
        && !may_call(app, post, channel).await?
    {
        mark(post);
    }
    Ok(())
}

/// Tells the author; integrations have nobody who would read it.
pub(super) fn tell(app: &App, post: &Post, channel: &Channel, why: Unheard) {
    if has_mark(post, "from_webhook") || has_mark(post, "from_bot") {
        return;
    }
    let mut props = Map::new();
    if why == Unheard::Forbidden {
        props.insert(MARK.to_owned(), true.into());
    }
    let about = Post {
        channel_id: channel.id.clone(),
        root_id: post.root_id.clone(),
        create_at: post.create_at + 1,
        message: text(why, &channel.display_name),
        props: Some(props),
        ..Post::default()
    };
    send_ephemeral(
        app,
        Ephemeral {
            to: &post.user_id,
            post: about,
        },
    );
}

fn text(why: Unheard, channel: &str) -> String {
    match why {
        Unheard::Forbidden => {
            format!("Nobody was notified: you may not use @channel, @all and @here in {channel}.")
        }
        Unheard::Crowd(members) => format!(
            "Nobody was notified: @channel, @all and @here are off in {channel}, which has {members} members."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_a_crowd() {
        assert!(!is_crowd(9, 10));
        assert!(is_crowd(10, 10) && is_crowd(11, 10));
    }

    #[test]
    fn a_mark_is_found_again() {
        let mut post = Post::default();
        assert!(!is_marked(&post));
        mark(&mut post);
        assert!(is_marked(&post));
    }

    #[test]
    fn the_author_learns_how_many_members_there_are() {
        assert!(text(Unheard::Crowd(1_234), "Dev").contains("Dev, which has 1234 members"));
    }
}
