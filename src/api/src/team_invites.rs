//! Invitations into teams: by a link everybody may pass on, and by mail.

use contract::{
    GetTeamInviteInfo, InvalidateEmailInvites, InviteUsersToTeam, RegenerateTeamInviteId, Reply,
    StatusOk,
};
use domain::{Caller, team_invites, teams};
use model::{MemberInvite, Team, wire::Wire};
use rustchat_core::error::ErrorDef;
use serde_json::{Value, json};

use crate::{Api, Refused};

const BAD_BODY: ErrorDef = ErrorDef::new(
    "api.team.invite_members_to_team_and_channels.invalid_body.app_error",
    400,
    "A list of addresses is needed.",
);

/// A list of addresses, or an object that has more to say.
fn wish(body: Value) -> Result<MemberInvite, Refused> {
    let wish = match body {
        Value::Array(_) => json!({ "emails": body }),
        Value::Object(_) => body,
        _ => return Err(BAD_BODY.err().into()),
    };
    let strings = wish["emails"]
        .as_array()
        .is_none_or(|emails| emails.iter().all(Value::is_string));
    match MemberInvite::from_value(wish) {
        Ok(wish) if strings => Ok(wish),
        _ => Err(BAD_BODY.err().into()),
    }
}

impl contract::TeamInvites for Api {
    async fn get_team_invite_info(
        &self,
        _caller: Caller,
        req: GetTeamInviteInfo,
    ) -> Result<Reply<Value>, Refused> {
        let info = teams::invite_info(self.app(), &req.invite_id).await?;
        Ok(json!(info).into())
    }

    async fn invalidate_email_invites(
        &self,
        _caller: Caller,
        _req: InvalidateEmailInvites,
    ) -> Result<Reply<StatusOk>, Refused> {
        team_invites::invalidate(self.app()).await?;
        Ok(StatusOk::default().into())
    }

    async fn invite_users_to_team(
        &self,
        caller: Caller,
        req: InviteUsersToTeam,
    ) -> Result<Reply<Value>, Refused> {
        let graceful = req.graceful.as_deref().is_some_and(|word| !word.is_empty());
        let wish = wish(req.body)?;
        let outcomes =
            team_invites::by_mail(self.app(), &caller, &req.team_id, wish, graceful).await?;
        Ok(match outcomes {
            Some(outcomes) => json!(outcomes),
            None => json!(StatusOk::default()),
        }
        .into())
    }

    async fn regenerate_team_invite_id(
        &self,
        caller: Caller,
        req: RegenerateTeamInviteId,
    ) -> Result<Reply<Team>, Refused> {
        let team = teams::regenerate_invite(self.app(), &caller, &req.team_id).await?;
        Ok(team.into())
    }
}
