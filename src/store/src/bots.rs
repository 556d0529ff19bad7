//! Rows of `bots`: the users that are programs, and who owns them.

use crate::args;
use crate::db::Tx;
use crate::error::StoreError;
use model::Bot;

/// Adds the bot of a user that is inserted in the same transaction.
pub(crate) async fn insert_in(tx: &mut Tx, bot: &Bot) -> Result<(), StoreError> {
    let sql = "INSERT INTO bots (userid, description, ownerid, createat, updateat, deleteat, lasticonupdate) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    tx.exec(
        sql,
        args![
            &bot.user_id,
            &bot.description,
            &bot.owner_id,
            bot.create_at,
            bot.update_at,
            bot.delete_at,
            bot.last_icon_update
        ],
    )
    .await?;
    Ok(())
}
