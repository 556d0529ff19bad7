//! Invitations to teams.

use contract::{GetTeamInviteInfo, RegenerateTeamInviteId, Reply};
use domain::{Caller, teams};
use model::Team;
use serde_json::{Value, json};

use crate::{Api, Refused};

impl contract::TeamInvites for Api {
    async fn get_team_invite_info(
        &self,
        _caller: Caller,
        req: GetTeamInviteInfo,
    ) -> Result<Reply<Value>, Refused> {
        let info = teams::invite_info(self.app(), &req.invite_id).await?;
        Ok(json!(info).into())
    }

    async fn regenerate_team_invite_id(
        &self,
        caller: Caller,
        req: RegenerateTeamInviteId,
    ) -> Result<Reply<Team>, Refused> {
        Ok(teams::regenerate_invite(self.app(), &caller, &req.team_id)
            .await?
            .into())
    }
}
