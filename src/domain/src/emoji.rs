//! Custom emoji: making, finding and deleting them. Which names the built-in ones have is in `core::text::emoji`.

use crate::{App, Caller, access};
use blob::picture::{EMOJI_MAX_SIDE, PictureError};
use blob::{BlobError, media, paths};
use bytes::Bytes;
use model::Emoji;
use realtime::Event;
use rustchat_core::emoji as names;
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::permissions::{self, Permission};
use rustchat_core::{clock, common, ids};

/// The heaviest picture an emoji is made from.
pub const MAX_BYTES: usize = 512 * 1024;
const MAX_NAMES: usize = 200;
const MAX_SEARCHED: i64 = 200;
const MAX_COMPLETED: i64 = 100;
/// What a stored picture may weigh at most: written by the original, or a GIF that grew.
const MAX_STORED: u64 = 16 << 20;

const DISABLED: ErrorDef = ErrorDef::new(
    "api.emoji.disabled.app_error",
    501,
    "Custom emoji are turned off on this server.",
);
const OTHER_USER: ErrorDef = ErrorDef::new(
    "api.emoji.create.other_user.app_error",
    403,
    "An emoji can only be made in one's own name.",
);
const DUPLICATE: ErrorDef = ErrorDef::new(
    "api.emoji.create.duplicate.app_error",
    400,
    "There is an emoji with this name already.",
);
const BAD_NAME: ErrorDef = ErrorDef::new(
    "model.emoji.name.app_error",
    400,
    "An emoji's name has 1 to 64 letters, digits, hyphens, plus signs and underscores.",
);
const SYSTEM_NAME: ErrorDef = ErrorDef::new(
    "model.emoji.system_emoji_name.app_error",
    400,
    "A built-in emoji has this name.",
);
pub const TOO_LARGE: ErrorDef = ErrorDef::new(
    "api.emoji.create.too_large.app_error",
    413,
    "The picture of an emoji may have 512 KiB at most.",
);
pub const PARSE: ErrorDef = ErrorDef::new(
    "api.emoji.create.parse.app_error",
    400,
    "The emoji could not be read from the request.",
);
const NO_IMAGE: ErrorDef = ErrorDef::new(
    "api.emoji.upload.image.app_error",
    400,
    "The file is not a picture of a known format.",
);
const WIDE: ErrorDef = ErrorDef::new(
    "api.emoji.upload.large_image.too_large.app_error",
    400,
    "The picture of an emoji may have {MaxWidth} x {MaxHeight} pixels at most.",
);
const TOO_MANY_FRAMES: ErrorDef = ErrorDef::new(
    "api.emoji.upload.large_image.gif_decode_error",
    400,
    "The animation is too long or too much work.",
);
const WRITE: ErrorDef = ErrorDef::new(
    "api.file.write_file.app_error",
    500,
    "The picture could not be stored.",
);
const NOT_FOUND: ErrorDef =
    ErrorDef::new("app.emoji.get.no_result", 404, "There is no such emoji.");
const NO_NAME: ErrorDef = ErrorDef::new(
    "app.emoji.get_by_name.no_result",
    404,
    "There is no emoji with this name.",
);
const TOO_MANY_NAMES: ErrorDef = ErrorDef::new(
    "api.emoji.get_multiple_by_name_too_many.request_error",
    400,
    "At most {MaxNames} emoji can be asked for at once.",
);
const READ: ErrorDef = ErrorDef::new(
    "api.emoji.get_image.read.app_error",
    404,
    "The picture of the emoji could not be read.",
);
const DECODE: ErrorDef = ErrorDef::new(
    "api.emoji.get_image.decode.app_error",
    500,
    "The picture of the emoji is damaged.",
);

pub fn require_enabled(app: &App) -> Result<()> {
    if app.config.get().service.enable_custom_emoji {
        Ok(())
    } else {
        Err(DISABLED.err())
    }
}

/// Refuses who may not make emoji, in the system or in any of the own teams.
pub async fn require_create(app: &App, caller: &Caller) -> Result<()> {
    require_anywhere(app, caller, permissions::CREATE_EMOJIS).await
}

async fn require_anywhere(app: &App, caller: &Caller, permission: Permission) -> Result<()> {
    if access::has_system(app, caller, permission).await? {
        return Ok(());
    }
    let teams = store::memberships::teams_of(&app.store, caller.user_id()).await?;
    for roles in teams.values() {
        if access::granted(app, roles, permission).await? {
            return Ok(());
        }
    }
    Err(access::refused(permission))
}

