//! The configuration: all of it for administrators, the clients' part for everybody.

use crate::{Api, Refused};
use contract::{
    GetClientConfig, GetConfig, GetEnvironmentConfig, PatchConfig, ReloadConfig, Reply, StatusOk,
    UpdateConfig,
};
use domain::{Caller, settings, system};
use http::header::CACHE_CONTROL;
use serde_json::Value;
use std::collections::BTreeMap;

pub(crate) const NO_STORE: &str = "no-cache, no-store, must-revalidate";

fn uncached(body: Value) -> Reply<Value> {
    Reply::from(body).with_header(CACHE_CONTROL, NO_STORE)
}

impl contract::Config for Api {
    async fn get_client_config(
        &self,
        caller: Caller,
        _req: GetClientConfig,
    ) -> Result<Reply<BTreeMap<String, String>>, Refused> {
        let facts = system::client_facts(self.app()).await?;
        let told =
            config::client_config(&self.app().config.get(), &facts, caller.session.is_some());
        let told: BTreeMap<String, String> = told
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect();
        Ok(told.into())
    }

    async fn get_config(&self, caller: Caller, _req: GetConfig) -> Result<Reply<Value>, Refused> {
        Ok(uncached(settings::read(self.app(), &caller).await?))
    }

    async fn get_environment_config(
        &self,
        caller: Caller,
        _req: GetEnvironmentConfig,
    ) -> Result<Reply<Value>, Refused> {
        Ok(uncached(settings::environment(self.app(), &caller).await?))
    }

    async fn patch_config(
        &self,
        caller: Caller,
        req: PatchConfig,
    ) -> Result<Reply<Value>, Refused> {
        Ok(uncached(
            settings::patch(self.app(), &caller, &req.body).await?,
        ))
    }

    async fn reload_config(
        &self,
        _caller: Caller,
        _req: ReloadConfig,
    ) -> Result<Reply<StatusOk>, Refused> {
        settings::reload(self.app()).await?;
        Ok(Reply::from(StatusOk::default()).with_header(CACHE_CONTROL, NO_STORE))
    }

    async fn update_config(
        &self,
        caller: Caller,
        req: UpdateConfig,
    ) -> Result<Reply<Value>, Refused> {
        Ok(uncached(
            settings::replace(self.app(), &caller, req.body).await?,
        ))
    }
}
