//! The hub as a whole: audiences, omissions, resuming, sessions.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use serde_json::Value;

use super::*;
use crate::{Attach, Broadcast, Session, Unknown, Users};

/// Channel and team ids spell out their members: `"ab"` has the members a and b. The administrator is z.
struct Spelled;

fn users(spelled: &str) -> Users {
    Arc::new(spelled.chars().map(String::from).collect::<HashSet<_>>())
}

impl Directory for Spelled {
    fn channel_members<'a>(&'a self, channel_id: &'a str) -> BoxFuture<'a, Result<Users, Unknown>> {
        async move {
            if channel_id == "?" {
                Err(Unknown)
            } else {
                Ok(users(channel_id))
            }
        }
        .boxed()
    }
    fn team_members<'a>(&'a self, team_id: &'a str) -> BoxFuture<'a, Result<Users, Unknown>> {
        async move { Ok(users(team_id)) }.boxed()
    }
    fn admins(&self) -> BoxFuture<'_, Result<Users, Unknown>> {
        async { Ok(users("z")) }.boxed()
    }
}

/// Keeps what it is told.
#[derive(Default)]
struct Diary(Mutex<Vec<String>>);

impl StatusSink for Diary {
    fn online(&self, user_id: &str) {
        self.0.lock().push(format!("{user_id} online"));
    }
    fn away(&self, user_id: &str) {
        self.0.lock().push(format!("{user_id} away"));
    }
    fn offline(&self, user_id: &str) {
        self.0.lock().push(format!("{user_id} offline"));
    }
}

fn hub(options: Options) -> (Hub, Arc<Diary>) {
    let hub = Hub::new(options);
    let diary = Arc::new(Diary::default());
    hub.start(Arc::new(Spelled), diary.clone());
    (hub, diary)
}

fn connect(hub: &Hub, user: &str, resume: Option<(&str, u64)>) -> Link {
    hub.attach(Attach {
        session: Session {
            id: format!("session of {user}"),
            user_id: user.into(),
            expires_at: 0,
        },
        resume: resume.map(|(id, seq)| (id.to_owned(), seq)),
        can_ack: false,
        server_version: "v".into(),
        server_hostname: String::new(),
    })
}

/// The names and numbers of all frames that arrive soon.
async fn heard(link: &Link) -> Vec<String> {
    let mut all = Vec::new();
    while let Ok(Ok(frames)) =
        tokio::time::timeout(std::time::Duration::from_millis(20), link.next()).await
    {
        for frame in frames {
            let frame: Value = serde_json::from_str(&frame).unwrap();
            all.push(format!(
                "{} {}",
                frame["event"].as_str().unwrap(),
                frame["seq"]
            ));
        }
    }
    all
}

async fn hearers(address: impl FnOnce(Event) -> Event) -> String {
    let (hub, _) = hub(Options::default());
    let links: Vec<_> = ["a", "b", "c", "z"]
        .map(|user| (user, connect(&hub, user, None)))
        .into();
    hub.publish(address(Event::new("news")));
    let mut hearers = String::new();
    for (user, link) in &links {
        if heard(link).await == ["hello 0", "news 1"] {
            hearers.push_str(user);
        }
    }
    hearers
}

#[tokio::test]
async fn the_address_decides_who_hears() {
    assert_eq!(hearers(Event::everyone).await, "abcz");
    assert_eq!(hearers(|e| e.channel("ab")).await, "ab");
    assert_eq!(hearers(|e| e.team("bcxyzuvw")).await, "bcz");
    assert_eq!(hearers(|e| e.user("a")).await, "a");
    assert_eq!(hearers(|e| e.user("a").channel("bc").team("bc")).await, "a");
    assert_eq!(hearers(|e| e.channel("ab").omit_user("a")).await, "b");
    assert_eq!(hearers(|e| e.only_admins()).await, "z");
    assert_eq!(hearers(|e| e.omit_user("a").except_admins()).await, "bc");
    assert_eq!(
        hearers(|e| e.channel("abc").only_users(["b".into(), "z".into()])).await,
        "b"
    );
    assert_eq!(hearers(|e| e.connection("unknown")).await, "");
}

#[tokio::test]
async fn a_connection_can_be_left_out_or_meant_alone() {
    let (hub, _) = hub(Options::default());
    let (first, second) = (connect(&hub, "a", None), connect(&hub, "a", None));
    hub.publish(
        Event::new("one")
            .user("a")
            .omit_connection(first.connection().id()),
    );
    hub.publish(
        Event::new("two")
            .user("a")
            .connection(second.connection().id()),
    );
    hub.publish(
        Event {
            broadcast: Broadcast::default(),
            ..Event::new("three")
        }
        .user("a"),
    );
    assert_eq!(heard(&first).await, ["hello 0", "three 1"]);
    assert_eq!(
        heard(&second).await,
        ["hello 0", "one 1", "two 2", "three 3"]
    );
}

