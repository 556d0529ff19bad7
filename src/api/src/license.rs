//! The licence, as a server without one answers.

use crate::{Api, Refused};
use contract::{GetClientLicense, GetLicenseLoadMetric, Reply};
use domain::Caller;
use rustchat_core::{common, error::ErrorDef};
use std::collections::BTreeMap;

const OLD_FORMAT: ErrorDef = ErrorDef::new(
    "api.license.client.old_format.app_error",
    400,
    "Only format=old is known; please ask for it.",
);

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
}
