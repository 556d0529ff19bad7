//! Bots: users that are programs. Making them, changing, handing over, and turning users into bots and back.
//! Whoever may not see a bot is told that it does not exist.

use crate::{access, app::App, caller::Caller, sessions, users};
use model::{Bot, BotPatch, User, UserPatch};
use realtime::Event;
use rustchat_core::{
    clock, common,
    error::{ErrorDef, Result},
    ids,
    permissions::{self, Permission},
    roles,
};
pub use store::bots::Filter;
use store::cache::Kind;

const NOT_FOUND: ErrorDef = ErrorDef::new(
    "store.sql_bot.get.missing.app_error",
    404,
    "There is no such bot.",
);
const CREATION_OFF: ErrorDef = ErrorDef::new(
    "api.bot.create_disabled",
    403,
    "Bots cannot be made on this server.",
);
const USERNAME: ErrorDef = ErrorDef::new(
    "model.bot.is_valid.username.app_error",
    400,
    "The name of the bot is not valid.",
);
const DISPLAY_NAME: ErrorDef = ErrorDef::new(
    "model.bot.is_valid.user_id.app_error",
    400,
    "The display name is too long.",
);
const DESCRIPTION: ErrorDef = ErrorDef::new(
    "model.bot.is_valid.description.app_error",
    400,
    "The description is too long.",
);
const NOT_MADE: ErrorDef = ErrorDef::new(
    "app.bot.createbot.internal_error",
    500,
    "The user could not be made a bot.",
);

const SERVER_BOT: &str = "system-bot";
/// The last number that is put behind the name when people have those before.
const OTHER_NAMES: usize = 9;
const MAX_DISPLAY_NAME: usize = 64;
const MAX_DESCRIPTION: usize = 1024;

/// The caller has the permission over own bots and owns this one, or has the permission over all.
async fn may(
    app: &App,
    caller: &Caller,
    bot: &Bot,
    own: Permission,
    all: Permission,
) -> Result<bool> {
    if caller.is_self(&bot.owner_id) && access::has_system(app, caller, own).await? {
        return Ok(true);
    }
    access::has_system(app, caller, all).await
}

async fn may_read(app: &App, caller: &Caller, bot: &Bot) -> Result<bool> {
    may(
        app,
        caller,
        bot,
        permissions::READ_BOTS,
        permissions::READ_OTHERS_BOTS,
    )
    .await
}

async fn may_manage(app: &App, caller: &Caller, bot: &Bot) -> Result<bool> {
    may(
        app,
        caller,
        bot,
        permissions::MANAGE_BOTS,
        permissions::MANAGE_OTHERS_BOTS,
    )
    .await
}

/// The caller is this user or may change other people; a bot's account is its managers' alone, not its own.
pub async fn is_user_or_bot_of(app: &App, caller: &Caller, user_id: &str) -> Result<bool> {
    if users::cached(app, user_id)
        .await?
        .is_some_and(|user| user.is_bot)
        && let Some(bot) = store::bots::by_id(&app.store, user_id).await?
    {
        return may_manage(app, caller, &bot).await;
    }
    access::is_self_or(app, caller, user_id, permissions::EDIT_OTHER_USERS).await
}

async fn find(app: &App, id: &str) -> Result<Bot> {
    store::bots::by_id(&app.store, id)
        .await?
        .ok_or_else(|| NOT_FOUND.err())
}

/// A bot the caller may change, disabled or not.
async fn manageable(app: &App, caller: &Caller, id: &str) -> Result<Bot> {
    let bot = find(app, id).await?;
    if may_manage(app, caller, &bot).await? {
        Ok(bot)
    } else if may_read(app, caller, &bot).await? {
        Err(access::refused(permissions::MANAGE_BOTS))
    } else {
        Err(NOT_FOUND.err())
    }
}

pub async fn get(app: &App, caller: &Caller, id: &str, include_deleted: bool) -> Result<Bot> {
    let bot = find(app, id).await?;
    let visible = include_deleted || bot.delete_at == 0;
    if visible && may_read(app, caller, &bot).await? {
        Ok(bot)
    } else {
        Err(NOT_FOUND.err())
    }
}

