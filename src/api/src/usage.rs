//! How much the server holds and may hold.

use contract::{GetPostsUsage, GetServerLimits, GetStorageUsage, GetTeamsUsage, Reply};
use domain::{Caller, usage};
use model::{PostsUsage, ServerLimits, StorageUsage, TeamsUsage};

use crate::{Api, Refused};

impl contract::Usage for Api {
    async fn get_posts_usage(
        &self,
        _: Caller,
        _: GetPostsUsage,
    ) -> Result<Reply<PostsUsage>, Refused> {
        Ok(usage::posts(self.app()).await?.into())
    }

    async fn get_server_limits(
        &self,
        caller: Caller,
        _: GetServerLimits,
    ) -> Result<Reply<ServerLimits>, Refused> {
        Ok(usage::limits(self.app(), &caller).await?.into())
    }

    async fn get_storage_usage(
        &self,
        _: Caller,
        _: GetStorageUsage,
    ) -> Result<Reply<StorageUsage>, Refused> {
        Ok(usage::storage(self.app()).await?.into())
    }

    async fn get_teams_usage(
        &self,
        _: Caller,
        _: GetTeamsUsage,
    ) -> Result<Reply<TeamsUsage>, Refused> {
        Ok(usage::teams(self.app()).await?.into())
    }
}
