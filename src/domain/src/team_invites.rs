//! Invitations into teams by mail: sent, taken back, and accepted by people with an account or without one. The invite id of
//! a team, which everybody may pass on, is part of the team (`teams`); joining itself is `team_members`.

use futures_util::{StreamExt, stream};
use model::{Channel, MemberInvite, Team, User};
use rustchat_core::common::invalid_body;
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::{clock, ids, permissions, text};
use serde::{Deserialize, Serialize};
use store::one_time_tokens::{self as rows, OneTimeToken, Purpose};
use store::people::Person;

use crate::mail::{Connection, Mail, Site, letters};
use crate::{App, Caller, access, channel_members, channels, links, team_members, teams, users};

const OFF: ErrorDef = ErrorDef::new(
    "api.team.invite_members.disabled.app_error",
    501,
    "Invitations by mail are turned off.",
);
const DOMAIN: ErrorDef = ErrorDef::new(
    "api.team.invite_members.invalid_email.app_error",
    400,
    "Addresses of this domain are not accepted: {Addresses}.",
);
const TOO_MANY: ErrorDef = ErrorDef::new(
    "app.email.rate_limit_exceeded.app_error",
    413,
    "Too many invitations in a short time. Please wait a while.",
);
const UNSENT: ErrorDef = ErrorDef::new(
    "api.team.invite_members.unable_to_send_email.app_error",
    500,
    "The invitation could not be sent.",
);
const UNCONFIGURED: ErrorDef = ErrorDef::new(
    "api.team.invite_members.unable_to_send_email_with_defaults.app_error",
    500,
    "The invitation could not be sent: no mail server is configured.",
);

/// How long an invitation holds.
const HOLDS: i64 = 48 * clock::HOUR;
/// Invitations on their way to the mail server at once.
const AT_ONCE: usize = 4;

/// What a row keeps of an invitation. The channels are ids with blanks between.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Invitation {
    #[serde(rename = "teamId")]
    pub team_id: String,
    pub email: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    channels: String,
    #[serde(rename = "senderId", skip_serializing_if = "String::is_empty")]
    sender_id: String,
}

/// An invitation that was looked for.
pub(crate) enum Found {
    Missing,
    Expired,
    Good(Invitation),
}

/// What became of an address.
#[derive(Debug, Serialize)]
pub struct Outcome {
    pub email: String,
    pub error: Option<AppError>,
}

/// Makes all invitations worthless that were sent by mail.
pub async fn invalidate(app: &App) -> Result<()> {
    let both = [Purpose::TeamInvitation, Purpose::GuestInvitation];
    Ok(rows::delete_all(&app.store, &both).await?)
}

/// Invites addresses. Gracefully: tells what became of each; otherwise all are queued unless one is not acceptable.
pub async fn by_mail(
    app: &App,
    caller: &Caller,
    team_id: &str,
    wish: MemberInvite,
    graceful: bool,
) -> Result<Option<Vec<Outcome>>> {
    let emails: Vec<String> = wish.emails.unwrap_or_default();
    if emails.is_empty() {
        return Err(invalid_body("user_email"));
    }
    let emails: Vec<String> = emails.iter().map(|email| email.to_lowercase()).collect();
    let team = teams::get(app, team_id)
        .await
        .map_err(|_| teams::errors::NO_SUCH_INVITE.err())?;
    if !app.config.get().service.enable_email_invitations {
        return Err(OFF.err());
    }
    let rooms = rooms(app, caller, &team, &wish.channel_ids).await?;
    let (good, bad): (Vec<String>, Vec<String>) = emails
        .into_iter()
        .partition(|email| is_accepted(app, &team, email));
    if !graceful && !bad.is_empty() {
        return Err(DOMAIN.with("Addresses", bad.join(", ")));
    }
    let sender = users::get(app, caller.user_id()).await?;
    if !app.mail.may_invite(&sender.id, good.len()) {
        return Err(TOO_MANY.err());
    }
    let mails = mails(app, &sender, &team, &rooms, &wish.message, &good).await?;
    if !graceful {
        mails.into_iter().for_each(|mail| app.mail.send(mail));
        return Ok(None);
    }
    Ok(Some(delivered(app, mails, bad, !rooms.is_empty()).await))
}

