//! Channels: creating, reading, changing, archiving.

use contract::{
    ConvertGroupMessageToChannel, CreateChannel, CreateDirectChannel, CreateGroupChannel,
    DeleteChannel, GetChannel, GetChannelByName, GetChannelByNameForTeamName, GetChannelStats,
    MoveChannel, PatchChannel, Reply, RestoreChannel, StatusOk, UpdateChannel,
    UpdateChannelPrivacy,
};
use domain::{Caller, channels};
use http::StatusCode;
use model::{Channel, ChannelStats};
use serde_json::Value;

use crate::{Api, Refused, content_review, text};

fn created(channel: Channel) -> Reply<Channel> {
    Reply::from(channel).status(StatusCode::CREATED)
}

impl contract::Channels for Api {
    async fn convert_group_message_to_channel(
        &self,
        caller: Caller,
        req: ConvertGroupMessageToChannel,
    ) -> Result<Reply<Channel>, Refused> {
        Ok(
            channels::convert_group(self.app(), &caller, &req.channel_id, req.body)
                .await?
                .into(),
        )
    }

    async fn create_channel(
        &self,
        caller: Caller,
        req: CreateChannel,
    ) -> Result<Reply<Channel>, Refused> {
        Ok(created(
            channels::create(self.app(), &caller, req.body).await?,
        ))
    }

    async fn create_direct_channel(
        &self,
        caller: Caller,
        req: CreateDirectChannel,
    ) -> Result<Reply<Channel>, Refused> {
        Ok(created(
            channels::create_direct(self.app(), &caller, &req.body).await?,
        ))
    }

    async fn create_group_channel(
        &self,
        caller: Caller,
        req: CreateGroupChannel,
    ) -> Result<Reply<Channel>, Refused> {
        Ok(created(
            channels::create_group(self.app(), &caller, &req.body).await?,
        ))
    }

    async fn delete_channel(
        &self,
        caller: Caller,
        req: DeleteChannel,
    ) -> Result<Reply<StatusOk>, Refused> {
        match req.permanent {
            true => channels::delete(self.app(), &caller, &req.channel_id).await?,
            false => channels::archive(self.app(), &caller, &req.channel_id).await?,
        }
        Ok(StatusOk::default().into())
    }

    async fn get_channel(
        &self,
        caller: Caller,
        req: GetChannel,
    ) -> Result<Reply<Channel>, Refused> {
        if req.as_content_reviewer.is_true() {
            return Err(content_review());
        }
        Ok(channels::read(self.app(), &caller, &req.channel_id)
            .await?
            .into())
    }

    async fn get_channel_by_name(
        &self,
        caller: Caller,
        req: GetChannelByName,
    ) -> Result<Reply<Channel>, Refused> {
        let deleted = req.include_deleted.is_true();
        Ok(channels::read_by_name(
            self.app(),
            &caller,
            &req.team_id,
            &req.channel_name,
            deleted,
        )
        .await?
        .into())
    }

    async fn get_channel_by_name_for_team_name(
        &self,
        caller: Caller,
        req: GetChannelByNameForTeamName,
    ) -> Result<Reply<Channel>, Refused> {
        let deleted = req.include_deleted.is_true();
        Ok(channels::read_by_names(
            self.app(),
            &caller,
            &req.team_name,
            &req.channel_name,
            deleted,
        )
        .await?
        .into())
    }

    async fn get_channel_stats(
        &self,
        _caller: Caller,
        req: GetChannelStats,
    ) -> Result<Reply<ChannelStats>, Refused> {
        let files = req.exclude_files_count.as_deref() != Some("true");
        Ok(channels::stats(self.app(), &req.channel_id, files)
            .await?
            .into())
    }

    async fn move_channel(
        &self,
        caller: Caller,
        req: MoveChannel,
    ) -> Result<Reply<Channel>, Refused> {
        let team = req.body.get("team_id").and_then(Value::as_str);
        let force = req.body.get("force").and_then(Value::as_bool);
        Ok(
            channels::move_to_team(self.app(), &caller, &req.channel_id, team, force)
                .await?
                .into(),
        )
    }

    async fn patch_channel(
        &self,
        caller: Caller,
        req: PatchChannel,
    ) -> Result<Reply<Channel>, Refused> {
        Ok(
            channels::patch(self.app(), &caller, &req.channel_id, req.body)
                .await?
                .into(),
        )
    }

    async fn restore_channel(
        &self,
        caller: Caller,
        req: RestoreChannel,
    ) -> Result<Reply<Channel>, Refused> {
        Ok(channels::restore(self.app(), &caller, &req.channel_id)
            .await?
            .into())
    }

    async fn update_channel(
        &self,
        caller: Caller,
        req: UpdateChannel,
    ) -> Result<Reply<Channel>, Refused> {
        Ok(
            channels::update(self.app(), &caller, &req.channel_id, req.body)
                .await?
                .into(),
        )
    }

    async fn update_channel_privacy(
        &self,
        caller: Caller,
        req: UpdateChannelPrivacy,
    ) -> Result<Reply<Channel>, Refused> {
        let privacy = text(&req.body, "privacy");
        Ok(
            channels::set_privacy(self.app(), &caller, &req.channel_id, privacy)
                .await?
                .into(),
        )
    }
}
