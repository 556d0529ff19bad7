//! The picture on the sign-in page, which everyone may see.

use crate::multipart::{self, Parts};
use crate::{Api, Refused, download};
use bytes::Bytes;
use contract::{
    Brand, DeleteBrandImage, GetBrandImage, Raw, RawBody, Reply, StatusOk, UploadBrandImage,
};
use domain::{Caller, access, brand};
use http::{StatusCode, header};
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::permissions;

const MAX_PARTS: usize = 16;
const PARSE: ErrorDef = ErrorDef::new(
    "api.admin.upload_brand_image.parse.app_error",
    400,
    "The request is not a form with a file.",
);
const NO_FILE: ErrorDef = ErrorDef::new(
    "api.admin.upload_brand_image.no_file.app_error",
    400,
    "The form holds no file called image.",
);

async fn read(body: RawBody) -> Result<Bytes> {
    let mut form = Parts::open(body, None).ok_or_else(|| PARSE.err())?;
    for _ in 0..MAX_PARTS {
        let field = form.next().await;
        let Some(field) = field.map_err(|error| PARSE.caused_by(error))? else {
            break;
        };
        if field.name() != Some("image") || field.file_name().is_none() {
            continue;
        }
        let content = multipart::content(field, brand::MAX_BYTES).await;
        return content
            .map_err(|error| PARSE.caused_by(error))?
            .ok_or_else(|| brand::TOO_LARGE.err());
    }
    Err(NO_FILE.err())
}

impl Brand for Api {
    async fn delete_brand_image(
        &self,
        _caller: Caller,
        _req: DeleteBrandImage,
    ) -> Result<Reply<StatusOk>, Refused> {
        brand::delete(self.app()).await?;
        Ok(StatusOk::default().into())
    }

    async fn get_brand_image(&self, _caller: Caller, _req: GetBrandImage) -> Result<Raw, Refused> {
        let Some((kind, picture)) = brand::image(self.app()).await? else {
            // without a body, as recorded
            return Ok(Raw::new("application/json", "").status(StatusCode::NOT_FOUND));
        };
        let answer = Raw::new(kind, picture);
        Ok(download::guarded(answer).with_header(header::CACHE_CONTROL, "no-cache"))
    }

    async fn upload_brand_image(
        &self,
        caller: Caller,
        req: UploadBrandImage,
    ) -> Result<Reply<StatusOk>, Refused> {
        let picture = read(req.body).await?;
        access::require_system(self.app(), &caller, permissions::EDIT_BRAND).await?;
        brand::save(self.app(), picture).await?;
        Ok(StatusOk::default().into())
    }
}
