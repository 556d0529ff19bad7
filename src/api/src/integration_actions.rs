//! Buttons, menus and dialogs of integrations.

use contract::{
    DoPostAction, LookupInteractiveDialog, OpenInteractiveDialog, Reply, StatusOk,
    SubmitInteractiveDialog,
};
use domain::{Caller, actions};
use model::{LookupDialogResponse, PostActionAPIResponse, SubmitDialogResponse};

use crate::{Api, Refused};

impl contract::IntegrationActions for Api {
    async fn do_post_action(
        &self,
        caller: Caller,
        req: DoPostAction,
    ) -> Result<Reply<PostActionAPIResponse>, Refused> {
        Ok(
            actions::press(self.app(), &caller, &req.post_id, &req.action_id, &req.body)
                .await?
                .into(),
        )
    }

    async fn lookup_interactive_dialog(
        &self,
        caller: Caller,
        req: LookupInteractiveDialog,
    ) -> Result<Reply<LookupDialogResponse>, Refused> {
        actions::look_up(self.app(), &caller, &req.body).await?;
        Ok(LookupDialogResponse::default().into())
    }

    async fn open_interactive_dialog(
        &self,
        _caller: Caller,
        req: OpenInteractiveDialog,
    ) -> Result<Reply<StatusOk>, Refused> {
        actions::open_dialog(&req.body)?;
        Ok(StatusOk::default().into())
    }

    async fn submit_interactive_dialog(
        &self,
        caller: Caller,
        req: SubmitInteractiveDialog,
    ) -> Result<Reply<SubmitDialogResponse>, Refused> {
        actions::send_dialog(self.app(), &caller, &req.body).await?;
        Ok(SubmitDialogResponse::default().into())
    }
}
