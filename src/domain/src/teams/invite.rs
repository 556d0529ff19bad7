//! The invitation that everybody who has its link may use. Invitations by e-mail are not its matter.

use model::Team;
use rustchat_core::error::Result;
use rustchat_core::{ids, permissions};
use serde::Serialize;

use super::{change, errors, sanitize};
use crate::{App, Caller, access};

/// What somebody who has the link is told before joining.
#[derive(Debug, Serialize)]
pub struct InviteInfo {
    pub display_name: String,
    pub description: String,
    pub name: String,
    pub id: String,
}

/// The team behind an invitation; only open teams tell about themselves.
pub async fn invite_info(app: &App, invite_id: &str) -> Result<InviteInfo> {
    let team = store::teams::get_by_invite_id(&app.store, invite_id)
        .await?
        .ok_or_else(|| errors::NO_SUCH_INVITE.err())?;
    if team.type_ != "O" {
        return Err(errors::INVITE_CLOSED.err());
    }
    Ok(InviteInfo {
        display_name: team.display_name,
        description: team.description,
        name: team.name,
        id: team.id,
    })
}

/// Makes the old link worthless.
pub async fn regenerate_invite(app: &App, caller: &Caller, id: &str) -> Result<Team> {
    access::require_team(app, caller, id, permissions::MANAGE_TEAM).await?;
    let changed = change::save(app, id, "update_team", |team| {
        team.invite_id = ids::new_id();
    });
    sanitize(app, caller, changed.await?.after).await
}