/// Makes an emoji of the picture. Who may is asked before (`require_create`).
pub async fn create(
    app: &App,
    caller: &Caller,
    asked: Emoji,
    picture: Bytes,
    is_gif: bool,
) -> Result<Emoji> {
    if !caller.is_self(&asked.creator_id) {
        return Err(OTHER_USER.err());
    }
    if names::is_system(&asked.name) {
        return Err(SYSTEM_NAME.err());
    }
    if !names::is_well_formed(&asked.name) {
        return Err(BAD_NAME.err());
    }
    let taken = store::emoji::get_by_name(&app.store, &asked.name).await?;
    if taken.is_some() {
        return Err(DUPLICATE.err());
    }
    if picture.len() > MAX_BYTES {
        return Err(TOO_LARGE.err());
    }
    let picture = app.studio.emoji(picture, is_gif).await.map_err(refused)?;

    let now = clock::now_ms();
    let emoji = Emoji {
        id: ids::new_id(),
        create_at: now,
        update_at: now,
        delete_at: asked.delete_at.max(0), // the original keeps it: such an emoji is deleted from the start
        ..asked
    };
    let path = paths::emoji(&emoji.id);
    let stored = app.blobs.put_bytes(&path, picture).await;
    stored.map_err(|error| WRITE.caused_by(error))?;
    let inserted = store::emoji::insert(&app.store, &emoji).await;
    if !matches!(inserted, Ok(true)) {
        if let Err(error) = app.blobs.delete(&path).await {
            tracing::warn!(%error, "the picture of a refused emoji stays behind");
        }
        inserted?;
        return Err(DUPLICATE.err());
    }
    app.hub.publish(
        Event::new("emoji_added")
            .everyone()
            .with_json("emoji", &emoji),
    );
    Ok(emoji)
}

fn refused(error: PictureError) -> rustchat_core::AppError {
    match error {
        PictureError::TooLarge { .. } => WIDE
            .with("MaxWidth", EMOJI_MAX_SIDE)
            .with("MaxHeight", EMOJI_MAX_SIDE),
        PictureError::TooManyFrames => TOO_MANY_FRAMES.err(),
        PictureError::Busy => common::SERVER_BUSY.err(),
        other => NO_IMAGE.caused_by(other),
    }
}

pub async fn get(app: &App, id: &str) -> Result<Emoji> {
    let found = store::emoji::get(&app.store, id).await?;
    found.ok_or_else(|| NOT_FOUND.err())
}

pub async fn get_by_name(app: &App, name: &str) -> Result<Emoji> {
    let found = store::emoji::get_by_name(&app.store, name).await?;
    found.ok_or_else(|| NO_NAME.err())
}

/// Whether there is an emoji of this name, built in or made here.
pub(crate) async fn exists(app: &App, name: &str) -> Result<bool> {
    if names::is_system(name) {
        return Ok(true);
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '_');
    if !name.chars().all(is_part) {
        return Ok(false);
    }
    let found = store::emoji::by_names(&app.store, &[name.to_owned()]).await?;
    Ok(!found.is_empty())
}

/// Those of the names that are custom emoji.
pub async fn by_names(app: &App, names: &[String]) -> Result<Vec<Emoji>> {
    if names.len() > MAX_NAMES {
        return Err(TOO_MANY_NAMES.with("MaxNames", MAX_NAMES));
    }
    Ok(store::emoji::by_names(&app.store, names).await?)
}

pub async fn list(app: &App, by_name: bool, page: i64, per_page: i64) -> Result<Vec<Emoji>> {
    let offset = page.saturating_mul(per_page);
    Ok(store::emoji::list(&app.store, by_name, offset, per_page).await?)
}

pub async fn search(app: &App, term: &str, prefix_only: bool) -> Result<Vec<Emoji>> {
    Ok(store::emoji::search(&app.store, term, prefix_only, MAX_SEARCHED).await?)
}

pub async fn autocomplete(app: &App, name: &str) -> Result<Vec<Emoji>> {
    Ok(store::emoji::search(&app.store, name, true, MAX_COMPLETED).await?)
}

/// The picture and its media type.
pub async fn image(app: &App, id: &str) -> Result<(&'static str, Bytes)> {
    get(app, id).await?;
    let bytes = app.blobs.read(&paths::emoji(id), MAX_STORED).await;
    let bytes = bytes.map_err(|error| match error {
        BlobError::NotFound => READ.err(),
        other => READ.caused_by(other).with_status(500),
    })?;
    let media_type = media::picture_type(&bytes).ok_or_else(|| DECODE.err())?;
    Ok((media_type, bytes))
}

/// Deletes one's own emoji, or with the permission another's. Reactions with it go as well.
pub async fn delete(app: &App, caller: &Caller, id: &str) -> Result<()> {
    let emoji = get(app, id).await?;
    require_anywhere(app, caller, permissions::DELETE_EMOJIS).await?;
    if !caller.is_self(&emoji.creator_id) {
        require_anywhere(app, caller, permissions::DELETE_OTHERS_EMOJIS).await?;
    }
    if store::emoji::delete(&app.store, &emoji, clock::now_ms()).await? {
        Ok(())
    } else {
        Err(NOT_FOUND.err())
    }
}
