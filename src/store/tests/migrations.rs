//! A fresh database has the catalogue of the original; one of the original is taken over; anything else is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::Path;

use store::migrate::{Origin, migrate};
use store::testing::{drop_postgres, empty_postgres};
use store::{Db, Engine, Options, contract_test};
use store::{Store, args};

/// Rows of a file of facts without its header, as one text each.
fn facts(name: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../spec/facts/database")
        .join(name);
    std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .skip(1)
        .map(str::to_owned)
        .collect()
}

/// One text column named `fact`, without what is only ours.
async fn found(store: &Store, sql: &str) -> BTreeSet<String> {
    let rows = store.db().all(sql, args![]).await.unwrap();
    let facts = rows.iter().map(|row| row.get::<String>("fact").unwrap());
    facts
        .filter(|fact| {
            !fact
                .split('\t')
                .take(2)
                .any(|part| part.starts_with("rustchat_"))
        })
        .collect()
}

#[track_caller]
fn same(what: &str, expected: &BTreeSet<String>, found: &BTreeSet<String>) {
    let missing: Vec<_> = expected.difference(found).collect();
    let surplus: Vec<_> = found.difference(expected).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "{what}\nmissing: {missing:#?}\nsurplus: {surplus:#?}"
    );
}

const COLUMNS: &str = r"
    SELECT concat_ws(E'\t', c.relname, a.attname,
        CASE format_type(a.atttypid, a.atttypmod)
            WHEN 'character varying(26)[]' THEN '_varchar'
            ELSE regexp_replace(replace(format_type(a.atttypid, a.atttypmod), 'character varying', 'varchar'), '^character\(\d+\)$', 'character')
        END,
        CASE WHEN a.attnotnull THEN 'NO' ELSE 'YES' END,
        coalesce(pg_get_expr(d.adbin, d.adrelid), '-')) AS fact
    FROM pg_attribute a
    INNER JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped";

const INDEXES: &str = r"
    SELECT concat_ws(E'\t', t.relname, i.relname, x.indisunique::text::char(1), x.indisprimary::text::char(1), m.amname,
        (SELECT string_agg(pg_get_indexdef(x.indexrelid, n, true), ', ' ORDER BY n) FROM generate_series(1, x.indnkeyatts) AS n),
        coalesce(pg_get_expr(x.indpred, x.indrelid), '-')) AS fact
    FROM pg_index x
    INNER JOIN pg_class i ON i.oid = x.indexrelid
    INNER JOIN pg_class t ON t.oid = x.indrelid
    INNER JOIN pg_am m ON m.oid = i.relam
    WHERE t.relnamespace = 'public'::regnamespace AND t.relname NOT LIKE 'rustchat%' AND i.relname NOT LIKE 'rustchat%'";

const ENUMS: &str = r"
    SELECT concat_ws(E'\t', t.typname, string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)) AS fact
    FROM pg_type t INNER JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.typname";

const OTHERS: &str = r"
    SELECT concat_ws(E'\t', 'materialized_view', c.relname,
        string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)) AS fact
    FROM pg_class c INNER JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relkind = 'm' GROUP BY c.relname
    UNION ALL
    SELECT concat_ws(E'\t', 'foreign_key', k.conname, c.relname || ' ' || pg_get_constraintdef(k.oid))
    FROM pg_constraint k INNER JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype = 'f'";

