//! Buttons, menus and dialogs of integrations. rustchat does not call integrations yet: what needs one is refused as an
//! integration that cannot be reached, after everything else was checked.

use model::{
    DoPostActionRequest, OpenDialogRequest, PostActionAPIResponse, RewriteRequest,
    SubmitDialogRequest,
};
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::{common, ids, permissions};

use crate::access;
use crate::app::App;
use crate::caller::Caller;
use crate::posts::{props, readable, rows};

pub const NO_ACTION: ErrorDef = ErrorDef::new(
    "api.post.do_action.action_id.app_error",
    404,
    "The message has no such button or menu.",
);
pub const UNREACHABLE: ErrorDef = ErrorDef::new(
    "api.post.do_action.action_integration.app_error",
    400,
    "The integration could not be reached.",
);
pub const TRIGGER: ErrorDef = ErrorDef::new(
    "interactive_message.decode_trigger_id.missing_data",
    400,
    "The trigger id is incomplete.",
);
pub const TRIGGER_BASE64: ErrorDef = ErrorDef::new(
    "interactive_message.decode_trigger_id.base64_decode_failed",
    400,
    "The trigger id cannot be read.",
);
pub const TRIGGER_SIGNATURE: ErrorDef = ErrorDef::new(
    "interactive_message.decode_trigger_id.verify_signature_failed",
    400,
    "The trigger id was not made by this server.",
);
pub const AGENT: ErrorDef = ErrorDef::new(
    "app.post.rewrite.agent_call_failed",
    500,
    "There is no agent that could rewrite the message.",
);

const PLUGINS: &str = "/plugins/";

/// The caller presses a button or chooses from a menu of a message.
pub async fn press(
    app: &App,
    caller: &Caller,
    post_id: &str,
    action_id: &str,
    _request: &DoPostActionRequest,
) -> Result<PostActionAPIResponse> {
    let post = readable(app, caller, post_id).await?;
    let attachments = props::attachments(&post);
    let action = attachments
        .iter()
        .flat_map(|attachment| &attachment.actions)
        .find(|action| action.id == action_id);
    let integration = action
        .and_then(|action| action.integration.as_ref())
        .ok_or_else(|| NO_ACTION.err())?;
    if !integration.url.starts_with(PLUGINS) {
        return Err(UNREACHABLE.err());
    }
    // A plugin that is not there answers nothing, and the press counts as done.
    Ok(PostActionAPIResponse {
        status: "OK".to_owned(),
        trigger_id: ids::new_id(),
    })
}

/// An integration opens a dialog for whoever pressed its button. No button was ever sent to one, so no trigger is ours.
pub fn open_dialog(request: &OpenDialogRequest) -> Result<()> {
    if request.url.is_empty() {
        return Err(common::invalid_body("url"));
    }
    Err(foreign_trigger(&request.trigger_id))
}

fn foreign_trigger(trigger: &str) -> AppError {
    use base64::Engine as _;
    match base64::engine::general_purpose::STANDARD.decode(trigger) {
        Ok(bytes) if bytes.split(|b| *b == b':').count() == 4 => TRIGGER_SIGNATURE.err(),
        Ok(_) => TRIGGER.err(),
        Err(cause) => TRIGGER_BASE64.caused_by(cause),
    }
}

/// The caller sends a dialog, or looks up choices for one of its fields.
pub async fn send_dialog(app: &App, caller: &Caller, request: &SubmitDialogRequest) -> Result<()> {
    if request.url.is_empty() {
        return Err(common::invalid_body("url"));
    }
    let refused = || access::refused(permissions::READ_CHANNEL_CONTENT);
    let channel = rows::channel(app, &request.channel_id)
        .await?
        .ok_or_else(refused)?;
    if !access::can_read_channel(app, caller, &channel).await? {
        return Err(refused());
    }
    access::require_team(app, caller, &request.team_id, permissions::VIEW_TEAM).await?;
    Err(UNREACHABLE.err())
}

/// An agent rewrites a text; there are no agents.
pub fn rewrite(request: &RewriteRequest) -> Result<model::RewriteResponse> {
    if !ids::is_valid_id(&request.agent_id) {
        return Err(common::invalid_body("agent_id"));
    }
    if !request.root_id.is_empty() && !ids::is_valid_id(&request.root_id) {
        return Err(common::invalid_body("root_id"));
    }
    Err(AGENT.err())
}
