//! Memberships of channels, and what was read there.

use std::collections::BTreeMap;

use contract::{
    AddChannelMember, GetChannelMember, GetChannelMembers, GetChannelMembersByIds,
    GetChannelMembersForUser, GetChannelMembersTimezones, GetChannelMembersWithTeamDataForUser,
    GetChannelUnread, GetChannelsMemberCount, GetGroupMessageMembersCommonTeams, MarkChannelsRead,
    Raw, RemoveUserFromChannel, Reply, StatusOk, UpdateChannelMemberSchemeRoles,
    UpdateChannelNotifyProps, UpdateChannelRoles, ViewChannel,
};
use domain::{Caller, channel_members, channels};
use http::StatusCode;
use model::{ChannelMember, ChannelUnread, ChannelViewResponse, Team};
use rustchat_core::common::{self, invalid_body};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::paging::rows;
use crate::{Api, Refused};

/// Members of one list that names all of somebody's memberships.
const ALL: i64 = 100_000;

/// Who is to be added; true when one person was named, who is answered alone.
fn wish(body: &Map<String, Value>) -> Result<(channel_members::Wish, bool), Refused> {
    let post_root_id = match body.get("post_root_id") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(id)) => id.clone(),
        Some(_) => return Err(invalid_body("post_root_id").into()),
    };
    if let Some(Value::String(id)) = body.get("user_id") {
        return Ok((
            channel_members::Wish {
                user_ids: vec![id.clone()],
                post_root_id,
            },
            true,
        ));
    }
    let Some(Value::Array(list)) = body.get("user_ids") else {
        return Err(invalid_body("user_id or user_ids").into());
    };
    let ids: Option<Vec<String>> = list
        .iter()
        .map(|id| id.as_str().map(str::to_owned))
        .collect();
    match ids {
        Some(user_ids) => Ok((
            channel_members::Wish {
                user_ids,
                post_root_id,
            },
            false,
        )),
        None => Err(invalid_body("user_id in user_ids").into()),
    }
}

fn written<T: Serialize>(value: &T) -> Result<Value, Refused> {
    serde_json::to_value(value).map_err(|error| common::INTERNAL.caused_by(error).into())
}

impl contract::ChannelMembers for Api {
    async fn add_channel_member(
        &self,
        caller: Caller,
        req: AddChannelMember,
    ) -> Result<Reply<Value>, Refused> {
        let (wish, alone) = wish(&req.body)?;
        let members = channel_members::add(self.app(), &caller, &req.channel_id, &wish).await?;
        let told = match (alone, members.first()) {
            (true, Some(member)) => written(member)?,
            (false, Some(_)) => written(&members)?,
            (_, None) => Value::Null,
        };
        Ok(Reply::from(told).status(StatusCode::CREATED))
    }

    async fn get_channel_member(
        &self,
        caller: Caller,
        req: GetChannelMember,
    ) -> Result<Reply<ChannelMember>, Refused> {
        Ok(
            channel_members::get(self.app(), &caller, &req.channel_id, &req.user_id)
                .await?
                .into(),
        )
    }

    async fn get_channel_members(
        &self,
        caller: Caller,
        req: GetChannelMembers,
    ) -> Result<Reply<Vec<ChannelMember>>, Refused> {
        let (offset, limit) = rows(req.page, req.per_page);
        Ok(
            channel_members::list(self.app(), &caller, &req.channel_id, offset, limit)
                .await?
                .into(),
        )
    }

    async fn get_channel_members_by_ids(
        &self,
        caller: Caller,
        req: GetChannelMembersByIds,
    ) -> Result<Reply<Vec<ChannelMember>>, Refused> {
        if req.body.is_empty() {
            return Err(invalid_body("user_ids").into());
        }
        Ok(
            channel_members::by_ids(self.app(), &caller, &req.channel_id, &req.body)
                .await?
                .into(),
        )
    }

    async fn get_channel_members_for_user(
        &self,
        caller: Caller,
        req: GetChannelMembersForUser,
    ) -> Result<Reply<Vec<ChannelMember>>, Refused> {
        Ok(
            channel_members::of_user_in_team(self.app(), &caller, &req.user_id, &req.team_id)
                .await?
                .into(),
        )
    }

