//! Creating and changing channels, with `publicchannels` kept in step.

use model::{Channel, ChannelType};

use super::{from_row, select};
use crate::change::{Changed, Unchanged};
use crate::db::{Arg, Tx, again};
use crate::{Store, StoreError, args, channel_members, webhooks};

fn banner(channel: &Channel) -> Arg {
    match channel
        .banner_info
        .as_ref()
        .and_then(|info| serde_json::to_string(info).ok())
    {
        Some(text) => Arg::json_text(text),
        None => Arg::json_null(),
    }
}

pub(crate) async fn insert_in(tx: &mut Tx, channel: &Channel) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO channels (id, createat, updateat, deleteat, teamid, type, displayname, name, header, purpose, lastpostat, \
         totalmsgcount, extraupdateat, creatorid, schemeid, groupconstrained, shared, totalmsgcountroot, lastrootpostat, \
         bannerinfo, defaultcategoryname, autotranslation) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
        args![
            &channel.id,
            channel.create_at,
            channel.update_at,
            channel.delete_at,
            &channel.team_id,
            Arg::enum_("channel_type", channel.type_.as_str()),
            &channel.display_name,
            &channel.name,
            &channel.header,
            &channel.purpose,
            channel.last_post_at,
            channel.total_msg_count,
            channel.extra_update_at,
            &channel.creator_id,
            &channel.scheme_id,
            channel.group_constrained,
            channel.shared,
            channel.total_msg_count_root,
            channel.last_root_post_at,
            banner(channel),
            &channel.default_category_name,
            channel.autotranslation
        ],
    )
    .await?;
    shadow_in(tx, channel).await
}

/// Public channels have a row in `publicchannels`, others do not.
async fn shadow_in(tx: &mut Tx, channel: &Channel) -> Result<(), StoreError> {
    if channel.type_ != ChannelType::Open {
        tx.exec(
            "DELETE FROM publicchannels WHERE id = $1",
            args![&channel.id],
        )
        .await?;
        return Ok(());
    }
    tx.exec(
        "INSERT INTO publicchannels (id, deleteat, teamid, displayname, name, header, purpose) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (id) DO UPDATE SET deleteat = excluded.deleteat, teamid = excluded.teamid, displayname = excluded.displayname, \
         name = excluded.name, header = excluded.header, purpose = excluded.purpose",
        args![
            &channel.id,
            channel.delete_at,
            &channel.team_id,
            &channel.display_name,
            &channel.name,
            &channel.header,
            &channel.purpose
        ],
    )
    .await?;
    Ok(())
}

/// Makes a channel and its first members; those of `admins` administer it, those of `guests` are guests in it.
pub async fn create(
    store: &Store,
    channel: &Channel,
    members: &[String],
    guests: &[String],
    admins: &[String],
    now: i64,
) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    insert_in(&mut tx, channel).await?;
    channel_members::insert_in(
        &mut tx,
        std::slice::from_ref(&channel.id),
        members,
        guests,
        admins,
        now,
    )
    .await?;
    tx.commit().await?;
    super::forget(store, &channel.id);
    channel_members::forget(store, std::slice::from_ref(&channel.id), members);
    Ok(())
}

/// Changes a channel as it is at that moment: nobody else changes the row between reading and writing. Counters and times
/// of posts are left alone.
pub async fn change<E: Send>(
    store: &Store,
    id: &str,
    apply: impl FnOnce(&mut Channel) -> Result<(), E> + Send,
) -> Result<Changed<Channel>, Unchanged<E>> {
    let mut tx = store.db().begin().await?;
    let before = from_row(
        &tx.one(select!("WHERE c.id = $1 FOR UPDATE"), args![id])
            .await?,
    )?;
    let mut after = before.clone();
    apply(&mut after).map_err(Unchanged::Refused)?;
    update_in(&mut tx, &after).await?;
    tx.commit().await?;
    super::forget(store, id);
    Ok(Changed { before, after })
}

async fn update_in(tx: &mut Tx, channel: &Channel) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE channels SET updateat = $2, type = $3, displayname = $4, name = $5, header = $6, purpose = $7, \
         groupconstrained = $8 WHERE id = $1",
        args![
            &channel.id,
            channel.update_at,
            Arg::enum_("channel_type", channel.type_.as_str()),
            &channel.display_name,
            &channel.name,
            &channel.header,
            &channel.purpose,
            channel.group_constrained
        ],
    )
    .await?;
    shadow_in(tx, channel).await
}

