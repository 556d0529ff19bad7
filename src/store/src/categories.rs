//! Rows of `sidebarcategories` and `sidebarchannels`: how a person has sorted the channels of a team.
//! A channel in no category of its own belongs to the built-in one of its kind.

use std::collections::HashMap;

use model::{
    SidebarCategory, SidebarCategorySorting, SidebarCategoryType, SidebarCategoryWithChannels,
};

use crate::db::{Row, Tx, again};
use crate::{Store, StoreError, args};

/// Distance of neighbours in the order.
const STEP: i64 = 10;

macro_rules! select {
    ($($rest:expr),+) => {
        concat!("SELECT k.id, k.userid, k.teamid, k.sortorder, k.sorting, k.type, k.displayname, k.muted, k.collapsed FROM sidebarcategories k ", $($rest),+)
    };
}

fn from_row(row: &Row) -> Result<SidebarCategoryWithChannels, StoreError> {
    let (kind, sorting): (String, String) = (row.get("type")?, row.get("sorting")?);
    Ok(SidebarCategoryWithChannels {
        sidebar_category: SidebarCategory {
            id: row.get("id")?,
            user_id: row.get("userid")?,
            team_id: row.get("teamid")?,
            sort_order: row.get("sortorder")?,
            sorting: SidebarCategorySorting::from(sorting.as_str()),
            type_: SidebarCategoryType::from(kind.as_str()),
            display_name: row.get("displayname")?,
            muted: row.get("muted")?,
            collapsed: row.get("collapsed")?,
        },
        channel_ids: Some(Vec::new()),
    })
}

/// Gives people the three built-in categories of a team, where they lack them.
pub(crate) async fn insert_defaults_in(
    tx: &mut Tx,
    team_id: &str,
    user_ids: &[String],
) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO sidebarcategories (id, userid, teamid, sortorder, sorting, type, displayname, muted, collapsed) \
         SELECT k.column1 || '_' || u.id || '_' || $1, u.id, $1, k.column3, k.column4, k.column1, k.column2, false, false \
         FROM users u, (VALUES ('favorites', 'Favorites', 0, ''), ('channels', 'Channels', 10, ''), \
         ('direct_messages', 'Direct Messages', 20, 'recent')) AS k WHERE u.id = ANY($2) ON CONFLICT (id) DO NOTHING",
        args![team_id, user_ids],
    )
    .await?;
    Ok(())
}

/// Gives one person the built-in categories of a team.
pub async fn insert_defaults(
    store: &Store,
    team_id: &str,
    user_id: &str,
) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    insert_defaults_in(&mut tx, team_id, &[user_id.to_owned()]).await?;
    tx.commit().await
}

/// A person's categories of a team in their order, each with its channels.
pub async fn list(
    store: &Store,
    user_id: &str,
    team_id: &str,
) -> Result<Vec<SidebarCategoryWithChannels>, StoreError> {
    let rows = store
        .db()
        .all(
            select!("WHERE k.userid = $1 AND k.teamid = $2 ORDER BY k.sortorder, k.id"),
            args![user_id, team_id],
        )
        .await?;
    let mut categories = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    let rows = store
        .db()
        .all(
            "SELECT c.id, c.type, s.categoryid, coalesce(s.sortorder, 0) AS place FROM channelmembers m JOIN channels c ON c.id = m.channelid \
             LEFT JOIN sidebarchannels s ON s.channelid = c.id AND s.userid = m.userid \
             AND s.categoryid IN (SELECT k.id FROM sidebarcategories k WHERE k.userid = $1 AND k.teamid = $2) \
             WHERE m.userid = $1 AND c.teamid IN ($2, '') AND c.deleteat = 0 \
             ORDER BY CASE WHEN s.categoryid IS NULL THEN 1 ELSE 0 END, s.sortorder, c.displayname, c.id",
            args![user_id, team_id],
        )
        .await?;
    let at: HashMap<String, usize> = categories
        .iter()
        .enumerate()
        .map(|(i, k)| (k.sidebar_category.id.clone(), i))
        .collect();
    let of_type = |wanted: SidebarCategoryType| {
        categories
            .iter()
            .position(|k| k.sidebar_category.type_ == wanted)
    };
    let (channels, direct) = (
        of_type(SidebarCategoryType::Channels),
        of_type(SidebarCategoryType::DirectMessages),
    );
    for row in &rows {
        let kind: String = row.get("type")?;
        let own: Option<String> = row.get("categoryid")?;
        let place = match own {
            Some(id) => at.get(&id).copied(),
            None if matches!(kind.as_str(), "D" | "G") => direct,
            None => channels,
        };
        if let Some(category) = place.and_then(|i| categories.get_mut(i)) {
            category
                .channel_ids
                .get_or_insert_default()
                .push(row.get("id")?);
        }
    }
    Ok(categories)
}

