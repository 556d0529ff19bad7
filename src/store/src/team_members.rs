//! Rows of `teammembers`: who is or was in a team, and as what. Joining also makes the memberships of the default
//! channels and the sidebar; all of it in sets, however many people join.

mod join;

use model::{TeamMember, TeamStats};

use crate::cache::Kind;
use crate::db::Row;
use crate::{Store, StoreError, args, channel_members, roles_of};

pub(crate) use join::join_in;
pub use join::{Joined, Joining, join, join_by_invitation};

macro_rules! select {
    ($($rest:expr),+) => {
        concat!(
            "SELECT m.teamid, m.userid, m.roles, m.deleteat, m.schemeguest, m.schemeuser, m.schemeadmin FROM teammembers m ",
            $($rest),+
        )
    };
}

fn from_row(row: &Row) -> Result<TeamMember, StoreError> {
    let explicit: String = row.get("roles")?;
    let flags = roles_of::Flags {
        guest: row.get("schemeguest")?,
        user: row.get("schemeuser")?,
        admin: row.get("schemeadmin")?,
    };
    let flags = flags.or_named_in(&explicit, &roles_of::TEAM);
    let explicit_roles = roles_of::without_scheme_roles(&explicit, &roles_of::TEAM);
    Ok(TeamMember {
        team_id: row.get("teamid")?,
        user_id: row.get("userid")?,
        roles: roles_of::compose(flags, &explicit_roles, &roles_of::TEAM),
        delete_at: row.get("deleteat")?,
        scheme_guest: flags.guest,
        scheme_user: flags.user,
        scheme_admin: flags.admin,
        explicit_roles,
    })
}

fn all(rows: &[Row]) -> Result<Vec<TeamMember>, StoreError> {
    rows.iter().map(from_row).collect()
}

/// The membership, also one that was left (`delete_at` tells).
pub async fn get(
    store: &Store,
    team_id: &str,
    user_id: &str,
) -> Result<Option<TeamMember>, StoreError> {
    let sql = select!("WHERE m.teamid = $1 AND m.userid = $2");
    store
        .db()
        .maybe(sql, args![team_id, user_id])
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
}

/// Every membership of a person, left ones included, as clients want to hear of both.
pub async fn for_user(store: &Store, user_id: &str) -> Result<Vec<TeamMember>, StoreError> {
    all(&store
        .db()
        .all(
            select!("WHERE m.userid = $1 ORDER BY m.teamid"),
            args![user_id],
        )
        .await?)
}

/// The members of a team, left ones excluded.
pub async fn list(
    store: &Store,
    team_id: &str,
    page: &Page,
) -> Result<Vec<TeamMember>, StoreError> {
    let order = if page.by_username {
        "u.username"
    } else {
        "m.userid"
    };
    let sql = format!(
        select!(
            "JOIN users u ON u.id = m.userid WHERE m.teamid = $1 AND m.deleteat = 0 AND ($2 OR u.deleteat = 0) ORDER BY {} LIMIT $3 OFFSET $4"
        ),
        order
    );
    all(&store
        .db()
        .all(
            &sql,
            args![team_id, !page.only_active, page.limit, page.offset],
        )
        .await?)
}

/// A part of a member list.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub by_username: bool,
    pub only_active: bool,
    pub offset: i64,
    pub limit: i64,
}

pub async fn by_ids(
    store: &Store,
    team_id: &str,
    user_ids: &[String],
) -> Result<Vec<TeamMember>, StoreError> {
    let sql =
        select!("WHERE m.teamid = $1 AND m.userid = ANY($2) AND m.deleteat = 0 ORDER BY m.userid");
    all(&store.db().all(sql, args![team_id, user_ids]).await?)
}

pub async fn stats(store: &Store, team_id: &str) -> Result<TeamStats, StoreError> {
    let sql = "SELECT COUNT(*) AS total, COUNT(CASE WHEN u.deleteat = 0 THEN 1 END) AS active \
               FROM teammembers m JOIN users u ON u.id = m.userid WHERE m.teamid = $1 AND m.deleteat = 0";
    let row = store.db().one(sql, args![team_id]).await?;
    Ok(TeamStats {
        team_id: team_id.to_owned(),
        total_member_count: row.get("total")?,
        active_member_count: row.get("active")?,
    })
}

