//! The picture on the sign-in page, which everyone may see.

use crate::{Api, Refused, download};
use bytes::{Bytes, BytesMut};
use contract::{
    Brand, DeleteBrandImage, GetBrandImage, Raw, RawBody, Reply, StatusOk, UploadBrandImage,
};
use domain::{Caller, access, brand};
use http::{StatusCode, header};
use multer::Multipart;
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
    let boundary = body.content_type.as_deref().map(multer::parse_boundary);
    let Some(Ok(boundary)) = boundary else {
        return Err(PARSE.err());
    };
    let mut form = Multipart::new(body.stream.into_data_stream(), boundary);
    for _ in 0..MAX_PARTS {
        let field = form.next_field().await;
        let Some(mut field) = field.map_err(|error| PARSE.caused_by(error))? else {
            break;
        };
        if field.name() != Some("image") || field.file_name().is_none() {
            continue;
        }
        let mut all = BytesMut::new();
        while let Some(chunk) = field
            .chunk()
            .await
            .map_err(|error| PARSE.caused_by(error))?
        {
            if all.len() + chunk.len() > brand::MAX_BYTES {
                return Err(brand::TOO_LARGE.err());
            }
            all.extend_from_slice(&chunk);
        }
        return Ok(all.freeze());
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
