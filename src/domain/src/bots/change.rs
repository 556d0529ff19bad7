//! Changing bots: names, whether they work, whose they are.

use super::{Filter, address, check, manageable};
use crate::{access, app::App, caller::Caller, sessions, users};
use model::{Bot, BotPatch, User};
use realtime::Event;
use rustchat_core::{clock, error::Result, permissions};
use store::cache::Kind;

/// How many bots of one owner are read at once.
const BATCH: i64 = 200;

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
    let bot = manageable(app, caller, id).await?;
    apply_active(app, bot, active).await
}

/// Disables the bots of somebody whose account ends.
pub(crate) async fn disable_all_of(app: &App, owner_id: &str) -> Result<()> {
    let working = Filter {
        owner_id: owner_id.to_owned(),
        limit: BATCH,
        ..Filter::default()
    };
    loop {
        // disabled ones are not listed again
        let bots = store::bots::list(&app.store, &working).await?;
        let last = (bots.len() as i64) < BATCH;
        for bot in bots {
            apply_active(app, bot, false).await?;
        }
        if last {
            return Ok(());
        }
    }
}

async fn apply_active(app: &App, mut bot: Bot, active: bool) -> Result<Bot> {
    let id = &bot.user_id;
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
