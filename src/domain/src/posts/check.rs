//! What a post may be: lengths, types and the shape of its props.

use model::Post;
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::{common, text};

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
