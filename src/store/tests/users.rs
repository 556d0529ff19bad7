//! `store::users` on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Bot, Preference, User};
use store::change::Unchanged;
use store::users::{self, Filter, Names, Sort};
use store::{Db, StoreError, args, contract_test};

fn user(id: &str, name: &str) -> User {
    User {
        id: id.into(),
        create_at: 10,
        update_at: 10,
        username: name.into(),
        email: format!("{name}@example.com"),
        password: "hash".into(),
        roles: "system_user".into(),
        locale: "en".into(),
        props: [("a".to_owned(), "b".to_owned())].into(),
        notify_props: [("email".to_owned(), "true".to_owned())].into(),
        timezone: Some([("useAutomaticTimezone".to_owned(), "true".to_owned())].into()),
        ..User::default()
    }
}

async fn add(db: &Db, id: &str, name: &str) -> User {
    let user = user(id, name);
    users::insert(db, &user, &[], None).await.unwrap();
    user
}

async fn get(db: &Db, id: &str) -> User {
    users::by_id(db, id).await.unwrap().unwrap()
}

fn names(users: &[User]) -> Vec<&str> {
    users.iter().map(|user| user.username.as_str()).collect()
}

contract_test! {
    async fn a_user_comes_back_as_stored(store) {
        let db = store.db();
        let ann = add(db, "1", "ann").await;
        for found in [
            users::by_id(db, "1").await,
            users::by_username(db, "ann").await,
            users::by_email(db, "ann@example.com").await,
            users::by_login(db, "ann", true, true).await,
            users::by_login(db, "ann@example.com", false, true).await,
        ] {
            let mut found = found.unwrap().unwrap();
            assert!(found.auth_data.take().is_none_or(|data| data.is_empty()));
            assert!(found.remote_id.take().is_none_or(|id| id.is_empty()));
            assert_eq!(found, User { auth_data: None, remote_id: None, ..ann.clone() });
        }
        assert_eq!(users::by_login(db, "ann", false, true).await.unwrap(), None);
        assert_eq!(users::by_id(db, "2").await.unwrap(), None);
    }

    async fn names_and_addresses_are_unique(store) {
        let db = store.db();
        add(db, "1", "ann").await;
        let taken = users::insert(db, &user("2", "ann"), &[], None).await.unwrap_err();
        assert!(taken.is_conflict_on("users_username_key") || taken.is_conflict_on("users_email_key"), "{taken}");
        let address = User { email: "ann@example.com".into(), ..user("2", "bob") };
        let taken = users::insert(db, &address, &[], None).await.unwrap_err();
        assert!(taken.is_conflict_on("users_email_key"), "{taken}");
    }

    async fn first_preferences_and_bots_are_stored_with_the_account(store) {
        let db = store.db();
        let first = Preference { user_id: "1".into(), category: "c".into(), name: "n".into(), value: "v".into() };
        let bot = Bot { user_id: "1".into(), username: "robot".into(), description: "d".into(), owner_id: "o".into(), create_at: 5, ..Bot::default() };
        users::insert(db, &user("1", "robot"), std::slice::from_ref(&first), Some(&bot)).await.unwrap();
        let found = get(db, "1").await;
        assert!(found.is_bot);
        assert_eq!(found.bot_description, "d");
        assert_eq!(store::preferences::of_user(db, "1").await.unwrap(), [first]);
        assert!(!users::any(db).await.unwrap(), "a bot is nobody");
    }

    async fn single_columns_are_changed(store) {
        let db = store.db();
        add(db, "1", "ann").await;
        add(db, "2", "bob").await;
        users::set_password(db, "1", "other", 20).await.unwrap();
        for _ in 0..3 {
            assert!(users::reserve_attempt(db, "1", 3).await.unwrap());
        }
        assert!(!users::reserve_attempt(db, "1", 3).await.unwrap());
        users::return_attempt(db, "1").await.unwrap();
        users::set_roles(db, "1", "system_user system_admin", 30).await.unwrap();
        users::set_mfa(db, "1", true, "secret", 40).await.unwrap();
        assert!(users::use_mfa_step(db, "1", 5, 4).await.unwrap());
        assert!(users::use_mfa_step(db, "1", 7, 6).await.unwrap(), "forgets 5");
        assert!(!users::use_mfa_step(db, "1", 7, 6).await.unwrap());
        users::set_picture(db, "1", 50, 50).await.unwrap();
        users::set_email_verified(db, "1", "new@example.com", 60).await.unwrap();
        let found = get(db, "1").await;
        assert_eq!((found.password.as_str(), found.last_password_update, found.failed_attempts), ("other", 20, 2));
        assert_eq!((found.mfa_active, found.mfa_secret.as_str(), found.mfa_used_timestamps.clone()), (true, "secret", vec!["7".to_owned()]));
        assert_eq!((found.email.as_str(), found.email_verified, found.update_at), ("new@example.com", true, 60));
        assert!(!users::set_roles(db, "1", "system_user", 61).await.unwrap(), "the last administrator");
        users::set_failed_attempts(db, "1", 0).await.unwrap();
        users::set_password_form(db, "1", "wrong", "x").await.unwrap();
        users::set_password_form(db, "1", "other", "stronger").await.unwrap();
        assert_eq!(get(db, "1").await.password, "stronger");
        users::set_delete_at(db, "1", 70, 70).await.unwrap();
        assert_eq!(get(db, "1").await.delete_at, 70);
        let rename = |user: &mut User| {
            user.username = "anna".into();
            user.password = "not by this".into();
            Ok::<(), StoreError>(())
        };
        users::change(db, "1", rename).await.unwrap();
        let found = get(db, "1").await;
        assert_eq!((found.username.as_str(), found.password.as_str(), found.roles.as_str()), ("anna", "stronger", "system_user system_admin"));
        assert!(matches!(users::change(db, "9", rename).await, Err(Unchanged::Store(StoreError::NotFound))));
    }

    async fn users_are_listed_counted_and_searched(store) {
        let db = store.db();
        for (id, name) in [("1", "ann"), ("2", "bob"), ("3", "carl"), ("4", "dora")] {
            add(db, id, name).await;
        }
        let ids = ["3", "1", "9"].map(str::to_owned);
        assert_eq!(names(&users::by_ids(db, &ids, 0).await.unwrap()), ["ann", "carl"]);
        assert!(users::by_ids(db, &ids, 10).await.unwrap().is_empty());
        assert_eq!(names(&users::by_usernames(db, &["bob".to_owned()]).await.unwrap()), ["bob"]);
        let page = Filter { offset: 1, limit: 2, ..Filter::default() };
        assert_eq!(names(&users::list(db, &page).await.unwrap()), ["bob", "carl"]);
        assert_eq!(users::count(db, &page).await.unwrap(), 4);
        for sort in [Sort::Username, Sort::CreateAt, Sort::LastActivity, Sort::Status] {
            users::list(db, &Filter { sort, limit: 10, ..Filter::default() }).await.unwrap();
        }
        for filter in every_filter() {
            assert!(users::list(db, &filter).await.unwrap().is_empty(), "{filter:?}");
            assert_eq!(users::count(db, &filter).await.unwrap(), 0, "{filter:?}");
        }
        let all = Filter { limit: 10, ..Filter::default() };
        let wide = Names { full_name: true, email: true };
        assert_eq!(names(&users::search(db, &all, "O", wide).await.unwrap()).len(), 4, "every address has an o");
        let narrow = Names { full_name: false, email: false };
        assert_eq!(names(&users::search(db, &all, "BO", narrow).await.unwrap()), ["bob"]);
        assert!(users::search(db, &all, "100%_", wide).await.unwrap().is_empty());
        users::complete_in_channel(db, &all, "c", "b", narrow).await.unwrap();
        assert_eq!(users::ids_by_name(db, "car", 5).await.unwrap(), ["3"]);
        assert!(users::known_to(db, "1").await.unwrap().is_empty());
        assert!(users::of_channels(db, &["c".to_owned()]).await.unwrap().is_empty());
        assert!(users::any(db).await.unwrap());
    }

    async fn letters_beyond_ascii_are_found(store) {
        let db = store.db();
        let ase = User { first_name: "Åse".into(), ..user("1", "ase") };
        users::insert(db, &ase, &[], None).await.unwrap();
        let all = Filter { limit: 10, ..Filter::default() };
        let wide = Names { full_name: true, email: true };
        assert_eq!(users::search(db, &all, "åse", wide).await.unwrap().len(), 1);
        assert!(users::search(db, &all, "øse", wide).await.unwrap().is_empty());
    }

    async fn letters_beyond_ascii_are_found_behind_many_others(store) {
        let db = store.db();
        let many = "INSERT INTO users (id, username, email, nickname, roles, createat, updateat, deleteat) \
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) \
            SELECT 'm' || i, 'm' || i, 'm' || i, 'xyz', '', 1, 1, 0 FROM n";
        db.exec(many, args![]).await.unwrap();
        let last = User { nickname: "MÜLLER [ö]".into(), ..user("z", "zoe") };
        users::insert(db, &last, &[], None).await.unwrap();
        let page = Filter { limit: 10, ..Filter::default() };
        let narrow = Names { full_name: false, email: false };
        for term in ["müller", "Ü", "[Ö]"] {
            assert_eq!(names(&users::search(db, &page, term, narrow).await.unwrap()), ["zoe"], "{term}");
        }
    }
}

