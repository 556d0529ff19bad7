//! Webhooks: managing incoming and outgoing ones. What is sent to incoming ones arrives in `web::hooks`.

use contract::{
    CreateIncomingWebhook, CreateOutgoingWebhook, DeleteIncomingWebhook, DeleteOutgoingWebhook,
    GetIncomingWebhook, GetIncomingWebhooks, GetOutgoingWebhook, GetOutgoingWebhooks,
    RegenOutgoingHookToken, Reply, StatusOk, UpdateIncomingWebhook, UpdateOutgoingWebhook,
};
use domain::Caller;
use domain::webhooks::{incoming, outgoing};
use model::{IncomingWebhook, OutgoingWebhook};
use serde_json::Value;

use crate::paging::rows;
use crate::{Api, Refused};

impl contract::Webhooks for Api {
    async fn create_incoming_webhook(
        &self,
        caller: Caller,
        req: CreateIncomingWebhook,
    ) -> Result<Reply<IncomingWebhook>, Refused> {
        Ok(incoming::create(self.app(), &caller, req.body)
            .await?
            .into())
    }

    async fn get_incoming_webhook(
        &self,
        caller: Caller,
        req: GetIncomingWebhook,
    ) -> Result<Reply<IncomingWebhook>, Refused> {
        Ok(incoming::get(self.app(), &caller, &req.hook_id)
            .await?
            .into())
    }

    async fn get_incoming_webhooks(
        &self,
        caller: Caller,
        req: GetIncomingWebhooks,
    ) -> Result<Reply<Value>, Refused> {
        let team_id = req.team_id.unwrap_or_default();
        let page = rows(req.page, req.per_page);
        let body = if req.include_total_count {
            serde_json::to_vec(
                &incoming::list_with_count(self.app(), &caller, &team_id, page).await?,
            )
        } else {
            serde_json::to_vec(&incoming::list(self.app(), &caller, &team_id, page).await?)
        };
        Ok(Reply::json(body.unwrap_or_default()))
    }

    async fn update_incoming_webhook(
        &self,
        caller: Caller,
        req: UpdateIncomingWebhook,
    ) -> Result<Reply<IncomingWebhook>, Refused> {
        let hook = incoming::update(self.app(), &caller, &req.hook_id, req.body).await?;
        Ok(hook.into())
    }

    async fn delete_incoming_webhook(
        &self,
        caller: Caller,
        req: DeleteIncomingWebhook,
    ) -> Result<Reply<StatusOk>, Refused> {
        incoming::delete(self.app(), &caller, &req.hook_id).await?;
        Ok(StatusOk::default().into())
    }

    async fn create_outgoing_webhook(
        &self,
        caller: Caller,
        req: CreateOutgoingWebhook,
    ) -> Result<Reply<OutgoingWebhook>, Refused> {
        Ok(outgoing::create(self.app(), &caller, req.body)
            .await?
            .into())
    }

    async fn get_outgoing_webhook(
        &self,
        caller: Caller,
        req: GetOutgoingWebhook,
    ) -> Result<Reply<OutgoingWebhook>, Refused> {
        Ok(outgoing::get(self.app(), &caller, &req.hook_id)
            .await?
            .into())
    }

    async fn get_outgoing_webhooks(
        &self,
        caller: Caller,
        req: GetOutgoingWebhooks,
    ) -> Result<Reply<Vec<OutgoingWebhook>>, Refused> {
        let team_id = req.team_id.unwrap_or_default();
        let channel_id = req.channel_id.unwrap_or_default();
        let page = rows(req.page, req.per_page);
        let hooks = outgoing::list(self.app(), &caller, &team_id, &channel_id, page).await?;
        Ok(hooks.into())
    }

    async fn update_outgoing_webhook(
        &self,
        caller: Caller,
        req: UpdateOutgoingWebhook,
    ) -> Result<Reply<OutgoingWebhook>, Refused> {
        let hook = outgoing::update(self.app(), &caller, &req.hook_id, req.body).await?;
        Ok(hook.into())
    }

    async fn regen_outgoing_hook_token(
        &self,
        caller: Caller,
        req: RegenOutgoingHookToken,
    ) -> Result<Reply<OutgoingWebhook>, Refused> {
        let hook = outgoing::regenerate_token(self.app(), &caller, &req.hook_id).await?;
        Ok(hook.into())
    }

    async fn delete_outgoing_webhook(
        &self,
        caller: Caller,
        req: DeleteOutgoingWebhook,
    ) -> Result<Reply<StatusOk>, Refused> {
        outgoing::delete(self.app(), &caller, &req.hook_id).await?;
        Ok(StatusOk::default().into())
    }
}
