//! Bots: users that are programs. Finding and making them here; `change`, `convert` and the server's `own`.
//! Whoever may not see a bot is told that it does not exist.

mod change;
mod convert;
mod own;

use crate::{access, app::App, caller::Caller, users};
use model::{Bot, BotPatch, User};
use rustchat_core::{
    clock,
    error::{ErrorDef, Result},
    ids,
    permissions::{self, Permission},
    roles,
    text::names,
};

pub(crate) use change::disable_all_of;
pub use change::{assign, patch, set_active};
pub use convert::{from_user, into_user};
pub use own::of_server;
pub use store::bots::Filter;

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
    if !names::is_valid_username(&bot.username) {
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
