//! Everything a database holds, for tests that compare it before and after. Reads every table whole.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::Store;
use crate::args;
use crate::db::Db;
use crate::options::Engine;

/// Table to its rows, each a JSON object by column, sorted.
pub type Everything = BTreeMap<String, Vec<Value>>;

/// Reads all tables with one statement, so that it can be done often.
pub struct Reader {
    store: Store,
    sql: String,
}

impl Reader {
    /// What indexes for searching keep aside is not looked at.
    pub async fn new(store: &Store) -> Self {
        let db = store.db();
        let mut parts = Vec::new();
        for table in tables(db).await {
            let row = match db.engine() {
                Engine::Sqlite => sqlite_row(db, &table).await,
                Engine::Postgres => "CAST(row_to_json(t) AS text)".to_owned(),
            };
            parts.push(format!(
                "SELECT '{table}' AS name, {row} AS whole FROM \"{table}\" t"
            ));
        }
        Self {
            store: store.clone(),
            sql: parts.join(" UNION ALL "),
        }
    }

    pub async fn read(&self) -> Everything {
        let mut out = Everything::new();
        for row in self.store.db().all(&self.sql, args![]).await.unwrap() {
            let whole: String = row.get("whole").unwrap();
            let whole = serde_json::from_str(&whole).unwrap();
            out.entry(row.get("name").unwrap()).or_default().push(whole);
        }
        for rows in out.values_mut() {
            rows.sort_by_cached_key(Value::to_string);
        }
        out
    }
}

async fn tables(db: &Db) -> Vec<String> {
    let sql = match db.engine() {
        Engine::Sqlite => {
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'"
        }
        Engine::Postgres => {
            "SELECT CAST(tablename AS text) AS name FROM pg_tables WHERE schemaname = current_schema()"
        }
    };
    let rows = db.all(sql, args![]).await.unwrap();
    rows.iter().map(|row| row.get("name").unwrap()).collect()
}

/// `quote` keeps apart what JSON cannot, as bytes and text.
async fn sqlite_row(db: &Db, table: &str) -> String {
    let sql = format!("SELECT name FROM pragma_table_info('{table}')");
    let columns = db.all(&sql, args![]).await.unwrap();
    let columns: Vec<String> = columns
        .iter()
        .map(|row| row.get::<String>("name").unwrap())
        .map(|name| format!("'{name}', quote(t.\"{name}\")"))
        .collect();
    format!("json_object({})", columns.join(", "))
}
