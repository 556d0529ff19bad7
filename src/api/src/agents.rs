//! Agents: there are none, so nothing is rewritten.

use contract::{Reply, RewriteMessage};
use domain::{Caller, actions};
use model::RewriteResponse;

use crate::{Api, Refused};

impl contract::Agents for Api {
    async fn rewrite_message(
        &self,
        _caller: Caller,
        req: RewriteMessage,
    ) -> Result<Reply<RewriteResponse>, Refused> {
        Ok(actions::rewrite(&req.body)?.into())
    }
}
