//! `store::roles` on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use store::{contract_test, roles};

contract_test! {
    async fn built_in_roles_are_found(store) {
        let admin = roles::by_name(&store, "system_admin").await.unwrap().unwrap();
        assert!(admin.scheme_managed && admin.built_in);
        assert!(admin.permissions.as_ref().unwrap().iter().any(|id| id == "manage_system"));
        assert_eq!(roles::by_id(&store, &admin.id).await.unwrap().as_ref(), Some(&admin));
        assert_eq!(roles::by_name(&store, "nobody").await.unwrap(), None);
        assert_eq!(roles::all(&store).await.unwrap().len(), 25);
        let names = ["team_user", "nobody", "channel_user"].map(str::to_owned);
        let found = roles::by_names(&store, &names).await.unwrap();
        assert_eq!(found.iter().map(|role| role.name.as_str()).collect::<Vec<_>>(), ["channel_user", "team_user"]);
    }

    async fn a_changed_role_is_served_at_once(store) {
        let cached = roles::cached(&store, "system_user").await.unwrap().unwrap();
        let (again, statements) = store.db().count_statements(roles::cached(&store, "system_user")).await;
        assert_eq!((again.unwrap().as_ref(), statements), (Some(&cached), 0));
        let mut role = (*cached).clone();
        role.permissions = Some(vec!["create_post".into(), "create_team".into()]);
        roles::set_permissions(&store, &role, 5).await.unwrap();
        let changed = roles::cached(&store, "system_user").await.unwrap().unwrap();
        assert_eq!((changed.permissions.clone(), changed.update_at), (role.permissions, 5));
    }
}
