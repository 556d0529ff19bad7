//! Memberships of teams, and what is unread in teams.

use contract::{
    AddTeamMember, AddTeamMemberFromInvite, AddTeamMembers, GetTeamMember, GetTeamMembers,
    GetTeamMembersByIds, GetTeamMembersForUser, GetTeamUnread, GetTeamsUnreadForUser,
    RemoveTeamMember, Reply, StatusOk, UpdateTeamMemberRoles, UpdateTeamMemberSchemeRoles,
};
use domain::{Caller, access, team_members};
use http::StatusCode;
use model::{TeamMember, TeamUnread};
use rustchat_core::permissions;
use serde_json::{Value, json};

use crate::paging::rows;
use crate::{Api, Refused};

impl contract::TeamMembers for Api {
    async fn add_team_member(
        &self,
        caller: Caller,
        req: AddTeamMember,
    ) -> Result<Reply<TeamMember>, Refused> {
        let member = team_members::add(self.app(), &caller, &req.team_id, &req.body).await?;
        Ok(Reply::from(member).status(StatusCode::CREATED))
    }

    async fn add_team_member_from_invite(
        &self,
        caller: Caller,
        req: AddTeamMemberFromInvite,
    ) -> Result<Reply<TeamMember>, Refused> {
        let (token, invite) = (
            req.token.unwrap_or_default(),
            req.invite_id.unwrap_or_default(),
        );
        let member = team_members::from_invite(self.app(), &caller, &token, &invite).await?;
        Ok(Reply::from(member).status(StatusCode::CREATED))
    }

    async fn add_team_members(
        &self,
        caller: Caller,
        req: AddTeamMembers,
    ) -> Result<Reply<Value>, Refused> {
        let graceful = req.graceful.is_true();
        let outcomes =
            team_members::add_many(self.app(), &caller, &req.team_id, &req.body, graceful).await?;
        let mut told = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            told.push(match (outcome.result, graceful) {
                (Ok(member), false) => json!(member),
                (Err(error), false) => return Err(error.into()),
                (Ok(member), true) => {
                    json!({ "user_id": outcome.user_id, "member": member, "error": null })
                }
                (Err(error), true) => {
                    json!({ "user_id": outcome.user_id, "member": null, "error": error })
                }
            });
        }
        Ok(Reply::from(Value::Array(told)).status(StatusCode::CREATED))
    }

    async fn get_team_member(
        &self,
        caller: Caller,
        req: GetTeamMember,
    ) -> Result<Reply<TeamMember>, Refused> {
        Ok(
            team_members::view(self.app(), &caller, &req.team_id, &req.user_id)
                .await?
                .into(),
        )
    }

    async fn get_team_members(
        &self,
        caller: Caller,
        req: GetTeamMembers,
    ) -> Result<Reply<Vec<TeamMember>>, Refused> {
        let (offset, limit) = rows(req.page, req.per_page);
        let page = team_members::Page {
            by_username: req.sort.as_deref() == Some("Username"),
            only_active: req.exclude_deleted_users.is_true(),
            offset,
            limit,
        };
        Ok(team_members::list(self.app(), &caller, &req.team_id, &page)
            .await?
            .into())
    }

    async fn get_team_members_by_ids(
        &self,
        caller: Caller,
        req: GetTeamMembersByIds,
    ) -> Result<Reply<Vec<TeamMember>>, Refused> {
        if req.body.is_empty() {
            return Err(rustchat_core::common::invalid_body("user_ids").into());
        }
        Ok(
            team_members::by_ids(self.app(), &caller, &req.team_id, &req.body)
                .await?
                .into(),
        )
    }

    async fn get_team_members_for_user(
        &self,
        caller: Caller,
        req: GetTeamMembersForUser,
    ) -> Result<Reply<Vec<TeamMember>>, Refused> {
        Ok(team_members::of_user(self.app(), &caller, &req.user_id)
            .await?
            .into())
    }

    async fn get_team_unread(
        &self,
        caller: Caller,
        req: GetTeamUnread,
    ) -> Result<Reply<TeamUnread>, Refused> {
        access::require_team(self.app(), &caller, &req.team_id, permissions::VIEW_TEAM).await?;
        Ok(team_members::unread(self.app(), &req.user_id, &req.team_id)
            .await?
            .into())
    }

    async fn get_teams_unread_for_user(
        &self,
        _caller: Caller,
        req: GetTeamsUnreadForUser,
    ) -> Result<Reply<Vec<TeamUnread>>, Refused> {
        let (without, threads) = (
            req.exclude_team.unwrap_or_default(),
            req.include_collapsed_threads.is_true(),
        );
        Ok(
            team_members::unreads(self.app(), &req.user_id, &without, threads)
                .await?
                .into(),
        )
    }

    async fn remove_team_member(
        &self,
        caller: Caller,
        req: RemoveTeamMember,
    ) -> Result<Reply<StatusOk>, Refused> {
        team_members::remove(self.app(), &caller, &req.team_id, &req.user_id).await?;
        Ok(StatusOk::default().into())
    }

    async fn update_team_member_roles(
        &self,
        _caller: Caller,
        req: UpdateTeamMemberRoles,
    ) -> Result<Reply<StatusOk>, Refused> {
        let roles = req.body.get("roles").map_or("", String::as_str);
        team_members::set_roles(self.app(), &req.team_id, &req.user_id, roles).await?;
        Ok(StatusOk::default().into())
    }

    async fn update_team_member_scheme_roles(
        &self,
        _caller: Caller,
        req: UpdateTeamMemberSchemeRoles,
    ) -> Result<Reply<StatusOk>, Refused> {
        team_members::set_scheme_roles(self.app(), &req.team_id, &req.user_id, &req.body).await?;
        Ok(StatusOk::default().into())
    }
}