/// Who a category belongs to: person and team.
pub async fn owner(store: &Store, id: &str) -> Result<Option<(String, String)>, StoreError> {
    let row = store
        .db()
        .maybe(
            "SELECT userid, teamid FROM sidebarcategories WHERE id = $1",
            args![id],
        )
        .await?;
    row.map(|row| Ok((row.get("userid")?, row.get("teamid")?)))
        .transpose()
}

/// Adds a category below the first and moves its channels there. The order is numbered anew.
pub async fn create(
    store: &Store,
    category: &SidebarCategoryWithChannels,
) -> Result<(), StoreError> {
    let new = &category.sidebar_category;
    let mut tx = store.db().begin().await?;
    let mut order = order_in(&mut tx, &new.user_id, &new.team_id).await?;
    tx.exec(
        "INSERT INTO sidebarcategories (id, userid, teamid, sortorder, sorting, type, displayname, muted, collapsed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            &new.id,
            &new.user_id,
            &new.team_id,
            STEP,
            new.sorting.as_str(),
            new.type_.as_str(),
            &new.display_name,
            new.muted,
            new.collapsed
        ],
    )
    .await?;
    order.insert(order.len().min(1), new.id.clone());
    renumber_in(&mut tx, &order).await?;
    fill_in(&mut tx, category).await?;
    tx.commit().await
}

