//! Personal access tokens.

use crate::paging::rows;
use crate::{Api, Refused};
use contract::{
    CreateUserAccessToken, DisableUserAccessToken, EnableUserAccessToken, GetUserAccessToken,
    GetUserAccessTokens, GetUserAccessTokensForUser, Reply, RevokeUserAccessToken,
    SearchUserAccessTokens, StatusOk,
};
use domain::{Caller, tokens};
use model::UserAccessToken;
use std::collections::BTreeMap;

type Tokens = Result<Reply<Vec<UserAccessToken>>, Refused>;

fn token_id(mut body: BTreeMap<String, String>) -> String {
    body.remove("token_id").unwrap_or_default()
}

impl contract::Tokens for Api {
    async fn create_user_access_token(
        &self,
        caller: Caller,
        req: CreateUserAccessToken,
    ) -> Result<Reply<UserAccessToken>, Refused> {
        let description = req.body.description;
        let token = tokens::create(self.app(), &caller, &req.user_id, description).await?;
        Ok(token.into())
    }

    async fn disable_user_access_token(
        &self,
        caller: Caller,
        req: DisableUserAccessToken,
    ) -> Result<Reply<StatusOk>, Refused> {
        tokens::disable(self.app(), &caller, &token_id(req.body)).await?;
        Ok(StatusOk::default().into())
    }

    async fn enable_user_access_token(
        &self,
        caller: Caller,
        req: EnableUserAccessToken,
    ) -> Result<Reply<StatusOk>, Refused> {
        tokens::enable(self.app(), &caller, &token_id(req.body)).await?;
        Ok(StatusOk::default().into())
    }

    async fn revoke_user_access_token(
        &self,
        caller: Caller,
        req: RevokeUserAccessToken,
    ) -> Result<Reply<StatusOk>, Refused> {
        tokens::revoke(self.app(), &caller, &token_id(req.body)).await?;
        Ok(StatusOk::default().into())
    }

    async fn get_user_access_token(
        &self,
        caller: Caller,
        req: GetUserAccessToken,
    ) -> Result<Reply<UserAccessToken>, Refused> {
        Ok(tokens::get(self.app(), &caller, &req.token_id)
            .await?
            .into())
    }

    async fn get_user_access_tokens(&self, _: Caller, req: GetUserAccessTokens) -> Tokens {
        let (offset, limit) = rows(req.page, req.per_page);
        Ok(tokens::all(self.app(), offset, limit).await?.into())
    }

    async fn get_user_access_tokens_for_user(
        &self,
        caller: Caller,
        req: GetUserAccessTokensForUser,
    ) -> Tokens {
        let (offset, limit) = rows(req.page, req.per_page);
        let found = tokens::of_user(self.app(), &caller, &req.user_id, offset, limit).await?;
        Ok(found.into())
    }

    async fn search_user_access_tokens(&self, _: Caller, req: SearchUserAccessTokens) -> Tokens {
        Ok(tokens::search(self.app(), &req.body.term).await?.into())
    }
}
