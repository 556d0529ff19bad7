//! The scripts of `migrations/`, inside the binary. A new table of ours: a file for each engine there and a line in `OWN`.

use crate::options::Engine;

const POSTGRES: [&str; 5] = [
    include_str!("../../../../migrations/postgres/01_tables.sql"),
    include_str!("../../../../migrations/postgres/02_indexes.sql"),
    include_str!("../../../../migrations/postgres/03_views.sql"),
    include_str!("../../../../migrations/common/db_migrations.sql"),
    include_str!("../../../../migrations/common/systems.sql"),
];

const SQLITE: [&str; 4] = [
    include_str!("../../../../migrations/sqlite/01_tables.sql"),
    include_str!("../../../../migrations/sqlite/02_indexes.sql"),
    include_str!("../../../../migrations/common/db_migrations.sql"),
    include_str!("../../../../migrations/common/systems.sql"),
];

/// What makes an empty database one of Mattermost 11.6.
pub(super) fn base(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Postgres => &POSTGRES,
        Engine::Sqlite => &SQLITE,
    }
}

pub(super) struct Step {
    pub name: &'static str,
    pub postgres: &'static str,
    pub sqlite: &'static str,
}

impl Step {
    pub(super) fn script(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Postgres => self.postgres,
            Engine::Sqlite => self.sqlite,
        }
    }
}

/// Our own tables and indexes, all named `rustchat_…`, in the order they came. Released steps never change.
pub(super) const OWN: &[Step] = &[
    Step {
        name: "01_search",
        postgres: include_str!("../../../../migrations/postgres/rustchat_01_search.sql"),
        sqlite: include_str!("../../../../migrations/sqlite/rustchat_01_search.sql"),
    },
    Step {
        name: "02_search_backlog",
        postgres: include_str!("../../../../migrations/postgres/rustchat_02_search_backlog.sql"),
        sqlite: include_str!("../../../../migrations/sqlite/rustchat_02_search_backlog.sql"),
    },
    Step {
        name: "03_audits_index",
        postgres: include_str!("../../../../migrations/postgres/rustchat_03_audits_index.sql"),
        sqlite: include_str!("../../../../migrations/sqlite/rustchat_03_audits_index.sql"),
    },
    Step {
        name: "04_trash",
        postgres: include_str!("../../../../migrations/postgres/rustchat_04_trash.sql"),
        sqlite: include_str!("../../../../migrations/sqlite/rustchat_04_trash.sql"),
    },
];
