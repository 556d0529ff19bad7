//! Uploads in parts: a session says what is coming, the bytes follow in one or more requests, and the last of them makes
//! the file. What a file then is stands in `files`; taking the bytes is in `receive`.

mod receive;
mod sweep;

use crate::files;
use crate::{App, Caller, access, channels};
use blob::paths;
use model::{UploadSession, UploadType};
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::{clock, ids, permissions};
use store::uploads::StoredUpload;

pub use receive::add;
pub(crate) use sweep::sweep;

const MAX_NAME: usize = 255;
/// Uploads one person may have unfinished, and how many files of the largest size they may come to together.
const MOST_UNFINISHED: i64 = 100;
const MOST_OF_LARGEST: i64 = 20;

const DISABLED: ErrorDef = ErrorDef::new(
    "api.file.attachments.disabled.app_error",
    501,
    "Files are turned off on this server.",
);
const TOO_LARGE: ErrorDef = ErrorDef::new(
    "api.upload.create.upload_too_large.app_error",
    413,
    "The file is larger than the server allows.",
);
const INVALID_TYPE: ErrorDef = ErrorDef::new(
    "model.upload_session.is_valid.type.app_error",
    400,
    "There is no such kind of upload.",
);
const INVALID_NAME: ErrorDef = ErrorDef::new(
    "model.upload_session.is_valid.filename.app_error",
    400,
    "The file name is too long.",
);
const INVALID_SIZE: ErrorDef = ErrorDef::new(
    "model.upload_session.is_valid.file_size.app_error",
    400,
    "The size of the file has to be given.",
);
const TOO_MANY: ErrorDef = ErrorDef::new(
    "rustchat.upload.too_many",
    400,
    "There are too many unfinished uploads: finish them, or wait until they are dropped.",
);
const NO_CHANNEL: ErrorDef = ErrorDef::new(
    "app.upload.create.incorrect_channel_id.app_error",
    400,
    "There is no such channel.",
);
const ARCHIVED: ErrorDef = ErrorDef::new(
    "app.upload.create.cannot_upload_to_deleted_channel.app_error",
    400,
    "An archived channel takes no files.",
);
const RESTRICTED: ErrorDef = ErrorDef::new(
    "app.upload.create.cannot_upload_to_restricted_dm.error",
    400,
    "The people of this conversation share no team any more.",
);
const NOT_FOUND: ErrorDef =
    ErrorDef::new("app.upload.get.app_error", 404, "There is no such upload.");
const NOT_YOURS: ErrorDef = ErrorDef::new(
    "api.upload.get_upload.forbidden.app_error",
    403,
    "This is another user's upload.",
);
const NOT_YOUR_LIST: ErrorDef = ErrorDef::new(
    "api.user.get_uploads_for_user.forbidden.app_error",
    403,
    "These are another user's uploads.",
);
fn require_enabled(app: &App) -> Result<()> {
    if app.config.get().file.enable_file_attachments {
        Ok(())
    } else {
        Err(DISABLED.err())
    }
}

/// Announces a file. Only where it goes, its name and its size are taken from what was asked.
pub async fn create(app: &App, caller: &Caller, asked: UploadSession) -> Result<UploadSession> {
    require_enabled(app)?;
    let is_import = asked.type_ == UploadType::Import;
    if is_import {
        access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    } else {
        access::require_channel(app, caller, &asked.channel_id, permissions::UPLOAD_FILE).await?;
        if asked.file_size > app.config.get().file.max_file_size {
            return Err(TOO_LARGE.err());
        }
    }
    if asked.file_size <= 0 {
        return Err(INVALID_SIZE.err());
    }
    if !is_import {
        let channel = store::channels::get(&app.store, &asked.channel_id).await?;
        let channel = channel.ok_or_else(|| NO_CHANNEL.err())?;
        if channel.delete_at > 0 {
            return Err(ARCHIVED.err());
        }
        channels::require_shared_team(app, &channel, &RESTRICTED).await?;
    }
    require_room(app, caller, &asked, is_import).await?;
    let upload = prepare(caller, asked, is_import)?;
    store::uploads::insert(&app.store, &upload).await?;
    Ok(upload.session)
}

