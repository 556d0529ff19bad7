//! Lists of channels: of a team, of a person, by id.

use model::{Channel, ChannelWithTeamData};

use super::{columns, from_row, from_rows, select};
use crate::db::Row;
use crate::{Store, StoreError, args};

pub async fn by_ids(store: &Store, ids: &[String]) -> Result<Vec<Channel>, StoreError> {
    from_rows(
        &store
            .db()
            .all(select!("WHERE c.id = ANY($1)"), args![ids])
            .await?,
    )
}

/// The public channels of a team.
pub async fn public_for_team(
    store: &Store,
    team_id: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<Channel>, StoreError> {
    let sql = select!(
        "WHERE c.teamid = $1 AND c.type = 'O' AND c.deleteat = 0 ORDER BY c.displayname, c.id LIMIT $2 OFFSET $3"
    );
    from_rows(&store.db().all(sql, args![team_id, limit, offset]).await?)
}

/// The private channels of a team.
pub async fn private_for_team(
    store: &Store,
    team_id: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<Channel>, StoreError> {
    let sql = select!(
        "WHERE c.teamid = $1 AND c.type = 'P' AND c.deleteat = 0 ORDER BY c.displayname, c.id LIMIT $2 OFFSET $3"
    );
    from_rows(&store.db().all(sql, args![team_id, limit, offset]).await?)
}

/// The archived channels of a team: public ones, and private ones `user_id` is in (all with `every_private`).
pub async fn deleted_for_team(
    store: &Store,
    team_id: &str,
    user_id: &str,
    every_private: bool,
    offset: i64,
    limit: i64,
) -> Result<Vec<Channel>, StoreError> {
    let sql = select!(
        "WHERE c.teamid = $1 AND c.deleteat <> 0 AND (c.type = 'O' OR $3 OR (c.type = 'P' AND EXISTS ",
        "(SELECT 1 FROM channelmembers m WHERE m.channelid = c.id AND m.userid = $2))) ",
        "ORDER BY c.displayname, c.id LIMIT $4 OFFSET $5"
    );
    from_rows(
        &store
            .db()
            .all(sql, args![team_id, user_id, every_private, limit, offset])
            .await?,
    )
}

/// Those of `ids` that are public channels of the team and not archived.
pub async fn public_by_ids(
    store: &Store,
    team_id: &str,
    ids: &[String],
) -> Result<Vec<Channel>, StoreError> {
    let sql = select!(
        "WHERE c.id = ANY($2) AND c.teamid = $1 AND c.type = 'O' AND c.deleteat = 0 ORDER BY c.displayname, c.id"
    );
    from_rows(&store.db().all(sql, args![team_id, ids]).await?)
}

/// Which of a person's channels are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mine<'a> {
    /// Of this team, with direct and group channels; of all teams when `None`.
    pub team_id: Option<&'a str>,
    /// Archived ones too, if they were archived no earlier than `last_delete_at`.
    pub include_deleted: bool,
    pub last_delete_at: i64,
}

pub async fn for_user(
    store: &Store,
    user_id: &str,
    which: Mine<'_>,
) -> Result<Vec<Channel>, StoreError> {
    let sql = select!(
        "JOIN channelmembers m ON m.channelid = c.id WHERE m.userid = $1 AND ($2 OR c.teamid IN ($3, '')) ",
        "AND (c.deleteat = 0 OR ($4 AND c.deleteat >= $5)) ORDER BY c.displayname, c.id"
    );
    let args = args![
        user_id,
        which.team_id.is_none(),
        which.team_id.unwrap_or_default(),
        which.include_deleted,
        which.last_delete_at
    ];
    from_rows(&store.db().all(sql, args).await?)
}

/// Direct and group channels with these members' ids are found by name; this finds group channels by id.
pub async fn group_channels_of(store: &Store, user_id: &str) -> Result<Vec<Channel>, StoreError> {
    let sql = select!(
        "JOIN channelmembers m ON m.channelid = c.id WHERE m.userid = $1 AND c.type = 'G' ORDER BY c.displayname, c.id"
    );
    from_rows(&store.db().all(sql, args![user_id]).await?)
}

/// What the list of every channel leaves out.
#[derive(Clone, Debug, Default)]
pub struct AllFilter {
    pub include_deleted: bool,
    pub not_in_group: String,
    pub without_names: Vec<String>,
    pub without_retention_policy: bool,
}

const WANTED: &str = "c.type IN ('O', 'P') AND ($1 OR c.deleteat = 0) AND c.name <> ALL($2) \
     AND ($3 = '' OR NOT EXISTS (SELECT 1 FROM groupchannels g WHERE g.channelid = c.id AND g.groupid = $3 AND g.deleteat = 0)) \
     AND ($4 OR NOT EXISTS (SELECT 1 FROM retentionpolicieschannels p WHERE p.channelid = c.id))";

impl AllFilter {
    fn args(&self) -> Vec<crate::Arg> {
        args![
            self.include_deleted,
            &self.without_names,
            &self.not_in_group,
            !self.without_retention_policy
        ]
    }
}

/// Every public and private channel of the server, with its team.
pub async fn all(
    store: &Store,
    filter: &AllFilter,
    offset: i64,
    limit: i64,
) -> Result<Vec<ChannelWithTeamData>, StoreError> {
    let sql = format!(
        "SELECT {}, t.displayname AS teamdisplayname, t.name AS teamname, t.updateat AS teamupdateat FROM channels c \
         JOIN teams t ON t.id = c.teamid WHERE {WANTED} ORDER BY c.displayname, t.displayname, c.id LIMIT $5 OFFSET $6",
        columns!()
    );
    let mut args = filter.args();
    args.extend(args![limit, offset]);
    store
        .db()
        .all(&sql, args)
        .await?
        .iter()
        .map(with_team)
        .collect()
}

pub async fn all_count(store: &Store, filter: &AllFilter) -> Result<i64, StoreError> {
    let sql = format!(
        "SELECT COUNT(*) AS n FROM channels c JOIN teams t ON t.id = c.teamid WHERE {WANTED}"
    );
    store.db().one(&sql, filter.args()).await?.get("n")
}

pub(super) fn with_team(row: &Row) -> Result<ChannelWithTeamData, StoreError> {
    Ok(ChannelWithTeamData {
        channel: from_row(row)?,
        team_display_name: row.get("teamdisplayname")?,
        team_name: row.get("teamname")?,
        team_update_at: row.get("teamupdateat")?,
    })
}
