//! Moving accounts to LDAP, which takes a licence: requests are checked, then refused.

use crate::{Api, Refused};
use contract::{MigrateAuthToLdap, MigrateIdLdap, Reply, StatusOk};
use domain::{Caller, access};
use rustchat_core::{common::invalid_body, error::ErrorDef, permissions};
use serde_json::{Map, Value};

const LICENSE: ErrorDef = ErrorDef::new(
    "api.ldap_groups.license_error",
    501,
    "The licence of this server does not include LDAP.",
);
const NOT_AVAILABLE: ErrorDef = ErrorDef::new(
    "api.admin.ldap.not_available.app_error",
    501,
    "This server does not offer LDAP.",
);

/// What accounts can be moved from: passwords, or the sign-in of a provider.
const SERVICES: &[&str] = &[
    "email",
    "gitlab",
    "google",
    "office365",
    "openid",
    "saml",
    "ldap",
];

/// The sign-in service accounts are moved from; one other than where they go.
pub(crate) fn service(body: &Map<String, Value>, to: &str) -> Result<(), Refused> {
    let from = crate::text(body, "from");
    if from != to && SERVICES.contains(&from) {
        Ok(())
    } else {
        Err(invalid_body("from").into())
    }
}

fn text(body: &Map<String, Value>, key: &'static str) -> Result<(), Refused> {
    match body.get(key).and_then(Value::as_str) {
        Some(text) if !text.is_empty() => Ok(()),
        _ => Err(invalid_body(key).into()),
    }
}

pub(crate) fn flag(body: &Map<String, Value>, key: &'static str) -> Result<(), Refused> {
    match body.get(key) {
        Some(Value::Bool(_)) => Ok(()),
        _ => Err(invalid_body(key).into()),
    }
}

impl contract::Ldap for Api {
    async fn migrate_auth_to_ldap(
        &self,
        caller: Caller,
        req: MigrateAuthToLdap,
    ) -> Result<Reply<StatusOk>, Refused> {
        service(&req.body, "ldap")?;
        flag(&req.body, "force")?;
        text(&req.body, "match_field")?;
        access::require_system(self.app(), &caller, permissions::MANAGE_SYSTEM).await?;
        Err(NOT_AVAILABLE.err().into())
    }

    async fn migrate_id_ldap(
        &self,
        caller: Caller,
        req: MigrateIdLdap,
    ) -> Result<Reply<StatusOk>, Refused> {
        text(&req.body, "toAttribute")?;
        access::require_system(self.app(), &caller, permissions::MANAGE_SYSTEM).await?;
        Err(LICENSE.err().into())
    }
}
