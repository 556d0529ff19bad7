//! Searching messages.

use contract::{Reply, SearchPosts, SearchPostsInAllTeams};
use domain::{Caller, search};
use http::header;
use model::{PostSearchResults, SearchParameter};

use crate::{Api, Refused};

impl Api {
    async fn found(
        &self,
        caller: &Caller,
        team_id: &str,
        parameter: &SearchParameter,
    ) -> Result<Reply<PostSearchResults>, Refused> {
        let found = search::posts(self.app(), caller, team_id, parameter).await?;
        Ok(Reply::from(found)
            .with_header(header::CACHE_CONTROL, "no-cache, no-store, must-revalidate"))
    }
}

impl contract::Search for Api {
    async fn search_posts(
        &self,
        caller: Caller,
        req: SearchPosts,
    ) -> Result<Reply<PostSearchResults>, Refused> {
        self.found(&caller, &req.team_id, &req.body).await
    }

    async fn search_posts_in_all_teams(
        &self,
        caller: Caller,
        req: SearchPostsInAllTeams,
    ) -> Result<Reply<PostSearchResults>, Refused> {
        self.found(&caller, "", &req.body).await
    }
}
