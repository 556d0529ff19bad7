//! Coming into a team by an invitation: the link that everybody may pass on, or one sent by mail.

use model::TeamMember;
use rustchat_core::error::Result;
use store::people::Person;

use super::{errors, get, join, person};
use crate::team_invites::{self, Found};
use crate::{App, Caller, teams};

/// Lets the caller into the team of an invitation.
pub async fn from_invite(
    app: &App,
    caller: &Caller,
    token: &str,
    invite_id: &str,
) -> Result<TeamMember> {
    if token.is_empty() && invite_id.is_empty() {
        return Err(errors::NO_INVITE.err());
    }
    let me = person(app, caller.user_id()).await?;
    if !token.is_empty() {
        return by_token(app, &me, token).await;
    }
    let Some(team) = store::teams::get_by_invite_id(&app.store, invite_id).await? else {
        return Err(teams::errors::NO_SUCH_INVITE.err());
    };
    if me.is_guest() {
        return Err(errors::INVITE_OF_GUEST.err());
    }
    if team.group_constrained == Some(true) {
        return Err(errors::INVITE_OF_GROUPS.err());
    }
    join(app, &team, std::slice::from_ref(&me), None).await?;
    get(app, &team.id, &me.id).await
}

async fn by_token(app: &App, me: &Person, token: &str) -> Result<TeamMember> {
    let invitation = match team_invites::find(app, token).await? {
        Found::Missing => return Err(errors::BAD_TOKEN.err()),
        Found::Expired => return Err(errors::EXPIRED_TOKEN.err()),
        Found::Good(invitation) => invitation,
    };
    let team = teams::get(app, &invitation.team_id).await?;
    if !team_invites::accept(app, me, &team, token, &invitation).await? {
        return Err(errors::BAD_TOKEN.err());
    }
    get(app, &team.id, &me.id).await
}
