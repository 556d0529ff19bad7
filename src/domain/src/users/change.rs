//! Changes of a profile, by the person or an administrator, and who is told of them.

use super::{errors as e, get, privacy, rules, sanitize, sanitize::Viewer};
use crate::mail::{Site, letters};
use crate::{access, app::App, bots, caller::Caller, sessions, statuses};
use config::Config;
use model::{User, UserPatch};
use realtime::Event;
use rustchat_core::{
    clock, common,
    error::{AppError, Result},
    permissions,
};
use store::{StoreError, cache::Kind, change::Changed};

const AUTO_REPLY: &str = "auto_responder_active";

/// Forgets the cached row and tells the person, administrators and everyone else, each in their view.
pub(crate) async fn changed(app: &App, user: &User) {
    app.store.cache().invalidate(Kind::User, &user.id);
    tell(app, user);
}

/// The three forms of `user_updated`.
pub(crate) fn tell(app: &App, user: &User) {
    let privacy = privacy(app);
    let view = |viewer| sanitize::sanitize(user.clone(), viewer, privacy);
    let event = || Event::new("user_updated");
    let own = event().user(&user.id);
    app.hub
        .publish(own.with_object("user", &sanitize::own(user.clone())));
    let admins = event().omit_user(&user.id).only_admins();
    app.hub
        .publish(admins.with_object("user", &view(Viewer::Admin)));
    let others = event().omit_user(&user.id).except_admins();
    app.hub
        .publish(others.with_object("user", &view(Viewer::Other)));
}

/// Nobody but an administrator touches an administrator's account.
pub(crate) async fn require_rank(app: &App, caller: &Caller, user: &User) -> Result<()> {
    let target_is_admin = access::granted(app, &user.roles, permissions::MANAGE_SYSTEM).await?;
    if target_is_admin && !caller.is_self(&user.id) {
        access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    }
    Ok(())
}

/// The account to change, after the question whether the caller may change accounts like it.
pub(crate) async fn target(app: &App, caller: &Caller, id: &str) -> Result<User> {
    if !bots::is_user_or_bot_of(app, caller, id).await? {
        return Err(access::refused(permissions::EDIT_OTHER_USERS));
    }
    let found = store::users::by_id(app.store.db(), id).await?;
    let user = found.ok_or_else(|| common::invalid_body("user_id"))?;
    require_rank(app, caller, &user).await?;
    Ok(user)
}

/// Changes what the patch names. An own new address needs the password.
pub async fn patch(app: &App, caller: &Caller, id: &str, patch: UserPatch) -> Result<User> {
    let before = target(app, caller, id).await?;
    let new_email = patch.email.as_deref().map(str::to_lowercase);
    if caller.is_self(id) && new_email.as_ref().is_some_and(|new| *new != before.email) {
        let Some(password) = &patch.password else {
            return Err(common::invalid_body("password"));
        };
        sessions::check_password(app, &before, password).await?;
    }
    let wish = |user: &mut User| {
        let told = user.clone();
        apply(user, patch.clone());
        match set_by_provider(&told, user) {
            true => Err(e::PROVIDER_ATTRIBUTE.with("Field", "the name")),
            false => Ok(()),
        }
    };
    save(app, &before, &wish).await
}

fn apply(user: &mut User, patch: UserPatch) {
    let texts = [
        (&mut user.username, patch.username),
        (&mut user.nickname, patch.nickname),
        (&mut user.first_name, patch.first_name),
        (&mut user.last_name, patch.last_name),
        (&mut user.position, patch.position),
        (&mut user.email, patch.email),
        (&mut user.locale, patch.locale),
    ];
    for (field, value) in texts {
        if let Some(value) = value {
            *field = value;
        }
    }
    if !patch.props.is_empty() {
        user.props = patch.props;
    }
    if !patch.notify_props.is_empty() {
        user.notify_props = patch.notify_props;
    }
    if patch.timezone.is_some() {
        user.timezone = patch.timezone;
    }
}

/// What a provider tells of a person cannot be changed here. A directory that is not there tells nothing.
fn set_by_provider(before: &User, after: &User) -> bool {
    let provider = !matches!(before.auth_service.as_str(), "" | "email" | "ldap" | "saml");
    let told = |user: &User| {
        let User {
            username,
            email,
            first_name,
            last_name,
            ..
        } = user.clone();
        (username, email.to_lowercase(), first_name, last_name)
    };
    provider && told(before) != told(after)
}

/// Replaces the profile as a whole.
pub async fn replace(app: &App, caller: &Caller, id: &str, given: User) -> Result<User> {
    if given.id != id {
        return Err(common::invalid_body("user_id"));
    }
    let before = target(app, caller, id).await?;
    if caller.is_self(id) && given.email.to_lowercase() != before.email {
        let checked = sessions::check_password(app, &before, &given.password).await;
        if checked.is_err() {
            return Err(common::invalid_body("password"));
        }
    }
    let wish = |user: &mut User| {
        let given = given.clone();
        *user = User {
            username: given.username,
            email: given.email,
            nickname: given.nickname,
            first_name: given.first_name,
            last_name: given.last_name,
            position: given.position,
            locale: given.locale,
            timezone: given.timezone,
            props: given.props,
            notify_props: given.notify_props,
            allow_marketing: given.allow_marketing,
            remote_id: remote_id(user, given.remote_id),
            ..user.clone()
        };
        if user.notify_props.is_empty() {
            user.notify_props = rules::default_notify_props();
        }
        Ok(())
    };
    save(app, &before, &wish).await
}

