//! New accounts: by an administrator, by whoever comes to an open server, by invitation, and the very first.

use super::{
    errors as e,
    rules::{self, PasswordPolicy},
    sanitize,
};
use crate::links;
use crate::mail::{Site, letters};
use crate::team_invites::{self, Found};
use crate::{access, app::App, caller::Caller};
use model::{Preference, User};
use realtime::Event;
use rustchat_core::{
    clock,
    error::{AppError, ErrorDef, Result},
    ids, permissions, roles,
};
use store::{cache::Kind, one_time_tokens::Purpose, users::Newcomer};

const NO_TEAM_OF_INVITE: ErrorDef = ErrorDef::new(
    "app.team.get_by_invite_id.finding.app_error",
    404,
    "The invitation link is not valid.",
);

/// How somebody may come in who has no account yet.
#[derive(Clone, Debug, Default)]
pub struct Invitation {
    /// A team's invite id (`iid`).
    pub invite_id: String,
    /// A single invitation's token (`t`).
    pub token: String,
}

/// Makes the account the caller asks for. The answer is the new person's own view of it.
pub async fn create(
    app: &App,
    caller: &Caller,
    mut user: User,
    invitation: &Invitation,
) -> Result<User> {
    let by_admin = access::has_system(
        app,
        caller,
        permissions::SYSCONSOLE_WRITE_USER_MANAGEMENT_USERS,
    )
    .await?
        || access::has_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    sanitize::clean_input(&mut user, by_admin);
    if !invitation.token.is_empty() {
        return by_token(app, user, &invitation.token).await;
    }
    if !invitation.invite_id.is_empty() {
        require_sign_up(app)?;
        let team = store::teams::get_by_invite_id(&app.store, &invitation.invite_id).await?;
        let team = team.ok_or_else(|| NO_TEAM_OF_INVITE.err())?;
        if !rules::in_domains(&user.email.to_lowercase(), &team.allowed_domains) {
            return Err(e::INVITED_DOMAIN.with("Addresses", &user.email));
        }
        let created = register(app, user, false).await?;
        let people = person(app, &created).await?;
        crate::team_members::join(app, &team, &people, None).await?;
        return Ok(created);
    }
    let only_first = !by_admin && require_open(app, &user).await?;
    register(app, user, only_first).await
}

/// Who was invited by mail has the address the invitation went to, and has proven it by coming.
async fn by_token(app: &App, mut user: User, token: &str) -> Result<User> {
    let found = match team_invites::find(app, token).await? {
        Found::Missing => return Err(e::SIGNUP_LINK_INVALID.err()),
        Found::Expired => return Err(e::SIGNUP_LINK_EXPIRED.err()),
        Found::Good(found) => found,
    };
    require_sign_up(app)?;
    let team = store::teams::get(&app.store, &found.team_id).await?;
    let team = team.ok_or_else(|| e::SIGNUP_LINK_INVALID.err())?;
    user.email.clone_from(&found.email);
    user.email_verified = true;
    let created = register(app, user, false).await?;
    for person in person(app, &created).await? {
        team_invites::accept(app, &person, &team, token, &found).await?;
    }
    Ok(created)
}

async fn person(app: &App, user: &User) -> Result<Vec<store::people::Person>> {
    Ok(store::people::by_ids(&app.store, std::slice::from_ref(&user.id)).await?)
}

/// People make accounts for themselves only where both settings let them.
fn require_sign_up(app: &App) -> Result<()> {
    let config = app.config.get();
    if config.email.enable_sign_up_with_email && config.team.enable_user_creation {
        Ok(())
    } else {
        Err(e::SIGNUP_DISABLED.err())
    }
}

/// Signing up without an invitation needs an open server, unless nobody is here yet; then it is for the first only.
async fn require_open(app: &App, user: &User) -> Result<bool> {
    require_sign_up(app)?;
    let config = app.config.get();
    if !config.team.enable_open_server && store::users::any(app.store.db()).await? {
        return Err(e::NO_OPEN_SERVER.err());
    }
    let domains = &config.team.restrict_creation_to_domains;
    if !rules::in_domains(&user.email.to_lowercase(), domains) {
        return Err(e::ACCEPTED_DOMAIN.err());
    }
    Ok(!config.team.enable_open_server)
}

