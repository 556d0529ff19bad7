//! The licence, as a server without one answers: there is nothing a licence would unlock here, so none is taken.

use crate::multipart::Parts;
use crate::{Api, Refused};
use contract::{
    GetClientLicense, GetLicenseLoadMetric, IsAllowedToUpgradeToEnterprise, Raw, RemoveLicenseFile,
    Reply, StatusOk, UpgradeToEnterprise, UpgradeToEnterpriseStatus, UploadLicenseFile,
};
use domain::Caller;
use http::StatusCode;
use rustchat_core::{common, error::ErrorDef};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const OLD_FORMAT: ErrorDef = ErrorDef::new(
    "api.license.client.old_format.app_error",
    400,
    "Only format=old is known; please ask for it.",
);
const NO_FILE: ErrorDef = ErrorDef::new(
    "api.license.add_license.no_file.app_error",
    400,
    "The form has no file called license.",
);
const INVALID: ErrorDef = ErrorDef::new(
    "api.license.add_license.invalid.app_error",
    400,
    "This server takes no licences; nothing on it waits for one.",
);
const NO_UPGRADE: ErrorDef = ErrorDef::new(
    "api.upgrade_to_enterprise.system_not_supported.app_error",
    403,
    "This server cannot turn itself into an enterprise edition.",
);

/// Bytes of an uploaded form that are looked at.
const MOST: u64 = 1 << 20;

impl contract::License for Api {
    async fn get_client_license(
        &self,
        _caller: Caller,
        req: GetClientLicense,
    ) -> Result<Reply<BTreeMap<String, String>>, Refused> {
        match req.format.as_deref().unwrap_or_default() {
            "old" => {
                let told = config::client_licence();
                let told: BTreeMap<String, String> = told
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect();
                Ok(told.into())
            }
            "" => Err(OLD_FORMAT.err().into()),
            _ => Err(common::invalid_body("format").into()),
        }
    }

    async fn get_license_load_metric(
        &self,
        _caller: Caller,
        _req: GetLicenseLoadMetric,
    ) -> Result<Reply<BTreeMap<String, i64>>, Refused> {
        // A load is told in relation to the seats of a licence; without one it is 0.
        Ok(BTreeMap::from([("load".to_owned(), 0)]).into())
    }

    async fn upload_license_file(&self, _: Caller, req: UploadLicenseFile) -> Result<Raw, Refused> {
        let Some(form) = Parts::open(req.body, Some(MOST)) else {
            let text = "The body has to be a form with a file (multipart/form-data).\n";
            return Ok(Raw::new("text/plain; charset=utf-8", text).status(StatusCode::BAD_REQUEST));
        };
        let error = if has_licence(form).await {
            INVALID
        } else {
            NO_FILE
        };
        Err(error.err().into())
    }

    async fn remove_license_file(
        &self,
        _: Caller,
        _: RemoveLicenseFile,
    ) -> Result<Reply<StatusOk>, Refused> {
        // there is none, which is what was asked for
        Ok(StatusOk::default().into())
    }

    async fn is_allowed_to_upgrade_to_enterprise(
        &self,
        _: Caller,
        _: IsAllowedToUpgradeToEnterprise,
    ) -> Result<Reply<StatusOk>, Refused> {
        Err(NO_UPGRADE.err().into())
    }

    async fn upgrade_to_enterprise(
        &self,
        _: Caller,
        _: UpgradeToEnterprise,
    ) -> Result<Reply<StatusOk>, Refused> {
        Err(NO_UPGRADE.err().into())
    }

    async fn upgrade_to_enterprise_status(
        &self,
        _: Caller,
        _: UpgradeToEnterpriseStatus,
    ) -> Result<Reply<Value>, Refused> {
        Ok(json!({ "percentage": 0, "error": null }).into())
    }
}

/// Whether the form has a file called `license`.
async fn has_licence(mut form: Parts) -> bool {
    while let Ok(Some(field)) = form.next().await {
        if field.name() == Some("license") && field.file_name().is_some() {
            return true;
        }
    }
    false
}
