//! Rows of `teams`. Who belongs to a team is in `team_members`, its channels in `channels`.

use model::{Channel, Team};

use crate::cache::Kind;
use crate::change::{Changed, Unchanged};
use crate::db::{Arg, Pattern, Row, Tx, again};
use crate::{Store, StoreError, args, team_members};

macro_rules! columns {
    () => {
        "t.id, t.createat, t.updateat, t.deleteat, t.displayname, t.name, t.description, t.email, t.type, t.companyname, \
         t.alloweddomains, t.inviteid, t.allowopeninvite, t.lastteamiconupdate, t.schemeid, t.groupconstrained, \
         t.cloudlimitsarchived"
    };
}
macro_rules! select {
    ($($rest:expr),+) => { concat!("SELECT ", $crate::teams::columns!(), " FROM teams t ", $($rest),+) };
}
pub(crate) use {columns, select};

pub(crate) fn from_row(row: &Row) -> Result<Team, StoreError> {
    Ok(Team {
        id: row.get("id")?,
        create_at: row.get("createat")?,
        update_at: row.get("updateat")?,
        delete_at: row.get("deleteat")?,
        display_name: row.get("displayname")?,
        name: row.get("name")?,
        description: row.get("description")?,
        email: row.get("email")?,
        type_: row.get("type")?,
        company_name: row.get("companyname")?,
        allowed_domains: row.get("alloweddomains")?,
        invite_id: row.get("inviteid")?,
        allow_open_invite: row.get("allowopeninvite")?,
        last_team_icon_update: row.get("lastteamiconupdate")?,
        scheme_id: row.get("schemeid")?,
        group_constrained: row.get("groupconstrained")?,
        policy_id: None,
        cloud_limits_archived: row.get("cloudlimitsarchived")?,
    })
}

fn all(rows: &[Row]) -> Result<Vec<Team>, StoreError> {
    rows.iter().map(from_row).collect()
}

pub(crate) async fn insert_in(tx: &mut Tx, team: &Team) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO teams (id, createat, updateat, deleteat, displayname, name, description, email, type, companyname, \
         alloweddomains, inviteid, allowopeninvite, lastteamiconupdate, schemeid, groupconstrained, cloudlimitsarchived) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        args![
            &team.id,
            team.create_at,
            team.update_at,
            team.delete_at,
            &team.display_name,
            &team.name,
            &team.description,
            &team.email,
            Arg::enum_("team_type", team.type_.as_str()),
            &team.company_name,
            &team.allowed_domains,
            &team.invite_id,
            team.allow_open_invite,
            team.last_team_icon_update,
            &team.scheme_id,
            team.group_constrained,
            team.cloud_limits_archived
        ],
    )
    .await?;
    Ok(())
}

/// Makes a team with its first channels, and its first member, who administers all of them.
pub async fn create(
    store: &Store,
    team: &Team,
    channels: &[Channel],
    first: &team_members::Joining,
) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    insert_in(&mut tx, team).await?;
    for channel in channels {
        crate::channels::insert_in(&mut tx, channel).await?;
    }
    let names: Vec<String> = channels
        .iter()
        .map(|channel| channel.name.clone())
        .collect();
    let joined = team_members::join_in(&mut tx, &team.id, first, &names, team.create_at).await?;
    tx.commit().await?;
    team_members::forget(store, &team.id, &first.user_ids, &joined.channel_ids);
    Ok(())
}

pub async fn get(store: &Store, id: &str) -> Result<Option<Team>, StoreError> {
    store
        .db()
        .maybe(select!("WHERE t.id = $1"), args![id])
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
}

pub async fn get_by_name(store: &Store, name: &str) -> Result<Option<Team>, StoreError> {
    store
        .db()
        .maybe(select!("WHERE t.name = $1"), args![name])
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
}

pub async fn get_by_invite_id(store: &Store, invite_id: &str) -> Result<Option<Team>, StoreError> {
    store
        .db()
        .maybe(select!("WHERE t.inviteid = $1"), args![invite_id])
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
}

/// The teams a person is in, archived ones left out.
pub async fn for_user(store: &Store, user_id: &str) -> Result<Vec<Team>, StoreError> {
    let sql = select!(
        "JOIN teammembers m ON m.teamid = t.id ",
        "WHERE m.userid = $1 AND m.deleteat = 0 AND t.deleteat = 0 ORDER BY t.displayname, t.id"
    );
    all(&store.db().all(sql, args![user_id]).await?)
}

/// The teams that every one of these people is in, archived ones left out.
pub async fn common(store: &Store, user_ids: &[String]) -> Result<Vec<Team>, StoreError> {
    let sql = select!(
        "WHERE t.deleteat = 0 AND t.id IN (SELECT m.teamid FROM teammembers m WHERE m.userid = ANY($1) AND m.deleteat = 0 ",
        "GROUP BY m.teamid HAVING COUNT(*) = $2) ORDER BY t.displayname, t.id"
    );
    all(&store
        .db()
        .all(sql, args![user_ids, user_ids.len() as i64])
        .await?)
}

/// Which teams a list or a search is about; what is `None` does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Part of a name or display name; empty finds all.
    pub term: String,
    pub open_invite: Option<bool>,
    pub group_constrained: Option<bool>,
    pub without_retention_policy: bool,
}