/// Keeps one person from filling the storage with what is never finished. Imports have no largest size.
async fn require_room(
    app: &App,
    caller: &Caller,
    asked: &UploadSession,
    is_import: bool,
) -> Result<()> {
    let there = store::uploads::unfinished(&app.store, caller.user_id()).await?;
    let most = MOST_OF_LARGEST.saturating_mul(app.config.get().file.max_file_size);
    let heavy = !is_import && there.bytes.saturating_add(asked.file_size) > most;
    if heavy || there.count >= MOST_UNFINISHED {
        return Err(TOO_MANY.err());
    }
    Ok(())
}

fn prepare(caller: &Caller, asked: UploadSession, is_import: bool) -> Result<StoredUpload> {
    if let UploadType::Other(word) = &asked.type_
        && !word.is_empty()
    {
        return Err(INVALID_TYPE.err());
    }
    let filename = base_name(&asked.filename).to_owned();
    if filename.len() > MAX_NAME {
        return Err(INVALID_NAME.err());
    }
    let (id, now) = (ids::new_id(), clock::now_ms());
    let path = if is_import {
        format!("import/{id}_{}", filename.replace('/', "_"))
    } else {
        // a name that is no path component of its own is written differently; sent as a whole it is refused
        let part = match filename.as_str() {
            "." | ".." => "_",
            name => name,
        };
        let (day, channel_id) = (paths::day(now), &asked.channel_id);
        paths::attachment(&day, channel_id, caller.user_id(), &id, part)
    };
    let session = UploadSession {
        id,
        type_: if is_import {
            UploadType::Import
        } else {
            UploadType::Attachment
        },
        create_at: now,
        user_id: caller.user_id().to_owned(),
        channel_id: if is_import {
            String::new()
        } else {
            asked.channel_id
        },
        filename,
        file_size: asked.file_size,
        ..UploadSession::default()
    };
    Ok(StoredUpload { session, path })
}

/// The last part of a name that may be a path; `.` without a name, `/` of slashes alone.
pub fn base_name(name: &str) -> &str {
    if name.is_empty() {
        return ".";
    }
    let trimmed = name.trim_end_matches('/');
    if trimmed.is_empty() {
        return "/";
    }
    trimmed.rsplit('/').next().unwrap_or(trimmed)
}

async fn load(app: &App, id: &str) -> Result<StoredUpload> {
    let found = store::uploads::get(&app.store, id).await?;
    found.ok_or_else(|| NOT_FOUND.err())
}

/// One's own upload; administrators see everybody's.
pub async fn get(app: &App, caller: &Caller, id: &str) -> Result<UploadSession> {
    let upload = load(app, id).await?;
    let own = caller.is_self(&upload.session.user_id);
    if own || access::has_system(app, caller, permissions::MANAGE_SYSTEM).await? {
        Ok(upload.session)
    } else {
        Err(NOT_YOURS.err())
    }
}

pub async fn of_user(app: &App, caller: &Caller, user_id: &str) -> Result<Vec<UploadSession>> {
    if !caller.is_self(user_id) {
        return Err(NOT_YOUR_LIST.err());
    }
    Ok(store::uploads::of_user(&app.store, user_id).await?)
}

/// Asks, before any bytes are taken, whether the caller may send this upload's data.
pub async fn require_writable(app: &App, caller: &Caller, id: &str) -> Result<StoredUpload> {
    require_enabled(app)?;
    let upload = load(app, id).await?;
    let session = &upload.session;
    if session.type_ == UploadType::Import {
        access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    } else {
        if !caller.is_self(&session.user_id) {
            return Err(access::refused(permissions::UPLOAD_FILE));
        }
        files::may_upload(app, caller, &session.channel_id).await?;
    }
    Ok(upload)
}

#[cfg(test)]
mod tests {
    use super::base_name;

    #[test]
    fn names_lose_their_folders() {
        for (name, base) in [
            ("", "."),
            ("/", "/"),
            ("a.txt", "a.txt"),
            ("../../etc/passwd", "passwd"),
            ("folder/inner.txt/", "inner.txt"),
            ("back\\slash.txt", "back\\slash.txt"),
            ("..", ".."),
        ] {
            assert_eq!(base_name(name), base, "{name:?}");
        }
    }
}