#[tokio::test]
async fn who_comes_back_gets_what_was_missed() {
    let (hub, diary) = hub(Options::default());
    let link = connect(&hub, "a", None);
    let id = link.connection().id().to_owned();
    assert_eq!(heard(&link).await, ["hello 0"]);
    drop(link);
    hub.publish(Event::new("missed").everyone());
    tokio::task::yield_now().await;

    let foreign = connect(&hub, "b", Some((&id, 1)));
    assert!(!foreign.is_resumed());
    let again = connect(&hub, "a", Some((&id, 1)));
    assert!(again.is_resumed());
    assert_eq!(again.connection().id(), id);
    assert_eq!(heard(&again).await, ["missed 1"]);
    drop(again);
    let lost = connect(&hub, "a", Some((&id, 9)));
    assert!(!lost.is_resumed());
    assert_eq!(heard(&lost).await, ["hello 0"]);
    assert_eq!(diary.0.lock()[..3], ["a online", "a offline", "b online"]);
}

#[tokio::test]
async fn a_connection_kept_too_long_is_forgotten() {
    let (hub, _) = hub(Options {
        keep: Duration::ZERO,
        ..Options::default()
    });
    let link = connect(&hub, "a", None);
    let id = link.connection().id().to_owned();
    drop(link);
    tokio::time::sleep(Duration::from_millis(5)).await;
    hub.tidy();
    assert!(!connect(&hub, "a", Some((&id, 1))).is_resumed());
}

#[tokio::test]
async fn an_ended_session_hears_nothing_and_cannot_resume() {
    let (hub, _) = hub(Options::default());
    let (gone, other) = (connect(&hub, "a", None), connect(&hub, "b", None));
    hub.revoke_session("session of a");
    hub.publish(Event::new("news"));
    assert!(!gone.is_authenticated());
    assert_eq!(heard(&gone).await, ["hello 0"]);
    assert_eq!(heard(&other).await, ["hello 0", "news 1"]);
    let id = gone.connection().id().to_owned();
    drop(gone);
    assert!(!connect(&hub, "a", Some((&id, 1))).is_resumed());
}

#[tokio::test]
async fn a_slow_client_is_cut_while_others_go_on() {
    let options = Options {
        limits: Limits {
            sent: 4,
            waiting: 8,
        },
        ..Options::default()
    };
    let (hub, _) = hub(options);
    let slow = connect(&hub, "a", None);
    for _ in 0..20 {
        hub.publish(Event::new("x"));
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(slow.next().await, Err(crate::Closed));
    assert_eq!(hub.counts().cut, 1);
}

#[tokio::test]
async fn what_cannot_be_addressed_makes_clients_start_afresh() {
    let (hub, diary) = hub(Options::default());
    let link = connect(&hub, "a", None);
    assert_eq!(heard(&link).await, ["hello 0"]);
    hub.publish(Event::new("lost").channel("?"));
    assert_eq!(link.next().await, Err(crate::Closed));
    assert_eq!(hub.counts().connections, 0);
    assert_eq!(*diary.0.lock(), ["a online", "a offline"]);
}

#[tokio::test]
async fn idle_users_are_told_of_once() {
    let (hub, diary) = hub(Options {
        away_after: Some(Duration::ZERO),
        ..Options::default()
    });
    let _link = connect(&hub, "a", None);
    tokio::time::sleep(Duration::from_millis(5)).await;
    hub.tidy();
    hub.tidy();
    assert_eq!(*diary.0.lock(), ["a online", "a away"]);
}

#[tokio::test]
async fn one_user_has_so_many_connections_and_no_more() {
    let (hub, _) = hub(Options {
        connections_per_user: 2,
        ..Options::default()
    });
    let (first, second, third) = (
        connect(&hub, "a", None),
        connect(&hub, "a", None),
        connect(&hub, "a", None),
    );
    assert_eq!(first.next().await, Err(crate::Closed));
    assert_eq!(heard(&second).await, ["hello 0"]);
    assert_eq!(heard(&third).await, ["hello 0"]);
}

/// A directory that looks for a while before it says who is in a channel now.
struct Changing(Arc<Mutex<Users>>);

impl Directory for Changing {
    fn channel_members<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Users, Unknown>> {
        async move {
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            Ok(self.0.lock().clone())
        }
        .boxed()
    }
    fn team_members<'a>(&'a self, team_id: &'a str) -> BoxFuture<'a, Result<Users, Unknown>> {
        self.channel_members(team_id)
    }
    fn admins(&self) -> BoxFuture<'_, Result<Users, Unknown>> {
        self.channel_members("")
    }
}

#[tokio::test]
async fn who_comes_or_goes_after_a_wait_changes_nothing_about_what_was_told() {
    let hub = Hub::default();
    let members = Arc::new(Mutex::new(users("ab")));
    hub.start(
        Arc::new(Changing(members.clone())),
        Arc::new(Diary::default()),
    );
    let [a, b, c] = ["a", "b", "c"].map(|user| connect(&hub, user, None));
    hub.publish(Event::new("before").channel("x"));
    hub.settled().await;
    *members.lock() = users("ac");
    hub.publish(Event::new("after").channel("x"));
    hub.settled().await;
    assert_eq!(heard(&a).await, ["hello 0", "before 1", "after 2"]);
    assert_eq!(heard(&b).await, ["hello 0", "before 1"]);
    assert_eq!(heard(&c).await, ["hello 0", "after 1"]);
}

#[tokio::test]
async fn nobody_waits_where_nothing_was_told() {
    let (hub, _) = hub(Options::default());
    assert!(hub.settled().now_or_never().is_some());
    let _link = connect(&hub, "a", None);
    assert!(hub.settled().now_or_never().is_some());
}
