//! Rows of `teammembers`: who is or was in a team, and as what. Joining also makes the memberships of the default
//! channels and the sidebar; all of it in sets, however many people join.

use std::collections::BTreeSet;

use model::{TeamMember, TeamStats};

use crate::cache::Kind;
use crate::db::{Row, Tx};
use crate::{Store, StoreError, args, categories, channel_members, roles_of};

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

/// People about to join a team, by what they become there.
#[derive(Clone, Debug, Default)]
pub struct Joining {
    pub user_ids: Vec<String>,
    /// Those of `user_ids` who are guests; they get no default channels.
    pub guests: Vec<String>,
    /// Those of `user_ids` who administer the team and its default channels.
    pub admins: Vec<String>,
}

/// What joining changed.
#[derive(Clone, Debug, Default)]
pub struct Joined {
    /// Who was not in the team before.
    pub new: BTreeSet<String>,
    /// The default channels they were put into.
    pub channel_ids: Vec<String>,
}

/// Puts people into a team and its channels of these names. Who is in already stays as he is.
pub async fn join(
    store: &Store,
    team_id: &str,
    joining: &Joining,
    channels: &[String],
    now: i64,
) -> Result<Joined, StoreError> {
    let mut tx = store.db().begin().await?;
    let joined = join_in(&mut tx, team_id, joining, channels, now).await?;
    tx.commit().await?;
    forget(store, team_id, &joining.user_ids, &joined.channel_ids);
    Ok(joined)
}

pub(crate) async fn join_in(
    tx: &mut Tx,
    team_id: &str,
    joining: &Joining,
    channels: &[String],
    now: i64,
) -> Result<Joined, StoreError> {
    let rows = tx
        .all(
            "INSERT INTO teammembers (teamid, userid, roles, deleteat, schemeuser, schemeadmin, schemeguest, createat) \
             SELECT $1, u.id, '', 0, NOT (u.id = ANY($3)), u.id = ANY($4), u.id = ANY($3), $5 FROM users u WHERE u.id = ANY($2) \
             ON CONFLICT (teamid, userid) DO UPDATE SET deleteat = 0, roles = '', schemeuser = excluded.schemeuser, \
             schemeadmin = excluded.schemeadmin, schemeguest = excluded.schemeguest, createat = excluded.createat \
             WHERE teammembers.deleteat <> 0 RETURNING userid",
            args![team_id, &joining.user_ids, &joining.guests, &joining.admins, now],
        )
        .await?;
    let new: BTreeSet<String> = rows
        .iter()
        .map(|row| row.get("userid"))
        .collect::<Result<_, _>>()?;
    if new.is_empty() {
        return Ok(Joined::default());
    }
    let ids: Vec<String> = new.iter().cloned().collect();
    categories::insert_defaults_in(tx, team_id, &ids).await?;
    let rows = tx
        .all(
            "SELECT id FROM channels WHERE teamid = $1 AND name = ANY($2) AND deleteat = 0 AND type = 'O' ORDER BY name DESC",
            args![team_id, channels],
        )
        .await?;
    let channel_ids = rows
        .iter()
        .map(|row| row.get("id"))
        .collect::<Result<Vec<String>, _>>()?;
    let inside: Vec<String> = ids
        .into_iter()
        .filter(|id| !joining.guests.contains(id))
        .collect();
    channel_members::insert_in(tx, &channel_ids, &inside, &[], &joining.admins, now).await?;
    Ok(Joined { new, channel_ids })
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
