//! How the engines would run the statements of a test: which of them read a whole table. Only for tests.

use crate::db::{Db, Seen};
use crate::options::Engine;

/// Tables that grow with use.
const GROWING: [&str; 24] = [
    "posts",
    "users",
    "channels",
    "channelmembers",
    "channelmemberhistory",
    "teammembers",
    "threads",
    "threadmemberships",
    "reactions",
    "fileinfo",
    "sessions",
    "preferences",
    "drafts",
    "status",
    "audits",
    "publicchannels",
    "sidebarchannels",
    "sidebarcategories",
    "useraccesstokens",
    "tokens",
    "uploadsessions",
    "postspriority",
    "postreminders",
    "emoji",
];

/// A statement that reads all of a growing table.
#[derive(Debug)]
pub struct Scan {
    pub table: &'static str,
    pub step: String,
    pub sql: String,
}

/// The statements among these that read a growing table, or an index of it, from end to end.
pub async fn scans(db: &Db, statements: &[Seen]) -> Vec<Scan> {
    let mut found = Vec::new();
    for seen in statements.iter().filter(|seen| can_be_explained(&seen.sql)) {
        let steps = match db.engine() {
            Engine::Sqlite => sqlite(db, seen).await,
            Engine::Postgres => postgres(db, seen).await,
        };
        for (table, step) in steps {
            found.push(Scan {
                table,
                step,
                sql: seen.sql.clone(),
            });
        }
    }
    found
}

fn can_be_explained(sql: &str) -> bool {
    let word = sql.split_whitespace().next().unwrap_or_default();
    ["SELECT", "WITH", "INSERT", "UPDATE", "DELETE"].contains(&word.to_ascii_uppercase().as_str())
}

fn growing(name: &str) -> Option<&'static str> {
    GROWING.into_iter().find(|table| *table == name)
}

async fn sqlite(db: &Db, seen: &Seen) -> Vec<(&'static str, String)> {
    let sql = format!("EXPLAIN QUERY PLAN {}", seen.sql);
    let mut tx = db.begin().await.unwrap();
    let rows = tx.all(&sql, seen.args.clone()).await.unwrap();
    let steps: Vec<String> = rows.iter().map(|row| row.get("detail").unwrap()).collect();
    // An alias stands for its table.
    let named = |alias: &str| growing(alias).or_else(|| aliased(&seen.sql, alias));
    steps
        .into_iter()
        .filter_map(|step| {
            let alias = step.strip_prefix("SCAN ")?.split_whitespace().next()?;
            Some((named(alias)?, step.clone()))
        })
        .collect()
}

fn aliased(sql: &str, alias: &str) -> Option<&'static str> {
    let words: Vec<&str> = sql
        .split(|c: char| c.is_whitespace() || "(),".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    words
        .windows(2)
        .filter(|pair| pair[1] == alias)
        .chain(
            words
                .windows(3)
                .filter(|w| w[1].eq_ignore_ascii_case("AS") && w[2] == alias),
        )
        .find_map(|pair| growing(&pair[0].to_lowercase()))
}

/// Without sequential scans where there is any other way, as with tables too big for them.
async fn postgres(db: &Db, seen: &Seen) -> Vec<(&'static str, String)> {
    let mut tx = db.begin().await.unwrap();
    tx.script("SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_generic_plan")
        .await
        .unwrap();
    let sql = format!("EXPLAIN (COSTS OFF) {}", seen.sql);
    let rows = tx
        .all(&sql, seen.args.clone())
        .await
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
    let lines: Vec<String> = rows
        .iter()
        .map(|row| row.get("QUERY PLAN").unwrap())
        .collect();
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let Some((kind, rest)) = line.split_once(" on ") else {
            continue;
        };
        let whole = kind.contains("Seq Scan")
            || (kind.contains("Index")
                && kind.contains("Scan using")
                && !has_condition(&lines[number + 1..]));
        let table = rest.split_whitespace().next().and_then(growing);
        if let (true, Some(table)) = (whole, table) {
            found.push((table, line.trim().to_owned()));
        }
    }
    found
}

/// The lines of a node end at the next node.
fn has_condition(after: &[String]) -> bool {
    after
        .iter()
        .take_while(|line| !line.trim_start().starts_with("->"))
        .any(|line| line.contains("Index Cond:"))
}
