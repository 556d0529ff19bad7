//! Groups: what can be asked without a licence.

use contract::{ChannelMembersMinusGroupMembers, Reply, TeamMembersMinusGroupMembers};
use domain::Caller;
use domain::groups::{self, Room};
use model::UsersWithGroupsAndCount;

use crate::paging::rows;
use crate::{Api, Refused};

impl contract::Groups for Api {
    async fn channel_members_minus_group_members(
        &self,
        caller: Caller,
        req: ChannelMembersMinusGroupMembers,
    ) -> Result<Reply<UsersWithGroupsAndCount>, Refused> {
        let named = req.group_ids.unwrap_or_default();
        let page = rows(req.page, req.per_page);
        let (room, id) = (Room::Channel, &req.channel_id);
        Ok(
            groups::members_outside(self.app(), &caller, room, id, &named, page)
                .await?
                .into(),
        )
    }

    async fn team_members_minus_group_members(
        &self,
        caller: Caller,
        req: TeamMembersMinusGroupMembers,
    ) -> Result<Reply<UsersWithGroupsAndCount>, Refused> {
        let named = req.group_ids.unwrap_or_default();
        let page = rows(req.page, req.per_page);
        let (room, id) = (Room::Team, &req.team_id);
        Ok(
            groups::members_outside(self.app(), &caller, room, id, &named, page)
                .await?
                .into(),
        )
    }
}
