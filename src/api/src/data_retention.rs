//! Retention policies take a licence. Searching in one finds nothing, as there are none.

use contract::{Reply, SearchChannelsForRetentionPolicy, SearchTeamsForRetentionPolicy};
use domain::Caller;
use model::{ChannelWithTeamData, Team};

use crate::{Api, Refused};

impl contract::DataRetention for Api {
    async fn search_channels_for_retention_policy(
        &self,
        _: Caller,
        _: SearchChannelsForRetentionPolicy,
    ) -> Result<Reply<Vec<ChannelWithTeamData>>, Refused> {
        Ok(Vec::new().into())
    }

    async fn search_teams_for_retention_policy(
        &self,
        _: Caller,
        _: SearchTeamsForRetentionPolicy,
    ) -> Result<Reply<Vec<Team>>, Refused> {
        Ok(Vec::new().into())
    }
}
