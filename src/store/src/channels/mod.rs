//! Rows of `channels` and of their shadow `publicchannels`. Who is in a channel is in `channel_members`.
//! Reading here; changes are in `write`, lists in `list`, search in `search`.

mod delete;
mod list;
mod search;
mod write;

use model::{Channel, ChannelType};

use crate::cache::Kind;
use crate::db::Row;
use crate::{Store, StoreError, args};

pub(crate) use delete::delete_in;
pub use delete::permanent_delete;
pub use list::{
    AllFilter, Mine, all, all_count, by_ids, deleted_for_team, for_user, group_channels_of,
    private_for_team, public_by_ids, public_for_team,
};
pub use search::{
    AllSearch, Scope, autocomplete, search_all, search_all_count, search_direct, search_groups,
    search_team,
};
pub(crate) use write::insert_in;
pub use write::{change, convert_group, create, move_to_team, set_deleted};

macro_rules! columns {
    () => {
        "c.id, c.createat, c.updateat, c.deleteat, c.teamid, c.type, c.displayname, c.name, c.header, c.purpose, c.lastpostat, \
         c.totalmsgcount, c.extraupdateat, c.creatorid, c.schemeid, c.groupconstrained, c.shared, c.totalmsgcountroot, \
         c.lastrootpostat, c.bannerinfo, c.defaultcategoryname, c.autotranslation"
    };
}
macro_rules! select {
    ($($rest:expr),+) => { concat!("SELECT ", $crate::channels::columns!(), " FROM channels c ", $($rest),+) };
}
pub(crate) use {columns, select};

pub(crate) fn from_row(row: &Row) -> Result<Channel, StoreError> {
    let kind: String = row.get("type")?;
    let banner: Option<serde_json::Value> = row.get("bannerinfo")?;
    Ok(Channel {
        id: row.get("id")?,
        create_at: row.get("createat")?,
        update_at: row.get("updateat")?,
        delete_at: row.get("deleteat")?,
        team_id: row.get("teamid")?,
        type_: ChannelType::from(kind.as_str()),
        display_name: row.get("displayname")?,
        name: row.get("name")?,
        header: row.get("header")?,
        purpose: row.get("purpose")?,
        last_post_at: row.get("lastpostat")?,
        total_msg_count: row.get("totalmsgcount")?,
        extra_update_at: row.get("extraupdateat")?,
        creator_id: row.get("creatorid")?,
        scheme_id: row.get("schemeid")?,
        group_constrained: row.get("groupconstrained")?,
        shared: row.get("shared")?,
        total_msg_count_root: row.get("totalmsgcountroot")?,
        last_root_post_at: row.get("lastrootpostat")?,
        banner_info: banner
            .filter(|value| value.is_object())
            .and_then(|value| serde_json::from_value(value).ok()),
        default_category_name: row.get("defaultcategoryname")?,
        autotranslation: row.get("autotranslation")?,
        ..Channel::default()
    })
}

pub(crate) fn from_rows(rows: &[Row]) -> Result<Vec<Channel>, StoreError> {
    rows.iter().map(from_row).collect()
}

/// Forgets what is cached of a channel's row.
pub(crate) fn forget(store: &Store, id: &str) {
    store.cache().invalidate(Kind::Channel, id);
}

pub async fn get(store: &Store, id: &str) -> Result<Option<Channel>, StoreError> {
    store
        .db()
        .maybe(select!("WHERE c.id = $1"), args![id])
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
}

/// A channel of a team by name; direct and group channels, whose names are unique anywhere, are found under any team.
pub async fn get_by_name(
    store: &Store,
    team_id: &str,
    name: &str,
    include_deleted: bool,
) -> Result<Option<Channel>, StoreError> {
    let sql = select!(
        "WHERE c.name = $2 AND c.teamid IN ($1, '') AND ($3 OR c.deleteat = 0) ORDER BY c.teamid DESC LIMIT 1"
    );
    store
        .db()
        .maybe(sql, args![team_id, name, include_deleted])
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
}

/// Channels of a team by name, archived ones left out.
pub async fn by_names(
    store: &Store,
    team_id: &str,
    names: &[String],
) -> Result<Vec<Channel>, StoreError> {
    let sql = select!("WHERE c.teamid = $1 AND c.name = ANY($2) AND c.deleteat = 0");
    from_rows(&store.db().all(sql, args![team_id, names]).await?)
}

/// How many channels of a team count against the limit.
pub async fn count_for_team(store: &Store, team_id: &str) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS n FROM channels WHERE teamid = $1 AND deleteat = 0 AND type IN ('O', 'P')";
    store.db().one(sql, args![team_id]).await?.get("n")
}

/// Pinned posts and files of a channel; without `files` the second is -1.
pub async fn post_counts(store: &Store, id: &str, files: bool) -> Result<(i64, i64), StoreError> {
    let sql = "SELECT (SELECT COUNT(*) FROM posts WHERE channelid = $1 AND ispinned AND deleteat = 0) AS pinned, \
               CASE WHEN $2 THEN (SELECT COUNT(*) FROM fileinfo WHERE channelid = $1 AND deleteat = 0 AND postid <> '') ELSE -1 END AS files";
    let row = store.db().one(sql, args![id, files]).await?;
    Ok((row.get("pinned")?, row.get("files")?))
}
