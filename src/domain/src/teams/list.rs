//! Lists of teams and searches in them, as far as the caller may see.

use model::{Team, TeamSearch};
use rustchat_core::error::Result;
use rustchat_core::permissions;
use store::teams::Filter;

use super::{errors, sanitize_all};
use crate::{App, Caller, access};

/// A search without pages answers at most this many.
const MOST: i64 = 1_000;

/// A list, with the number of all that match if that was asked for.
#[derive(Debug)]
pub struct Found {
    pub teams: Vec<Team>,
    pub total: Option<i64>,
}

/// Which teams the caller may list: all (`None`), only open ones, only closed ones.
struct Sight {
    all: bool,
    open: Option<bool>,
}

async fn sight(app: &App, caller: &Caller) -> Result<Option<Sight>> {
    let public = access::has_system(app, caller, permissions::LIST_PUBLIC_TEAMS).await?;
    let private = access::has_system(app, caller, permissions::LIST_PRIVATE_TEAMS).await?;
    Ok(match (public, private) {
        (true, true) => Some(Sight {
            all: true,
            open: None,
        }),
        (true, false) => Some(Sight {
            all: false,
            open: Some(true),
        }),
        (false, true) => Some(Sight {
            all: false,
            open: Some(false),
        }),
        (false, false) => None,
    })
}

async fn require_policies(app: &App, caller: &Caller, asked: bool) -> Result<()> {
    if asked {
        access::require_system(
            app,
            caller,
            permissions::SYSCONSOLE_READ_COMPLIANCE_DATA_RETENTION_POLICY,
        )
        .await?;
    }
    Ok(())
}

pub async fn all(
    app: &App,
    caller: &Caller,
    offset: i64,
    limit: i64,
    total: bool,
    without_policy: bool,
) -> Result<Found> {
    require_policies(app, caller, without_policy).await?;
    let Some(sight) = sight(app, caller).await? else {
        return Err(access::refused(permissions::LIST_PUBLIC_TEAMS));
    };
    let filter = Filter {
        open_invite: sight.open,
        without_retention_policy: without_policy,
        ..Filter::default()
    };
    let teams = store::teams::list(&app.store, &filter, offset, limit).await?;
    let total = if total {
        Some(store::teams::count(&app.store, &filter).await?)
    } else {
        None
    };
    Ok(Found {
        teams: sanitize_all(app, caller, teams).await?,
        total,
    })
}

pub async fn search(app: &App, caller: &Caller, search: TeamSearch) -> Result<Found> {
    let without_policy = search.exclude_policy_constrained == Some(true);
    require_policies(app, caller, without_policy).await?;
    let Some(sight) = sight(app, caller).await? else {
        return Ok(Found {
            teams: Vec::new(),
            total: None,
        });
    };
    let page = search
        .page
        .zip(search.per_page)
        .map(|(page, size)| (page.max(0), size.clamp(1, MOST)));
    if page.is_some() && !sight.all {
        let error = if sight.open == Some(true) {
            errors::PUBLIC_PAGES
        } else {
            errors::PRIVATE_PAGES
        };
        return Err(error.err());
    }
    let filter = Filter {
        term: search.term.trim().to_owned(),
        open_invite: sight.open.or(search.allow_open_invite),
        group_constrained: search.group_constrained,
        without_retention_policy: without_policy,
    };
    let (page_number, size) = page.unwrap_or((0, MOST));
    let teams =
        store::teams::list(&app.store, &filter, page_number.saturating_mul(size), size).await?;
    let total = if page.is_some() {
        Some(store::teams::count(&app.store, &filter).await?)
    } else {
        None
    };
    Ok(Found {
        teams: sanitize_all(app, caller, teams).await?,
        total,
    })
}

/// Whether a team of this name exists, as far as the caller may know.
pub async fn exists(app: &App, caller: &Caller, name: &str) -> Result<bool> {
    let Some(team) = store::teams::get_by_name(&app.store, &name.to_lowercase()).await? else {
        return Ok(false);
    };
    if store::memberships::teams_of(&app.store, caller.user_id())
        .await?
        .contains_key(&team.id)
    {
        return Ok(true);
    }
    let permission = if team.allow_open_invite {
        permissions::LIST_PUBLIC_TEAMS
    } else {
        permissions::LIST_PRIVATE_TEAMS
    };
    access::has_system(app, caller, permission).await
}

/// The teams of a person that are not archived.
pub async fn of_user(app: &App, caller: &Caller, user_id: &str) -> Result<Vec<Team>> {
    access::require_self_or(
        app,
        caller,
        user_id,
        permissions::SYSCONSOLE_READ_USER_MANAGEMENT_USERS,
    )
    .await?;
    let teams = store::teams::for_user(&app.store, user_id).await?;
    sanitize_all(app, caller, teams).await
}

/// The teams that all members of a direct or group channel share.
pub async fn common(app: &App, caller: &Caller, user_ids: &[String]) -> Result<Vec<Team>> {
    let teams = store::teams::common(&app.store, user_ids).await?;
    sanitize_all(app, caller, teams).await
}
