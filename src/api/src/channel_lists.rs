//! Lists of channels and searches in them.

use std::hash::{DefaultHasher, Hash, Hasher};

use contract::{
    AutocompleteChannelsForTeam, AutocompleteChannelsForTeamForSearch, GetAllChannels,
    GetChannelsForTeamForUser, GetChannelsForUser, GetDeletedChannelsForTeam,
    GetPrivateChannelsForTeam, GetPublicChannelsByIdsForTeam, GetPublicChannelsForTeam, Reply,
    SearchAllChannels, SearchChannels, SearchGroupChannels,
};
use domain::{Caller, channels};
use model::Channel;
use rustchat_core::common::invalid_body;
use serde_json::{Value, json};

use crate::paging::rows;
use crate::{Api, Refused};

/// Changes with everything a client shows of the list.
fn etag(channels: &[Channel]) -> String {
    let mut hash = DefaultHasher::new();
    for channel in channels {
        (
            &channel.id,
            channel.update_at,
            channel.delete_at,
            channel.last_post_at,
            channel.total_msg_count,
        )
            .hash(&mut hash);
    }
    format!("{:016x}.{}", hash.finish(), channels.len())
}

fn found(found: channels::Found) -> Reply<Value> {
    Reply::from(match found.total {
        Some(total) => json!({ "channels": found.channels, "total_count": total }),
        None => json!(found.channels),
    })
}

impl contract::ChannelLists for Api {
    async fn autocomplete_channels_for_team(
        &self,
        caller: Caller,
        req: AutocompleteChannelsForTeam,
    ) -> Result<Reply<Vec<Channel>>, Refused> {
        let term = req.name.unwrap_or_default();
        Ok(
            channels::autocomplete(self.app(), &caller, &req.team_id, &term)
                .await?
                .into(),
        )
    }

    async fn autocomplete_channels_for_team_for_search(
        &self,
        caller: Caller,
        req: AutocompleteChannelsForTeamForSearch,
    ) -> Result<Reply<Vec<Channel>>, Refused> {
        let term = req.name.unwrap_or_default();
        Ok(
            channels::autocomplete_for_search(self.app(), &caller, &req.team_id, &term)
                .await?
                .into(),
        )
    }

    async fn get_all_channels(
        &self,
        caller: Caller,
        req: GetAllChannels,
    ) -> Result<Reply<Value>, Refused> {
        let (offset, limit) = rows(req.page, req.per_page);
        let query = channels::AllQuery {
            not_in_group: req.not_associated_to_group.unwrap_or_default(),
            without_default: req.exclude_default_channels,
            without_policy: req.exclude_policy_constrained,
            include_deleted: req.include_deleted,
            total: req.include_total_count,
            offset,
            limit,
        };
        Ok(found(channels::all(self.app(), &caller, &query).await?))
    }

    async fn get_channels_for_team_for_user(
        &self,
        caller: Caller,
        req: GetChannelsForTeamForUser,
    ) -> Result<Reply<Vec<Channel>>, Refused> {
        let (user, team, since) = (&req.user_id, &req.team_id, req.last_delete_at.or(0));
        let found =
            channels::mine_in_team(self.app(), &caller, user, team, req.include_deleted, since)
                .await?;
        let etag = etag(&found);
        Ok(Reply::from(found).etag(etag))
    }

    async fn get_channels_for_user(
        &self,
        _caller: Caller,
        req: GetChannelsForUser,
    ) -> Result<Reply<Vec<Channel>>, Refused> {
        Ok(channels::mine(
            self.app(),
            &req.user_id,
            req.include_deleted,
            req.last_delete_at.or(0),
        )
        .await?
        .into())
    }

    async fn get_deleted_channels_for_team(
        &self,
        caller: Caller,
        req: GetDeletedChannelsForTeam,
    ) -> Result<Reply<Vec<Channel>>, Refused> {
        let (offset, limit) = rows(req.page, req.per_page);
        Ok(
            channels::deleted_of_team(self.app(), &caller, &req.team_id, offset, limit)
                .await?
                .into(),
        )
    }

    async fn get_private_channels_for_team(
        &self,
        _caller: Caller,
        req: GetPrivateChannelsForTeam,
    ) -> Result<Reply<Vec<Channel>>, Refused> {
        let (offset, limit) = rows(req.page, req.per_page);
        Ok(
            channels::private_of_team(self.app(), &req.team_id, offset, limit)
                .await?
                .into(),
        )
    }

    async fn get_public_channels_by_ids_for_team(
        &self,
        caller: Caller,
        req: GetPublicChannelsByIdsForTeam,
    ) -> Result<Reply<Vec<Channel>>, Refused> {
        Ok(
            channels::public_by_ids(self.app(), &caller, &req.team_id, &req.body)
                .await?
                .into(),
        )
    }

    async fn get_public_channels_for_team(
        &self,
        _caller: Caller,
        req: GetPublicChannelsForTeam,
    ) -> Result<Reply<Vec<Channel>>, Refused> {
        let (offset, limit) = rows(req.page, req.per_page);
        Ok(
            channels::public_of_team(self.app(), &req.team_id, offset, limit)
                .await?
                .into(),
        )
    }

    async fn search_all_channels(
        &self,
        caller: Caller,
        req: SearchAllChannels,
    ) -> Result<Reply<Value>, Refused> {
        let console = req
            .system_console
            .given()
            .map_err(|_| invalid_body("system_console"))?
            .unwrap_or(true);
        let deleted = req.include_deleted.as_deref() == Some("true");
        Ok(found(
            channels::search_all(self.app(), &caller, req.body, console, deleted).await?,
        ))
    }

    async fn search_channels(
        &self,
        caller: Caller,
        req: SearchChannels,
    ) -> Result<Reply<Vec<Channel>>, Refused> {
        Ok(
            channels::search_team(self.app(), &caller, &req.team_id, &req.body.term)
                .await?
                .into(),
        )
    }

    async fn search_group_channels(
        &self,
        caller: Caller,
        req: SearchGroupChannels,
    ) -> Result<Reply<Vec<Channel>>, Refused> {
        Ok(channels::search_groups(self.app(), &caller, &req.body.term)
            .await?
            .into())
    }
}
