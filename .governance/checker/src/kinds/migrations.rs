//! Migrations that are new, and migrations that databases may have run already.

use super::Found;
use crate::change::{Change, Changed, Status};
use crate::policy::Policies;

pub fn added(policies: &Policies, change: &Change) -> Vec<Found> {
    scripts(policies, change)
        .filter(|f| f.status == Status::Added)
        .map(found)
        .collect()
}

pub fn changed(policies: &Policies, change: &Change) -> Vec<Found> {
    scripts(policies, change)
        .filter(|f| f.status != Status::Added)
        .map(found)
        .collect()
}

fn scripts<'a>(policies: &'a Policies, change: &'a Change) -> impl Iterator<Item = &'a Changed> {
    let folders = &policies.evidence.migrations.twins;
    let beneath = move |path: &str| {
        folders.iter().any(|f| {
            path.strip_prefix(f.as_str())
                .is_some_and(|r| r.starts_with('/'))
        })
    };
    change.files.iter().filter(move |f| f.paths().any(&beneath))
}

fn found(file: &Changed) -> Found {
    Found {
        path: file.path.clone(),
        line: 1,
        what: file.path.rsplit('/').next().unwrap_or_default().to_owned(),
    }
}