const NARROW: &str = "($2 OR coalesce(t.allowopeninvite, false) = $3) \
     AND ($4 OR coalesce(t.groupconstrained, false) = $5) \
     AND ($6 OR NOT EXISTS (SELECT 1 FROM retentionpoliciesteams p WHERE p.teamid = t.id))";

impl Filter {
    /// Conditions and their arguments, six of them.
    fn condition(&self, store: &Store) -> (String, Vec<Arg>) {
        let pattern = Pattern::anywhere(store.db().engine(), &self.term);
        let sql = format!(
            "({} OR {}) AND {NARROW}",
            pattern.on("t.name", "$1"),
            pattern.on("t.displayname", "$1")
        );
        let args = args![
            pattern.arg(),
            self.open_invite.is_none(),
            self.open_invite.unwrap_or_default(),
            self.group_constrained.is_none(),
            self.group_constrained.unwrap_or_default(),
            !self.without_retention_policy
        ];
        (sql, args)
    }
}

pub async fn list(
    store: &Store,
    filter: &Filter,
    offset: i64,
    limit: i64,
) -> Result<Vec<Team>, StoreError> {
    let (condition, mut args) = filter.condition(store);
    let sql = format!(
        select!("WHERE {} ORDER BY t.displayname, t.id LIMIT $7 OFFSET $8"),
        condition
    );
    args.extend(args![limit, offset]);
    all(&store.db().all(&sql, args).await?)
}

pub async fn count(store: &Store, filter: &Filter) -> Result<i64, StoreError> {
    let (condition, args) = filter.condition(store);
    let sql = format!("SELECT COUNT(*) AS n FROM teams t WHERE {condition}");
    store.db().one(&sql, args).await?.get("n")
}

/// Changes a team as it is at that moment: nobody else changes the row between reading and writing. Id, name, creation,
/// scheme and owner's address stay.
pub async fn change<E: Send>(
    store: &Store,
    id: &str,
    apply: impl FnOnce(&mut Team) -> Result<(), E> + Send,
) -> Result<Changed<Team>, Unchanged<E>> {
    let mut tx = store.db().begin().await?;
    let before = from_row(
        &tx.one(select!("WHERE t.id = $1 FOR UPDATE"), args![id])
            .await?,
    )?;
    let mut after = before.clone();
    apply(&mut after).map_err(Unchanged::Refused)?;
    tx.exec(
        "UPDATE teams SET updateat = $2, deleteat = $3, displayname = $4, description = $5, type = $6, companyname = $7, \
         alloweddomains = $8, inviteid = $9, allowopeninvite = $10, lastteamiconupdate = $11, groupconstrained = $12, \
         cloudlimitsarchived = $13 WHERE id = $1",
        args![
            id,
            after.update_at,
            after.delete_at,
            &after.display_name,
            &after.description,
            Arg::enum_("team_type", after.type_.as_str()),
            &after.company_name,
            &after.allowed_domains,
            &after.invite_id,
            after.allow_open_invite,
            after.last_team_icon_update,
            after.group_constrained,
            after.cloud_limits_archived
        ],
    )
    .await?;
    tx.commit().await?;
    store.cache().invalidate(Kind::Team, id);
    Ok(Changed { before, after })
}

/// The ids of a team's channels, archived ones too.
pub async fn channel_ids(store: &Store, id: &str) -> Result<Vec<String>, StoreError> {
    let rows = store
        .db()
        .all("SELECT id FROM channels WHERE teamid = $1", args![id])
        .await?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// Removes a team with everything in it and answers the ids of its channels. Posts go with their channels.
pub async fn permanent_delete(store: &Store, id: &str) -> Result<Vec<String>, StoreError> {
    let channels = again(|| permanent_delete_once(store, id)).await?;
    store.cache().invalidate(Kind::Team, id);
    store.cache().invalidate(Kind::TeamMembers, id);
    crate::webhooks::outgoing::forget(store, id);
    // What is known of people's memberships may name the team for a while: they hear that it is gone, not that it is forbidden.
    store.cache().invalidate(Kind::ChannelsOfUser, "");
    for channel in &channels {
        crate::channels::forget(store, channel);
        store.cache().invalidate(Kind::ChannelMembers, channel);
    }
    Ok(channels)
}

async fn permanent_delete_once(store: &Store, id: &str) -> Result<Vec<String>, StoreError> {
    let mut tx = store.db().begin().await?;
    let rows = tx
        .all("SELECT id FROM channels WHERE teamid = $1", args![id])
        .await?;
    let channels = rows
        .iter()
        .map(|row| row.get("id"))
        .collect::<Result<Vec<String>, _>>()?;
    crate::channels::delete_in(&mut tx, store.db().engine(), &channels).await?;
    for table in [
        "teammembers",
        "sidebarcategories",
        "commands",
        "groupteams",
        "incomingwebhooks",
        "outgoingwebhooks",
    ] {
        tx.exec(&format!("DELETE FROM {table} WHERE teamid = $1"), args![id])
            .await?;
    }
    tx.exec("DELETE FROM teams WHERE id = $1", args![id])
        .await?;
    tx.commit().await?;
    Ok(channels)
}
