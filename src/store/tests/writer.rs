//! The single writer of SQLite: grouped commits, failed members, callers who go away.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use store::{Db, Engine, Options, StoreError, args};

async fn scratch() -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/test.db");
    let db = Db::open(&Options::new(Engine::Sqlite, path.to_str().unwrap()))
        .await
        .unwrap();
    db.exec("CREATE TABLE t (id BIGINT PRIMARY KEY, who TEXT)", args![])
        .await
        .unwrap();
    (folder, db)
}

async fn count(db: &Db) -> i64 {
    db.one("SELECT count(*) AS n FROM t", args![])
        .await
        .unwrap()
        .get("n")
        .unwrap()
}

async fn insert(db: &Db, id: i64) -> Result<u64, StoreError> {
    db.exec("INSERT INTO t (id, who) VALUES ($1, $2)", args![id, "x"])
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn grouped_commits_outrun_single_ones() {
    let (_folder, db) = scratch().await;
    let each = Duration::from_millis(700);
    let mut rates = Vec::new();
    for writers in [1, 32] {
        let (start, before) = (Instant::now(), count(&db).await);
        let tasks: Vec<_> = (0..writers)
            .map(|writer| {
                let db = db.clone();
                tokio::spawn(async move {
                    let mut n = 0;
                    while start.elapsed() < each {
                        insert(&db, writers * 1_000_000_000 + writer * 1_000_000 + n)
                            .await
                            .unwrap();
                        n += 1;
                    }
                    n
                })
            })
            .collect();
        let mut made = 0;
        for task in tasks {
            made += task.await.unwrap();
        }
        assert_eq!(count(&db).await - before, made);
        rates.push(made as f64 / start.elapsed().as_secs_f64());
    }
    println!(
        "durable commits per second: 1 writer {:.0}, 32 writers {:.0}",
        rates[0], rates[1]
    );
    assert!(
        rates[1] > rates[0] * 1.2,
        "grouping gains nothing: {rates:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_member_does_not_harm_the_others() {
    let (_folder, db) = scratch().await;
    insert(&db, 7).await.unwrap();
    let tasks: Vec<_> = (0..64)
        .map(|i| {
            let db = db.clone();
            tokio::spawn(async move { insert(&db, if i % 4 == 0 { 7 } else { 100 + i }).await })
        })
        .collect();
    let mut conflicts = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(rows) => assert_eq!(rows, 1),
            Err(StoreError::Conflict { constraint }) => {
                assert_eq!(constraint, "t_pkey");
                conflicts += 1;
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((conflicts, count(&db).await), (16, 49));
}

#[tokio::test(flavor = "multi_thread")]
async fn dropped_transactions_leave_nothing() {
    let (_folder, db) = scratch().await;
    let mut tx = db.begin().await.unwrap();
    tx.exec("INSERT INTO t (id) VALUES (1)", args![])
        .await
        .unwrap();
    assert_eq!(
        tx.one("SELECT count(*) AS n FROM t", args![])
            .await
            .unwrap()
            .get::<i64>("n")
            .unwrap(),
        1
    );
    drop(tx);
    insert(&db, 2).await.unwrap();
    assert_eq!(count(&db).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_statement_a_transaction_only_ends() {
    let (_folder, db) = scratch().await;
    let mut tx = db.begin().await.unwrap();
    tx.exec("INSERT INTO t (id) VALUES (1)", args![])
        .await
        .unwrap();
    assert!(
        tx.exec("INSERT INTO t (id) VALUES (1)", args![])
            .await
            .unwrap_err()
            .is_conflict()
    );
    assert!(
        tx.exec("INSERT INTO t (id) VALUES (2)", args![])
            .await
            .is_err()
    );
    assert!(tx.commit().await.is_err());
    assert_eq!(count(&db).await, 0);
}

/// Callers are cut off at arbitrary awaits; what was acknowledged is there, and the writer goes on.
#[tokio::test(flavor = "multi_thread")]
async fn callers_may_go_away_at_any_await() {
    let (_folder, db) = scratch().await;
    let acknowledged = Arc::new(parking_lot::Mutex::new(Vec::new()));
    let tasks: Vec<_> = (0..400_i64)
        .map(|i| {
            let (db, acknowledged) = (db.clone(), acknowledged.clone());
            tokio::spawn(async move {
                let work = async {
                    let mut tx = db.begin().await?;
                    tx.exec("INSERT INTO t (id) VALUES ($1)", args![i * 2])
                        .await?;
                    tx.exec("INSERT INTO t (id) VALUES ($1)", args![i * 2 + 1])
                        .await?;
                    tx.commit().await?;
                    acknowledged.lock().push(i);
                    Ok::<_, StoreError>(())
                };
                match tokio::time::timeout(Duration::from_micros((i as u64 * 7919) % 20_000), work)
                    .await
                {
                    Ok(outcome) => outcome.unwrap(),
                    Err(_cut) => {}
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    insert(&db, 1_000_000).await.unwrap();
    let rows = db
        .all("SELECT id FROM t ORDER BY id", args![])
        .await
        .unwrap();
    let ids: std::collections::BTreeSet<i64> =
        rows.iter().map(|row| row.get("id").unwrap()).collect();
    let acknowledged = acknowledged.lock().clone();
    for i in &acknowledged {
        assert!(ids.contains(&(i * 2)), "{i} was acknowledged and is lost");
    }
    for i in 0..400 {
        assert_eq!(
            ids.contains(&(i * 2)),
            ids.contains(&(i * 2 + 1)),
            "half of {i} was stored"
        );
    }
    println!(
        "{} of 400 acknowledged, {} rows",
        acknowledged.len(),
        ids.len()
    );
}

#[tokio::test]
async fn statements_are_counted() {
    let (_folder, db) = scratch().await;
    let before = db.statements();
    let ((), mine) = db
        .count_statements(async {
            insert(&db, 1).await.unwrap();
            count(&db).await;
        })
        .await;
    assert_eq!((mine, db.statements() - before), (2, 2));
}

#[tokio::test]
async fn values_come_back() {
    let (_folder, db) = scratch().await;
    db.exec(
        "CREATE TABLE v (t TEXT, i BIGINT, b BOOLEAN, j TEXT, x BLOB, f REAL)",
        args![],
    )
    .await
    .unwrap();
    let json = serde_json::json!({"a": [1, null]});
    db.exec(
        "INSERT INTO v VALUES ($1, $2, $3, $4, $5, $6)",
        args![
            "é",
            5_i64,
            true,
            store::Arg::json(&json),
            vec![0_u8, 255],
            1.5
        ],
    )
    .await
    .unwrap();
    db.exec(
        "INSERT INTO v VALUES ($1, $2, $3, $4, $5, $6)",
        args![
            None::<String>,
            None::<i64>,
            None::<bool>,
            store::Arg::json_null(),
            None::<Vec<u8>>,
            None::<f64>
        ],
    )
    .await
    .unwrap();
    let rows = db
        .all("SELECT * FROM v ORDER BY i DESC", args![])
        .await
        .unwrap();
    assert_eq!(rows[0].get::<String>("t").unwrap(), "é");
    assert_eq!(rows[0].get::<Option<i64>>("i").unwrap(), Some(5));
    assert!(rows[0].get::<bool>("b").unwrap());
    assert_eq!(rows[0].get::<serde_json::Value>("j").unwrap(), json);
    assert_eq!(rows[0].get::<Vec<u8>>("x").unwrap(), [0, 255]);
    assert_eq!(rows[1].get::<String>("t").unwrap(), "");
    assert_eq!(rows[1].get::<Option<String>>("t").unwrap(), None);
    assert_eq!(rows[1].get::<i64>("i").unwrap(), 0);
    assert!(rows[0].get::<i64>("nothing").is_err());
    let listed = db
        .all("SELECT t FROM v WHERE t = ANY($1)", args![vec!["é", "z"]])
        .await
        .unwrap();
    assert_eq!(listed.len(), 1);
}