/// Where an account is from is not for its person to say; but nowhere may be said by leaving it out.
fn remote_id(user: &User, given: Option<String>) -> Option<String> {
    let known = user.remote_id.clone().filter(|id| !id.is_empty());
    known.or_else(|| given.map(|_| String::new()))
}

/// What somebody wants of a profile; asked again with the row as it is when it is written.
type Wish<'a> = dyn Fn(&mut User) -> Result<()> + Send + Sync + 'a;

/// A profile as it may be stored.
struct Revised {
    user: User,
    /// The address that counts once it is proven.
    unproven: Option<String>,
}

/// What becomes of a profile by a wish, and what depends on names with it.
fn revise(before: &User, config: &Config, wish: &Wish<'_>) -> Result<Revised> {
    let mut user = before.clone();
    wish(&mut user)?;
    rules::normalize(&mut user);
    rules::clean_mention_keys(&mut user.notify_props);
    user.update_at = clock::now_ms();
    if user.username != before.username {
        rules::forget_username_in_keys(&mut user.notify_props, &before.username);
        if user.last_picture_update <= 0 {
            // the picture shows the name's first letter: a negative time says that it is drawn anew
            user.last_picture_update = -user.update_at;
        }
    }
    let new_address = user.email != before.email;
    let by_provider = !user.auth_service.is_empty();
    // the provider vouches for the address
    user.email_verified = by_provider || (user.email_verified && !new_address);
    let unchecked = User {
        password: String::new(),
        auth_data: None,
        ..user.clone()
    };
    rules::validate(&unchecked)?;
    if new_address && !rules::in_domains(&user.email, &config.team.restrict_creation_to_domains) {
        return Err(e::UPDATE_ACCEPTED_DOMAIN.err());
    }
    // where addresses have to be proven, the old one counts until the new one is
    let must_prove = new_address && !by_provider && config.email.require_email_verification;
    let unproven = must_prove.then(|| {
        user.email_verified = before.email_verified;
        std::mem::replace(&mut user.email, before.email.clone())
    });
    Ok(Revised { user, unproven })
}

/// Checks and stores a changed profile, and tells whom it concerns.
async fn save(app: &App, before: &User, wish: &Wish<'_>) -> Result<User> {
    let config = app.config.get();
    if let Some(address) = revise(before, &config, wish)?.unproven
        && store::users::by_email(app.store.db(), &address)
            .await?
            .is_some()
    {
        return Err(e::EMAIL_EXISTS.err());
    }
    let mut unproven = None;
    let stored = store::users::change(app.store.db(), &before.id, |user| {
        let revised = revise(user, &config, wish)?;
        *user = revised.user;
        unproven = revised.unproven;
        Ok(())
    });
    let Changed {
        before,
        after: user,
    } = stored
        .await
        .map_err(|unchanged| unchanged.or(super::create::taken))?;
    changed(app, &user).await;
    follow_auto_reply(app, &before, &user).await?;
    let site = Site::of(&config);
    if let Some(address) = unproven {
        super::verification::send_link(app, &user, &address).await?;
    } else if user.email != before.email {
        app.mail
            .send_to(&before, letters::email_changed(&site, &user.email));
    }
    if user.username != before.username {
        app.mail
            .send_to(&user, letters::username_changed(&site, &user.username));
    }
    Ok(sanitize::own(user))
}

fn auto_replies(user: &User) -> bool {
    user.notify_props.get(AUTO_REPLY).map(String::as_str) == Some("true")
}

/// The automatic reply and the status "out of office" go together.
async fn follow_auto_reply(app: &App, before: &User, after: &User) -> Result<()> {
    match (auto_replies(before), auto_replies(after)) {
        (false, true) => statuses::set_out_of_office(app, &after.id).await,
        (true, false) => statuses::back_in_office(app, &after.id).await,
        _ => Ok(()),
    }
}

/// The automatic reply ends with being out of office.
pub async fn end_auto_reply(app: &App, user_id: &str) -> Result<()> {
    if !auto_replies(&*get(app, user_id).await?) {
        return Ok(());
    }
    amend(app, user_id, |user| {
        user.notify_props
            .insert(AUTO_REPLY.to_owned(), "false".to_owned());
    })
    .await
}

/// Sets one of an account's props.
pub(crate) async fn set_prop(app: &App, user_id: &str, key: &str, value: &str) -> Result<()> {
    amend(app, user_id, |user| {
        user.props.insert(key.to_owned(), value.to_owned());
    })
    .await
}

/// A small change of a profile that nobody has to be asked about.
async fn amend(app: &App, user_id: &str, apply: impl FnOnce(&mut User) + Send) -> Result<()> {
    let stored = store::users::change(app.store.db(), user_id, |user| {
        apply(user);
        user.update_at = clock::now_ms();
        Ok::<(), AppError>(())
    });
    let missing = |error: StoreError| match error.is_not_found() {
        true => e::MISSING.err(),
        false => error.into(),
    };
    let stored = stored.await.map_err(|unchanged| unchanged.or(missing))?;
    changed(app, &stored.after).await;
    Ok(())
}
