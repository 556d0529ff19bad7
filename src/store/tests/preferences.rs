//! `store::preferences` on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::Preference;
use store::{contract_test, preferences};

fn preference(user: &str, category: &str, name: &str, value: &str) -> Preference {
    Preference {
        user_id: user.into(),
        category: category.into(),
        name: name.into(),
        value: value.into(),
    }
}

contract_test! {
    async fn preferences_are_saved_replaced_and_deleted(store) {
        let db = store.db();
        let (a, b, c) = (preference("u", "x", "1", "a"), preference("u", "x", "2", "b"), preference("u", "y", "1", "c"));
        let other = preference("v", "x", "1", "d");
        preferences::save(db, &[a.clone(), b.clone(), c.clone(), other.clone()]).await.unwrap();
        assert_eq!(preferences::of_user(db, "u").await.unwrap(), [a.clone(), b.clone(), c.clone()]);
        assert_eq!(preferences::of_category(db, "u", "x").await.unwrap(), [a.clone(), b.clone()]);
        assert_eq!(preferences::get(db, "u", "y", "1").await.unwrap(), Some(c.clone()));
        assert_eq!(preferences::get(db, "u", "y", "2").await.unwrap(), None);

        let newer = preference("u", "x", "1", "z");
        preferences::save(db, std::slice::from_ref(&newer)).await.unwrap();
        let users = ["u", "v", "w"].map(str::to_owned);
        let mut of_users = preferences::of_users(db, &users, "x", "1").await.unwrap();
        of_users.sort_by(|a, b| a.user_id.cmp(&b.user_id));
        assert_eq!(of_users, [newer.clone(), other.clone()]);

        preferences::delete(db, &[b, preference("u", "none", "none", "")]).await.unwrap();
        assert_eq!(preferences::of_user(db, "u").await.unwrap(), [newer, c.clone()]);
        preferences::delete_everywhere(db, "x", "1").await.unwrap();
        assert_eq!(preferences::of_user(db, "u").await.unwrap(), [c]);
        assert!(preferences::of_user(db, "v").await.unwrap().is_empty());
    }
}