    async fn get_channel_members_timezones(
        &self,
        _caller: Caller,
        req: GetChannelMembersTimezones,
    ) -> Result<Reply<Option<Vec<String>>>, Refused> {
        Ok(channel_members::timezones(self.app(), &req.channel_id)
            .await?
            .into())
    }

    /// Page -1 is everything, one membership a line.
    async fn get_channel_members_with_team_data_for_user(
        &self,
        caller: Caller,
        req: GetChannelMembersWithTeamDataForUser,
    ) -> Result<Raw, Refused> {
        let everything = req.page.given() == Ok(Some(-1));
        let page = req.page.or(0);
        let (offset, limit) = if everything {
            (0, ALL)
        } else {
            rows(page, req.per_page)
        };
        let members =
            channel_members::of_user(self.app(), &caller, &req.user_id, offset, limit).await?;
        let failed = |error| Refused::from(common::INTERNAL.caused_by(error));
        if !everything {
            return Ok(Raw::new(
                "application/json",
                serde_json::to_vec(&members).map_err(failed)?,
            ));
        }
        let mut lines = Vec::with_capacity(members.len() * 640);
        for member in &members {
            serde_json::to_writer(&mut lines, member).map_err(failed)?;
            lines.push(b'\n');
        }
        Ok(Raw::new("application/x-ndjson", lines))
    }

    async fn get_channel_unread(
        &self,
        caller: Caller,
        req: GetChannelUnread,
    ) -> Result<Reply<ChannelUnread>, Refused> {
        Ok(
            channel_members::unread(self.app(), &caller, &req.channel_id, &req.user_id)
                .await?
                .into(),
        )
    }

    async fn get_channels_member_count(
        &self,
        caller: Caller,
        req: GetChannelsMemberCount,
    ) -> Result<Reply<BTreeMap<String, i64>>, Refused> {
        Ok(channels::member_counts(self.app(), &caller, &req.body)
            .await?
            .into())
    }

    async fn get_group_message_members_common_teams(
        &self,
        caller: Caller,
        req: GetGroupMessageMembersCommonTeams,
    ) -> Result<Reply<Option<Vec<Team>>>, Refused> {
        Ok(channels::common_teams(self.app(), &caller, &req.channel_id)
            .await?
            .into())
    }

    async fn mark_channels_read(
        &self,
        caller: Caller,
        req: MarkChannelsRead,
    ) -> Result<Reply<ChannelViewResponse>, Refused> {
        Ok(
            channel_members::mark_read(self.app(), &req.user_id, &req.body, &caller.session()?.id)
                .await?
                .into(),
        )
    }

    async fn remove_user_from_channel(
        &self,
        caller: Caller,
        req: RemoveUserFromChannel,
    ) -> Result<Reply<StatusOk>, Refused> {
        channel_members::remove(self.app(), &caller, &req.channel_id, &req.user_id).await?;
        Ok(StatusOk::default().into())
    }

    async fn update_channel_member_scheme_roles(
        &self,
        _caller: Caller,
        req: UpdateChannelMemberSchemeRoles,
    ) -> Result<Reply<StatusOk>, Refused> {
        channel_members::set_scheme_roles(self.app(), &req.channel_id, &req.user_id, &req.body)
            .await?;
        Ok(StatusOk::default().into())
    }

    async fn update_channel_notify_props(
        &self,
        _caller: Caller,
        req: UpdateChannelNotifyProps,
    ) -> Result<Reply<StatusOk>, Refused> {
        channel_members::set_notify_props(self.app(), &req.channel_id, &req.user_id, req.body)
            .await?;
        Ok(StatusOk::default().into())
    }

    async fn update_channel_roles(
        &self,
        _caller: Caller,
        req: UpdateChannelRoles,
    ) -> Result<Reply<StatusOk>, Refused> {
        let roles = req.body.get("roles").map_or("", String::as_str);
        channel_members::set_roles(self.app(), &req.channel_id, &req.user_id, roles).await?;
        Ok(StatusOk::default().into())
    }

    async fn view_channel(
        &self,
        caller: Caller,
        req: ViewChannel,
    ) -> Result<Reply<ChannelViewResponse>, Refused> {
        let view = req.body;
        let apart = view.collapsed_threads_supported;
        Ok(channel_members::view(
            self.app(),
            &req.user_id,
            &view.channel_id,
            &view.prev_channel_id,
            apart,
            &caller.session()?.id,
        )
        .await?
        .into())
    }
}
