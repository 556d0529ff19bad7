//! Names for what SQLite refused: it reports `table.column, …`, PostgreSQL the index; callers see the index on both.

use std::collections::HashMap;
use std::sync::LazyLock;

/// `table.a, table.b` → the unique index over them, read from the migrations.
static UNIQUE: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let mut known = HashMap::new();
    for sql in crate::migrate::sqlite_scripts() {
        for line in sql.lines() {
            if let Some((key, index)) = unique_index(line) {
                known.insert(key, index);
            }
        }
    }
    known
});

/// `CREATE UNIQUE INDEX name ON table (a, b) …;`
fn unique_index(line: &str) -> Option<(String, String)> {
    let rest = line.trim().strip_prefix("CREATE UNIQUE INDEX ")?;
    let (index, rest) = rest.split_once(" ON ")?;
    let (table, rest) = rest.split_once(" (")?;
    let (columns, _) = rest.split_once(')')?;
    let columns: Vec<_> = columns
        .split(',')
        .map(|column| format!("{table}.{}", column.trim()))
        .collect();
    Some((columns.join(", "), index.to_owned()))
}

pub(crate) fn constraint_of_sqlite(message: &str) -> String {
    let Some((_, subject)) = message.split_once("constraint failed: ") else {
        return String::new();
    };
    if let Some(index) = subject.strip_prefix("index '") {
        return index.trim_end_matches('\'').to_owned();
    }
    if let Some(index) = UNIQUE.get(subject) {
        return index.clone();
    }
    match subject.split_once('.') {
        Some((table, _)) if message.starts_with("UNIQUE") => format!("{table}_pkey"),
        _ => subject.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_index_definitions() {
        assert_eq!(
            unique_index("CREATE UNIQUE INDEX users_email_key ON users (email);"),
            Some(("users.email".into(), "users_email_key".into()))
        );
        assert_eq!(unique_index("CREATE INDEX a ON b (c);"), None);
    }

    #[test]
    fn names_primary_keys() {
        assert_eq!(
            constraint_of_sqlite("UNIQUE constraint failed: t.a, t.b"),
            "t_pkey"
        );
        assert_eq!(
            constraint_of_sqlite("UNIQUE constraint failed: index 'idx'"),
            "idx"
        );
    }
}