contract_test! {
    async fn the_catalogue_is_that_of_the_original(store) {
        if store.db().engine() == Engine::Postgres {
            same("columns", &facts("columns.tsv"), &found(&store, COLUMNS).await);
            same("indexes", &facts("indexes.tsv"), &found(&store, INDEXES).await);
            same("enum types", &facts("enum_types.tsv"), &found(&store, ENUMS).await);
            same("other objects", &facts("other_objects.tsv"), &found(&store, OTHERS).await);
        } else {
            let names = |fact: &String| fact.split('\t').take(2).collect::<Vec<_>>().join("\t");
            let columns = "SELECT t.name || char(9) || c.name AS fact FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'";
            same("columns", &facts("columns.tsv").iter().map(names).collect(), &found(&store, columns).await);
            let kept = |fact: &String| fact.split('\t').nth(4) == Some("btree") && fact.split('\t').nth(3) == Some("f") && !fact.starts_with("poststats");
            let indexes = "SELECT tbl_name || char(9) || name AS fact FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'rustchat%' AND tbl_name NOT LIKE 'rustchat%'";
            same("indexes", &facts("indexes.tsv").iter().filter(|f| kept(f)).map(names).collect(), &found(&store, indexes).await);
        }
    }

    async fn the_rows_the_original_starts_with_are_there(store) {
        let sql = "SELECT name || '|' || CASE WHEN schememanaged THEN 't' ELSE 'f' END || '|' || CASE WHEN builtin THEN 't' ELSE 'f' END AS fact FROM roles";
        let roles = facts("roles_rows.tsv").iter().map(|fact| fact.replace('\t', "|")).collect();
        same("roles", &roles, &found(&store, sql).await);
        let versions = "SELECT CAST(version AS text) || '|' || name AS fact FROM db_migrations";
        let migrations = facts("migrations.tsv").iter().map(|fact| fact.replace('\t', "|")).collect();
        same("migrations", &migrations, &found(&store, versions).await);
        let generated = facts("systems.tsv").iter().map(|fact| fact.split('\t').next().unwrap().to_owned()).collect();
        same("systems", &generated, &found(&store, "SELECT name AS fact FROM systems").await);
        let permissions: String = store.db().one("SELECT permissions FROM roles WHERE name = 'run_admin'", args![]).await.unwrap().get("permissions").unwrap();
        assert_eq!(permissions, " run_manage_members run_manage_properties");
    }

    async fn another_start_changes_nothing(store) {
        let before: String = store.db().one("SELECT value FROM systems WHERE name = 'DiagnosticId'", args![]).await.unwrap().get("value").unwrap();
        assert_eq!(migrate(store.db()).await.unwrap(), Origin::Mattermost);
        let after: String = store.db().one("SELECT value FROM systems WHERE name = 'DiagnosticId'", args![]).await.unwrap().get("value").unwrap();
        assert_eq!(before, after);
    }

    async fn other_versions_are_refused_untouched(store) {
        for (change, word) in [("DELETE FROM db_migrations WHERE version = 159", "158"), ("INSERT INTO db_migrations VALUES (160, 'x')", "160")] {
            store.db().exec(change, args![]).await.unwrap();
            let refusal = migrate(store.db()).await.unwrap_err().to_string();
            assert!(refusal.contains(word), "{refusal}");
        }
        store.db().exec("DROP TABLE db_migrations", args![]).await.unwrap();
        let refusal = migrate(store.db()).await.unwrap_err().to_string();
        assert!(refusal.contains("not empty"), "{refusal}");
    }
}

/// Extensions put their views and tables into the schema that is there.
#[tokio::test]
async fn a_database_with_an_extension_is_empty() {
    let Some((options, name)) = empty_postgres().await else {
        return;
    };
    let db = Db::open(&options).await.unwrap();
    let own_view = "CREATE VIEW statistics AS SELECT 1 AS one";
    for sql in ["CREATE EXTENSION pg_stat_statements", own_view] {
        db.exec(sql, args![]).await.unwrap();
    }
    assert_eq!(migrate(&db).await.unwrap(), Origin::Empty);
    db.close().await;
    drop_postgres(&name).await;
}

/// Nodes of a cluster that start together on an empty database.
#[tokio::test(flavor = "multi_thread")]
async fn nodes_starting_together_migrate_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.db");
    start_together(Options::new(Engine::Sqlite, file.to_str().unwrap())).await;
    if let Some((options, name)) = empty_postgres().await {
        start_together(options).await;
        drop_postgres(&name).await;
    }
}

async fn start_together(options: Options) {
    let nodes: Vec<_> = (0..3)
        .map(|_| {
            let options = options.clone();
            tokio::spawn(async move {
                let db = Db::open(&options).await.unwrap();
                let origin = migrate(&db).await.unwrap();
                db.close().await;
                origin
            })
        })
        .collect();
    let mut made = 0;
    for node in nodes {
        made += usize::from(node.await.unwrap() == Origin::Empty);
    }
    assert_eq!(made, 1);
}
