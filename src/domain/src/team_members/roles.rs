//! What a member of a team may be. The rules for channels are the same with other errors: see `member_roles`.

use model::{SchemeRoles, TeamMember};
use realtime::Event;
use rustchat_core::error::Result;
use store::roles_of::TEAM;

use super::{errors, get};
use crate::App;
use crate::member_roles::{self, Errors};

const ERRORS: Errors = Errors {
    no_such_role: errors::NO_SUCH_ROLE,
    other_scope: errors::ROLE_OF_SCHEME,
    guest_and_user: errors::GUEST_AND_USER,
    guest_change: errors::GUEST_CHANGE,
    neither: errors::NEITHER,
    user_and_guest: errors::USER_AND_GUEST,
};

/// Sets the roles by name: those of the team's scheme and others.
pub async fn set_roles(app: &App, team_id: &str, user_id: &str, roles: &str) -> Result<()> {
    member_roles::check_names(roles)?;
    let member = get(app, team_id, user_id).await?;
    let (flags, others) =
        member_roles::parse(app, roles, member.scheme_guest, &TEAM, &ERRORS).await?;
    store::team_members::set_roles(&app.store, team_id, user_id, flags, &others).await?;
    tell(app, &get(app, team_id, user_id).await?);
    Ok(())
}

/// Sets the roles of the team's scheme by flags.
pub async fn set_scheme_roles(
    app: &App,
    team_id: &str,
    user_id: &str,
    roles: &SchemeRoles,
) -> Result<()> {
    let member = get(app, team_id, user_id).await?;
    let flags = member_roles::flags(roles, member.scheme_guest, &ERRORS)?;
    store::team_members::set_roles(&app.store, team_id, user_id, flags, &member.explicit_roles)
        .await?;
    tell(app, &get(app, team_id, user_id).await?);
    Ok(())
}

fn tell(app: &App, member: &TeamMember) {
    app.hub.publish(
        Event::new("memberrole_updated")
            .user(&member.user_id)
            .with_json("member", member),
    );
}
