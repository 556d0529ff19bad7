//! Access policies: what can be asked without a licence.

use contract::{
    CreateAccessControlPolicy, GetAccessControlPolicyAutocompleteFields, Reply,
    SearchChannelsForAccessControlPolicy,
};
use domain::{Caller, access_control};
use model::{AccessControlPolicy, ChannelsWithCount};
use serde_json::{Value, json};

use crate::{Api, Refused};

impl contract::AccessControl for Api {
    async fn create_access_control_policy(
        &self,
        caller: Caller,
        req: CreateAccessControlPolicy,
    ) -> Result<Reply<AccessControlPolicy>, Refused> {
        access_control::create(self.app(), &caller, &req.body).await?;
        Ok(req.body.into())
    }

    async fn get_access_control_policy_autocomplete_fields(
        &self,
        caller: Caller,
        req: GetAccessControlPolicyAutocompleteFields,
    ) -> Result<Reply<Value>, Refused> {
        let channel = req.channel_id.unwrap_or_default();
        let fields = access_control::fields(self.app(), &caller, &channel).await?;
        Ok(json!(fields).into())
    }

    async fn search_channels_for_access_control_policy(
        &self,
        _caller: Caller,
        _req: SearchChannelsForAccessControlPolicy,
    ) -> Result<Reply<ChannelsWithCount>, Refused> {
        Ok(access_control::ruled_channels().into())
    }
}