/// All bots, or the caller's own, as the permissions reach.
pub async fn list(app: &App, caller: &Caller, mut filter: Filter) -> Result<Vec<Bot>> {
    if !access::has_system(app, caller, permissions::READ_OTHERS_BOTS).await? {
        access::require_system(app, caller, permissions::READ_BOTS).await?;
        filter.owner_id = caller.user_id().to_owned();
    }
    Ok(store::bots::list(&app.store, &filter).await?)
}

fn check(bot: &Bot) -> Result<()> {
    if !users::rules::is_username(&bot.username) {
        return Err(USERNAME.err());
    }
    if bot.display_name.chars().count() > MAX_DISPLAY_NAME {
        return Err(DISPLAY_NAME.err());
    }
    if bot.description.chars().count() > MAX_DESCRIPTION {
        return Err(DESCRIPTION.err());
    }
    Ok(())
}

fn address(username: &str) -> String {
    format!("{username}@localhost")
}

/// A new bot of the caller's.
pub async fn create(app: &App, caller: &Caller, patch: BotPatch) -> Result<Bot> {
    if caller.user()?.is_bot {
        return Err(access::refused(permissions::CREATE_BOT));
    }
    if !app.config.get().service.enable_bot_account_creation {
        return Err(CREATION_OFF.err());
    }
    let now = clock::now_ms();
    let bot = Bot {
        user_id: ids::new_id(),
        username: patch.username.unwrap_or_default().to_lowercase(),
        display_name: patch.display_name.unwrap_or_default(),
        description: patch.description.unwrap_or_default(),
        owner_id: caller.user_id().to_owned(),
        create_at: now,
        update_at: now,
        ..Bot::default()
    };
    check(&bot)?;
    store::users::insert(app.store.db(), &account(app, &bot), &[], Some(&bot))
        .await
        .map_err(users::taken)?;
    Ok(bot)
}

/// The server's own bot, made when it is first needed. A person who has its name keeps it, and is never spoken as.
pub async fn of_server(app: &App) -> Result<String> {
    let names: Vec<String> = std::iter::once(SERVER_BOT.to_owned())
        .chain((2..=OTHER_NAMES).map(|number| format!("{SERVER_BOT}-{number}")))
        .collect();
    let taken = store::users::by_usernames(app.store.db(), &names).await?;
    for name in names {
        match taken.iter().find(|user| user.username == name) {
            Some(user) if user.is_bot => return Ok(user.id.clone()),
            Some(_) => {}
            None => return make_of_server(app, &name).await,
        }
    }
    Err(NOT_MADE.err())
}

async fn make_of_server(app: &App, name: &str) -> Result<String> {
    let db = app.store.db();
    let now = clock::now_ms();
    let bot = Bot {
        user_id: ids::new_id(),
        username: name.to_owned(),
        display_name: "System".to_owned(),
        owner_id: store::users::first_admin(db).await?.unwrap_or_default(),
        create_at: now,
        update_at: now,
        ..Bot::default()
    };
    match store::users::insert(db, &account(app, &bot), &[], Some(&bot)).await {
        Ok(()) => Ok(bot.user_id),
        // somebody else made it meanwhile
        Err(error) if error.is_conflict() => {
            let made = store::users::by_username(db, name).await?;
            let made = made.filter(|user| user.is_bot);
            made.map(|user| user.id).ok_or_else(|| NOT_MADE.err())
        }
        Err(error) => Err(error.into()),
    }
}

/// The account behind a new bot.
fn account(app: &App, bot: &Bot) -> User {
    User {
        id: bot.user_id.clone(),
        username: bot.username.clone(),
        email: address(&bot.username),
        first_name: bot.display_name.clone(),
        roles: roles::SYSTEM_USER.to_owned(),
        create_at: bot.create_at,
        update_at: bot.create_at,
        last_password_update: bot.create_at,
        locale: app.config.get().localization.default_client_locale.clone(),
        timezone: Some(users::rules::default_timezone()),
        notify_props: users::rules::default_notify_props(),
        ..User::default()
    }
}