/// Sends now and says for each address how that went. Where channels were named as well, the original lists the invited twice.
async fn delivered(app: &App, mails: Vec<Mail>, bad: Vec<String>, twice: bool) -> Vec<Outcome> {
    let preset = Connection::of(&app.config.get()).is_preset();
    let error = if preset { UNCONFIGURED } else { UNSENT };
    let results: Vec<(String, bool)> = stream::iter(mails)
        .map(|mail| async move {
            let sent = app.mail.deliver(&mail).await;
            if let Err(failure) = &sent {
                tracing::warn!(reason = %failure, "an invitation could not be sent");
            }
            (mail.to, sent.is_ok())
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    let outcome = |(email, sent): &(String, bool)| Outcome {
        email: email.clone(),
        error: (!sent).then(|| error.err()),
    };
    let mut out: Vec<Outcome> = results.iter().map(outcome).collect();
    out.extend(bad.into_iter().map(|email| Outcome {
        error: Some(DOMAIN.with("Addresses", &email)),
        email,
    }));
    if twice {
        out.extend(results.iter().map(outcome));
    }
    out
}

/// The channels the invited come into as well; only those of the team that the caller may bring people into.
async fn rooms(
    app: &App,
    caller: &Caller,
    team: &Team,
    channel_ids: &[String],
) -> Result<Vec<Channel>> {
    if channel_ids.is_empty() {
        return Ok(Vec::new());
    }
    if channel_ids.len() > 100 || !channel_ids.iter().all(|id| ids::is_valid_id(id)) {
        return Err(invalid_body("channelIds"));
    }
    access::require_team(app, caller, &team.id, permissions::ADD_USER_TO_TEAM).await?;
    let found = store::channels::by_ids(&app.store, channel_ids).await?;
    if found.len() < channel_ids.len() || found.iter().any(|room| room.team_id != team.id) {
        return Err(invalid_body("channelIds"));
    }
    for room in &found {
        channel_members::require_manager(app, caller, room).await?;
    }
    Ok(found)
}

fn is_accepted(app: &App, team: &Team, email: &str) -> bool {
    let everywhere = &app.config.get().team.restrict_creation_to_domains;
    [everywhere, &team.allowed_domains]
        .into_iter()
        .all(|domains| text::email::is_in_domains(email, domains))
}

/// The invitations as mails, their secrets stored.
async fn mails(
    app: &App,
    sender: &User,
    team: &Team,
    rooms: &[Channel],
    message: &str,
    emails: &[String],
) -> Result<Vec<Mail>> {
    let site = Site::of(&app.config.get());
    let channels: Vec<&str> = rooms.iter().map(|room| room.id.as_str()).collect();
    let (mut tokens, mut mails) = (Vec::new(), Vec::new());
    for email in emails {
        let kept = Invitation {
            team_id: team.id.clone(),
            email: email.clone(),
            channels: channels.join(" "),
            sender_id: if channels.is_empty() {
                String::new()
            } else {
                sender.id.clone()
            },
        };
        let token = OneTimeToken {
            token: ids::new_secret(links::LENGTH),
            create_at: clock::now_ms(),
            extra: serde_json::to_string(&kept).unwrap_or_default(),
        };
        let data = serde_json::json!({
            "display_name": team.display_name, "email": email, "name": team.name,
        });
        let letter = letters::invitation(
            &site,
            &letters::Invitation {
                sender: &letters::name_of(sender),
                team: &team.display_name,
                message,
                token: &token.token,
                data: &data.to_string(),
                guest: false,
            },
        );
        tokens.push(token);
        let to = email.clone();
        mails.push(Mail { to, letter });
    }
    rows::insert(&app.store, Purpose::TeamInvitation, &tokens).await?;
    Ok(mails)
}

/// Looks an invitation up without using it.
pub(crate) async fn find(app: &App, token: &str) -> Result<Found> {
    let Some(row) = rows::get(&app.store, Purpose::TeamInvitation, token).await? else {
        return Ok(Found::Missing);
    };
    if clock::now_ms() - row.create_at > HOLDS {
        rows::take(&app.store, Purpose::TeamInvitation, token).await?;
        return Ok(Found::Expired);
    }
    Ok(serde_json::from_str(&row.extra).map_or(Found::Missing, Found::Good))
}

/// Uses an invitation up and lets the person in, both or neither. False if somebody was quicker.
pub(crate) async fn accept(
    app: &App,
    person: &Person,
    team: &Team,
    token: &str,
    invitation: &Invitation,
) -> Result<bool> {
    if !team_members::join_by_invitation(app, team, person, token).await? {
        return Ok(false);
    }
    for id in invitation.channels.split_ascii_whitespace() {
        if let Ok(channel) = channels::get(app, id).await
            && channel.team_id == team.id
            && channel.delete_at == 0
        {
            channel_members::bring(app, &invitation.sender_id, &channel, person).await?;
        }
    }
    Ok(true)
}
