//! The permissions there are, as constants with their scope. Who holds them is `roles`' matter.

mod channel;
mod playbook;
mod sysconsole;
mod system;
mod team;

use std::{collections::HashMap, fmt, sync::LazyLock};

pub use channel::*;
pub use playbook::*;
pub use sysconsole::*;
pub use system::*;
pub use team::*;

/// Where a permission is granted: a role in the scope, or in a wider one, gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    System,
    Team,
    Channel,
    Group,
    Playbook,
    Run,
}

/// One permission; compared by its id.
#[derive(Clone, Copy)]
pub struct Permission {
    pub id: &'static str,
    pub scope: Scope,
}

impl PartialEq for Permission {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Permission {}

impl fmt::Debug for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// Rows of `NAME Scope "id";` become constants and `TABLE`.
macro_rules! table {
    ($($name:ident $scope:ident $id:literal;)*) => {
        $(pub const $name: Permission = Permission { id: $id, scope: $scope };)*
        pub(super) static TABLE: &[Permission] = &[$($name),*];
    };
}
use table;

static BY_ID: LazyLock<HashMap<&'static str, Permission>> =
    LazyLock::new(|| all().map(|p| (p.id, p)).collect());

/// Every permission.
pub fn all() -> impl Iterator<Item = Permission> {
    [
        system::TABLE,
        sysconsole::TABLE,
        team::TABLE,
        channel::TABLE,
        playbook::TABLE,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The permission with this id.
pub fn find(id: &str) -> Option<Permission> {
    BY_ID.get(id).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_distinct_and_found() {
        assert_eq!(all().count(), 303);
        assert_eq!(BY_ID.len(), 303);
        assert_eq!(find("create_post"), Some(CREATE_POST));
        assert_eq!(CREATE_POST.scope, Scope::Channel);
        assert_eq!(find("nonsense"), None);
    }
}
