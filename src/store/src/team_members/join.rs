//! Coming into a team: its membership, those of the default channels and the sidebar in one transaction.

use std::collections::BTreeSet;

use super::forget;
use crate::db::{Tx, again};
use crate::one_time_tokens::{self, Purpose};
use crate::{Store, StoreError, args, categories, channel_members};

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
    let joined = again(|| async {
        let mut tx = store.db().begin().await?;
        let joined = join_in(&mut tx, team_id, joining, channels, now).await?;
        tx.commit().await?;
        Ok::<_, StoreError>(joined)
    })
    .await?;
    forget(store, team_id, &joining.user_ids, &joined.channel_ids);
    Ok(joined)
}

/// As `join`, by an invitation that is used up with it; None, with nobody let in, if it was used up before.
pub async fn join_by_invitation(
    store: &Store,
    team_id: &str,
    joining: &Joining,
    channels: &[String],
    token: &str,
    now: i64,
) -> Result<Option<Joined>, StoreError> {
    let mut tx = store.db().begin().await?;
    if !one_time_tokens::take_in(&mut tx, Purpose::TeamInvitation, token).await? {
        return Ok(None);
    }
    let joined = join_in(&mut tx, team_id, joining, channels, now).await?;
    tx.commit().await?;
    forget(store, team_id, &joining.user_ids, &joined.channel_ids);
    Ok(Some(joined))
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