/// Archives (`delete_at` set) or restores (0) a channel.
pub async fn set_deleted(
    store: &Store,
    id: &str,
    delete_at: i64,
    now: i64,
) -> Result<(), StoreError> {
    again(|| set_deleted_once(store, id, delete_at, now)).await?;
    super::forget(store, id);
    webhooks::outgoing::forget(store, "");
    Ok(())
}

async fn set_deleted_once(
    store: &Store,
    id: &str,
    delete_at: i64,
    now: i64,
) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    tx.exec(
        "UPDATE channels SET deleteat = $2, updateat = $3 WHERE id = $1",
        args![id, delete_at, now],
    )
    .await?;
    tx.exec(
        "UPDATE publicchannels SET deleteat = $2 WHERE id = $1",
        args![id, delete_at],
    )
    .await?;
    if delete_at > 0 {
        for table in ["incomingwebhooks", "outgoingwebhooks"] {
            let sql = format!(
                "UPDATE {table} SET deleteat = $2, updateat = $2 WHERE channelid = $1 AND deleteat = 0"
            );
            tx.exec(&sql, args![id, delete_at]).await?;
        }
    }
    // A thread whose root is deleted stays as it is, whatever becomes of the channel.
    tx.exec(
        "UPDATE threads SET threaddeleteat = $2 WHERE channelid = $1 \
         AND EXISTS (SELECT 1 FROM posts p WHERE p.id = threads.postid AND p.deleteat = 0)",
        args![id, (delete_at > 0).then_some(delete_at)],
    )
    .await?;
    tx.commit().await
}

/// Moves a channel to another team. Hooks and threads follow; sidebars of the old team forget it.
pub async fn move_to_team(
    store: &Store,
    id: &str,
    team_id: &str,
    removed: &[String],
    now: i64,
) -> Result<Channel, StoreError> {
    let mut tx = store.db().begin().await?;
    tx.exec(
        "UPDATE channels SET teamid = $2, updateat = $3 WHERE id = $1",
        args![id, team_id, now],
    )
    .await?;
    let stored = stored_in(&mut tx, id).await?;
    shadow_in(&mut tx, &stored).await?;
    tx.exec(
        "DELETE FROM sidebarchannels WHERE channelid = $1",
        args![id],
    )
    .await?;
    for table in ["incomingwebhooks", "outgoingwebhooks"] {
        tx.exec(
            &format!("UPDATE {table} SET teamid = $2 WHERE channelid = $1"),
            args![id, team_id],
        )
        .await?;
    }
    tx.exec(
        "UPDATE threads SET threadteamid = $2 WHERE channelid = $1",
        args![id, team_id],
    )
    .await?;
    channel_members::delete_in(&mut tx, id, removed, now).await?;
    tx.commit().await?;
    super::forget(store, id);
    webhooks::outgoing::forget(store, "");
    channel_members::forget(store, &[id.to_owned()], removed);
    Ok(stored)
}

async fn stored_in(tx: &mut Tx, id: &str) -> Result<Channel, StoreError> {
    from_row(&tx.one(select!("WHERE c.id = $1"), args![id]).await?)
}

/// Turns a group channel into a private one of a team, with the names and the time of `wish`, administered by `admin`.
/// None if it is no group channel any more.
pub async fn convert_group(
    store: &Store,
    wish: &Channel,
    admin: &str,
) -> Result<Option<Channel>, StoreError> {
    let mut tx = store.db().begin().await?;
    let rows = tx
        .exec(
            "UPDATE channels SET type = 'P', teamid = $2, name = $3, displayname = $4, updateat = $5 \
             WHERE id = $1 AND type = 'G'",
            args![
                &wish.id,
                &wish.team_id,
                &wish.name,
                &wish.display_name,
                wish.update_at
            ],
        )
        .await?;
    if rows == 0 {
        return Ok(None);
    }
    let stored = stored_in(&mut tx, &wish.id).await?;
    tx.exec(
        "DELETE FROM sidebarchannels WHERE channelid = $1",
        args![&wish.id],
    )
    .await?;
    tx.exec(
        "UPDATE channelmembers SET schemeadmin = true, schemeuser = true, lastupdateat = $3 WHERE channelid = $1 AND userid = $2",
        args![&wish.id, admin, wish.update_at],
    )
    .await?;
    tx.exec(
        "UPDATE threads SET threadteamid = $2 WHERE channelid = $1",
        args![&wish.id, &wish.team_id],
    )
    .await?;
    tx.commit().await?;
    super::forget(store, &wish.id);
    channel_members::forget(store, std::slice::from_ref(&wish.id), &[admin.to_owned()]);
    Ok(Some(stored))
}
