//! Commands that write what they are given, in another form or later.

use std::sync::Arc;
use std::time::Duration;

use model::{CommandResponse, Post};
use rustchat_core::error::Result;
use tokio::sync::Semaphore;

use super::{Ask, done, say, tell};
use crate::access;
use crate::commands::execute::{UNWRITTEN, write};
use rustchat_core::permissions;

const SHRUG: &str = r"¯\\\_(ツ)\_/¯";
/// The longest time after which a message may be written, in seconds.
const LATEST: u64 = 10_000;
/// How many messages may wait to be written.
static WAITING: Semaphore = Semaphore::const_new(100);

pub fn me(ask: &Ask<'_>) -> CommandResponse {
    CommandResponse {
        type_: "me".to_owned(),
        ..say(format!("*{}*", ask.message))
    }
}

pub fn shrug(ask: &Ask<'_>) -> CommandResponse {
    if ask.message.is_empty() {
        return say(SHRUG.to_owned());
    }
    say(format!("{} {SHRUG}", ask.message))
}

pub fn code(ask: &Ask<'_>) -> CommandResponse {
    if ask.message.is_empty() {
        return tell("Give the code after the command.");
    }
    let lines: Vec<String> = ask
        .message
        .split('\n')
        .map(|line| format!("    {line}"))
        .collect();
    CommandResponse {
        skip_slack_parsing: true,
        ..say(lines.join("\n"))
    }
}

/// Writes the message now, or after the seconds that follow it in quotes: `"message" 5`.
pub async fn echo(ask: &Ask<'_>) -> Result<CommandResponse> {
    let (text, delay) = with_delay(ask.message.trim());
    if text.is_empty() {
        return Ok(tell("Give the message after the command."));
    }
    if delay > LATEST {
        return Ok(tell(format!("A message can wait for {LATEST} seconds.")));
    }
    let post = Post {
        user_id: ask.caller.user_id().to_owned(),
        channel_id: ask.channel.id.clone(),
        root_id: ask.root_id.to_owned(),
        message: text.to_owned(),
        ..Post::default()
    };
    if delay > 0 {
        return Ok(later(ask, post, delay));
    }
    write(ask.app, post, ask.channel)
        .await
        .map_err(|error| UNWRITTEN.with("Trigger", "echo").caused_by(error))?;
    Ok(done())
}

fn later(ask: &Ask<'_>, post: Post, delay: u64) -> CommandResponse {
    let Ok(place) = WAITING.try_acquire() else {
        return tell("Too many messages are waiting; try again later.");
    };
    let (app, caller) = (Arc::downgrade(ask.app), ask.caller.clone());
    let channel = Arc::clone(ask.channel);
    tokio::spawn(async move {
        let _place = place;
        tokio::time::sleep(Duration::from_secs(delay)).await;
        let Some(app) = app.upgrade() else { return };
        // by now the writer may have left
        match access::require_channel(&app, &caller, &channel.id, permissions::CREATE_POST).await {
            Ok(()) => {}
            Err(_) => return,
        }
        if let Err(error) = write(&app, post, &channel).await {
            tracing::warn!(cause = ?error.cause(), "a message that had waited could not be written");
        }
    });
    done()
}

/// The message without quotes around it, and the number behind it.
fn with_delay(message: &str) -> (&str, u64) {
    let quoted = message
        .strip_prefix('"')
        .and_then(|rest| rest.rsplit_once('"'));
    let Some((text, rest)) = quoted else {
        return (message, 0);
    };
    match rest.trim() {
        "" => (text, 0),
        number => number
            .parse()
            .map_or((message, 0), |seconds| (text, seconds)),
    }
}

#[cfg(test)]
mod tests {
    use super::with_delay;

    #[test]
    fn a_quoted_message_may_wait() {
        assert_eq!(with_delay("hello 5"), ("hello 5", 0));
        assert_eq!(with_delay("\"hello there\" 5"), ("hello there", 5));
        assert_eq!(with_delay("\"hello\""), ("hello", 0));
        assert_eq!(with_delay("\"a\" b"), ("\"a\" b", 0));
        assert_eq!(with_delay("\""), ("\"", 0));
    }
}
