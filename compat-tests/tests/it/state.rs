//! What a server's database holds, but for what every request may leave behind; to see that a refusal changed nothing.

use compat_tests::server::TestServer;
use serde_json::Value;
use store::testing::rows::{Everything, Reader};

/// What changes in passing: table, column (`*`: all of it), why.
const IN_PASSING: [(&str, &str, &str); 2] = [
    ("audits", "*", "refused requests are put on record, too"),
    (
        "sessions",
        "lastactivityat",
        "a session says when it was used last",
    ),
];

/// Looks at all tables.
pub struct State {
    reader: Reader,
}

impl State {
    pub async fn of(server: &TestServer) -> Self {
        Self {
            reader: Reader::new(server.store()).await,
        }
    }

    pub async fn read(&self) -> Everything {
        let mut everything = self.reader.read().await;
        for (table, column, _) in IN_PASSING {
            if column == "*" {
                everything.remove(table);
                continue;
            }
            let rows = everything.get_mut(table).into_iter().flatten();
            rows.filter_map(Value::as_object_mut).for_each(|row| {
                row.remove(column);
            });
            if let Some(rows) = everything.get_mut(table) {
                rows.sort_by_cached_key(Value::to_string);
            }
        }
        everything
    }
}

/// The rows that are in one only.
pub fn changes(before: &Everything, after: &Everything) -> Vec<String> {
    let missing = |from: &Everything, of: &Everything, what: &str| {
        let mut out = Vec::new();
        for (table, rows) in from {
            let others = of.get(table);
            let gone = rows
                .iter()
                .filter(|r| !others.is_some_and(|o| o.contains(r)));
            out.extend(gone.map(|row| format!("{what} {table}: {row}")));
        }
        out
    };
    let mut out = missing(before, after, "gone from");
    out.extend(missing(after, before, "new in"));
    out
}
