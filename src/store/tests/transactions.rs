//! Transactions and pools behave the same on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use store::{Engine, Store, StoreError, args, contract_test};

async fn count(store: &Store) -> i64 {
    let row = store
        .db()
        .one("SELECT count(*) AS n FROM preferences", args![])
        .await
        .unwrap();
    row.get("n").unwrap()
}

const INSERT: &str =
    "INSERT INTO preferences (userid, category, name, value) VALUES ($1, 'c', 'n', 'v')";

contract_test! {
    async fn a_transaction_is_all_or_nothing(store) {
        let mut tx = store.db().begin().await.unwrap();
        tx.exec(INSERT, args!["a"]).await.unwrap();
        drop(tx);
        let mut tx = store.db().begin().await.unwrap();
        tx.exec(INSERT, args!["b"]).await.unwrap();
        assert!(tx.maybe("SELECT 1 AS x FROM preferences WHERE userid = $1", args!["a"]).await.unwrap().is_none());
        tx.commit().await.unwrap();
        assert_eq!(count(&store).await, 1);
    }

    async fn a_failed_transaction_cannot_commit(store) {
        let mut tx = store.db().begin().await.unwrap();
        tx.exec(INSERT, args!["a"]).await.unwrap();
        let refused = tx.exec(INSERT, args!["a"]).await.unwrap_err();
        assert!(refused.is_conflict_on("preferences_pkey"), "{refused}");
        assert!(tx.exec(INSERT, args!["b"]).await.is_err());
        assert!(tx.commit().await.is_err());
        assert_eq!(count(&store).await, 0);
    }

    async fn conflicts_carry_the_name_of_the_index(store) {
        let sql = "INSERT INTO teams (id, name, type) VALUES ($1, $2, $3)";
        let kind = || store::Arg::enum_("team_type", "O");
        store.db().exec(sql, args!["1", "t", kind()]).await.unwrap();
        let by_name = store.db().exec(sql, args!["2", "t", kind()]).await.unwrap_err();
        assert!(by_name.is_conflict_on("teams_name_key"), "{by_name}");
        let by_id = store.db().exec(sql, args!["1", "u", kind()]).await.unwrap_err();
        assert!(by_id.is_conflict_on("teams_pkey"), "{by_id}");
        let refused = store.db().exec("INSERT INTO retentionpoliciesteams (policyid, teamid) VALUES ('x', 'y')", args![]).await.unwrap_err();
        assert!(matches!(refused, StoreError::Refused { .. }), "{refused}");
    }

    async fn lists_and_types_are_the_same(store) {
        for user in ["a", "b", "c"] {
            store.db().exec(INSERT, args![user]).await.unwrap();
        }
        let sql = "SELECT userid FROM preferences WHERE userid = ANY($1) AND userid <> ALL($2) ORDER BY userid";
        let rows = store.db().all(sql, args![vec!["a", "b", "zz"], vec!["b"]]).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.get::<String>("userid").unwrap()).collect::<Vec<_>>(), ["a"]);
        let row = store.db().one(
            "SELECT sum(n) AS total, max(n) AS most, count(*) > 1 AS many, CAST(avg(n) AS real) AS mean FROM (SELECT CAST($1 AS bigint) AS n UNION ALL SELECT CAST($2 AS bigint)) AS t",
            args![40_000_000_000_i64, 2_i64],
        ).await.unwrap();
        assert_eq!(row.get::<i64>("total").unwrap(), 40_000_000_002);
        assert!(row.get::<bool>("many").unwrap());
        assert!(row.get::<f64>("mean").unwrap() > 1e10);
    }

    /// Callers cut off at arbitrary awaits leave neither half changes nor a pool that is used up.
    async fn callers_may_go_away(store) {
        let tasks: Vec<_> = (0..200_u64).map(|i| {
            let store = store.clone();
            tokio::spawn(async move {
                let work = async {
                    let mut tx = store.db().begin().await?;
                    tx.exec(INSERT, args![format!("{i}a")]).await?;
                    tx.exec(INSERT, args![format!("{i}b")]).await?;
                    tx.commit().await?;
                    store.db().all("SELECT userid FROM preferences", args![]).await
                };
                if let Ok(outcome) = tokio::time::timeout(Duration::from_micros(i * 7919 % 30_000), work).await {
                    outcome.unwrap();
                }
            })
        }).collect();
        for task in tasks {
            task.await.unwrap();
        }
        let halves = "SELECT count(*) AS n FROM preferences WHERE userid LIKE '%a' AND replace(userid, 'a', 'b') NOT IN (SELECT userid FROM preferences)";
        assert_eq!(store.db().one(halves, args![]).await.unwrap().get::<i64>("n").unwrap(), 0);
        store.db().exec(INSERT, args!["last"]).await.unwrap();
        assert!(count(&store).await >= 1);
    }

    async fn lost_connections_are_replaced(store) {
        store.db().exec(INSERT, args!["a"]).await.unwrap();
        if store.db().engine() == Engine::Postgres {
            let mut tx = store.db().begin().await.unwrap();
            let others = "SELECT pg_terminate_backend(pid) AS x FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
            tx.all(others, args![]).await.unwrap();
            tx.commit().await.unwrap();
        }
        for _ in 0..10 {
            assert_eq!(count(&store).await, 1);
        }
    }
}
