//! What several do at once is as if they had done it one after the other, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use futures_util::future::join_all;
use model::{Channel, ChannelType, Session, Status, Team, User, UserAccessToken};
use store::one_time_tokens::{self, OneTimeToken, Purpose};
use store::statuses::Next;
use store::team_members::{self, Joining};
use store::users::Newcomer;
use store::{Store, StoreError, channels, contract_test, sessions, statuses, teams, tokens, users};

const ADMIN: &str = "system_user system_admin";

fn user(id: &str, roles: &str) -> User {
    User {
        id: id.into(),
        username: format!("name{id}"),
        email: format!("{id}@example.com"),
        roles: roles.into(),
        ..User::default()
    }
}

async fn add(store: &Store, id: &str, roles: &str) {
    users::insert(store.db(), &user(id, roles), &[], None)
        .await
        .unwrap();
}

async fn furnish(store: &Store) {
    add(store, "a", "system_user").await;
    let team = Team {
        id: "t".into(),
        name: "team".into(),
        display_name: "Team".into(),
        type_: "O".into(),
        ..Team::default()
    };
    let channel = Channel {
        id: "c".into(),
        team_id: "t".into(),
        name: "room".into(),
        type_: ChannelType::Open,
        ..Channel::default()
    };
    let first = Joining {
        user_ids: vec!["a".into()],
        ..Joining::default()
    };
    teams::create(store, &team, &[channel], &first)
        .await
        .unwrap();
}

fn ok<T>(
    apply: impl FnOnce(&mut T) + Send,
) -> impl FnOnce(&mut T) -> Result<(), StoreError> + Send {
    |row| {
        apply(row);
        Ok(())
    }
}

