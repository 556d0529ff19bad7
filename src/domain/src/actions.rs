//! Buttons, menus and dialogs of integrations. rustchat does not call integrations yet: what needs one is refused as an
//! integration that cannot be reached, after everything else was checked.

use model::{
    DoPostActionRequest, OpenDialogRequest, PostActionAPIResponse, RewriteRequest,
    SubmitDialogRequest,
};
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::{clock, common, ids, permissions, text};

use crate::access;
use crate::app::App;
use crate::caller::Caller;
use crate::posts::lists::NO_CHANNEL;
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

pub const TRIGGER_EXPIRED: ErrorDef = ErrorDef::new(
    "interactive_message.decode_trigger_id.expired",
    400,
    "The trigger id is too old.",
);
const TRIGGER_LIFETIME: i64 = 3 * clock::SECOND;

const PLUGINS: &str = "/plugins/";

/// The caller presses a button or chooses from a menu of a message.
pub async fn press(
    app: &App,
    caller: &Caller,
    post_id: &str,
    action_id: &str,
    request: &DoPostActionRequest,
) -> Result<PostActionAPIResponse> {
    if !request.cookie.is_empty() {
        // Cookies stand for messages that are not stored; no such message was ever sent.
        return Err(UNREACHABLE.err());
    }
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

/// Why a trigger that this server did not make is refused.
fn foreign_trigger(trigger: &str) -> AppError {
    use base64::Engine as _;
    let bytes = match base64::engine::general_purpose::STANDARD.decode(trigger) {
        Ok(bytes) => bytes,
        Err(cause) => return TRIGGER_BASE64.caused_by(cause),
    };
    let text = String::from_utf8_lossy(&bytes);
    let parts: Vec<&str> = text.split(':').collect();
    let [_, _, made_at, _] = parts.as_slice() else {
        return TRIGGER.err();
    };
    if clock::now_ms().saturating_sub(made_at.parse().unwrap_or(0)) > TRIGGER_LIFETIME {
        return TRIGGER_EXPIRED.err();
    }
    TRIGGER_SIGNATURE.err()
}

/// The caller sends a dialog.
pub async fn send_dialog(app: &App, caller: &Caller, request: &SubmitDialogRequest) -> Result<()> {
    if request.url.is_empty() {
        return Err(common::invalid_body("url"));
    }
    let channel = rows::channel(app, &request.channel_id)
        .await?
        .ok_or_else(|| NO_CHANNEL.err())?;
    if !access::can_read_channel(app, caller, &channel).await? {
        return Err(access::refused(permissions::READ_CHANNEL_CONTENT));
    }
    access::require_team(app, caller, &request.team_id, permissions::VIEW_TEAM).await?;
    Err(UNREACHABLE.err())
}

/// The caller looks up choices for a field of a dialog.
pub async fn look_up(app: &App, caller: &Caller, request: &SubmitDialogRequest) -> Result<()> {
    if !text::names::is_http_url(&request.url) && !request.url.starts_with(PLUGINS) {
        return Err(common::invalid_body("url"));
    }
    send_dialog(app, caller, request).await
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
