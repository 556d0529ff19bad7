//! Bringing the archive of another chat into a team. The form is checked; no archive can be read yet.

use crate::multipart::{self, Parts};
use contract::{ImportTeam, RawBody, Reply};
use domain::Caller;
use multer::Field;
use rustchat_core::error::ErrorDef;
use serde_json::Value;

use crate::{Api, Refused};

const PARSE: ErrorDef = ErrorDef::new(
    "api.team.import_team.parse.app_error",
    500,
    "The request is not a form.",
);
const NO_SOURCE: ErrorDef = ErrorDef::new(
    "api.team.import_team.no_import_from.app_error",
    400,
    "The form does not say where the archive comes from (importFrom).",
);
const NO_SIZE: ErrorDef = ErrorDef::new(
    "api.team.import_team.unavailable.app_error",
    400,
    "The form does not say how large the archive is (filesize).",
);
const SIZE: ErrorDef = ErrorDef::new(
    "api.team.import_team.integer.app_error",
    400,
    "The size of the archive is not a number.",
);
const NO_FILE: ErrorDef = ErrorDef::new(
    "api.team.import_team.no_file.app_error",
    400,
    "The form holds no file called file.",
);
const UNKNOWN_SOURCE: ErrorDef = ErrorDef::new(
    "api.team.import_team.unknown_import_from.app_error",
    400,
    "Archives of this kind are not known.",
);
const NOT_BUILT: ErrorDef = ErrorDef::new(
    "rustchat.import_team.slack",
    501,
    "This server cannot read archives of Slack yet.",
);

/// Most bytes of a value that is not the archive.
const VALUE: usize = 1_000;

/// What the form says of the archive.
#[derive(Default)]
struct Form {
    from: Option<String>,
    size: Option<String>,
    has_file: bool,
}

async fn read(body: RawBody) -> Result<Form, Refused> {
    let mut parts = Parts::open(body, None).ok_or_else(|| PARSE.err())?;
    let mut form = Form::default();
    let unreadable = |error: multer::Error| PARSE.caused_by(error);
    while let Some(mut part) = parts.next().await.map_err(unreadable)? {
        match part.name() {
            Some("importFrom") => form.from = Some(value(part).await?),
            Some("filesize") => form.size = Some(value(part).await?),
            Some("file") if part.file_name().is_some() => {
                form.has_file = true;
                while part.chunk().await.map_err(unreadable)?.is_some() {}
            }
            _ => while part.chunk().await.map_err(unreadable)?.is_some() {},
        }
    }
    Ok(form)
}

async fn value(part: Field<'_>) -> Result<String, Refused> {
    let content = multipart::content(part, VALUE).await;
    let bytes = content
        .map_err(|error| PARSE.caused_by(error))?
        .ok_or_else(|| PARSE.err())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl contract::TeamImports for Api {
    async fn import_team(&self, _caller: Caller, req: ImportTeam) -> Result<Reply<Value>, Refused> {
        let form = read(req.body).await?;
        let from = form.from.ok_or_else(|| NO_SOURCE.err())?;
        let size = form.size.ok_or_else(|| NO_SIZE.err())?;
        if size.parse::<i64>().is_err() {
            return Err(SIZE.err().into());
        }
        if !form.has_file {
            return Err(NO_FILE.err().into());
        }
        match from.as_str() {
            "slack" => Err(NOT_BUILT.err().into()),
            _ => Err(UNKNOWN_SOURCE.err().into()),
        }
    }
}