/// Changes names and description. A patch that names nothing changes nothing.
pub async fn patch(app: &App, caller: &Caller, id: &str, patch: BotPatch) -> Result<Bot> {
    let mut bot = manageable(app, caller, id).await?;
    if patch == BotPatch::default() {
        return Ok(bot);
    }
    if let Some(username) = patch.username {
        bot.username = username.to_lowercase();
    }
    bot.display_name = patch.display_name.unwrap_or(bot.display_name);
    bot.description = patch.description.unwrap_or(bot.description);
    check(&bot)?;
    bot.update_at = clock::now_ms();
    let mut user = User::clone(&*users::get(app, id).await?);
    user.username.clone_from(&bot.username);
    user.email = address(&bot.username);
    user.first_name.clone_from(&bot.display_name);
    user.update_at = bot.update_at;
    store::bots::update(&app.store, &user, &bot)
        .await
        .map_err(users::taken)?;
    // as recorded, the event still has the former description
    users::tell(app, &user);
    Ok(bot)
}

/// Disables or enables a bot; disabled, its tokens sign nobody in.
pub async fn set_active(app: &App, caller: &Caller, id: &str, active: bool) -> Result<Bot> {
    let mut bot = manageable(app, caller, id).await?;
    let now = clock::now_ms();
    bot.update_at = now;
    bot.delete_at = if active { 0 } else { now };
    store::users::set_delete_at(app.store.db(), id, bot.delete_at, now).await?;
    app.store.cache().invalidate(Kind::User, id);
    if !active {
        sessions::revoke_all(app, id).await?;
    }
    users::tell(app, &*users::get(app, id).await?);
    app.hub
        .publish(Event::new("user_activation_status_change").only_admins());
    Ok(bot)
}

/// Hands a bot over to somebody. Bots own no bots.
pub async fn assign(app: &App, caller: &Caller, id: &str, owner_id: &str) -> Result<Bot> {
    let mut bot = manageable(app, caller, id).await?;
    access::require_system(app, caller, permissions::ASSIGN_BOT).await?;
    if users::cached(app, owner_id)
        .await?
        .is_some_and(|owner| owner.is_bot)
    {
        return Err(access::refused(permissions::ASSIGN_BOT));
    }
    bot.update_at = clock::now_ms();
    owner_id.clone_into(&mut bot.owner_id);
    store::bots::set_owner(&app.store, id, owner_id, bot.update_at).await?;
    Ok(bot)
}

/// Makes a person's account a bot of its own.
pub async fn from_user(app: &App, caller: &Caller, id: &str) -> Result<Bot> {
    let user = users::get(app, id).await?;
    access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    let now = clock::now_ms();
    let bot = Bot {
        user_id: user.id.clone(),
        username: user.username.clone(),
        display_name: user.username.clone(),
        owner_id: user.id.clone(),
        create_at: now,
        update_at: now,
        ..Bot::default()
    };
    let made = store::bots::from_user(&app.store, &bot).await;
    made.map_err(|error| NOT_MADE.caused_by(error))?;
    sessions::revoke_all(app, id).await?;
    Ok(bot)
}

/// Makes a bot an account to sign in to, with a password and perhaps as an administrator.
pub async fn into_user(
    app: &App,
    caller: &Caller,
    id: &str,
    patch: UserPatch,
    admin: bool,
) -> Result<User> {
    find(app, id).await?;
    access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    let password = patch.password.as_deref().unwrap_or_default();
    if password.is_empty() {
        return Err(common::invalid_body("userPatch"));
    }
    users::password_policy(app).check(password)?;
    let hash = app.passwords.hash(password).await?;
    let user = users::get(app, id).await?;
    let mut names = user.roles.clone();
    if admin {
        names = roles::with(&names, roles::SYSTEM_ADMIN);
    }
    store::bots::into_user(&app.store, id, &hash, &names, clock::now_ms()).await?;
    if patch
        != (UserPatch {
            password: patch.password.clone(),
            ..UserPatch::default()
        })
    {
        return users::patch(app, caller, id, patch).await;
    }
    let user = User::clone(&*users::get(app, id).await?);
    users::tell(app, &user);
    Ok(users::sanitize::own(user))
}