/// Ends a membership and those of the team's channels; false when there never was one.
pub async fn leave(
    store: &Store,
    team_id: &str,
    user_id: &str,
    now: i64,
) -> Result<bool, StoreError> {
    let mut tx = store.db().begin().await?;
    let ended = tx
        .exec(
            "UPDATE teammembers SET deleteat = $3, roles = '' WHERE teamid = $1 AND userid = $2",
            args![team_id, user_id, now],
        )
        .await?;
    let rows = tx
        .all(
            "DELETE FROM channelmembers WHERE userid = $2 AND channelid IN (SELECT id FROM channels WHERE teamid = $1) RETURNING channelid",
            args![team_id, user_id],
        )
        .await?;
    let channels = rows
        .iter()
        .map(|row| row.get("channelid"))
        .collect::<Result<Vec<String>, _>>()?;
    tx.exec(
        "UPDATE channelmemberhistory SET leavetime = $3 WHERE userid = $2 AND leavetime IS NULL AND channelid = ANY($1)",
        args![&channels, user_id, now],
    )
    .await?;
    tx.exec(
        "DELETE FROM sidebarchannels WHERE userid = $2 AND categoryid IN (SELECT id FROM sidebarcategories WHERE userid = $2 AND teamid = $1)",
        args![team_id, user_id],
    )
    .await?;
    tx.exec(
        "DELETE FROM sidebarcategories WHERE userid = $2 AND teamid = $1",
        args![team_id, user_id],
    )
    .await?;
    tx.exec(
        "DELETE FROM threadmemberships WHERE userid = $2 AND postid IN (SELECT postid FROM threads WHERE channelid = ANY($1))",
        args![&channels, user_id],
    )
    .await?;
    crate::drafts::of_leavers_in(&mut tx, &[user_id.to_owned()], &channels).await?;
    tx.commit().await?;
    forget(store, team_id, &[user_id.to_owned()], &channels);
    Ok(ended > 0)
}

/// Sets what a member is; the wire's `roles` follow from it.
pub async fn set_roles(
    store: &Store,
    team_id: &str,
    user_id: &str,
    flags: roles_of::Flags,
    explicit: &str,
) -> Result<(), StoreError> {
    store
        .db()
        .exec(
            "UPDATE teammembers SET roles = $3, schemeguest = $4, schemeuser = $5, schemeadmin = $6 WHERE teamid = $1 AND userid = $2",
            args![team_id, user_id, explicit, flags.guest, flags.user, flags.admin],
        )
        .await?;
    forget(store, team_id, &[user_id.to_owned()], &[]);
    Ok(())
}

/// Members of a group-constrained team whom none of its groups names; bots stay.
pub async fn outside_groups(store: &Store, team_id: &str) -> Result<Vec<String>, StoreError> {
    let rows = store
        .db()
        .all(
            "SELECT m.userid FROM teammembers m WHERE m.teamid = $1 AND m.deleteat = 0 \
             AND NOT EXISTS (SELECT 1 FROM bots b WHERE b.userid = m.userid) \
             AND NOT EXISTS (SELECT 1 FROM groupteams gt JOIN groupmembers gm ON gm.groupid = gt.groupid \
             WHERE gt.teamid = m.teamid AND gt.deleteat = 0 AND gm.userid = m.userid AND gm.deleteat = 0)",
            args![team_id],
        )
        .await?;
    rows.iter().map(|row| row.get("userid")).collect()
}

pub(crate) fn forget(store: &Store, team_id: &str, user_ids: &[String], channel_ids: &[String]) {
    store.cache().invalidate(Kind::TeamMembers, team_id);
    for id in user_ids {
        store.cache().invalidate(Kind::TeamsOfUser, id);
    }
    channel_members::forget(
        store,
        channel_ids,
        if channel_ids.is_empty() {
            &[]
        } else {
            user_ids
        },
    );
}