contract_test! {
    async fn changes_of_a_channel_keep_each_other(store) {
        furnish(&store).await;
        for round in 1..=20 {
            let text = round.to_string();
            let (header, purpose, archived, moved) = tokio::join!(
                channels::change(&store, "c", ok(|c: &mut Channel| c.header = text.clone())),
                channels::change(&store, "c", ok(|c: &mut Channel| c.purpose = text.clone())),
                channels::set_deleted(&store, "c", round, round),
                channels::move_to_team(&store, "c", &text, &[], round),
            );
            header.unwrap();
            purpose.unwrap();
            archived.unwrap();
            moved.unwrap();
            let found = channels::get(&store, "c").await.unwrap().unwrap();
            assert_eq!((&found.header, &found.purpose, &found.team_id, found.delete_at), (&text, &text, &text, round));
            let public = channels::deleted_for_team(&store, &text, "a", true, 0, 10).await.unwrap();
            assert_eq!(public.len(), 1, "the shadow of the public channel follows");
        }
    }

    async fn changes_of_a_team_keep_each_other(store) {
        furnish(&store).await;
        for round in 1..=20 {
            let text = round.to_string();
            let (name, invite, icon) = tokio::join!(
                teams::change(&store, "t", ok(|t: &mut Team| t.display_name = text.clone())),
                teams::change(&store, "t", ok(|t: &mut Team| t.invite_id = text.clone())),
                teams::change(&store, "t", ok(|t: &mut Team| t.last_team_icon_update = round)),
            );
            name.unwrap();
            invite.unwrap();
            icon.unwrap();
            let found = teams::get(&store, "t").await.unwrap().unwrap();
            assert_eq!((found.display_name, found.invite_id, found.last_team_icon_update), (text.clone(), text, round));
        }
    }

    async fn changes_of_a_profile_keep_each_other(store) {
        add(&store, "a", "system_user").await;
        let db = store.db();
        let props = (0..16).map(|number| async move {
            users::change(db, "a", ok(|u: &mut User| drop(u.props.insert(number.to_string(), "x".into())))).await.unwrap();
        });
        let nickname = users::change(db, "a", ok(|u: &mut User| u.nickname = "n".into()));
        let (_, nickname, roles) = tokio::join!(join_all(props), nickname, users::set_roles(db, "a", ADMIN, 5));
        nickname.unwrap();
        roles.unwrap();
        let found = users::by_id(db, "a").await.unwrap().unwrap();
        assert_eq!((found.props.len(), found.nickname.as_str(), found.roles.as_str()), (16, "n", ADMIN));
    }

    async fn no_more_attempts_are_made_than_may_fail(store) {
        add(&store, "a", "system_user").await;
        let tries = (0..30).map(|_| users::reserve_attempt(store.db(), "a", 10));
        let made = join_all(tries).await.into_iter().filter(|made| *made.as_ref().unwrap()).count();
        assert_eq!(made, 10);
    }

    async fn a_code_is_used_once(store) {
        add(&store, "a", "system_user").await;
        let uses = (0..8).map(|_| users::use_mfa_step(store.db(), "a", 7, 6));
        let good = join_all(uses).await.into_iter().filter(|used| *used.as_ref().unwrap()).count();
        assert_eq!(good, 1);
    }

    async fn one_person_is_first(store) {
        let people: Vec<User> = (0..8).map(|number| user(&number.to_string(), "system_user")).collect();
        let come = people.iter().enumerate().map(|(number, person)| {
            users::insert_person(store.db(), person, ADMIN, number % 2 == 0, &[])
        });
        let came: Vec<Newcomer> = join_all(come).await.into_iter().map(Result::unwrap).collect();
        let count = |wanted| came.iter().filter(|came| **came == wanted).count();
        assert_eq!(count(Newcomer::First), 1, "{came:?}");
        assert!(count(Newcomer::TooLate) >= 3, "{came:?}");
        let mut admins = 0;
        for person in &people {
            let stored = users::by_id(store.db(), &person.id).await.unwrap();
            admins += usize::from(stored.is_some_and(|stored| stored.roles == ADMIN));
        }
        assert_eq!(admins, 1);
    }

    async fn one_administrator_remains(store) {
        for id in ["a", "b", "c"] {
            add(&store, id, ADMIN).await;
        }
        let fall = ["a", "b", "c"].map(|id| users::set_roles(store.db(), id, "system_user", 5));
        let fallen = join_all(fall).await.into_iter().filter(|fell| *fell.as_ref().unwrap()).count();
        assert_eq!(fallen, 2);
    }

    async fn what_a_person_chose_stays(store) {
        let db = store.db();
        for round in 0..20 {
            let id = format!("u{round}");
            let quiet = statuses::change(db, &id, |before: Status| {
                let status = Status { status: "dnd".into(), manual: true, ..before };
                Some(Next { status, previous: String::new() })
            });
            let seen = statuses::change(db, &id, |before: Status| {
                let status = Status { status: "online".into(), ..before.clone() };
                (!before.manual).then_some(Next { status, previous: String::new() })
            });
            let (seen, quiet) = tokio::join!(seen, quiet);
            seen.unwrap();
            quiet.unwrap();
            let found = statuses::get(db, &id).await.unwrap().unwrap();
            assert_eq!((found.status.as_str(), found.manual), ("dnd", true));
        }
    }

    async fn a_taken_back_token_leaves_no_session(store) {
        for round in 0..20 {
            let token = UserAccessToken {
                id: format!("t{round}"),
                token: format!("secret{round}"),
                user_id: "a".into(),
                is_active: true,
                ..UserAccessToken::default()
            };
            tokens::insert(&store, &token).await.unwrap();
            let session = Session { id: format!("s{round}"), token: token.token.clone(), user_id: "a".into(), ..Session::default() };
            let (started, ended) = tokio::join!(
                tokens::start_session(&store, &token.id, &session),
                tokens::delete(&store, &token),
            );
            let (started, ended) = (started.unwrap(), ended.unwrap());
            assert_eq!(usize::from(started), ended.len(), "whoever was let in is put out");
            assert!(sessions::by_token(store.db(), &token.token).await.unwrap().is_none());
        }
    }

    async fn an_invitation_lets_one_person_in(store) {
        furnish(&store).await;
        let invitation = OneTimeToken { token: "x".into(), ..OneTimeToken::default() };
        one_time_tokens::insert(&store, Purpose::TeamInvitation, &[invitation]).await.unwrap();
        let mut people = Vec::new();
        for id in ["b", "c", "d"] {
            add(&store, id, "system_user").await;
            people.push(Joining { user_ids: vec![id.into()], ..Joining::default() });
        }
        let come = people.iter().map(|person| team_members::join_by_invitation(&store, "t", person, &[], "x", 5));
        let inside = join_all(come).await.into_iter().filter(|joined| joined.as_ref().unwrap().is_some()).count();
        assert_eq!(inside, 1);
        assert_eq!(store::memberships::of_team(&store, "t").await.unwrap().len(), 2);
    }
}
