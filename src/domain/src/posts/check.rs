//! What a post may be: lengths, types and the shape of its props.

use model::Post;
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::{clock, common, text};

/// Longest message, in characters.
pub const MAX_MESSAGE: usize = 16_383;
const MAX_FILE_IDS: usize = 300;
const MAX_PROPS: usize = 800_000;

pub const MESSAGE_LENGTH: ErrorDef = ErrorDef::new(
    "model.post.is_valid.message_length.app_error",
    400,
    "The message has more than {Max} characters.",
);
pub const FILE_IDS: ErrorDef = ErrorDef::new(
    "model.post.is_valid.file_ids.app_error",
    400,
    "There are too many files.",
);
pub const PROPS: ErrorDef = ErrorDef::new(
    "model.post.is_valid.props.app_error",
    400,
    "The properties are too big.",
);
pub const CREATE_AT: ErrorDef = ErrorDef::new(
    "model.post.is_valid.create_at.app_error",
    400,
    "The time of the message is not possible.",
);
pub const TYPE: ErrorDef = ErrorDef::new(
    "model.post.is_valid.type.app_error",
    400,
    "There is no such type of message.",
);
pub const INVALID_PARAM: ErrorDef = ErrorDef::new(
    "api.context.invalid_param.app_error",
    400,
    "The request has a wrong {Name}.",
);
pub const BURN_ON_READ: ErrorDef = ErrorDef::new(
    "api.post.fill_in_post_props.burn_on_read.license.app_error",
    501,
    "Messages that vanish when read need a licence.",
);

pub const PRIORITY_OFF: ErrorDef = ErrorDef::new(
    "api.post.post_priority.priority_post_not_allowed_for_user.request_error",
    403,
    "Messages have no priority on this server.",
);
pub const PRIORITY_OF_REPLY: ErrorDef = ErrorDef::new(
    "api.post.post_priority.priority_post_only_allowed_for_root_post.request_error",
    400,
    "Replies have no priority.",
);
pub const UNLICENSED: ErrorDef = ErrorDef::new(
    "license_error.feature_unavailable",
    501,
    "The licence of this server does not include this.",
);

/// What a person may ask for with a message: a priority, but no acknowledgements without a licence.
pub fn priority(post: &Post, enabled: bool) -> Result<()> {
    let Some(wanted) = post
        .metadata
        .as_ref()
        .and_then(|metadata| metadata.priority.as_ref())
    else {
        return Ok(());
    };
    if !enabled {
        return Err(PRIORITY_OFF.err());
    }
    if !post.root_id.is_empty() {
        return Err(PRIORITY_OF_REPLY.err());
    }
    if wanted.requested_ack == Some(true) || wanted.persistent_notifications == Some(true) {
        return Err(UNLICENSED.err());
    }
    Ok(())
}

/// An administrator dates a post as an import does, but not beyond what lists and clients can count with.
pub fn moment(create_at: i64) -> Result<()> {
    if create_at > clock::LATEST {
        return Err(CREATE_AT.err());
    }
    Ok(())
}

/// Refuses what nobody may send.
pub fn user_type(post_type: &str) -> Result<()> {
    match post_type {
        "burn_on_read" => Err(BURN_ON_READ.err()),
        system if system.starts_with("system_") => Err(INVALID_PARAM.with("Name", "post.type")),
        _ => Ok(()),
    }
}

/// The rules every stored post meets.
pub fn post(post: &Post) -> Result<()> {
    if !text::at_most(&post.message, MAX_MESSAGE) {
        return Err(MESSAGE_LENGTH.with("Max", MAX_MESSAGE));
    }
    if json_length(&post.file_ids) > MAX_FILE_IDS {
        return Err(FILE_IDS.err());
    }
    if json_length(&post.props) > MAX_PROPS {
        return Err(PROPS.err());
    }
    if !is_type(&post.type_) {
        return Err(TYPE.err());
    }
    Ok(())
}

fn json_length(value: &impl serde::Serialize) -> usize {
    serde_json::to_string(value).map_or(usize::MAX, |text| text.chars().count())
}

fn is_type(name: &str) -> bool {
    let known = [
        "",
        "slack_attachment",
        "me",
        "reminder",
        "add_bot_teams_channels",
    ];
    name.len() <= 26
        && (known.contains(&name) || name.starts_with("system_") || name.starts_with("custom_"))
}

/// A field of the body that is missing or wrong.
pub fn bad_body(name: &str) -> AppError {
    common::invalid_body(name)
}
