//! Rows of `usergroups` and `groupmembers`: groups that a licensed server made. Only read here.

use std::collections::HashMap;

use model::{Group, GroupSource, User, UserWithGroups};

use crate::db::Row;
use crate::{Store, StoreError, args, users};

/// Whose members are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    Team,
    Channel,
}

impl Room {
    /// The table of members with the condition that they still are.
    fn members(self) -> (&'static str, &'static str) {
        match self {
            Self::Team => ("teammembers m", "m.teamid = $1 AND m.deleteat = 0"),
            Self::Channel => ("channelmembers m", "m.channelid = $1"),
        }
    }
}

fn from_row(row: &Row) -> Result<Group, StoreError> {
    let source: String = row.get("source")?;
    Ok(Group {
        id: row.get("id")?,
        name: row.get("name")?,
        display_name: row.get("displayname")?,
        description: row.get("description")?,
        source: GroupSource::from(source.as_str()),
        remote_id: row.get("remoteid")?,
        create_at: row.get("createat")?,
        update_at: row.get("updateat")?,
        delete_at: row.get("deleteat")?,
        allow_reference: row.get("allowreference")?,
        ..Group::default()
    })
}

/// The people of a team or channel who are in none of these groups, with the groups they are in; and how many they are.
/// Bots are in no group and are left out.
pub async fn members_outside(
    store: &Store,
    room: Room,
    room_id: &str,
    group_ids: &[String],
    offset: i64,
    limit: i64,
) -> Result<(Vec<UserWithGroups>, i64), StoreError> {
    let (table, still) = room.members();
    let which = format!(
        "FROM {table} JOIN users u ON u.id = m.userid LEFT JOIN bots b ON b.userid = u.id \
         WHERE {still} AND u.deleteat = 0 AND b.userid IS NULL AND NOT EXISTS \
         (SELECT 1 FROM groupmembers g WHERE g.userid = u.id AND g.deleteat = 0 AND g.groupid = ANY($2))"
    );
    let sql = format!(
        "SELECT {}, m.schemeguest, m.schemeuser, m.schemeadmin {which} ORDER BY u.username LIMIT $3 OFFSET $4",
        users::COLUMNS
    );
    let rows = store
        .db()
        .all(&sql, args![room_id, group_ids, limit, offset])
        .await?;
    let mut people = Vec::with_capacity(rows.len());
    for row in &rows {
        people.push(UserWithGroups {
            user: users::read(row)?,
            groups: Some(Vec::new()),
            scheme_guest: row.get("schemeguest")?,
            scheme_user: row.get("schemeuser")?,
            scheme_admin: row.get("schemeadmin")?,
        });
    }
    let count = store
        .db()
        .one(
            &format!("SELECT count(*) AS n {which}"),
            args![room_id, group_ids],
        )
        .await?
        .get("n")?;
    let of_whom = of_users(store, people.iter().map(|person| &person.user)).await?;
    for person in &mut people {
        person.groups = Some(of_whom.get(&person.user.id).cloned().unwrap_or_default());
    }
    Ok((people, count))
}

async fn of_users<'a>(
    store: &Store,
    users: impl Iterator<Item = &'a User>,
) -> Result<HashMap<String, Vec<Group>>, StoreError> {
    let ids: Vec<String> = users.map(|user| user.id.clone()).collect();
    let sql = "SELECT gm.userid, g.id, g.name, g.displayname, g.description, g.source, g.remoteid, g.createat, g.updateat, \
               g.deleteat, g.allowreference FROM groupmembers gm JOIN usergroups g ON g.id = gm.groupid \
               WHERE gm.userid = ANY($1) AND gm.deleteat = 0 AND g.deleteat = 0 ORDER BY g.displayname, g.id";
    let mut out: HashMap<String, Vec<Group>> = HashMap::new();
    for row in &store.db().all(sql, args![&ids]).await? {
        out.entry(row.get("userid")?)
            .or_default()
            .push(from_row(row)?);
    }
    Ok(out)
}
