//! Uploads in parts: the session, and its data as the raw body or as the file of a form.

use crate::files::form;
use crate::{Api, Refused};
use contract::{CreateUpload, GetUpload, GetUploadsForUser, Reply, UploadData, Uploads};
use domain::{Caller, uploads};
use futures_util::StreamExt;
use http::StatusCode;
use model::{FileInfo, UploadSession};
use rustchat_core::error::ErrorDef;

const NO_LENGTH: ErrorDef = ErrorDef::new(
    "api.upload.upload_data.invalid_content_length",
    400,
    "The length of the part has to be given.",
);
const NO_PART: ErrorDef = ErrorDef::new(
    "api.upload.upload_data.multipart_error",
    400,
    "The form holds no file.",
);

impl Uploads for Api {
    async fn create_upload(
        &self,
        caller: Caller,
        req: CreateUpload,
    ) -> Result<Reply<UploadSession>, Refused> {
        Ok(uploads::create(self.app(), &caller, req.body).await?.into())
    }

    async fn get_upload(
        &self,
        caller: Caller,
        req: GetUpload,
    ) -> Result<Reply<UploadSession>, Refused> {
        Ok(uploads::get(self.app(), &caller, &req.upload_id)
            .await?
            .into())
    }

    async fn get_uploads_for_user(
        &self,
        caller: Caller,
        req: GetUploadsForUser,
    ) -> Result<Reply<Vec<UploadSession>>, Refused> {
        Ok(uploads::of_user(self.app(), &caller, &req.user_id)
            .await?
            .into())
    }

    async fn upload_data(
        &self,
        caller: Caller,
        req: UploadData,
    ) -> Result<Reply<FileInfo>, Refused> {
        let app = self.app();
        let upload = uploads::require_writable(app, &caller, &req.upload_id).await?;
        let kind = req.body.content_type.as_deref().unwrap_or_default();
        let added = if kind.to_ascii_lowercase().starts_with("multipart/") {
            let mut form = form::open(req.body).map_err(|error| NO_PART.caused_by(error))?;
            let field = form.next().await;
            let field = field.map_err(|error| NO_PART.caused_by(error))?;
            let field = field.ok_or_else(|| NO_PART.err())?;
            uploads::add(app, upload, None, field).await?
        } else {
            let length = req.body.content_length.filter(|length| *length > 0);
            let length = length.ok_or_else(|| NO_LENGTH.err())?;
            let body = req.body.stream.into_data_stream().boxed();
            uploads::add(app, upload, Some(length), body).await?
        };
        Ok(match added {
            Some(info) => info.into(),
            None => Reply::from(FileInfo::default()).status(StatusCode::NO_CONTENT),
        })
    }
}
