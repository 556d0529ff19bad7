//! The picture of a team.

use bytes::Bytes;
use model::Team;
use rustchat_core::clock;
use rustchat_core::error::{AppError, Result};

use super::{errors, get, require_visible, tell};
use crate::{App, Caller};

/// Icons are small; more than this is not read.
const MOST: u64 = 4 << 20;

/// An icon with what its ETag is made of.
#[derive(Debug)]
pub struct Icon {
    pub png: Bytes,
    pub changed_at: i64,
}

pub async fn icon(app: &App, caller: &Caller, id: &str) -> Result<Icon> {
    let team = get(app, id).await?;
    require_visible(app, caller, &team).await?;
    match app.blobs.read(&blob::paths::team_icon(id), MOST).await {
        Ok(png) => Ok(Icon {
            png,
            changed_at: team.last_team_icon_update,
        }),
        Err(error) => Err(errors::NO_ICON.caused_by(error)),
    }
}

/// Takes any picture; it is cut and scaled to the size of icons.
pub async fn set_icon(app: &App, id: &str, picture: Bytes) -> Result<()> {
    if store::teams::get(&app.store, id).await?.is_none() {
        return Err(errors::ICON_SET_TEAM.err());
    }
    let png = app
        .studio
        .team_icon(picture)
        .await
        .map_err(|error| errors::ICON_LIMITS.caused_by(error))?;
    app.blobs
        .put_bytes(&blob::paths::team_icon(id), png)
        .await
        .map_err(|error| errors::ICON_WRITE.caused_by(error))?;
    changed(app, id, clock::now_ms()).await
}

pub async fn remove_icon(app: &App, id: &str) -> Result<()> {
    if store::teams::get(&app.store, id).await?.is_none() {
        return Err(errors::ICON_REMOVE_TEAM.err());
    }
    changed(app, id, 0).await
}

/// Members are told with the time of the change before, and a team without an icon was last changed never: so clients know it.
async fn changed(app: &App, id: &str, at: i64) -> Result<()> {
    let changed = store::teams::change(&app.store, id, |team| {
        team.last_team_icon_update = at;
        team.update_at = at;
        Ok::<(), AppError>(())
    })
    .await?;
    let shown = Team {
        update_at: changed.before.update_at,
        ..changed.after
    };
    tell(app, "update_team", &shown);
    Ok(())
}
