//! Terms of service.

use crate::{Api, Refused};
use contract::{
    GetTermsOfService, GetUserTermsOfService, RegisterTermsOfServiceAction, Reply, StatusOk,
};
use domain::{Caller, terms_of_service};
use model::{TermsOfService, UserTermsOfService};
use rustchat_core::common::invalid_body;

impl contract::TermsOfService for Api {
    async fn get_terms_of_service(
        &self,
        _: Caller,
        _: GetTermsOfService,
    ) -> Result<Reply<TermsOfService>, Refused> {
        Ok(terms_of_service::latest(self.app()).await?.into())
    }

    async fn get_user_terms_of_service(
        &self,
        caller: Caller,
        _: GetUserTermsOfService,
    ) -> Result<Reply<UserTermsOfService>, Refused> {
        Ok(terms_of_service::accepted(self.app(), &caller)
            .await?
            .into())
    }

    async fn register_terms_of_service_action(
        &self,
        caller: Caller,
        req: RegisterTermsOfServiceAction,
    ) -> Result<Reply<StatusOk>, Refused> {
        let id = req.body.get("termsOfServiceId").and_then(|id| id.as_str());
        let id = id.ok_or_else(|| Refused::from(invalid_body("termsOfServiceId")))?;
        let accepts = req.body.get("accepted").and_then(|yes| yes.as_bool());
        let accepts = accepts.ok_or_else(|| Refused::from(invalid_body("accepted")))?;
        terms_of_service::answer(self.app(), &caller, id, accepts).await?;
        Ok(StatusOk::default().into())
    }
}
