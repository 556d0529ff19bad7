//! This server as an OAuth service: the applications registered here, and what it tells them about itself. Where people allow
//! them in and tokens are given is `web::oauth`; signing in here through others is in `web`.

use contract::{
    CreateOAuthApp, DeleteOAuthApp, GetAuthorizationServerMetadata, GetAuthorizedOAuthAppsForUser,
    GetOAuthApp, GetOAuthAppInfo, GetOAuthApps, RegenerateOAuthAppSecret, RegisterOAuthClient,
    Reply, StatusOk, UpdateOAuthApp,
};
use domain::{Caller, oauth};
use http::StatusCode;
use model::{AuthorizationServerMetadata, ClientRegistrationResponse, OAuthApp};
use serde_json::json;

use crate::paging::rows;
use crate::{Api, Refused};

/// Most bytes of an application's description of itself.
const MAX_REGISTRATION: usize = 64 * 1024;

impl contract::Oauth for Api {
    async fn get_authorization_server_metadata(
        &self,
        _: Caller,
        _: GetAuthorizationServerMetadata,
    ) -> Result<Reply<AuthorizationServerMetadata>, Refused> {
        Ok(oauth::metadata(self.app())?.into())
    }

    async fn create_o_auth_app(
        &self,
        caller: Caller,
        req: CreateOAuthApp,
    ) -> Result<Reply<OAuthApp>, Refused> {
        let made = oauth::apps::create(self.app(), &caller, req.body).await?;
        Ok(made.into())
    }

    async fn get_o_auth_app(
        &self,
        caller: Caller,
        req: GetOAuthApp,
    ) -> Result<Reply<OAuthApp>, Refused> {
        let found = oauth::apps::get(self.app(), &caller, &req.app_id).await?;
        Ok(found.into())
    }

    async fn get_o_auth_app_info(
        &self,
        _: Caller,
        req: GetOAuthAppInfo,
    ) -> Result<Reply<OAuthApp>, Refused> {
        let found = oauth::apps::info(self.app(), &req.app_id).await?;
        Ok(found.into())
    }

    async fn get_o_auth_apps(
        &self,
        caller: Caller,
        req: GetOAuthApps,
    ) -> Result<Reply<Vec<OAuthApp>>, Refused> {
        let page = rows(req.page, req.per_page);
        let found = oauth::apps::list(self.app(), &caller, page).await?;
        Ok(found.into())
    }

    async fn get_authorized_o_auth_apps_for_user(
        &self,
        _: Caller,
        req: GetAuthorizedOAuthAppsForUser,
    ) -> Result<Reply<Vec<OAuthApp>>, Refused> {
        let page = rows(req.page, req.per_page);
        let found = oauth::apps::allowed_by(self.app(), &req.user_id, page).await?;
        Ok(found.into())
    }

    async fn update_o_auth_app(
        &self,
        caller: Caller,
        req: UpdateOAuthApp,
    ) -> Result<Reply<OAuthApp>, Refused> {
        let changed = oauth::apps::update(self.app(), &caller, &req.app_id, req.body).await?;
        Ok(changed.into())
    }

    async fn regenerate_o_auth_app_secret(
        &self,
        caller: Caller,
        req: RegenerateOAuthAppSecret,
    ) -> Result<Reply<OAuthApp>, Refused> {
        let changed = oauth::apps::regenerate_secret(self.app(), &caller, &req.app_id).await?;
        Ok(changed.into())
    }

    async fn delete_o_auth_app(
        &self,
        caller: Caller,
        req: DeleteOAuthApp,
    ) -> Result<Reply<StatusOk>, Refused> {
        oauth::apps::delete(self.app(), &caller, &req.app_id).await?;
        Ok(StatusOk::default().into())
    }

    /// What is refused has the shape of the registration standard.
    async fn register_o_auth_client(
        &self,
        _: Caller,
        req: RegisterOAuthClient,
    ) -> Result<Reply<ClientRegistrationResponse>, Refused> {
        let body = req.body.bytes(MAX_REGISTRATION).await.unwrap_or_default();
        match oauth::register(self.app(), &body).await {
            Ok(registered) => Ok(Reply::from(registered).status(StatusCode::CREATED)),
            Err(refusal) => {
                let told =
                    json!({"error": refusal.error, "error_description": refusal.description});
                Ok(Reply::json(told.to_string()).status(StatusCode::BAD_REQUEST))
            }
        }
    }
}
