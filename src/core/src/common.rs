//! Error definitions that many nouns raise. What only one noun raises stands beside that noun.

use crate::error::{AppError, ErrorDef};

pub const INVALID_BODY_PARAM: ErrorDef = ErrorDef::new(
    "api.context.invalid_body_param.app_error",
    400,
    "The request body has a missing or invalid {Name}.",
);
pub const INVALID_URL_PARAM: ErrorDef = ErrorDef::new(
    "api.context.invalid_url_param.app_error",
    400,
    "The address has a missing or invalid {Name}.",
);
pub const PERMISSIONS: ErrorDef = ErrorDef::new(
    "api.context.permissions.app_error",
    403,
    "You are not allowed to do this.",
);
pub const SESSION_EXPIRED: ErrorDef = ErrorDef::new(
    "api.context.session_expired.app_error",
    401,
    "The session is missing or has ended. Please sign in again.",
);
pub const TOKEN_PROVIDED: ErrorDef = ErrorDef::new(
    "api.context.token_provided.app_error",
    401,
    "A session token does not belong in the address.",
);
pub const MFA_REQUIRED: ErrorDef = ErrorDef::new(
    "api.context.mfa_required.app_error",
    403,
    "This server asks for multi-factor authentication.",
);
pub const NOT_FOUND: ErrorDef = ErrorDef::new(
    "api.context.404.app_error",
    404,
    "There is no page at this address.",
);
pub const BODY_TOO_LARGE: ErrorDef = ErrorDef::new(
    "api.context.request_body_too_large.app_error",
    413,
    "The request body is too large.",
);
pub const PAYLOAD_PARSE: ErrorDef = ErrorDef::new(
    "api.payload.parse.error",
    400,
    "The request body could not be read.",
);
pub const LICENSE: ErrorDef = ErrorDef::new(
    "api.license_error",
    501,
    "The licence of this server does not include this.",
);
pub const SERVER_BUSY: ErrorDef = ErrorDef::new(
    "api.context.server_busy.app_error",
    503,
    "The server is busy; this has been turned off for now.",
);
pub const PENDING: ErrorDef = ErrorDef::new(
    "rustchat.operation.pending",
    501,
    "rustchat does not have this operation yet.",
);
pub const INTERNAL: ErrorDef = ErrorDef::new(
    "rustchat.internal",
    500,
    "Something went wrong on the server. The request id finds the reason in its log.",
);

/// A field of the body that is missing or wrong.
pub fn invalid_body(name: &str) -> AppError {
    INVALID_BODY_PARAM.with("Name", name)
}

/// A part of the address that is missing or wrong.
pub fn invalid_url(name: &str) -> AppError {
    INVALID_URL_PARAM.with("Name", name)
}

/// A refusal for want of a permission.
pub fn forbidden() -> AppError {
    PERMISSIONS.err()
}
