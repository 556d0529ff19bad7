//! The picture of a team.

use contract::{GetTeamIcon, Raw, RemoveTeamIcon, Reply, SetTeamIcon, StatusOk};
use domain::{Caller, teams};
use http::{StatusCode, header};
use rustchat_core::error::ErrorDef;

use crate::{Api, Refused, forms};

const ERRORS: forms::Errors = forms::Errors {
    parse: ErrorDef::new(
        "api.team.set_team_icon.parse.app_error",
        400,
        "The request is not a form with a file.",
    ),
    no_file: ErrorDef::new(
        "api.team.set_team_icon.no_file.app_error",
        400,
        "The form holds no file called image.",
    ),
    too_large: ErrorDef::new(
        "api.team.set_team_icon.too_large.app_error",
        400,
        "The picture is too large.",
    ),
};

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
        let most = self.app().config.get().file.max_file_size;
        let picture = forms::picture(req.body, most, &ERRORS).await?;
        teams::set_icon(self.app(), &req.team_id, picture).await?;
        Ok(StatusOk::default().into())
    }
}
