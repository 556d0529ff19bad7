//! Profile pictures: what people upload, and the letter drawn for those who have none.

use super::{for_others, get, require_visible};
use crate::{access, app::App, bots, caller::Caller};
use blob::paths;
use bytes::Bytes;
use model::User;
use realtime::Event;
use rustchat_core::{
    clock,
    error::{ErrorDef, Result},
    permissions,
};
use store::cache::Kind;

const DRAW: ErrorDef = ErrorDef::new(
    "api.user.create_profile_image.encode.app_error",
    500,
    "The picture could not be drawn.",
);
const DECODE: ErrorDef = ErrorDef::new(
    "api.user.upload_profile_user.decode.app_error",
    400,
    "The file is not a picture that can be read.",
);
const STORE: ErrorDef = ErrorDef::new(
    "api.user.upload_profile_user.upload_profile.app_error",
    500,
    "The picture could not be stored.",
);

/// Stored pictures are small; more than this is not read.
const MOST: u64 = 4 << 20;

/// A picture, and what its ETag is made of unless it was drawn for somebody who never had one.
pub struct Picture {
    pub png: Bytes,
    pub changed_at: Option<i64>,
}

async fn draw(app: &App, user: &User) -> Result<Bytes> {
    let drawn = app.studio.default_profile_picture(&user.id, &user.username);
    drawn.await.map_err(|error| DRAW.caused_by(error))
}

/// The picture drawn for somebody, whether there is an own one or not.
pub async fn default_picture(app: &App, caller: &Caller, id: &str) -> Result<Bytes> {
    require_visible(app, caller, id).await?;
    draw(app, &*get(app, id).await?).await
}

/// Somebody's picture. A negative time says that it is to be drawn (again).
pub async fn picture(app: &App, caller: &Caller, id: &str) -> Result<Picture> {
    require_visible(app, caller, id).await?;
    let user = get(app, id).await?;
    let changed_at = Some(user.last_picture_update).filter(|at| *at != 0);
    if user.last_picture_update > 0
        && let Ok(png) = app.blobs.read(&paths::profile_picture(id), MOST).await
    {
        return Ok(Picture { png, changed_at });
    }
    let png = draw(app, &user).await?;
    let changed_at = changed_at.filter(|at| *at < 0);
    Ok(Picture { png, changed_at })
}

/// Refuses whoever may not change this account's picture.
pub async fn require_picture_of(app: &App, caller: &Caller, id: &str) -> Result<()> {
    if bots::is_user_or_bot_of(app, caller, id).await? {
        Ok(())
    } else {
        Err(access::refused(permissions::EDIT_OTHER_USERS))
    }
}

/// Takes any picture; it is cut and scaled to the size of profile pictures.
pub async fn set_picture(app: &App, id: &str, picture: Bytes) -> Result<()> {
    let user = get(app, id).await?;
    let png = app.studio.profile_picture(picture).await;
    let png = png.map_err(|error| DECODE.caused_by(error))?;
    let stored = app.blobs.put_bytes(&paths::profile_picture(id), png).await;
    stored.map_err(|error| STORE.caused_by(error))?;
    changed(app, &user, clock::now_ms()).await
}

/// Goes back to the drawn picture.
pub async fn remove_picture(app: &App, id: &str) -> Result<()> {
    let user = get(app, id).await?;
    changed(app, &user, -clock::now_ms()).await
}

/// Everyone, the person included, hears of it in the form for others.
async fn changed(app: &App, user: &User, at: i64) -> Result<()> {
    let now = clock::now_ms();
    store::users::set_picture(app.store.db(), &user.id, at, now).await?;
    app.store.cache().invalidate(Kind::User, &user.id);
    let user = User {
        last_picture_update: at,
        update_at: now,
        ..user.clone()
    };
    let seen = for_others(app, false, user);
    app.hub
        .publish(Event::new("user_updated").with_object("user", &seen));
    Ok(())
}
