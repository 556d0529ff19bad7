//! What the tables of integrations have in common: rows of a team made by somebody, which are marked as deleted and listed
//! by page. Columns of their own are in `webhooks` and `commands`.

use crate::db::{Arg, Row};
use crate::error::StoreError;
use crate::{Store, args};

/// Which rows a list is of. Empty texts do not limit it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    pub team_id: &'a str,
    pub channel_id: &'a str,
    /// Who made them, or in whose name they act.
    pub owner_id: &'a str,
    pub offset: i64,
    pub limit: i64,
}

/// A table of integrations.
pub(crate) struct Table<T> {
    pub name: &'static str,
    /// What is read of a row.
    pub columns: &'static str,
    /// The column of the owner.
    pub owner: &'static str,
    pub read: fn(&Row) -> Result<T, StoreError>,
}

impl<T> Table<T> {
    /// One that was not deleted.
    pub async fn get(&self, store: &Store, id: &str) -> Result<Option<T>, StoreError> {
        let Self { name, columns, .. } = self;
        let sql = format!("SELECT {columns} FROM {name} WHERE id = $1 AND deleteat = 0");
        let row = store.db().maybe(&sql, args![id]).await?;
        row.as_ref().map(self.read).transpose()
    }

    /// The newest first.
    pub async fn list(&self, store: &Store, filter: &Filter<'_>) -> Result<Vec<T>, StoreError> {
        let Self { name, columns, .. } = self;
        let (condition, mut values) = self.condition(filter);
        values.extend(args![filter.limit, filter.offset]);
        let (limit, offset) = (values.len() - 1, values.len());
        let sql = format!(
            "SELECT {columns} FROM {name} WHERE {condition} ORDER BY createat DESC, id LIMIT ${limit} OFFSET ${offset}"
        );
        let rows = store.db().all(&sql, values).await?;
        rows.iter().map(self.read).collect()
    }

    /// How many the list has on all its pages.
    pub async fn count(&self, store: &Store, filter: &Filter<'_>) -> Result<i64, StoreError> {
        let (condition, values) = self.condition(filter);
        let sql = format!("SELECT COUNT(*) AS n FROM {} WHERE {condition}", self.name);
        store.db().one(&sql, values).await?.get("n")
    }

    fn condition(&self, filter: &Filter<'_>) -> (String, Vec<Arg>) {
        let mut condition = String::from("deleteat = 0");
        let mut values = Vec::new();
        let limits = [
            ("teamid", filter.team_id),
            ("channelid", filter.channel_id),
            (self.owner, filter.owner_id),
        ];
        for (column, value) in limits {
            if !value.is_empty() {
                values.extend(args![value]);
                condition.push_str(&format!(" AND {column} = ${}", values.len()));
            }
        }
        (condition, values)
    }

    /// False if there was none (any more).
    pub async fn delete(&self, store: &Store, id: &str, now: i64) -> Result<bool, StoreError> {
        let sql = format!(
            "UPDATE {} SET deleteat = $2, updateat = $2 WHERE id = $1 AND deleteat = 0",
            self.name
        );
        Ok(store.db().exec(&sql, args![id, now]).await? > 0)
    }
}
