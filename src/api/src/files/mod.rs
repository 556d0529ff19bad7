//! Files: sending them, reading them and what is made of them, their details, and public links.

pub(crate) mod form;

use crate::{API_VERSION, Api, Refused, download};
use contract::{
    Files, GetFile, GetFileInfo, GetFileInfosForPost, GetFileLink, GetFilePreview, GetFilePublic,
    GetFileThumbnail, Raw, Reply, SearchFiles, SearchFilesInAllTeams, UploadFile,
};
use domain::Caller;
use domain::files::{self, Form, Part};
use domain::uploads::base_name;
use futures_util::StreamExt;
use http::{StatusCode, header};
use model::{FileInfo, FileInfoList, FileUploadResponse};
use rustchat_core::{AppError, common, ids};
use std::collections::BTreeMap;

impl Files for Api {
    async fn get_file(&self, caller: Caller, req: GetFile) -> Result<Raw, Refused> {
        let file = files::get_original(self.app(), &caller, &req.file_id).await?;
        let download = req.download.is_true();
        download::answer(self.app(), &req.headers, &file, Form::Original, download).await
    }

    async fn get_file_info(
        &self,
        caller: Caller,
        req: GetFileInfo,
    ) -> Result<Reply<FileInfo>, Refused> {
        let file = files::get(self.app(), &caller, &req.file_id).await?;
        Ok(Reply::from(file.info).with_header(header::CACHE_CONTROL, download::A_MONTH))
    }

    async fn get_file_infos_for_post(
        &self,
        caller: Caller,
        req: GetFileInfosForPost,
    ) -> Result<Reply<Vec<FileInfo>>, Refused> {
        let deleted = req.include_deleted.is_true();
        let infos = files::of_post(self.app(), &caller, &req.post_id, deleted).await?;
        let newest = infos.iter().map(|info| info.update_at).max().unwrap_or(0);
        let etag = format!("{API_VERSION}.{}.{newest}.{}", req.post_id, infos.len());
        Ok(Reply::from(infos)
            .with_header(header::CACHE_CONTROL, download::A_MONTH)
            .etag(etag))
    }

    async fn get_file_link(
        &self,
        caller: Caller,
        req: GetFileLink,
    ) -> Result<Reply<BTreeMap<String, String>>, Refused> {
        let link = files::link(self.app(), &caller, &req.file_id).await?;
        Ok(BTreeMap::from([("link".to_owned(), link)]).into())
    }

    async fn get_file_preview(&self, caller: Caller, req: GetFilePreview) -> Result<Raw, Refused> {
        let file = files::get(self.app(), &caller, &req.file_id).await?;
        let download = req.download.is_true();
        download::answer(self.app(), &req.headers, &file, Form::Preview, download).await
    }

    async fn get_file_public(&self, _caller: Caller, req: GetFilePublic) -> Result<Raw, Refused> {
        if !ids::is_valid_id(&req.file_id) {
            return Ok(page(&common::invalid_url("file_id")));
        }
        let hash = req.h.unwrap_or_default();
        match files::public(self.app(), &req.file_id, &hash).await {
            Ok(file) => {
                download::answer(self.app(), &req.headers, &file, Form::Original, false).await
            }
            Err(error) => Ok(page(&error)),
        }
    }

    async fn get_file_thumbnail(
        &self,
        caller: Caller,
        req: GetFileThumbnail,
    ) -> Result<Raw, Refused> {
        let file = files::get(self.app(), &caller, &req.file_id).await?;
        let download = req.download.is_true();
        download::answer(self.app(), &req.headers, &file, Form::Thumbnail, download).await
    }

    async fn search_files(
        &self,
        caller: Caller,
        req: SearchFiles,
    ) -> Result<Reply<FileInfoList>, Refused> {
        let found = files::search(self.app(), &caller, &req.team_id, &req.body).await?;
        Ok(found.into())
    }

    async fn search_files_in_all_teams(
        &self,
        caller: Caller,
        req: SearchFilesInAllTeams,
    ) -> Result<Reply<FileInfoList>, Refused> {
        Ok(files::search(self.app(), &caller, "", &req.body)
            .await?
            .into())
    }

    async fn upload_file(
        &self,
        caller: Caller,
        req: UploadFile,
    ) -> Result<Reply<FileUploadResponse>, Refused> {
        files::require_enabled(self.app())?;
        let kind = req.body.content_type.as_deref().unwrap_or_default();
        if kind
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("multipart/form-data")
        {
            Ok(form::upload(self.app(), &caller, req).await?.into())
        } else {
            Ok(self.upload_body(&caller, req).await?.into())
        }
    }
}

impl Api {
    /// A file that is the whole body, named in the address.
    async fn upload_body(
        &self,
        caller: &Caller,
        req: UploadFile,
    ) -> Result<FileUploadResponse, AppError> {
        let app = self.app();
        let channel_id = req.channel_id.unwrap_or_default();
        if !ids::is_valid_id(&channel_id) {
            return Err(common::invalid_url("channel_id"));
        }
        let filename = req.filename.filter(|name| !name.is_empty());
        let filename = filename.ok_or_else(|| common::invalid_url("filename"))?;
        files::may_upload(app, caller, &channel_id).await?;
        let part = Part {
            name: base_name(&filename).to_owned(),
            bookmark: req.bookmark.is_true(),
        };
        let most = u64::try_from(app.config.get().file.max_file_size).unwrap_or_default();
        if req.body.content_length.is_some_and(|length| length > most) {
            return Err(files::too_large(app, &part.name));
        }
        let body = req.body.stream.into_data_stream().boxed();
        let received = files::receive(app, caller, Some(&channel_id), &part, body).await?;
        if received.is_empty() {
            received.discard(app).await;
            return Err(files::READ_REQUEST.err());
        }
        let info = files::keep(app, caller, &channel_id, &part, received).await?;
        Ok(FileUploadResponse {
            file_infos: Some(vec![info]),
            client_ids: req.client_id.map(|id| vec![id]),
        })
    }
}

/// People open public links, so what is wrong with one is told in a page.
fn page(error: &AppError) -> Raw {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let text = match error.status() {
        403 => "Public links are turned off on this server.",
        404 => "There is no such file any more.",
        _ => "This link is not valid.",
    };
    let html = format!(
        "<html><head><meta charset=\"utf-8\"><title>File</title></head><body><p>{text}</p></body></html>"
    );
    download::guarded(Raw::new("text/html", html).status(status))
}
