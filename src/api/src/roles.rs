//! Roles: reading them by id, name and names, changing their permissions.

use crate::{Api, Refused};
use contract::{
    GetAllRoles, GetAncillaryPermissionsPost, GetRole, GetRoleByName, GetRolesByNames, PatchRole,
    Reply,
};
use domain::{Caller, roles};
use model::Role;
use rustchat_core::{
    common::{self, invalid_body},
    roles::is_valid_name,
};

/// How many names one request may ask for.
const MAX_NAMES: usize = 100;

impl contract::Roles for Api {
    async fn get_all_roles(&self, _: Caller, _: GetAllRoles) -> Result<Reply<Vec<Role>>, Refused> {
        Ok(roles::all(self.app()).await?.into())
    }

    async fn get_role(&self, _: Caller, req: GetRole) -> Result<Reply<Role>, Refused> {
        Ok(roles::get(self.app(), &req.role_id).await?.into())
    }

    async fn get_role_by_name(
        &self,
        _: Caller,
        req: GetRoleByName,
    ) -> Result<Reply<Role>, Refused> {
        Ok(roles::by_name(self.app(), &req.role_name).await?.into())
    }

    async fn get_roles_by_names(
        &self,
        _: Caller,
        req: GetRolesByNames,
    ) -> Result<Reply<Option<Vec<Role>>>, Refused> {
        let names: Vec<String> = req
            .body
            .into_iter()
            .filter(|name| !name.trim().is_empty())
            .collect();
        if names.len() > MAX_NAMES {
            return Err(roles::TOO_MANY_NAMES.with("MaxNames", MAX_NAMES).into());
        }
        if names.is_empty() || !names.iter().all(|n| is_valid_name(n)) {
            return Err(invalid_body("rolename").into());
        }
        let found = roles::by_names(self.app(), &names).await?;
        Ok((!found.is_empty()).then_some(found).into())
    }

    async fn get_ancillary_permissions_post(
        &self,
        _: Caller,
        req: GetAncillaryPermissionsPost,
    ) -> Result<Reply<Vec<String>>, Refused> {
        if req.body.is_empty() {
            return Err(common::PAYLOAD_PARSE.err().into());
        }
        Ok(roles::with_ancillary(req.body).into())
    }

    async fn patch_role(&self, caller: Caller, req: PatchRole) -> Result<Reply<Role>, Refused> {
        Ok(roles::patch(self.app(), &caller, &req.role_id, req.body)
            .await?
            .into())
    }
}
