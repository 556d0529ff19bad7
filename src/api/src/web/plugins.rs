//! Addresses below `/plugins`: this server runs no plugins, and says so as the original does when they are turned off.

use super::{TEXT, Web, missing};
use crate::plugins::DISABLED;
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::any,
};
use http::{StatusCode, header};
use serde_json::json;

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/plugins/{id}", any(refused))
        .route("/plugins/{id}/", any(refused))
        .route("/plugins/{id}/public/{*rest}", any(missing_file))
        .route("/plugins/{id}/{*rest}", any(refused))
}

async fn missing_file(Path((_id, _rest)): Path<(String, String)>) -> Response {
    missing()
}

async fn refused(State(web): State<Web>) -> Response {
    let enabled = web.config.get().plugin.enable;
    if enabled {
        return missing();
    }
    let error = DISABLED.err();
    let body = json!({
        "id": error.id(), "message": error.message(), "detailed_error": "PluginSettings.Enable is false", "status_code": error.status(),
    });
    let kind = [(header::CONTENT_TYPE, TEXT)];
    (StatusCode::NOT_IMPLEMENTED, kind, body.to_string()).into_response()
}
