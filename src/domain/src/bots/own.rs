//! The bot the server itself speaks as.

use super::{NOT_MADE, account};
use crate::app::App;
use model::Bot;
use rustchat_core::{clock, error::Result, ids};

const SERVER_BOT: &str = "system-bot";
/// The last number that is put behind the name when people have those before.
const OTHER_NAMES: usize = 9;

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