/// What the settings ask of passwords.
pub fn password_policy(app: &App) -> PasswordPolicy {
    let config = app.config.get();
    let password = &config.password;
    PasswordPolicy {
        minimum_length: usize::try_from(password.minimum_length).unwrap_or_default(),
        lowercase: password.lowercase,
        uppercase: password.uppercase,
        number: password.number,
        symbol: password.symbol,
    }
}

/// Completes, checks and stores a new account, and tells everyone that somebody is new. The first person administers.
async fn register(app: &App, mut user: User, only_first: bool) -> Result<User> {
    if !user.id.is_empty() {
        return Err(e::SAVE_EXISTING.err());
    }
    password_policy(app).check(&user.password)?;
    complete(app, &mut user);
    rules::validate(&user)?;
    roles::SYSTEM_USER.clone_into(&mut user.roles);
    user.password = app.passwords.hash(&user.password).await?;
    let preferences = first_preferences(&user.id);
    let all = format!("{} {}", roles::SYSTEM_ADMIN, roles::SYSTEM_USER);
    let db = app.store.db();
    let came = store::users::insert_person(db, &user, &all, only_first, &preferences).await;
    match came.map_err(taken)? {
        Newcomer::First => {
            user.roles = all;
            app.store.cache().invalidate(Kind::User, &user.id);
        }
        Newcomer::Later => {}
        Newcomer::TooLate => return Err(e::NO_OPEN_SERVER.err()),
    }
    app.hub
        .publish(Event::new("new_user").with("user_id", user.id.as_str()));
    welcome(app, &user).await?;
    Ok(sanitize::own(user))
}

/// A first mail, with a link where the address has to be proven.
async fn welcome(app: &App, user: &User) -> Result<()> {
    let config = app.config.get();
    let must_prove = config.email.require_email_verification && !user.email_verified;
    if !must_prove && !config.email.send_email_notifications {
        return Ok(());
    }
    let token = match must_prove {
        true => Some(links::make(app, Purpose::VerifyEmail, &user.id, &user.email).await?),
        false => None,
    };
    let letter = letters::welcome(&Site::of(&config), &user.email, token.as_deref());
    app.mail.send_to(user, letter);
    Ok(())
}

/// Ids, times and what a person has not chosen.
fn complete(app: &App, user: &mut User) {
    user.id = ids::new_id();
    if user.username.is_empty() {
        user.username = ids::new_id();
    }
    rules::normalize(user);
    let now = clock::now_ms();
    user.create_at = now;
    user.update_at = now;
    user.last_password_update = now;
    if user.locale.is_empty() || !rules::is_locale(&user.locale) {
        user.locale = app.config.get().localization.default_client_locale.clone();
    }
    if user.timezone.as_ref().is_none_or(|zone| zone.is_empty()) {
        user.timezone = Some(rules::default_timezone());
    }
    if user.notify_props.is_empty() {
        user.notify_props = rules::default_notify_props();
    }
}

/// Which of the unique names was taken.
pub(crate) fn taken(error: store::StoreError) -> AppError {
    if error.is_conflict_on("users_username_key") {
        e::USERNAME_EXISTS.err()
    } else if error.is_conflict_on("users_email_key") {
        e::EMAIL_EXISTS.err()
    } else {
        error.into()
    }
}

fn first_preferences(user_id: &str) -> Vec<Preference> {
    let preference = |category: &str, name: &str, value: &str| Preference {
        user_id: user_id.to_owned(),
        category: category.to_owned(),
        name: name.to_owned(),
        value: value.to_owned(),
    };
    vec![
        preference("recommended_next_steps", "hide", "false"),
        preference("system_notice", "GMasDM", "true"),
        preference("tutorial_step", user_id, "0"),
    ]
}
