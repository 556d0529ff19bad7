//! Rows of `schemes`: sets of roles that a licensed server gave to teams and channels. Only read here.

use model::{Channel, Scheme, Team};

use crate::db::Row;
use crate::{Store, StoreError, args, channels, teams};

macro_rules! select {
    ($($rest:expr),+) => {
        concat!(
            "SELECT s.id, s.name, s.displayname, s.description, s.createat, s.updateat, s.deleteat, s.scope, \
             s.defaultteamadminrole, s.defaultteamuserrole, s.defaultteamguestrole, s.defaultchanneladminrole, \
             s.defaultchanneluserrole, s.defaultchannelguestrole, s.defaultplaybookadminrole, \
             s.defaultplaybookmemberrole, s.defaultrunadminrole, s.defaultrunmemberrole FROM schemes s ",
            $($rest),+
        )
    };
}

fn from_row(row: &Row) -> Result<Scheme, StoreError> {
    Ok(Scheme {
        id: row.get("id")?,
        name: row.get("name")?,
        display_name: row.get("displayname")?,
        description: row.get("description")?,
        create_at: row.get("createat")?,
        update_at: row.get("updateat")?,
        delete_at: row.get("deleteat")?,
        scope: row.get("scope")?,
        default_team_admin_role: row.get("defaultteamadminrole")?,
        default_team_user_role: row.get("defaultteamuserrole")?,
        default_team_guest_role: row.get("defaultteamguestrole")?,
        default_channel_admin_role: row.get("defaultchanneladminrole")?,
        default_channel_user_role: row.get("defaultchanneluserrole")?,
        default_channel_guest_role: row.get("defaultchannelguestrole")?,
        default_playbook_admin_role: row.get("defaultplaybookadminrole")?,
        default_playbook_member_role: row.get("defaultplaybookmemberrole")?,
        default_run_admin_role: row.get("defaultrunadminrole")?,
        default_run_member_role: row.get("defaultrunmemberrole")?,
    })
}

/// A scheme, deleted ones included.
pub async fn get(store: &Store, id: &str) -> Result<Option<Scheme>, StoreError> {
    let row = store.db().maybe(select!("WHERE s.id = $1"), args![id]);
    row.await?.as_ref().map(from_row).transpose()
}

/// The schemes of a scope, or of all when it is empty; the newest first.
pub async fn list(
    store: &Store,
    scope: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<Scheme>, StoreError> {
    let sql = select!(
        "WHERE s.deleteat = 0 AND ($1 = '' OR s.scope = $1) ORDER BY s.createat DESC, s.id LIMIT $2 OFFSET $3"
    );
    let rows = store.db().all(sql, args![scope, limit, offset]).await?;
    rows.iter().map(from_row).collect()
}

/// The teams that follow a scheme.
pub async fn teams_of(
    store: &Store,
    id: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<Team>, StoreError> {
    let sql =
        teams::select!("WHERE t.schemeid = $1 ORDER BY t.displayname, t.id LIMIT $2 OFFSET $3");
    let rows = store.db().all(sql, args![id, limit, offset]).await?;
    rows.iter().map(teams::from_row).collect()
}

/// The channels that follow a scheme.
pub async fn channels_of(
    store: &Store,
    id: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<Channel>, StoreError> {
    let sql =
        channels::select!("WHERE c.schemeid = $1 ORDER BY c.displayname, c.id LIMIT $2 OFFSET $3");
    let rows = store.db().all(sql, args![id, limit, offset]).await?;
    rows.iter().map(channels::from_row).collect()
}
