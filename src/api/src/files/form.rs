//! Files sent as a form: each goes to storage as it comes, and becomes a file when the whole form has been understood.

use super::{FileUploadResponse, UploadFile};
use crate::multipart::Parts;
use contract::RawBody;
use domain::files::{self, Part, Received};
use domain::uploads::base_name;
use domain::{App, Caller};
use model::FileInfo;
use multer::Field;
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::{common, ids};

/// Parts a form may have.
const MAX_PARTS: usize = 256;
/// Bytes of a value that is no file.
const MAX_VALUE: usize = 4 * 1024;

const CHANNELS: ErrorDef = ErrorDef::new(
    "api.file.upload_file.multiple_channel_ids.app_error",
    400,
    "The files of one form go to one channel.",
);
const CLIENT_IDS: ErrorDef = ErrorDef::new(
    "api.file.upload_file.incorrect_number_of_client_ids.app_error",
    400,
    "There are {NumClientIds} client ids for {NumFiles} files.",
);
const VALUE: ErrorDef = ErrorDef::new(
    "api.file.upload_file.read_form_value.app_error",
    400,
    "The value of {Formname} could not be read.",
);

/// Opens the body as a form.
pub(crate) fn open(body: RawBody) -> Result<Parts, AppError> {
    Parts::open(body, None).ok_or_else(|| files::READ_REQUEST.err())
}

pub(super) async fn upload(
    app: &App,
    caller: &Caller,
    req: UploadFile,
) -> Result<FileUploadResponse> {
    let mut form = Form {
        app,
        caller,
        bookmark: req.bookmark.is_true(),
        channel_id: None,
        client_ids: Vec::new(),
        received: Vec::new(),
    };
    match form.read(req.channel_id, req.body).await {
        Ok(()) => form.keep().await,
        Err(error) => {
            form.discard().await;
            Err(error)
        }
    }
}

/// What of a form has been read.
struct Form<'a> {
    app: &'a App,
    caller: &'a Caller,
    bookmark: bool,
    channel_id: Option<String>,
    client_ids: Vec<String>,
    received: Vec<(Part, Received)>,
}

impl Form<'_> {
    async fn read(&mut self, channel_id: Option<String>, body: RawBody) -> Result<()> {
        if let Some(channel_id) = channel_id {
            self.set_channel(channel_id).await?;
        }
        let mut parts = open(body)?;
        for _ in 0..MAX_PARTS {
            let part = parts.next().await;
            let part = part.map_err(|error| files::READ_REQUEST.caused_by(error))?;
            let Some(part) = part else {
                return self.check();
            };
            match part.file_name().filter(|name| !name.is_empty()) {
                Some(name) => {
                    let name = base_name(name).to_owned();
                    self.file(name, part).await?;
                }
                None => self.value(part).await?,
            }
        }
        Err(files::READ_REQUEST.err())
    }

    async fn file(&mut self, name: String, field: Field<'_>) -> Result<()> {
        if !self.client_ids.is_empty() && self.received.len() >= self.client_ids.len() {
            return Err(common::invalid_body("client_ids"));
        }
        let part = Part {
            name,
            bookmark: self.bookmark,
        };
        let channel_id = self.channel_id.as_deref();
        let received = files::receive(self.app, self.caller, channel_id, &part, field).await?;
        self.received.push((part, received));
        Ok(())
    }

    async fn value(&mut self, mut field: Field<'_>) -> Result<()> {
        let name = field.name().unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        while let Some(chunk) = field
            .chunk()
            .await
            .map_err(|error| files::READ_REQUEST.caused_by(error))?
        {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_VALUE {
                return Err(VALUE.with("Formname", name));
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match name.as_str() {
            "channel_id" => self.set_channel(text).await,
            // one that follows a file cannot be told apart from one that was forgotten
            "client_ids" if self.received.is_empty() => {
                self.client_ids.push(text);
                Ok(())
            }
            _ => Err(common::invalid_body(&name)),
        }
    }

    async fn set_channel(&mut self, channel_id: String) -> Result<()> {
        match &self.channel_id {
            Some(known) if *known == channel_id => return Ok(()),
            Some(_) => return Err(CHANNELS.err()),
            None => {}
        }
        if !ids::is_valid_id(&channel_id) {
            return Err(common::invalid_url("channel_id"));
        }
        files::may_upload(self.app, self.caller, &channel_id).await?;
        self.channel_id = Some(channel_id);
        Ok(())
    }

    /// The form as a whole.
    fn check(&self) -> Result<()> {
        if self.channel_id.is_none() {
            return Err(common::invalid_body("channel_id"));
        }
        let (ids, files) = (self.client_ids.len(), self.received.len());
        if ids > 0 && ids != files {
            return Err(CLIENT_IDS.with("NumClientIds", ids).with("NumFiles", files));
        }
        Ok(())
    }

    /// Makes the files, in the order they came. After a refusal none of the later ones is made.
    async fn keep(mut self) -> Result<FileUploadResponse> {
        let channel_id = self.channel_id.take().unwrap_or_default();
        let mut infos: Vec<FileInfo> = Vec::with_capacity(self.received.len());
        let mut waiting = std::mem::take(&mut self.received).into_iter();
        while let Some((part, received)) = waiting.next() {
            match files::keep(self.app, self.caller, &channel_id, &part, received).await {
                Ok(info) => infos.push(info),
                Err(error) => {
                    self.received.extend(waiting);
                    self.discard().await;
                    return Err(error);
                }
            }
        }
        Ok(FileUploadResponse {
            file_infos: Some(infos),
            client_ids: Some(self.client_ids),
        })
    }

    async fn discard(self) {
        for (_part, received) in self.received {
            received.discard(self.app).await;
        }
    }
}
