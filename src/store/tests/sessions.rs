//! `store::sessions` on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Session, User};
use store::{contract_test, sessions, users};

fn session(id: &str, user: &str, used: i64) -> Session {
    Session {
        id: id.into(),
        token: format!("token-{id}"),
        create_at: 10,
        expires_at: 1000,
        last_activity_at: used,
        user_id: user.into(),
        roles: "system_user".into(),
        props: Some([("csrf".to_owned(), "x".to_owned())].into()),
        ..Session::default()
    }
}

contract_test! {
    async fn sessions_are_stored_found_and_removed(store) {
        let db = store.db();
        users::insert(db, &User { id: "u".into(), username: "u".into(), email: "u@example.com".into(), ..User::default() }, &[], None).await.unwrap();
        let (old, new) = (session("1", "u", 20), session("2", "u", 30));
        sessions::insert(db, &old).await.unwrap();
        sessions::insert_for_login(db, &new).await.unwrap();
        sessions::insert(db, &session("3", "v", 40)).await.unwrap();
        assert_eq!(users::by_id(db, "u").await.unwrap().unwrap().last_login, 10);
        assert_eq!(sessions::by_token(db, "token-1").await.unwrap(), Some(old.clone()));
        assert_eq!(sessions::by_token(db, "token-9").await.unwrap(), None);
        assert_eq!(sessions::by_id(db, "2").await.unwrap(), Some(new.clone()));
        assert_eq!(sessions::of_user(db, "u").await.unwrap(), [new.clone(), old]);
        sessions::delete(db, "1").await.unwrap();
        assert_eq!(sessions::of_user(db, "u").await.unwrap(), [new]);
    }
}
