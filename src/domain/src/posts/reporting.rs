//! Reading a channel's posts in bulk for reports, which needs a licence. What is asked for is checked before that is said.

use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::ids;
use serde_json::Value;

pub const LICENSE: ErrorDef = ErrorDef::new(
    "app.post.get_posts_for_reporting.license_error",
    400,
    "Reading messages in bulk needs a licence.",
);
pub const CHANNEL: ErrorDef = ErrorDef::new(
    "model.post.query_params.invalid_channel_id",
    400,
    "The channel id is missing or wrong.",
);
pub const TIME_FIELD: ErrorDef = ErrorDef::new(
    "model.post.query_params.invalid_time_field",
    400,
    "The time field is create_at or update_at.",
);
pub const DIRECTION: ErrorDef = ErrorDef::new(
    "model.post.query_params.invalid_sort_direction",
    400,
    "The direction is asc or desc.",
);
pub const CURSOR_BASE64: ErrorDef = ErrorDef::new(
    "model.post.decode_cursor.invalid_base64",
    400,
    "The cursor cannot be read.",
);
pub const CURSOR_FORMAT: ErrorDef = ErrorDef::new(
    "model.post.decode_cursor.invalid_format",
    400,
    "The cursor has a wrong form.",
);

/// Parts of a cursor.
const CURSOR_PARTS: usize = 8;

/// Refuses a report: for what is wrong with the request, else for want of a licence.
pub fn refuse(request: &Value) -> Result<()> {
    let text = |key: &str| request.get(key).and_then(Value::as_str).unwrap_or_default();
    if !text("cursor").is_empty() {
        check_cursor(text("cursor"))?;
    }
    if !ids::is_valid_id(text("channel_id")) {
        return Err(CHANNEL.err());
    }
    if !matches!(text("time_field"), "" | "create_at" | "update_at") {
        return Err(TIME_FIELD.err());
    }
    if !matches!(text("sort_direction"), "" | "asc" | "desc") {
        return Err(DIRECTION.err());
    }
    Err(LICENSE.err())
}

fn check_cursor(cursor: &str) -> Result<()> {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};
    let bytes = URL_SAFE
        .decode(cursor)
        .or_else(|_| STANDARD.decode(cursor))
        .map_err(|cause| CURSOR_BASE64.caused_by(cause))?;
    if bytes.split(|b| *b == b':').count() < CURSOR_PARTS {
        return Err(CURSOR_FORMAT.err());
    }
    Ok(())
}
