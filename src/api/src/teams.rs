//! Teams: creating, reading, changing, listing.

use std::collections::BTreeMap;

use contract::{
    CreateTeam, GetAllTeams, GetTeam, GetTeamByName, GetTeamStats, GetTeamsForUser, PatchTeam,
    Reply, RestoreTeam, SearchTeams, SoftDeleteTeam, StatusOk, TeamExists, UpdateTeam,
    UpdateTeamPrivacy,
};
use domain::{Caller, team_members, teams};
use http::StatusCode;
use model::{Team, TeamStats};
use rustchat_core::common::invalid_url;
use serde_json::{Value, json};

use crate::paging::rows;
use crate::{Api, Refused, content_review, text};

/// Names in addresses are looked up in lower case; shorter ones cannot be names.
fn name(name: &str) -> Result<String, Refused> {
    let lower = name.to_lowercase();
    match rustchat_core::text::names::is_valid_team_name(&lower) {
        true => Ok(lower),
        false => Err(invalid_url("team_name").into()),
    }
}

fn found(found: teams::Found) -> Reply<Value> {
    Reply::from(match found.total {
        Some(total) => json!({ "teams": found.teams, "total_count": total }),
        None => json!(found.teams),
    })
}

impl contract::Teams for Api {
    async fn create_team(&self, caller: Caller, req: CreateTeam) -> Result<Reply<Team>, Refused> {
        let team = teams::create(self.app(), &caller, req.body).await?;
        Ok(Reply::from(team).status(StatusCode::CREATED))
    }

    async fn get_all_teams(
        &self,
        caller: Caller,
        req: GetAllTeams,
    ) -> Result<Reply<Value>, Refused> {
        let (offset, limit) = rows(req.page, req.per_page);
        let without = req.exclude_policy_constrained;
        Ok(found(
            teams::all(
                self.app(),
                &caller,
                offset,
                limit,
                req.include_total_count,
                without,
            )
            .await?,
        ))
    }

    async fn get_team(&self, caller: Caller, req: GetTeam) -> Result<Reply<Team>, Refused> {
        if req.as_content_reviewer.is_true() {
            return Err(content_review());
        }
        Ok(teams::read(self.app(), &caller, &req.team_id).await?.into())
    }

    async fn get_team_by_name(
        &self,
        caller: Caller,
        req: GetTeamByName,
    ) -> Result<Reply<Team>, Refused> {
        Ok(
            teams::read_by_name(self.app(), &caller, &name(&req.team_name)?)
                .await?
                .into(),
        )
    }

    async fn get_team_stats(
        &self,
        _caller: Caller,
        req: GetTeamStats,
    ) -> Result<Reply<TeamStats>, Refused> {
        Ok(team_members::stats(self.app(), &req.team_id).await?.into())
    }

    async fn get_teams_for_user(
        &self,
        caller: Caller,
        req: GetTeamsForUser,
    ) -> Result<Reply<Vec<Team>>, Refused> {
        Ok(teams::of_user(self.app(), &caller, &req.user_id)
            .await?
            .into())
    }

    async fn patch_team(&self, caller: Caller, req: PatchTeam) -> Result<Reply<Team>, Refused> {
        Ok(teams::patch(self.app(), &caller, &req.team_id, req.body)
            .await?
            .into())
    }

    async fn restore_team(&self, caller: Caller, req: RestoreTeam) -> Result<Reply<Team>, Refused> {
        Ok(teams::restore(self.app(), &caller, &req.team_id)
            .await?
            .into())
    }

    async fn search_teams(
        &self,
        caller: Caller,
        req: SearchTeams,
    ) -> Result<Reply<Value>, Refused> {
        Ok(found(teams::search(self.app(), &caller, req.body).await?))
    }

    async fn soft_delete_team(
        &self,
        _caller: Caller,
        req: SoftDeleteTeam,
    ) -> Result<Reply<StatusOk>, Refused> {
        match req.permanent {
            true => teams::delete(self.app(), &req.team_id).await?,
            false => teams::archive(self.app(), &req.team_id).await?,
        }
        Ok(StatusOk::default().into())
    }

    async fn team_exists(
        &self,
        caller: Caller,
        req: TeamExists,
    ) -> Result<Reply<BTreeMap<String, bool>>, Refused> {
        let exists = teams::exists(self.app(), &caller, &name(&req.team_name)?).await?;
        Ok(BTreeMap::from([("exists".to_owned(), exists)]).into())
    }

    async fn update_team(&self, caller: Caller, req: UpdateTeam) -> Result<Reply<Team>, Refused> {
        Ok(teams::update(self.app(), &caller, &req.team_id, req.body)
            .await?
            .into())
    }

    async fn update_team_privacy(
        &self,
        caller: Caller,
        req: UpdateTeamPrivacy,
    ) -> Result<Reply<Team>, Refused> {
        let privacy = text(&req.body, "privacy");
        Ok(
            teams::set_privacy(self.app(), &caller, &req.team_id, privacy)
                .await?
                .into(),
        )
    }
}
