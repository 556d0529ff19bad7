//! Changes of a profile, by the person or an administrator, and who is told of them.

use super::{errors as e, get, privacy, rules, sanitize, sanitize::Viewer};
use crate::mail::{Site, letters};
use crate::{access, app::App, bots, caller::Caller, sessions, statuses};
use model::{User, UserPatch};
use realtime::Event;
use rustchat_core::{clock, common, error::Result, permissions, roles};
use store::cache::Kind;

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
    let mut user = before.clone();
    apply(&mut user, patch);
    if set_by_provider(&before, &user) {
        return Err(e::PROVIDER_ATTRIBUTE.with("Field", "the name"));
    }
    save(app, &before, user).await
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
    let mut user = User {
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
        remote_id: given.remote_id,
        ..before.clone()
    };
    if user.notify_props.is_empty() {
        user.notify_props = rules::default_notify_props();
    }
    save(app, &before, user).await
}

/// Checks and stores a changed profile; what depends on names follows.
async fn save(app: &App, before: &User, mut user: User) -> Result<User> {
    rules::normalize(&mut user);
    rules::clean_mention_keys(&mut user.notify_props);
    let now = clock::now_ms();
    if user.username != before.username {
        rules::forget_username_in_keys(&mut user.notify_props, &before.username);
        if user.last_picture_update <= 0 {
            // the picture shows the name's first letter: a negative time says that it is drawn anew
            user.last_picture_update = -now;
        }
    }
    let new_address = user.email != before.email;
    if new_address {
        user.email_verified = false;
    }
    if !user.auth_service.is_empty() {
        // the provider vouches for the address
        user.email_verified = true;
    }
    let unchecked = User {
        password: String::new(),
        auth_data: None,
        ..user.clone()
    };
    rules::validate(&unchecked)?;
    let domains = app.config.get().team.restrict_creation_to_domains.clone();
    if new_address && !rules::in_domains(&user.email, &domains) {
        return Err(e::UPDATE_ACCEPTED_DOMAIN.err());
    }
    // where addresses have to be proven, the old one counts until the new one is
    let must_prove = new_address
        && user.auth_service.is_empty()
        && app.config.get().email.require_email_verification;
    let wanted = must_prove.then(|| {
        user.email_verified = before.email_verified;
        std::mem::replace(&mut user.email, before.email.clone())
    });
    if let Some(address) = &wanted
        && store::users::by_email(app.store.db(), address)
            .await?
            .is_some()
    {
        return Err(e::EMAIL_EXISTS.err());
    }
    user.update_at = now;
    store::users::update_profile(app.store.db(), &user)
        .await
        .map_err(super::create::taken)?;
    changed(app, &user).await;
    follow_auto_reply(app, before, &user).await?;
    let site = Site::of(&app.config.get());
    if let Some(address) = wanted {
        super::verification::send_link(app, &user, &address).await?;
    } else if new_address {
        app.mail
            .send_to(before, letters::email_changed(&site, &user.email));
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
    let mut user = (*get(app, user_id).await?).clone();
    if !auto_replies(&user) {
        return Ok(());
    }
    user.notify_props
        .insert(AUTO_REPLY.to_owned(), "false".to_owned());
    user.update_at = clock::now_ms();
    store::users::update_profile(app.store.db(), &user).await?;
    changed(app, &user).await;
    Ok(())
}

/// Roles that a licence has to allow.
const LICENSED_ROLES: &[&str] = &[
    "system_manager",
    "system_user_manager",
    "system_read_only_admin",
];

/// Replaces somebody's system roles.
pub async fn set_roles(app: &App, caller: &Caller, id: &str, names: &str) -> Result<()> {
    access::require_system(app, caller, permissions::MANAGE_ROLES).await?;
    let all: Vec<&str> = roles::split(names).collect();
    let admin_without_user =
        all.contains(&roles::SYSTEM_ADMIN) && !all.contains(&roles::SYSTEM_USER);
    if admin_without_user || !all.iter().all(|name| roles::is_valid_name(name)) {
        return Err(common::invalid_body("roles"));
    }
    if all.iter().any(|name| LICENSED_ROLES.contains(name)) {
        return Err(e::ROLE_LICENSE.err());
    }
    let found = store::users::by_id(app.store.db(), id).await?;
    let user = found.ok_or_else(|| e::MISSING.err().with_status(400))?;
    let wanted: Vec<String> = all.iter().map(|name| (*name).to_owned()).collect();
    let known = store::roles::by_names(&app.store, &wanted).await?;
    let missing = |name: &&str| !known.iter().any(|role| role.name == **name);
    if all.iter().any(missing) {
        return Err(e::ROLE_NOT_FOUND.err());
    }
    let loses_admin =
        roles::contains(&user.roles, roles::SYSTEM_ADMIN) && !all.contains(&roles::SYSTEM_ADMIN);
    if loses_admin && !store::users::has_other_admin(app.store.db(), id).await? {
        return Err(e::LAST_ADMIN.err());
    }
    store::users::set_roles(app.store.db(), id, names, clock::now_ms()).await?;
    app.store.cache().invalidate(Kind::User, id);
    sessions::forget_cached(app, id).await?;
    app.hub.publish(
        Event::new("user_role_updated")
            .user(id)
            .with("user_id", id)
            .with("roles", names),
    );
    Ok(())
}

/// Sets one of an account's props.
pub(crate) async fn set_prop(app: &App, user_id: &str, key: &str, value: &str) -> Result<()> {
    let mut user = (*get(app, user_id).await?).clone();
    user.props.insert(key.to_owned(), value.to_owned());
    user.update_at = clock::now_ms();
    store::users::update_profile(app.store.db(), &user).await?;
    changed(app, &user).await;
    Ok(())
}