async fn order_in(tx: &mut Tx, user_id: &str, team_id: &str) -> Result<Vec<String>, StoreError> {
    let sql =
        "SELECT id FROM sidebarcategories WHERE userid = $1 AND teamid = $2 ORDER BY sortorder, id";
    let rows = tx.all(sql, args![user_id, team_id]).await?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// Numbers the categories in this order, in one statement. `CASE` needs a branch, so none is no statement.
async fn renumber_in(tx: &mut Tx, order: &[String]) -> Result<(), StoreError> {
    if order.is_empty() {
        return Ok(());
    }
    let mut sql = String::from("UPDATE sidebarcategories SET sortorder = CASE id ");
    let mut args = Vec::with_capacity(order.len() + 1);
    for (i, id) in order.iter().enumerate() {
        args.extend(args![id]);
        sql.push_str(&format!("WHEN ${} THEN {} ", i + 1, i as i64 * STEP));
    }
    args.extend(args![order]);
    sql.push_str(&format!(
        "ELSE sortorder END WHERE id = ANY(${})",
        order.len() + 1
    ));
    tx.exec(&sql, args).await?;
    Ok(())
}

/// Makes the channels of a category exactly these, in this order, and takes them out of the person's others in the team.
async fn fill_in(tx: &mut Tx, category: &SidebarCategoryWithChannels) -> Result<(), StoreError> {
    let own = &category.sidebar_category;
    let channels = category.channel_ids.as_deref().unwrap_or_default();
    tx.exec(
        "DELETE FROM sidebarchannels WHERE categoryid = $1",
        args![&own.id],
    )
    .await?;
    if channels.is_empty() {
        return Ok(());
    }
    tx.exec(
        "DELETE FROM sidebarchannels WHERE userid = $1 AND channelid = ANY($3) \
         AND categoryid IN (SELECT id FROM sidebarcategories WHERE userid = $1 AND teamid = $2)",
        args![&own.user_id, &own.team_id, channels],
    )
    .await?;
    let mut sql = String::from(
        "INSERT INTO sidebarchannels (channelid, userid, categoryid, sortorder) VALUES ",
    );
    let mut args = args![&own.user_id, &own.id];
    for (i, id) in channels.iter().enumerate() {
        args.extend(args![id]);
        sql.push_str(&format!(
            "{}(${}, $1, $2, {})",
            if i > 0 { ", " } else { "" },
            i + 3,
            i as i64 * STEP
        ));
    }
    tx.exec(&sql, args).await?;
    Ok(())
}

/// Stores changed categories with their channels.
pub async fn update(
    store: &Store,
    categories: &[SidebarCategoryWithChannels],
) -> Result<(), StoreError> {
    again(|| async {
    let mut tx = store.db().begin().await?;
    for category in categories {
        let own = &category.sidebar_category;
        tx.exec(
            "UPDATE sidebarcategories SET displayname = $2, sorting = $3, muted = $4, collapsed = $5 WHERE id = $1",
            args![&own.id, &own.display_name, own.sorting.as_str(), own.muted, own.collapsed],
        )
        .await?;
        fill_in(&mut tx, category).await?;
    }
    tx.commit().await
    })
    .await
}

/// Orders all categories of a person's team; false when these are not all of them, each once.
pub async fn reorder(
    store: &Store,
    user_id: &str,
    team_id: &str,
    order: &[String],
) -> Result<bool, StoreError> {
    again(|| async {
        let mut tx = store.db().begin().await?;
        let mut have = order_in(&mut tx, user_id, team_id).await?;
        let mut wanted = order.to_vec();
        have.sort();
        wanted.sort();
        if have != wanted {
            return Ok(false);
        }
        renumber_in(&mut tx, order).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

/// Removes a category; its channels fall back into the built-in ones. The others keep their numbers.
pub async fn delete(
    store: &Store,
    user_id: &str,
    team_id: &str,
    id: &str,
) -> Result<(), StoreError> {
    again(|| async {
        let mut tx = store.db().begin().await?;
        tx.exec(
            "DELETE FROM sidebarchannels WHERE categoryid = $1",
            args![id],
        )
        .await?;
        tx.exec(
            "DELETE FROM sidebarcategories WHERE id = $1 AND userid = $2 AND teamid = $3",
            args![id, user_id, team_id],
        )
        .await?;
        tx.commit().await
    })
    .await
}

/// Keeps the older form of favourites, preferences, in step with the category.
pub async fn sync_favorites(
    store: &Store,
    user_id: &str,
    old: &[String],
    new: &[String],
) -> Result<(), StoreError> {
    again(|| async {
    let mut tx = store.db().begin().await?;
    tx.exec(
        "DELETE FROM preferences WHERE userid = $1 AND category = 'favorite_channel' AND name = ANY($2)",
        args![user_id, old],
    )
    .await?;
    tx.exec(
        "INSERT INTO preferences (userid, category, name, value) SELECT $1, 'favorite_channel', c.id, 'true' FROM channels c \
         WHERE c.id = ANY($2) ON CONFLICT (userid, category, name) DO UPDATE SET value = excluded.value",
        args![user_id, new],
    )
    .await?;
    tx.commit().await
    })
    .await
}

/// Puts a channel into a person's favourites, or takes it out; a direct or group message in every team.
/// A channel is in one category of a team at most.
pub async fn set_favorite(
    store: &Store,
    user_id: &str,
    channel_id: &str,
    favorite: bool,
) -> Result<(), StoreError> {
    again(|| async {
    let mut tx = store.db().begin().await?;
    let leave = if favorite {
        ""
    } else {
        "AND type = 'favorites'"
    };
    let sql = format!(
        "DELETE FROM sidebarchannels WHERE channelid = $2 AND userid = $1 \
         AND categoryid IN (SELECT id FROM sidebarcategories WHERE userid = $1 {leave})"
    );
    tx.exec(&sql, args![user_id, channel_id]).await?;
    if favorite {
        tx.exec(
            "INSERT INTO sidebarchannels (channelid, userid, categoryid, sortorder) \
             SELECT c.id, k.userid, k.id, coalesce((SELECT min(s.sortorder) FROM sidebarchannels s WHERE s.categoryid = k.id), 10) - 10 \
             FROM sidebarcategories k JOIN channels c ON c.id = $2 AND (c.teamid = k.teamid OR c.teamid = '') \
             WHERE k.userid = $1 AND k.type = 'favorites'",
            args![user_id, channel_id],
        )
        .await?;
    }
    tx.commit().await
    })
    .await
}
