//! Agents: there are none, so none are listed and nothing is rewritten.

use contract::{GetAgents, GetAgentsStatus, GetLLMServices, Reply, RewriteMessage};
use domain::{Caller, actions};
use model::{AgentsIntegrityResponse, RewriteResponse};
use serde_json::{Value, json};

use crate::{Api, Refused};

/// Why there are none, as the original says it where nothing runs plugins.
const NO_PLUGINS: &str = "app.agents.bridge.not_available.plugin_env_not_initialized";

impl contract::Agents for Api {
    async fn get_agents(&self, _: Caller, _: GetAgents) -> Result<Reply<Value>, Refused> {
        Ok(json!([]).into())
    }

    async fn get_agents_status(
        &self,
        _: Caller,
        _: GetAgentsStatus,
    ) -> Result<Reply<AgentsIntegrityResponse>, Refused> {
        Ok(AgentsIntegrityResponse {
            available: false,
            reason: NO_PLUGINS.to_owned(),
        }
        .into())
    }

    async fn get_llm_services(
        &self,
        _: Caller,
        _: GetLLMServices,
    ) -> Result<Reply<Value>, Refused> {
        Ok(json!([]).into())
    }

    async fn rewrite_message(
        &self,
        _caller: Caller,
        req: RewriteMessage,
    ) -> Result<Reply<RewriteResponse>, Refused> {
        Ok(actions::rewrite(&req.body)?.into())
    }
}
