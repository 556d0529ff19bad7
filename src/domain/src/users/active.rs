//! Accounts that come to rest: deactivated, activated again, or deleted for good.

use super::{
    change::{changed, require_rank},
    errors as e,
};
use crate::mail::{Site, letters};
use crate::{access, app::App, bots, caller::Caller, sessions, statuses, trash};
use model::{User, UserAuth};
use realtime::Event;
use rustchat_core::{clock, error::Result, permissions};
use store::cache::Kind;

pub(super) async fn load(app: &App, id: &str) -> Result<User> {
    let found = store::users::by_id(app.store.db(), id).await?;
    found.ok_or_else(|| e::MISSING.err())
}

/// People end their own account only where the settings let them.
fn require_self_service(app: &App) -> Result<()> {
    if app.config.get().team.enable_user_deactivation {
        Ok(())
    } else {
        Err(e::DEACTIVATION_OFF.err())
    }
}

/// Activates or deactivates, as an administrator or oneself.
pub async fn set_active(app: &App, caller: &Caller, id: &str, active: bool) -> Result<()> {
    if caller.is_self(id) && !active {
        // Even administrators: they would lock themselves out.
        require_self_service(app)?;
    } else if !access::has_system(
        app,
        caller,
        permissions::SYSCONSOLE_WRITE_USER_MANAGEMENT_USERS,
    )
    .await?
    {
        return Err(e::ACTIVE_REFUSED.err());
    }
    let user = load(app, id).await?;
    require_rank(app, caller, &user).await?;
    if user.auth_service == "ldap" {
        return Err(e::MANAGED_BY_LDAP.err());
    }
    let user = apply(app, user, active).await?;
    if !active {
        tell_by_mail(app, &user);
    }
    app.hub.publish(Event::new("user_activation_status_change"));
    changed(app, &user).await;
    Ok(())
}

/// The account's row, sessions, status and bots.
async fn apply(app: &App, mut user: User, active: bool) -> Result<User> {
    let now = clock::now_ms();
    user.update_at = now;
    user.delete_at = if active { 0 } else { now };
    store::users::set_delete_at(app.store.db(), &user.id, user.delete_at, now).await?;
    app.store.cache().invalidate(Kind::User, &user.id);
    if !active {
        sessions::revoke_all(app, &user.id).await?;
        statuses::set_gone(app, &user.id).await?;
        let ends_bots = app
            .config
            .get()
            .service
            .disable_bots_when_owner_is_deactivated;
        if ends_bots && !user.is_bot {
            bots::disable_all_of(app, &user.id).await?;
        }
    }
    Ok(user)
}

/// Deactivates, or with `permanent` removes an account with all it wrote.
pub async fn delete(app: &App, caller: &Caller, id: &str, permanent: bool) -> Result<()> {
    access::require_self_or(app, caller, id, permissions::EDIT_OTHER_USERS).await?;
    if caller.is_self(id) && !super::is_admin(app, caller).await? {
        require_self_service(app)?;
    }
    let user = load(app, id).await?;
    require_rank(app, caller, &user).await?;
    if permanent {
        if !app.config.get().service.enable_api_user_deletion {
            return Err(e::DELETION_OFF.err());
        }
        access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
        let user = apply(app, user, false).await?;
        let picture = blob::paths::profile_picture(&user.id);
        store::users::erase(&app.store, &user.id, &[picture]).await?;
        trash::empty(app).await;
        return Ok(());
    }
    let user = apply(app, user, false).await?;
    tell_by_mail(app, &user);
    changed(app, &user).await;
    Ok(())
}

fn tell_by_mail(app: &App, user: &User) {
    let site = Site::of(&app.config.get());
    app.mail.send_to(user, letters::deactivated(&site));
}

/// Hands sign-in over to a provider. An account that does not exist is not told apart (recorded).
pub async fn set_auth(app: &App, id: &str, auth: UserAuth) -> Result<UserAuth> {
    let data = auth.auth_data.as_deref().unwrap_or_default();
    if auth.auth_service.is_empty() || data.is_empty() {
        return Err(e::AUTH_INVALID.err());
    }
    let now = clock::now_ms();
    store::users::set_auth(app.store.db(), id, &auth.auth_service, data, now)
        .await
        .map_err(|error| match error {
            error if error.is_conflict() => e::AUTH_TAKEN.err(),
            error => error.into(),
        })?;
    app.store.cache().invalidate(Kind::User, id);
    Ok(auth)
}
