//! Plugins: this server runs none. Where they are turned on its lists are empty, which is what clients wait for.

use contract::{
    GetMarketplacePlugins, GetMarketplaceVisitedByAdmin, GetPluginStatuses, GetPlugins,
    GetWebappPlugins, Reply, StatusOk, UpdateMarketplaceVisitedByAdmin,
};
use domain::{Caller, access, first_steps};
use model::{Manifest, MarketplacePlugin, PluginStatus, PluginsResponse, System};
use rustchat_core::{error::ErrorDef, permissions};

use crate::{Api, Refused};

pub(crate) const DISABLED: ErrorDef = ErrorDef::new(
    "app.plugin.disabled.app_error",
    501,
    "Plugins are turned off on this server.",
);
const NO_MARKETPLACE: ErrorDef = ErrorDef::new(
    "app.plugin.marketplace_disabled.app_error",
    501,
    "The marketplace of plugins is turned off on this server.",
);

impl Api {
    fn require_plugins(&self) -> Result<(), Refused> {
        if self.app().config.get().plugin.enable {
            Ok(())
        } else {
            Err(DISABLED.err().into())
        }
    }

    /// For lists that only administrators see.
    async fn require_plugin_reader(&self, caller: &Caller) -> Result<(), Refused> {
        self.require_plugins()?;
        let reads = permissions::SYSCONSOLE_READ_PLUGINS;
        Ok(access::require_system(self.app(), caller, reads).await?)
    }
}

impl contract::Plugins for Api {
    async fn get_plugins(
        &self,
        caller: Caller,
        _: GetPlugins,
    ) -> Result<Reply<PluginsResponse>, Refused> {
        self.require_plugin_reader(&caller).await?;
        Ok(PluginsResponse {
            active: Some(Vec::new()),
            inactive: Some(Vec::new()),
        }
        .into())
    }

    async fn get_plugin_statuses(
        &self,
        caller: Caller,
        _: GetPluginStatuses,
    ) -> Result<Reply<Vec<PluginStatus>>, Refused> {
        self.require_plugin_reader(&caller).await?;
        Ok(Vec::new().into())
    }

    async fn get_webapp_plugins(
        &self,
        _: Caller,
        _: GetWebappPlugins,
    ) -> Result<Reply<Vec<Manifest>>, Refused> {
        self.require_plugins()?;
        Ok(Vec::new().into())
    }

    async fn get_marketplace_plugins(
        &self,
        caller: Caller,
        _: GetMarketplacePlugins,
    ) -> Result<Reply<Vec<MarketplacePlugin>>, Refused> {
        self.require_plugins()?;
        if !self.app().config.get().plugin.enable_marketplace {
            return Err(NO_MARKETPLACE.err().into());
        }
        self.require_plugin_reader(&caller).await?;
        Ok(Vec::new().into())
    }

    async fn get_marketplace_visited_by_admin(
        &self,
        _: Caller,
        _: GetMarketplaceVisitedByAdmin,
    ) -> Result<Reply<System>, Refused> {
        Ok(first_steps::marketplace(self.app()).await?.into())
    }

    async fn update_marketplace_visited_by_admin(
        &self,
        _: Caller,
        _: UpdateMarketplaceVisitedByAdmin,
    ) -> Result<Reply<StatusOk>, Refused> {
        first_steps::saw_marketplace(self.app()).await?;
        Ok(StatusOk::default().into())
    }
}
