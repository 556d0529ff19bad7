//! Custom emoji: made from a form, found in several ways, shown as pictures.

use crate::multipart::{self, Parts};
use crate::{Api, Refused, download};
use bytes::Bytes;
use contract::{
    AutocompleteEmoji, CreateEmoji, DeleteEmoji, GetEmoji, GetEmojiByName, GetEmojiImage,
    GetEmojiList, GetEmojisByNames, Raw, RawBody, Reply, SearchEmoji, StatusOk,
};
use domain::{Caller, emoji};
use http::header;
use model::{Emoji, Wire};
use multer::Field;
use rustchat_core::common;
use rustchat_core::error::Result;

/// What a form has beside its picture.
const FORM: usize = 64 * 1024;
const MAX_PARTS: usize = 16;

/// What was sent.
#[derive(Default)]
struct Sent {
    emoji: Option<Bytes>,
    picture: Option<Bytes>,
    is_gif: bool,
}

async fn read(body: RawBody) -> Result<Sent> {
    let most = (emoji::MAX_BYTES + FORM) as u64;
    if body.content_length.is_some_and(|length| length > most) {
        return Err(emoji::TOO_LARGE.err());
    }
    let mut form = Parts::open(body, None).ok_or_else(|| emoji::PARSE.err())?;
    let mut sent = Sent::default();
    for _ in 0..MAX_PARTS {
        let field = form.next().await;
        let field = field.map_err(|error| emoji::PARSE.caused_by(error))?;
        let Some(field) = field else {
            return Ok(sent);
        };
        match (field.name(), field.file_name()) {
            (Some("emoji"), None) => sent.emoji = Some(bytes(field).await?),
            (Some("image"), Some(name)) => {
                sent.is_gif = name.to_ascii_lowercase().ends_with(".gif");
                sent.picture = Some(bytes(field).await?);
            }
            _ => {}
        }
    }
    Err(emoji::PARSE.err())
}

async fn bytes(field: Field<'_>) -> Result<Bytes> {
    let content = multipart::content(field, emoji::MAX_BYTES).await;
    content
        .map_err(|error| emoji::PARSE.caused_by(error))?
        .ok_or_else(|| emoji::TOO_LARGE.err())
}

/// The first of the form's `emoji` values, as JSON.
fn decode(bytes: &[u8]) -> Option<Emoji> {
    let value = serde_json::from_slice(bytes).ok()?;
    Emoji::from_value(value).ok()
}

impl contract::Emoji for Api {
    async fn autocomplete_emoji(
        &self,
        _caller: Caller,
        req: AutocompleteEmoji,
    ) -> Result<Reply<Vec<Emoji>>, Refused> {
        emoji::require_enabled(self.app())?;
        let name = req.name.filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| common::invalid_url("name"))?;
        Ok(emoji::autocomplete(self.app(), &name).await?.into())
    }

    async fn create_emoji(
        &self,
        caller: Caller,
        req: CreateEmoji,
    ) -> Result<Reply<Emoji>, Refused> {
        emoji::require_enabled(self.app())?;
        let sent = read(req.body).await?;
        emoji::require_create(self.app(), &caller).await?;
        let asked = sent.emoji.as_deref().and_then(decode);
        let asked = asked.ok_or_else(|| common::invalid_body("emoji"))?;
        let picture = sent.picture.ok_or_else(|| common::invalid_body("image"))?;
        let made = emoji::create(self.app(), &caller, asked, picture, sent.is_gif).await?;
        Ok(made.into())
    }

    async fn delete_emoji(
        &self,
        caller: Caller,
        req: DeleteEmoji,
    ) -> Result<Reply<StatusOk>, Refused> {
        emoji::delete(self.app(), &caller, &req.emoji_id).await?;
        Ok(StatusOk::default().into())
    }

    async fn get_emoji(&self, _caller: Caller, req: GetEmoji) -> Result<Reply<Emoji>, Refused> {
        emoji::require_enabled(self.app())?;
        Ok(emoji::get(self.app(), &req.emoji_id).await?.into())
    }

    async fn get_emoji_by_name(
        &self,
        _caller: Caller,
        req: GetEmojiByName,
    ) -> Result<Reply<Emoji>, Refused> {
        emoji::require_enabled(self.app())?;
        Ok(emoji::get_by_name(self.app(), &req.emoji_name)
            .await?
            .into())
    }

    async fn get_emoji_image(&self, _caller: Caller, req: GetEmojiImage) -> Result<Raw, Refused> {
        emoji::require_enabled(self.app())?;
        let (media_type, picture) = emoji::image(self.app(), &req.emoji_id).await?;
        let answer = Raw::new(media_type, picture);
        Ok(download::guarded(answer).with_header(header::CACHE_CONTROL, download::A_MONTH))
    }

    async fn get_emoji_list(
        &self,
        _caller: Caller,
        req: GetEmojiList,
    ) -> Result<Reply<Vec<Emoji>>, Refused> {
        emoji::require_enabled(self.app())?;
        let by_name = match req.sort.as_deref().unwrap_or_default() {
            "" => false,
            "name" => true,
            _ => return Err(common::invalid_url("sort").into()),
        };
        let found = emoji::list(self.app(), by_name, req.page, req.per_page).await?;
        Ok(found.into())
    }

    async fn get_emojis_by_names(
        &self,
        _caller: Caller,
        req: GetEmojisByNames,
    ) -> Result<Reply<Vec<Emoji>>, Refused> {
        emoji::require_enabled(self.app())?;
        Ok(emoji::by_names(self.app(), &req.body).await?.into())
    }

    async fn search_emoji(
        &self,
        _caller: Caller,
        req: SearchEmoji,
    ) -> Result<Reply<Vec<Emoji>>, Refused> {
        emoji::require_enabled(self.app())?;
        if req.body.term.is_empty() {
            return Err(common::invalid_body("term").into());
        }
        let found = emoji::search(self.app(), &req.body.term, req.body.prefix_only).await?;
        Ok(found.into())
    }
}
