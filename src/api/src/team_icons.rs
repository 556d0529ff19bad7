//! The picture of a team.

use bytes::Bytes;
use contract::{GetTeamIcon, Raw, RawBody, RemoveTeamIcon, Reply, SetTeamIcon, StatusOk};
use domain::{Caller, teams};
use http::{StatusCode, header};
use rustchat_core::error::ErrorDef;

use crate::{Api, Refused};

const PARSE: ErrorDef = ErrorDef::new(
    "api.team.set_team_icon.parse.app_error",
    400,
    "The request is not a form with a file.",
);
const NO_FILE: ErrorDef = ErrorDef::new(
    "api.team.set_team_icon.no_file.app_error",
    400,
    "The form holds no file called image.",
);
const TOO_LARGE: ErrorDef = ErrorDef::new(
    "api.team.set_team_icon.too_large.app_error",
    400,
    "The picture is too large.",
);

/// What of a form is read at most, beside the file.
const FORM: u64 = 1 << 20;

/// The file called `image` of a form.
async fn image(body: RawBody, most: u64) -> Result<Bytes, Refused> {
    let boundary = body
        .content_type
        .as_deref()
        .and_then(|kind| multer::parse_boundary(kind).ok());
    let boundary = boundary.ok_or_else(|| Refused::from(PARSE.err()))?;
    let limits = multer::SizeLimit::new().whole_stream(most.saturating_add(FORM));
    let constraints = multer::Constraints::new().size_limit(limits);
    let mut form =
        multer::Multipart::with_constraints(body.stream.into_data_stream(), boundary, constraints);
    while let Some(field) = form
        .next_field()
        .await
        .map_err(|error| Refused::from(PARSE.caused_by(error)))?
    {
        if field.name() == Some("image") && field.file_name().is_some() {
            return field
                .bytes()
                .await
                .map_err(|error| TOO_LARGE.caused_by(error).into());
        }
    }
    Err(NO_FILE.err().into())
}

impl contract::TeamIcons for Api {
    async fn get_team_icon(&self, caller: Caller, req: GetTeamIcon) -> Result<Raw, Refused> {
        let icon = teams::icon(self.app(), &caller, &req.team_id).await?;
        let etag = format!("\"{}\"", icon.changed_at);
        let known = req
            .headers
            .get(header::IF_NONE_MATCH)
            .and_then(|value| value.to_str().ok());
        let answer = match known == Some(etag.as_str()) {
            true => Raw::status_only(StatusCode::NOT_MODIFIED),
            false => Raw::new("image/png", icon.png)
                .with_header(header::CACHE_CONTROL, "max-age=86400, private"),
        };
        Ok(answer.with_header(header::ETAG, etag))
    }

    async fn remove_team_icon(
        &self,
        _caller: Caller,
        req: RemoveTeamIcon,
    ) -> Result<Reply<StatusOk>, Refused> {
        teams::remove_icon(self.app(), &req.team_id).await?;
        Ok(StatusOk::default().into())
    }

    async fn set_team_icon(
        &self,
        _caller: Caller,
        req: SetTeamIcon,
    ) -> Result<Reply<StatusOk>, Refused> {
        let most = u64::try_from(self.app().config.get().file.max_file_size).unwrap_or_default();
        if req
            .body
            .content_length
            .is_some_and(|length| length > most.saturating_add(FORM))
        {
            return Err(TOO_LARGE.err().into());
        }
        let picture = image(req.body, most).await?;
        teams::set_icon(self.app(), &req.team_id, picture).await?;
        Ok(StatusOk::default().into())
    }
}
