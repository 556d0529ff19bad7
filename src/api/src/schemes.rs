//! Permission schemes.

use contract::{
    GetChannelsForScheme, GetScheme, GetSchemes, GetTeamsForScheme, Reply, StatusOk,
    UpdateChannelScheme, UpdateTeamScheme,
};
use domain::{Caller, schemes};
use model::{Channel, Scheme, Team};

use crate::paging::rows;
use crate::{Api, Refused};

impl contract::Schemes for Api {
    async fn get_channels_for_scheme(
        &self,
        _caller: Caller,
        req: GetChannelsForScheme,
    ) -> Result<Reply<Vec<Channel>>, Refused> {
        let (offset, limit) = rows(req.page, req.per_page);
        Ok(
            schemes::channels_of(self.app(), &req.scheme_id, offset, limit)
                .await?
                .into(),
        )
    }

    async fn get_scheme(&self, _caller: Caller, req: GetScheme) -> Result<Reply<Scheme>, Refused> {
        Ok(schemes::get(self.app(), &req.scheme_id).await?.into())
    }

    async fn get_schemes(
        &self,
        _caller: Caller,
        req: GetSchemes,
    ) -> Result<Reply<Vec<Scheme>>, Refused> {
        let (offset, limit) = rows(req.page, req.per_page);
        let scope = req.scope.unwrap_or_default();
        Ok(schemes::list(self.app(), &scope, offset, limit)
            .await?
            .into())
    }

    async fn get_teams_for_scheme(
        &self,
        caller: Caller,
        req: GetTeamsForScheme,
    ) -> Result<Reply<Vec<Team>>, Refused> {
        let (offset, limit) = rows(req.page, req.per_page);
        Ok(
            schemes::teams_of(self.app(), &caller, &req.scheme_id, offset, limit)
                .await?
                .into(),
        )
    }

    async fn update_channel_scheme(
        &self,
        _caller: Caller,
        req: UpdateChannelScheme,
    ) -> Result<Reply<StatusOk>, Refused> {
        schemes::give_to_channel(&req.body)?;
        Ok(StatusOk::default().into())
    }

    async fn update_team_scheme(
        &self,
        _caller: Caller,
        req: UpdateTeamScheme,
    ) -> Result<Reply<StatusOk>, Refused> {
        schemes::give_to_team(&req.body)?;
        Ok(StatusOk::default().into())
    }
}
