//! Profile pictures.

use crate::{Api, Refused, forms};
use contract::{
    GetDefaultProfileImage, GetProfileImage, Raw, Reply, SetDefaultProfileImage, SetProfileImage,
    StatusOk,
};
use domain::{Caller, users};
use http::{StatusCode, header};
use rustchat_core::error::ErrorDef;

const ERRORS: forms::Errors = forms::Errors {
    parse: ErrorDef::new(
        "api.user.upload_profile_user.parse.app_error",
        400,
        "The request is not a form with a file.",
    ),
    no_file: ErrorDef::new(
        "api.user.upload_profile_user.no_file.app_error",
        400,
        "The form holds no file called image.",
    ),
    too_large: ErrorDef::new(
        "api.user.upload_profile_user.too_large.app_error",
        413,
        "The picture is too large.",
    ),
};

const LONG: &str = "max-age=86400, private";
/// A drawn picture may be replaced by an own one soon.
const SHORT: &str = "max-age=300, private";

impl contract::ProfileImages for Api {
    async fn get_default_profile_image(
        &self,
        caller: Caller,
        req: GetDefaultProfileImage,
    ) -> Result<Raw, Refused> {
        let png = users::default_picture(self.app(), &caller, &req.user_id).await?;
        Ok(Raw::new("image/png", png).with_header(header::CACHE_CONTROL, LONG))
    }

    async fn get_profile_image(
        &self,
        caller: Caller,
        req: GetProfileImage,
    ) -> Result<Raw, Refused> {
        let picture = users::picture(self.app(), &caller, &req.user_id).await?;
        let Some(changed_at) = picture.changed_at else {
            let answer = Raw::new("image/png", picture.png);
            return Ok(answer.with_header(header::CACHE_CONTROL, SHORT));
        };
        let etag = changed_at.to_string();
        let known = req.headers.get(header::IF_NONE_MATCH);
        let answer = match known.is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
            true => Raw::status_only(StatusCode::NOT_MODIFIED),
            false => Raw::new("image/png", picture.png).with_header(header::CACHE_CONTROL, LONG),
        };
        Ok(answer.with_header(header::ETAG, etag))
    }

    async fn set_profile_image(
        &self,
        caller: Caller,
        req: SetProfileImage,
    ) -> Result<Reply<StatusOk>, Refused> {
        users::require_picture_of(self.app(), &caller, &req.user_id).await?;
        let most = self.app().config.get().file.max_file_size;
        let picture = forms::picture(req.body, most, &ERRORS).await?;
        users::set_picture(self.app(), &req.user_id, picture).await?;
        Ok(StatusOk::default().into())
    }

    async fn set_default_profile_image(
        &self,
        caller: Caller,
        req: SetDefaultProfileImage,
    ) -> Result<Reply<StatusOk>, Refused> {
        users::require_picture_of(self.app(), &caller, &req.user_id).await?;
        users::remove_picture(self.app(), &req.user_id).await?;
        Ok(StatusOk::default().into())
    }
}
