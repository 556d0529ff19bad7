//! SAML, which takes a licence: its files are not there, and moving accounts to it is checked, then refused.

use crate::{
    Api, Refused,
    ldap::{flag, service},
};
use contract::{GetSamlCertificateStatus, MigrateAuthToSaml, Reply, StatusOk};
use domain::{Caller, access};
use model::SamlCertificateStatus;
use rustchat_core::{common::invalid_body, error::ErrorDef, permissions};

const NOT_AVAILABLE: ErrorDef = ErrorDef::new(
    "api.admin.saml.not_available.app_error",
    501,
    "This server does not offer SAML.",
);

impl contract::Saml for Api {
    async fn get_saml_certificate_status(
        &self,
        _: Caller,
        _: GetSamlCertificateStatus,
    ) -> Result<Reply<SamlCertificateStatus>, Refused> {
        Ok(SamlCertificateStatus::default().into())
    }

    async fn migrate_auth_to_saml(
        &self,
        caller: Caller,
        req: MigrateAuthToSaml,
    ) -> Result<Reply<StatusOk>, Refused> {
        service(&req.body, "saml")?;
        flag(&req.body, "auto")?;
        if !req
            .body
            .get("matches")
            .is_some_and(|matches| matches.is_object())
        {
            return Err(invalid_body("matches").into());
        }
        access::require_system(self.app(), &caller, permissions::MANAGE_SYSTEM).await?;
        Err(NOT_AVAILABLE.err().into())
    }
}