/// Filters that nobody passes in a database without teams, channels and groups.
fn every_filter() -> Vec<Filter> {
    let base = || Filter {
        limit: 10,
        ..Filter::default()
    };
    let id = || "x".to_owned();
    vec![
        Filter {
            in_team: id(),
            ..base()
        },
        Filter {
            in_channel: id(),
            ..base()
        },
        Filter {
            in_channel: id(),
            sort: Sort::ChannelAdmin,
            ..base()
        },
        Filter {
            in_team: id(),
            not_in_channel: id(),
            ..base()
        },
        Filter {
            in_group: id(),
            ..base()
        },
        Filter {
            role: "system_admin".into(),
            ..base()
        },
        Filter {
            roles: vec!["system_admin".into()],
            ..base()
        },
        Filter {
            in_team: id(),
            team_roles: vec!["team_admin".into()],
            ..base()
        },
        Filter {
            in_channel: id(),
            channel_roles: vec!["channel_admin".into()],
            ..base()
        },
        Filter {
            activity: users::Activity::Deactivated,
            ..base()
        },
        Filter {
            visible: Some((vec![id()], vec![id()])),
            ..base()
        },
        Filter {
            bots: Some(true),
            ..base()
        },
        Filter {
            group_constrained: true,
            in_team: id(),
            ..base()
        },
    ]
}
