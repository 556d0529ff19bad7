//! Writing messages where no recording looks: when something fails after a message is stored, when two write at once, who is
//! mentioned by an answer and who follows a thread. On each database.

use crate::http::Person;
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use futures_util::future::join_all;
use serde_json::{Value, json};

const PASSWORD: &str = "Passw0rd-of-a-test";

pub(crate) fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

/// A team with Anna and Bert, and a channel with both of them.
pub(crate) struct Room {
    pub server: TestServer,
    pub admin: Person,
    pub team: String,
    pub channel: String,
    pub anna: Person,
    pub bert: Person,
    pub anna_id: String,
    pub bert_id: String,
}

impl Room {
    pub async fn of(engine: Engine, settings: Value) -> Self {
        let server = TestServer::start_with(engine, &settings).await.unwrap();
        let admin = Person::admin(&server.url).await;
        let (team, channel) = crate::http::team(&admin).await;
        let mut ids = Vec::new();
        for name in ["anna", "bert"] {
            let account = json!({"username": name, "email": format!("{name}@example.com"), "password": PASSWORD});
            let user = id(&admin.post("/users", account).await);
            let member = json!({"team_id": team, "user_id": user});
            admin.post(&format!("/teams/{team}/members"), member).await;
            ids.push(user);
        }
        let bert_id = ids.pop().unwrap();
        let anna_id = ids.pop().unwrap();
        Self {
            anna: Person::sign_in(&server.url, "anna", PASSWORD).await,
            bert: Person::sign_in(&server.url, "bert", PASSWORD).await,
            server,
            admin,
            team,
            channel,
            anna_id,
            bert_id,
        }
    }

    pub async fn write(&self, author: &Person, message: &str, root: &str) -> Value {
        let body = json!({"channel_id": self.channel, "message": message, "root_id": root});
        author.post("/posts", body).await
    }

    pub async fn mentions_of_bert(&self) -> i64 {
        let path = format!("/channels/{}/members/me", self.channel);
        self.bert.get(&path).await["mention_count"]
            .as_i64()
            .unwrap()
    }
}

async fn patch_props(person: &Person, changes: Value) {
    let me = person.get("/users/me").await;
    let mut props = me["notify_props"].clone();
    for (key, value) in changes.as_object().unwrap() {
        props[key] = value.clone();
    }
    let body = json!({ "notify_props": props });
    let request = person.request("PUT", "/users/me/patch").json(&body);
    assert_eq!(request.send().await.unwrap().status(), 200);
}

pub(crate) fn on_each<F: Future<Output = ()>>(test: impl Fn(Engine) -> F) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if engine.available() {
            tokio::runtime::Runtime::new()
                .unwrap()
                .block_on(test(engine));
        }
    }
}

#[test]
fn what_fails_after_a_message_is_stored_does_not_make_clients_send_it_again() {
    on_each(|engine| async move {
        let room = Room::of(engine, Value::Null).await;
        let linked = id(&room.write(&room.anna, "linked", "").await);
        let root = id(&room.write(&room.bert, "root", "").await);
        let tables = ["reactions", "postspriority", "status"];
        store::testing::lose(room.server.store(), &tables).await;
        let link = format!("{}/crew/pl/{linked}", room.server.url);
        let body = json!({
            "channel_id": room.channel, "root_id": root, "message": format!("@admin see {link}"), "pending_post_id": "anna:1",
        });
        let first = room.anna.post("/posts", body.clone()).await;
        assert_eq!(first["message"], body["message"]);
        let edited = json!({"id": first["id"], "message": format!("changed {link}")});
        let path = format!("/posts/{}/patch", id(&first));
        let reply = room.anna.request("PUT", &path).json(&edited);
        assert_eq!(reply.send().await.unwrap().status(), 200);
        store::testing::found(room.server.store(), &tables).await;
        let again = room.anna.post("/posts", body).await;
        assert_eq!(again["id"], first["id"], "it was sent again and made twice");
        let thread = room.anna.get(&format!("/posts/{root}/thread")).await;
        assert_eq!(thread["order"].as_array().unwrap().len(), 2);
        room.server.stop().await;
    });
}

