//! The commands the server brings along: which there are, and who carries each out.

mod client;
mod own;
mod people;
mod rooms;
mod say;
mod talk;

use std::sync::Arc;

use model::{Channel, CommandResponse};
use rustchat_core::error::{ErrorDef, Result};

use super::execute::{EPHEMERAL, IN_CHANNEL};
use crate::app::App;
use crate::caller::Caller;
use crate::posts::rows;
use crate::statuses;

/// A command as it was given.
pub(super) struct Ask<'a> {
    pub app: &'a Arc<App>,
    pub caller: &'a Caller,
    pub channel: &'a Arc<Channel>,
    /// The channel's team; of a channel of people the one it is shown in, perhaps none.
    pub team_id: &'a str,
    pub root_id: &'a str,
    /// What follows the trigger.
    pub message: &'a str,
}

impl Ask<'_> {
    /// The address of a place in the team, for clients to go to.
    async fn place(&self, path: &str) -> Result<String> {
        let config = self.app.config.get();
        let site = config.service.site_url.trim_end_matches('/');
        let team = rows::team(self.app, self.team_id).await?;
        let team = team.as_ref().map_or("", |team| team.name.as_str());
        Ok(format!("{site}/{team}/{path}"))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Code,
    Collapse(bool),
    CustomStatus,
    Echo,
    GroupMessage,
    Header,
    Help,
    InClient,
    Invite,
    InvitePeople,
    Join,
    Kick,
    Leave,
    Logout,
    Me,
    Message,
    Mute,
    Purpose,
    Rename,
    Shrug,
    Status(&'static str),
    Unlicensed,
}

/// A command of the server.
pub(super) struct Builtin {
    pub trigger: &'static str,
    pub hint: &'static str,
    /// What lists say about it; without, no list shows it.
    pub description: &'static str,
    action: Action,
}

const fn command(
    trigger: &'static str,
    hint: &'static str,
    description: &'static str,
    action: Action,
) -> Builtin {
    Builtin {
        trigger,
        hint,
        description,
        action,
    }
}

#[rustfmt::skip]
pub(super) const ALL: &[Builtin] = &[
    command("away", "", "Show yourself as away", Action::Status(statuses::AWAY)),
    command("code", "[text]", "Write text as a block of code", Action::Code),
    command("collapse", "", "Fold previews of links and pictures", Action::Collapse(true)),
    command("dnd", "", "Be left alone: no notifications", Action::Status(statuses::DND)),
    command("echo", "[message] [seconds]", "Write a message, perhaps later", Action::Echo),
    command("expand", "", "Unfold previews of links and pictures", Action::Collapse(false)),
    command("groupmsg", "@[name],@[name] [message]", "Write to several people", Action::GroupMessage),
    command("header", "[text]", "Change the header of the channel", Action::Header),
    command("help", "", "Open the help", Action::Help),
    command("invite", "@[name] ~[channel]", "Bring somebody into a channel", Action::Invite),
    command("invite_people", "[address] …", "Invite people to the team by mail", Action::InvitePeople),
    command("join", "~[channel]", "Join a channel", Action::Join),
    command("kick", "@[name]", "Take somebody out of the channel", Action::Kick),
    command("leave", "", "Leave the channel", Action::Leave),
    command("logout", "", "Sign out", Action::Logout),
    command("marketplace", "", "", Action::InClient),
    command("me", "[text]", "Say what you do", Action::Me),
    command("msg", "@[name] [message]", "Write to somebody", Action::Message),
    command("mute", "~[channel]", "Mute a channel, or unmute it", Action::Mute),
    command("offline", "", "Show yourself as offline", Action::Status(statuses::OFFLINE)),
    command("online", "", "Show yourself as online", Action::Status(statuses::ONLINE)),
    command("open", "~[channel]", "Go to a channel", Action::Join),
    command("purpose", "[text]", "Change the purpose of the channel", Action::Purpose),
    command("remove", "@[name]", "Take somebody out of the channel", Action::Kick),
    command("rename", "[text]", "Change the shown name of the channel", Action::Rename),
    command("search", "[words]", "Search messages", Action::InClient),
    command("secure-connection", "", "Manage connections to other servers", Action::Unlicensed),
    command("settings", "", "Open your settings", Action::InClient),
    command("share-channel", "", "Share the channel with another server", Action::Unlicensed),
    command("shortcuts", "", "Show the keyboard shortcuts", Action::InClient),
    command("shrug", "[text]", r"Add ¯\_(ツ)_/¯ to a message", Action::Shrug),
    command("status", "[emoji] [text]", "Tell what you are doing", Action::CustomStatus),
];

pub(super) fn find(trigger: &str) -> Option<&'static Builtin> {
    ALL.iter().find(|command| command.trigger == trigger)
}

/// Carries a command out. What the person did wrong is told to them as an answer; what the server did wrong is an error.
pub(super) async fn run(command: &Builtin, ask: &Ask<'_>) -> Result<CommandResponse> {
    let outcome = match command.action {
        Action::Code => Ok(say::code(ask)),
        Action::Collapse(folded) => own::collapse(ask, folded).await,
        Action::CustomStatus => own::custom_status(ask).await,
        Action::Echo => say::echo(ask).await,
        Action::GroupMessage => talk::group(ask).await,
        Action::Header => rooms::header(ask).await,
        Action::Help => Ok(client::help(ask)),
        Action::InClient => Ok(client::only_there()),
        Action::Invite => people::invite(ask).await,
        Action::InvitePeople => people::invite_by_mail(ask).await,
        Action::Join => rooms::join(ask).await,
        Action::Kick => people::kick(ask).await,
        Action::Leave => rooms::leave(ask).await,
        Action::Logout => Ok(client::logout()),
        Action::Me => Ok(say::me(ask)),
        Action::Message => talk::direct(ask).await,
        Action::Mute => rooms::mute(ask).await,
        Action::Purpose => rooms::purpose(ask).await,
        Action::Rename => rooms::rename(ask).await,
        Action::Shrug => Ok(say::shrug(ask)),
        Action::Status(status) => own::status(ask, status).await,
        Action::Unlicensed => Ok(client::unlicensed()),
    };
    match outcome {
        Err(error) if error.status() < 500 => Ok(tell(error.message())),
        outcome => outcome,
    }
}

/// A text for who gave the command.
fn tell(text: impl Into<String>) -> CommandResponse {
    CommandResponse {
        response_type: EPHEMERAL.to_owned(),
        text: text.into(),
        ..CommandResponse::default()
    }
}

/// A text for everyone in the channel.
fn say(text: String) -> CommandResponse {
    CommandResponse {
        response_type: IN_CHANNEL.to_owned(),
        text,
        ..CommandResponse::default()
    }
}

/// What was asked for shows by itself.
fn done() -> CommandResponse {
    CommandResponse::default()
}

/// The client goes somewhere.
fn go_to(place: String) -> CommandResponse {
    CommandResponse {
        goto_location: place,
        ..CommandResponse::default()
    }
}

pub(super) const NOT_IN_TEAM: ErrorDef = ErrorDef::new(
    "rustchat.command.no_team",
    400,
    "This command is about a team; give it in a channel of one.",
);
