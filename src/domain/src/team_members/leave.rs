//! Going out of a team: by oneself, by others, or because its groups do not name one any more.

use realtime::Event;
use rustchat_core::error::Result;
use rustchat_core::{clock, permissions};
use store::people::Person;

use super::{errors, person};
use crate::notices::{self, Notice};
use crate::{App, Caller, access, teams};

/// Takes a person out of a team and its channels.
pub async fn remove(app: &App, caller: &Caller, team_id: &str, user_id: &str) -> Result<()> {
    if !caller.is_self(user_id) {
        access::require_team(app, caller, team_id, permissions::REMOVE_USER_FROM_TEAM).await?;
    }
    let team = teams::get(app, team_id).await?;
    let who = person(app, user_id).await?;
    if team.group_constrained == Some(true) && !caller.is_self(user_id) && !who.is_bot {
        return Err(errors::GROUPS_DECIDE.err());
    }
    if store::team_members::get(&app.store, team_id, user_id)
        .await?
        .is_none()
    {
        return Err(errors::NEVER_A_MEMBER.err());
    }
    go(app, team_id, &who, caller.is_self(user_id)).await
}

/// The farewell is written while the person still hears it.
async fn go(app: &App, team_id: &str, who: &Person, by_own_will: bool) -> Result<()> {
    if notices::about_default_channels(app)
        && let Some(main) =
            store::channels::get_by_name(&app.store, team_id, "town-square", true).await?
    {
        let notice = if by_own_will {
            Notice::LeftTeam
        } else {
            Notice::RemovedFromTeam
        };
        notices::write(app, who, &main, notice).await;
    }
    app.hub.settled().await;
    store::team_members::leave(&app.store, team_id, &who.id, clock::now_ms()).await?;
    let event = || {
        Event::new("leave_team")
            .with("user_id", who.id.as_str())
            .with("team_id", team_id)
    };
    app.hub.publish(event().team(team_id).omit_user(&who.id));
    app.hub.publish(event().user(&who.id));
    Ok(())
}

/// Takes everyone out whom no group of the team names.
pub(crate) async fn remove_outside_groups(app: &App, team_id: &str) -> Result<()> {
    let ids = store::team_members::outside_groups(&app.store, team_id).await?;
    for who in store::people::by_ids(&app.store, &ids).await? {
        go(app, team_id, &who, false).await?;
    }
    Ok(())
}
