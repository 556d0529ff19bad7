//! Commands that bring people into channels and teams, or take them out.

use model::{Channel, CommandResponse, MemberInvite, User};
use rustchat_core::error::Result;
use rustchat_core::permissions;

use super::{Ask, NOT_IN_TEAM, done, rooms, tell};
use crate::channel_members::{self, Wish};
use crate::{access, team_invites};

/// How many people, channels or addresses one command names.
const MOST: usize = 20;
const TOO_MANY: &str = "That is too many for one command.";
const NOBODY: &str = "There is nobody of that name.";

/// The user of a name, with or without the at sign.
pub(super) async fn named(ask: &Ask<'_>, name: &str) -> Result<Option<User>> {
    let name = name.trim().trim_start_matches('@').to_lowercase();
    if name.is_empty() {
        return Ok(None);
    }
    let found = store::users::by_username(ask.app.store.db(), &name).await?;
    Ok(found.filter(|user| user.delete_at == 0))
}

/// `@name … ~channel …`: without channels into the one at hand.
pub async fn invite(ask: &Ask<'_>) -> Result<CommandResponse> {
    let (rooms, names): (Vec<&str>, Vec<&str>) = ask
        .message
        .split_whitespace()
        .partition(|word| word.starts_with('~'));
    if names.is_empty() {
        return Ok(tell("Give who to invite after the command."));
    }
    if names.len() > MOST || rooms.len() > MOST {
        return Ok(tell(TOO_MANY));
    }
    let mut report = Vec::new();
    let mut channels = Vec::new();
    for name in &rooms {
        match rooms::named(ask, name).await? {
            Some(channel) => channels.push(channel),
            None => report.push(format!("{name}: there is no such channel.")),
        }
    }
    if rooms.is_empty() {
        channels.push((**ask.channel).clone());
    }
    for name in names {
        let Some(user) = named(ask, name).await? else {
            report.push(format!("{name}: {NOBODY}"));
            continue;
        };
        for channel in &channels {
            report.extend(bring(ask, &user, channel).await?);
        }
    }
    Ok(tell(report.join("\n")))
}

/// What there is to say about it: nothing where the person appears in the channel at hand.
async fn bring(ask: &Ask<'_>, user: &User, channel: &Channel) -> Result<Option<String>> {
    let there = store::channel_members::get(&ask.app.store, &channel.id, &user.id).await?;
    let (who, place) = (&user.username, &channel.display_name);
    if there.is_some() {
        return Ok(Some(format!("@{who} is in {place} already.")));
    }
    let wish = Wish {
        user_ids: vec![user.id.clone()],
        ..Wish::default()
    };
    match channel_members::add(ask.app, ask.caller, &channel.id, &wish).await {
        Ok(_) if channel.id == ask.channel.id => Ok(None),
        Ok(_) => Ok(Some(format!("@{who} is in {place} now."))),
        Err(error) if error.status() < 500 => Ok(Some(format!("@{who}: {}", error.message()))),
        Err(error) => Err(error),
    }
}

/// Takes somebody out of the channel.
pub async fn kick(ask: &Ask<'_>) -> Result<CommandResponse> {
    let name = ask.message.split_whitespace().next().unwrap_or_default();
    let Some(user) = named(ask, name).await? else {
        return Ok(tell(NOBODY));
    };
    channel_members::remove(ask.app, ask.caller, &ask.channel.id, &user.id).await?;
    Ok(done())
}

/// Invites addresses to the team.
pub async fn invite_by_mail(ask: &Ask<'_>) -> Result<CommandResponse> {
    if ask.team_id.is_empty() {
        return Err(NOT_IN_TEAM.err());
    }
    access::require_team(ask.app, ask.caller, ask.team_id, permissions::INVITE_USER).await?;
    let emails: Vec<String> = ask
        .message
        .split([' ', ',', '\n'])
        .filter(|word| word.contains('@'))
        .map(str::to_owned)
        .collect();
    if emails.is_empty() {
        return Ok(tell(
            "Give the addresses of who to invite after the command.",
        ));
    }
    if emails.len() > MOST {
        return Ok(tell(TOO_MANY));
    }
    let wish = MemberInvite {
        emails: Some(emails),
        ..MemberInvite::default()
    };
    team_invites::by_mail(ask.app, ask.caller, ask.team_id, wish, false).await?;
    Ok(tell("The invitations are on their way."))
}