#[test]
fn a_message_that_was_not_stored_can_be_sent_again() {
    on_each(|engine| async move {
        let room = Room::of(engine, Value::Null).await;
        let body = json!({"channel_id": room.channel, "message": "once more", "pending_post_id": "anna:2"});
        store::testing::lose(room.server.store(), &["channelmembers"]).await;
        let request = room.anna.request("POST", "/posts").json(&body);
        let refused = request.send().await.unwrap().status();
        store::testing::found(room.server.store(), &["channelmembers"]).await;
        assert!(!refused.is_success());
        let made = room.anna.post("/posts", body).await;
        assert_eq!(made["message"], "once more");
        room.server.stop().await;
    });
}

#[test]
fn one_answer_comes_to_several_messages_at_once() {
    on_each(|engine| async move {
        let settings = json!({"TeamSettings": {"ExperimentalEnableAutomaticReplies": true}});
        let room = Room::of(engine, settings).await;
        let away =
            json!({"auto_responder_active": "true", "auto_responder_message": "gone fishing"});
        patch_props(&room.bert, away).await;
        let pair = json!([room.anna_id, room.bert_id]);
        let direct = id(&room.anna.post("/channels/direct", pair).await);
        let write = |author: &Person, message: String| {
            let body = json!({"channel_id": direct, "message": message});
            let request = author.request("POST", "/posts").json(&body);
            async move { request.send().await.unwrap().status() }
        };
        let all = join_all((0..8).map(|i| write(&room.anna, format!("hello {i}")))).await;
        assert!(all.iter().all(|status| *status == 201));
        write(&room.anna, "and later".to_owned()).await;
        let page = room.anna.get(&format!("/channels/{direct}/posts")).await;
        let answers: Vec<&Value> = page["posts"]
            .as_object()
            .unwrap()
            .values()
            .filter(|post| post["type"] == "system_auto_responder")
            .collect();
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert_eq!(answers[0]["message"], "gone fishing");
        assert_eq!(answers[0]["user_id"], room.bert_id);
        // who is away does not answer others' rooms, nor themselves
        room.write(&room.anna, "@bert are you there", "").await;
        write(&room.bert, "back soon".to_owned()).await;
        let page = room
            .anna
            .get(&format!("/channels/{}/posts", room.channel))
            .await;
        assert!(!page.to_string().contains("gone fishing"));
        room.server.stop().await;
    });
}

#[test]
fn answers_are_mentions_to_those_who_want_that_and_see_them_in_the_channel() {
    on_each(|engine| async move {
        let settings = json!({"ServiceSettings": {"CollapsedThreads": "default_off"}});
        let room = Room::of(engine, settings).await;
        let own = id(&room.write(&room.bert, "of bert", "").await);
        let foreign = id(&room.write(&room.anna, "of anna", "").await);
        let reply = async |root: &str| {
            let before = room.mentions_of_bert().await;
            let post = room.write(&room.anna, "an answer", root).await;
            (room.mentions_of_bert().await - before, id(&post))
        };
        assert_eq!(reply(&own).await.0, 0, "by default nobody is");
        patch_props(&room.bert, json!({"comments": "root"})).await;
        let (counted, post) = reply(&own).await;
        assert_eq!(counted, 1);
        assert_eq!(reply(&foreign).await.0, 0);
        room.write(&room.bert, "me too", &foreign).await;
        assert_eq!(reply(&foreign).await.0, 0);
        patch_props(&room.bert, json!({"comments": "any"})).await;
        assert_eq!(reply(&foreign).await.0, 1);
        // counted again from an earlier message, by what is wanted now
        let unread = format!("/users/me/posts/{post}/set_unread");
        let unread = room.bert.post(&unread, json!({})).await;
        assert_eq!(unread["mention_count"], 4, "{unread}");
        // whose clients show threads apart follows them instead
        let preference = json!([{
            "user_id": room.bert_id, "category": "display_settings", "name": "collapsed_reply_threads", "value": "on",
        }]);
        let path = "/users/me/preferences";
        let request = room.bert.request("PUT", path).json(&preference);
        assert_eq!(request.send().await.unwrap().status(), 200);
        assert_eq!(reply(&own).await.0, 0);
        room.server.stop().await;
    });
}

