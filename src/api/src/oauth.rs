//! What this server is as an OAuth service for applications. Signing in here through others is in `web`.

use contract::{GetAuthorizationServerMetadata, Reply};
use domain::{Caller, oauth};
use model::AuthorizationServerMetadata;

use crate::{Api, Refused};

impl contract::Oauth for Api {
    async fn get_authorization_server_metadata(
        &self,
        _: Caller,
        _: GetAuthorizationServerMetadata,
    ) -> Result<Reply<AuthorizationServerMetadata>, Refused> {
        Ok(oauth::metadata(self.app())?.into())
    }
}
