//! Gives a command to whoever carries it out, and the answer to whom it is meant for.

use std::sync::Arc;

use model::{Channel, Command, CommandArgs, CommandResponse, Post};
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::{ids, permissions};

use super::builtin::{self, Ask};
use super::{custom, remote};
use crate::app::App;
use crate::caller::Caller;
use crate::posts::{self, Ephemeral, Options, rows};
use crate::{access, channels, statuses};

pub const START: ErrorDef = ErrorDef::new(
    "api.command.execute_command.start.app_error",
    400,
    "A command begins with a slash and is given in a channel.",
);
pub const ARCHIVED: ErrorDef = ErrorDef::new(
    "api.command.execute_command.deleted.error",
    400,
    "There are no commands in an archived channel.",
);
pub const RESTRICTED: ErrorDef = ErrorDef::new(
    "api.command.execute_command.restricted_dm.error",
    400,
    "The people of this conversation share no team any more.",
);
pub const UNKNOWN: ErrorDef = ErrorDef::new(
    "api.command.execute_command.not_found.app_error",
    404,
    "There is no command {Trigger}.",
);
pub const UNWRITTEN: ErrorDef = ErrorDef::new(
    "api.command.execute_command.create_post_failed.app_error",
    500,
    "The answer of {Trigger} could not be written.",
);

/// Everyone in the channel sees the answer.
pub(super) const IN_CHANNEL: &str = "in_channel";
/// Only who gave the command sees the answer.
pub(super) const EPHEMERAL: &str = "ephemeral";

/// The caller gives a command in a channel where they may write.
pub async fn execute(
    app: &Arc<App>,
    caller: &Caller,
    args: CommandArgs,
) -> Result<CommandResponse> {
    let Some(line) = args.command.strip_prefix('/') else {
        return Err(START.err());
    };
    if line.is_empty() || !ids::is_valid_id(&args.channel_id) {
        return Err(START.err());
    }
    access::require_channel(app, caller, &args.channel_id, permissions::CREATE_POST).await?;
    let channel = rows::channel(app, &args.channel_id)
        .await?
        .ok_or_else(|| access::refused(permissions::CREATE_POST))?;
    if channel.delete_at > 0 {
        return Err(ARCHIVED.err());
    }
    channels::require_shared_team(app, &channel, &RESTRICTED).await?;
    let team_id = if channel.team_id.is_empty() {
        // a channel of people is shown within a team, which has to be one of the caller's
        if !args.team_id.is_empty() {
            access::require_team(app, caller, &args.team_id, permissions::VIEW_TEAM).await?;
        }
        args.team_id.clone()
    } else {
        channel.team_id.clone()
    };
    let (trigger, message) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let trigger = trigger.to_lowercase();
    let Some(command) = builtin::find(&trigger) else {
        let command = of_team(app, &team_id, &trigger).await?;
        return remote::run(app, caller, &channel, &args, (&command, message)).await;
    };
    let ask = Ask {
        app,
        caller,
        channel: &channel,
        team_id: &team_id,
        root_id: &args.root_id,
        message,
    };
    let response = builtin::run(command, &ask).await?;
    deliver(app, caller, &channel, &args, &response)
        .await
        .map_err(|error| UNWRITTEN.with("Trigger", trigger).caused_by(error))?;
    Ok(response)
}

/// The team's command that is given by this word.
async fn of_team(app: &App, team_id: &str, trigger: &str) -> Result<Command> {
    let found = store::commands::by_trigger(&app.store, team_id, trigger).await?;
    let found = found.ok_or_else(|| UNKNOWN.with("Trigger", trigger))?;
    custom::require_on(app)?;
    Ok(found)
}

/// Shows an answer that has a text to everyone in the channel, or to the caller alone.
async fn deliver(
    app: &App,
    caller: &Caller,
    channel: &Arc<Channel>,
    args: &CommandArgs,
    response: &CommandResponse,
) -> Result<()> {
    if response.text.is_empty() {
        return Ok(());
    }
    let post = Post {
        user_id: caller.user_id().to_owned(),
        channel_id: channel.id.clone(),
        root_id: args.root_id.clone(),
        message: response.text.clone(),
        type_: response.type_.clone(),
        props: response.props.clone(),
        ..Post::default()
    };
    match response.response_type.as_str() {
        IN_CHANNEL => write(app, post, channel).await?,
        EPHEMERAL => {
            let to = caller.user_id();
            posts::send_ephemeral(app, Ephemeral { to, post });
        }
        _ => {}
    }
    Ok(())
}

/// Writes what a command says in the name of who gave it. By a command nobody has read the channel.
pub(super) async fn write(app: &App, post: Post, channel: &Arc<Channel>) -> Result<()> {
    let author = post.user_id.clone();
    let options = Options {
        views: false,
        ..Options::default()
    };
    posts::create_as(app, post, channel, options).await?;
    statuses::set_online(app, &author).await
}
