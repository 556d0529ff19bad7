//! Messages people have begun to write. The user in the path means nothing: drafts are always the caller's.

use contract::{DeleteDraft, DeleteThreadDraft, GetDrafts, Reply, StatusOk, UpsertDraft};
use domain::{Caller, drafts};
use http::StatusCode;
use model::Draft;

use crate::{Api, Refused};

impl contract::Drafts for Api {
    async fn delete_draft(
        &self,
        caller: Caller,
        req: DeleteDraft,
    ) -> Result<Reply<StatusOk>, Refused> {
        drafts::delete(self.app(), &caller, &req.channel_id, "").await?;
        Ok(StatusOk::default().into())
    }

    async fn delete_thread_draft(
        &self,
        caller: Caller,
        req: DeleteThreadDraft,
    ) -> Result<Reply<StatusOk>, Refused> {
        drafts::delete(self.app(), &caller, &req.channel_id, &req.thread_id).await?;
        Ok(StatusOk::default().into())
    }

    async fn get_drafts(
        &self,
        caller: Caller,
        req: GetDrafts,
    ) -> Result<Reply<Option<Vec<Draft>>>, Refused> {
        Ok(drafts::list(self.app(), &caller, &req.team_id)
            .await?
            .into())
    }

    async fn upsert_draft(
        &self,
        caller: Caller,
        req: UpsertDraft,
    ) -> Result<Reply<Draft>, Refused> {
        let reply = match drafts::upsert(self.app(), &caller, req.body).await? {
            Some(draft) => Reply::from(draft),
            None => Reply::json("null"),
        };
        Ok(reply.status(StatusCode::CREATED))
    }
}