#[test]
fn who_is_named_in_a_message_follows_its_thread_from_the_first_reply_on() {
    on_each(|engine| async move {
        let room = Room::of(engine, Value::Null).await;
        let root = id(&room.write(&room.anna, "@bert what do you think", "").await);
        let path = format!("/users/me/teams/{}/threads", room.team);
        assert_eq!(room.bert.get(&path).await["total"], 0);
        room.write(&room.anna, "think about it", &root).await;
        let threads = room.bert.get(&path).await;
        assert_eq!(threads["threads"][0]["id"], root, "{threads}");
        assert_eq!(threads["threads"][0]["unread_replies"], 1);
        let following = format!("{path}/{root}/following");
        let request = room.bert.request("DELETE", &following);
        assert_eq!(request.send().await.unwrap().status(), 200);
        room.write(&room.anna, "still thinking", &root).await;
        assert_eq!(
            room.bert.get(&path).await["total"],
            0,
            "who stopped following does not follow again"
        );
        room.server.stop().await;
    });
}

#[test]
fn a_thread_is_unread_from_one_of_its_own_messages_only() {
    on_each(|engine| async move {
        let room = Room::of(engine, Value::Null).await;
        let root = id(&room.write(&room.anna, "root", "").await);
        let reply = id(&room.write(&room.anna, "reply", &root).await);
        let elsewhere = json!([room.anna_id, room.admin.get("/users/me").await["id"]]);
        let direct = id(&room.anna.post("/channels/direct", elsewhere).await);
        let secret = json!({"channel_id": direct, "message": "not for bert"});
        let secret = id(&room.anna.post("/posts", secret).await);
        for (post, status) in [(&root, 200), (&reply, 200), (&secret, 404)] {
            let path = format!(
                "/users/me/teams/{}/threads/{root}/set_unread/{post}",
                room.team
            );
            let request = room.bert.request("POST", &path);
            assert_eq!(request.send().await.unwrap().status(), status, "{post}");
        }
        room.server.stop().await;
    });
}

#[test]
fn a_page_is_read_though_the_channel_behind_a_link_in_it_is_gone() {
    on_each(|engine| async move {
        let room = Room::of(engine, Value::Null).await;
        let body =
            json!({"team_id": room.team, "name": "gone", "display_name": "Gone", "type": "O"});
        let gone = id(&room.anna.post("/channels", body).await);
        let body = json!({"channel_id": gone, "message": "see ~town-square"});
        let lost = id(&room.anna.post("/posts", body).await);
        let link = format!("{}/crew/pl/{lost}", room.server.url);
        let linking = id(&room.write(&room.anna, &link, "").await);
        store::testing::orphan_channel(room.server.store(), &gone).await;
        let page = room
            .anna
            .get(&format!("/channels/{}/posts", room.channel))
            .await;
        assert_eq!(page["posts"][&linking]["message"], link);
        room.server.stop().await;
    });
}

#[test]
fn who_leaves_a_team_leaves_no_drafts_there() {
    on_each(|engine| async move {
        let room = Room::of(engine, Value::Null).await;
        let draft = json!({"channel_id": room.channel, "message": "begun"});
        room.bert.post("/drafts", draft).await;
        let path = format!("/users/me/teams/{}/drafts", room.team);
        assert_eq!(room.bert.get(&path).await[0]["message"], "begun");
        let member = format!("/teams/{}/members/{}", room.team, room.bert_id);
        let left = room.bert.request("DELETE", &member).send().await.unwrap();
        assert_eq!(left.status(), 200);
        let back = json!({"team_id": room.team, "user_id": room.bert_id});
        let members = format!("/teams/{}/members", room.team);
        room.admin.post(&members, back).await;
        assert_eq!(room.bert.get(&path).await, Value::Null);
        room.server.stop().await;
    });
}
