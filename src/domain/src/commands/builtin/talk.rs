//! Commands that go to conversations between people, and begin them.

use std::sync::Arc;

use model::{Channel, CommandResponse, Post};
use rustchat_core::error::Result;
use rustchat_core::permissions;

use super::{Ask, people, tell};
use crate::commands::execute::{UNWRITTEN, write};
use crate::{access, channels};

const NOBODY: &str = "There is nobody of that name to write to.";
/// A group channel is for eight people, of whom one is the caller.
const MOST: usize = 7;

/// `@name message`
pub async fn direct(ask: &Ask<'_>) -> Result<CommandResponse> {
    let line = ask.message.trim();
    let (name, text) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let Some(user) = people::named(ask, name).await? else {
        return Ok(tell(NOBODY));
    };
    if ask.caller.is_self(&user.id) {
        return Ok(tell(NOBODY));
    }
    with_one(ask, &user.id, &user.username, text).await
}

async fn with_one(
    ask: &Ask<'_>,
    user_id: &str,
    username: &str,
    text: &str,
) -> Result<CommandResponse> {
    let both = [ask.caller.user_id().to_owned(), user_id.to_owned()];
    let channel = channels::create_direct(ask.app, ask.caller, &both).await?;
    speak(ask, channel, text).await?;
    there(ask, &format!("messages/@{username}")).await
}

/// `@name,@name message`
pub async fn group(ask: &Ask<'_>) -> Result<CommandResponse> {
    let (names, text) = names_of(ask.message);
    if names.is_empty() {
        return Ok(tell("Give whom to write to after the command."));
    }
    if names.len() > MOST {
        return Ok(tell("That is too many people for one conversation."));
    }
    let users = store::users::by_usernames(ask.app.store.db(), &names).await?;
    if users.iter().filter(|user| user.delete_at == 0).count() < names.len() {
        return Ok(tell("There is not somebody for each of the names."));
    }
    let others: Vec<_> = users
        .iter()
        .filter(|user| !ask.caller.is_self(&user.id))
        .collect();
    match others.as_slice() {
        [] => Ok(tell(NOBODY)),
        [one] => with_one(ask, &one.id, &one.username, text).await,
        many => {
            let ids: Vec<String> = many.iter().map(|user| user.id.clone()).collect();
            let channel = channels::create_group(ask.app, ask.caller, &ids).await?;
            let place = format!("messages/{}", channel.name);
            speak(ask, channel, text).await?;
            there(ask, &place).await
        }
    }
}

async fn there(ask: &Ask<'_>, path: &str) -> Result<CommandResponse> {
    Ok(CommandResponse {
        goto_location: ask.place(path).await?,
        ..tell("")
    })
}

async fn speak(ask: &Ask<'_>, channel: Channel, text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Ok(());
    }
    access::require_channel(ask.app, ask.caller, &channel.id, permissions::CREATE_POST).await?;
    let post = Post {
        user_id: ask.caller.user_id().to_owned(),
        channel_id: channel.id.clone(),
        message: text.to_owned(),
        ..Post::default()
    };
    write(ask.app, post, &Arc::new(channel))
        .await
        .map_err(|error| UNWRITTEN.with("Trigger", "msg").caused_by(error))
}

/// The names before the message, each once: what commas, with or without spaces, join to the first word.
fn names_of(line: &str) -> (Vec<String>, &str) {
    let mut names: Vec<String> = Vec::new();
    let mut rest = line.trim_start();
    loop {
        let end = rest
            .find(|c: char| c == ',' || c.is_whitespace())
            .unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        let name = word.trim_start_matches('@').to_lowercase();
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
        let behind = behind.trim_start();
        match behind.strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None => return (names, behind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::names_of;

    #[test]
    fn names_end_where_the_message_begins() {
        let of = |line| {
            let (names, text) = names_of(line);
            (names.join(" "), text)
        };
        assert_eq!(of("@a,@b hello group"), ("a b".to_owned(), "hello group"));
        assert_eq!(of("A , b, a hi, there"), ("a b".to_owned(), "hi, there"));
        assert_eq!(of(""), (String::new(), ""));
        assert_eq!(of("a"), ("a".to_owned(), ""));
        assert_eq!(of(",,"), (String::new(), ""));
    }
}
