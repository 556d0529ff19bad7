//! Notifications away from the screen: which messages reach phones and mailboxes, with which content, and when not. And what a
//! push proxy that never answers does to people who write: nothing.

use crate::http::{Person, team};
use crate::push_proxy::PushProxy;
use crate::smtp::{MailServer, Manner};
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PASSWORD: &str = "Passw0rd-of-a-test";

/// A team with Anna, who writes, and Bert, who has a phone.
pub struct Crew {
    pub server: TestServer,
    pub admin: Person,
    pub anna: Person,
    pub bert: Person,
    pub bert_id: String,
    pub anna_id: String,
    pub square: String,
    pub direct: String,
}

impl Crew {
    pub async fn gather(email: Value) -> Self {
        Self::gather_with(json!({ "EmailSettings": email })).await
    }

    pub async fn gather_with(patch: Value) -> Self {
        let server = TestServer::start_with(Engine::Sqlite, &patch)
            .await
            .unwrap();
        let admin = Person::admin(&server.url).await;
        let (team_id, square) = team(&admin).await;
        let mut ids = Vec::new();
        for name in ["anna", "bert"] {
            let account = json!({"username": name, "email": format!("{name}@example.com"), "password": PASSWORD});
            let user = admin.post("/users", account).await;
            let id = user["id"].as_str().unwrap().to_owned();
            admin
                .post(
                    &format!("/teams/{team_id}/members"),
                    json!({"team_id": team_id, "user_id": id}),
                )
                .await;
            ids.push(id);
        }
        let anna = Person::sign_in(&server.url, "anna", PASSWORD).await;
        let bert = Person::sign_in(&server.url, "bert", PASSWORD).await;
        let device = json!({"device_id": "apple_rn-v2:berts-phone"});
        let reply = bert
            .request("PUT", "/users/sessions/device")
            .json(&device)
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), 200);
        let direct = anna.post("/channels/direct", json!(ids)).await["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let bert_id = ids.pop().unwrap();
        let anna_id = ids.pop().unwrap();
        Self {
            server,
            admin,
            anna,
            bert,
            bert_id,
            anna_id,
            square,
            direct,
        }
    }

    pub async fn write(&self, channel: &str, message: &str) -> Value {
        self.anna
            .post("/posts", json!({"channel_id": channel, "message": message}))
            .await
    }

    pub async fn reply(&self, root: &Value, message: &str) -> Value {
        let body =
            json!({"channel_id": root["channel_id"], "root_id": root["id"], "message": message});
        self.anna.post("/posts", body).await
    }

    pub async fn set_props(&self, props: Value) {
        let body = json!({ "notify_props": props });
        let reply = self
            .bert
            .request("PUT", "/users/me/patch")
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), 200);
    }

    pub async fn set_channel_props(&self, props: Value) {
        let path = format!(
            "/channels/{}/members/{}/notify_props",
            self.square, self.bert_id
        );
        let reply = self
            .bert
            .request("PUT", &path)
            .json(&props)
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), 200);
    }

    pub async fn set_status(&self, status: &str) {
        let body = json!({"user_id": self.bert_id, "status": status});
        let reply = self
            .bert
            .request("PUT", "/users/me/status")
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), 200);
    }
}

/// Default settings of a person, with changes.
pub fn props(changes: Value) -> Value {
    let mut out = json!({
        "channel": "true", "comments": "never", "desktop": "mention", "desktop_sound": "true", "desktop_threads": "all",
        "email": "true", "email_threads": "all", "first_name": "false", "mention_keys": "", "push": "mention",
        "push_status": "online", "push_threads": "all",
    });
    for (key, value) in changes.as_object().unwrap() {
        out[key] = value.clone();
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_reaches_a_phone_signed_and_is_taken_back_when_read() {
    let proxy = PushProxy::start(false).await;
    let crew = Crew::gather(proxy.settings()).await;
    let post = crew.write(&crew.square, "hello @bert, **look**").await;
    let told = proxy.notification("berts-phone", "message").await;
    let client = crew.admin.get("/config/client?format=old").await;
    assert!(
        !client["AsymmetricSigningPublicKey"]
            .as_str()
            .unwrap()
            .is_empty()
    );
    assert_eq!(told["signature"].as_str().unwrap().split('.').count(), 3);
    for (key, value) in [
        ("platform", json!("apple_rn-v2")),
        ("server_id", client["DiagnosticId"].clone()),
        ("post_id", post["id"].clone()),
        ("channel_id", json!(crew.square)),
        ("channel_name", json!("Town Square")),
        ("sender_id", json!(crew.anna_id)),
        ("sender_name", json!("anna")),
        ("message", json!("anna: hello @bert, **look**")),
        ("category", json!("CAN_REPLY")),
        ("version", json!("v2")),
        ("badge", json!(1)),
        ("is_id_loaded", json!(false)),
    ] {
        assert_eq!(told[key], value, "{key} of {told}");
    }
    crew.write(&crew.direct, "and here").await;
    let told = proxy.notification("berts-phone", "message").await;
    assert_eq!(
        (&told["badge"], &told["message"], &told["channel_name"]),
        (&json!(2), &json!("and here"), &json!("@anna"))
    );

    // read on another device
    let desktop = Person::sign_in(&crew.server.url, "bert", PASSWORD).await;
    desktop
        .post(
            "/channels/members/me/view",
            json!({"channel_id": crew.square}),
        )
        .await;
    let cleared = proxy.notification("berts-phone", "clear").await;
    assert_eq!(
        (&cleared["channel_id"], &cleared["badge"]),
        (&json!(crew.square), &json!(1))
    );
    // read on the phone itself: it knows
    crew.bert
        .post(
            "/channels/members/me/view",
            json!({"channel_id": crew.direct}),
        )
        .await;
    assert_eq!(proxy.rest().await, Vec::<Value>::new());

    // a device that is gone is not tried again until it is back
    proxy.lose("berts-phone");
    crew.write(&crew.direct, "one").await;
    proxy.notification("berts-phone", "message").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    crew.write(&crew.direct, "two").await;
    assert_eq!(proxy.rest().await, Vec::<Value>::new());
    crew.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_decide_what_reaches_a_phone() {
    let proxy = PushProxy::start(false).await;
    let crew = Crew::gather(proxy.settings()).await;
    // (settings, settings of the channel, status, plain message, mention)
    let cases = [
        (json!({}), json!({}), "online", false, true),
        (json!({"push": "all"}), json!({}), "online", true, true),
        (json!({"push": "none"}), json!({}), "online", false, false),
        (json!({}), json!({"push": "all"}), "online", true, true),
        (
            json!({"push": "all"}),
            json!({"push": "none"}),
            "online",
            false,
            false,
        ),
        (
            json!({"push": "all"}),
            json!({"mark_unread": "mention"}),
            "online",
            false,
            false,
        ),
        (
            json!({"push_status": "away"}),
            json!({}),
            "online",
            false,
            false,
        ),
        (
            json!({"push_status": "away"}),
            json!({}),
            "away",
            false,
            true,
        ),
        (
            json!({"push_status": "offline"}),
            json!({}),
            "away",
            false,
            false,
        ),
        (
            json!({"push_status": "offline"}),
            json!({}),
            "offline",
            false,
            true,
        ),
        (json!({"push": "all"}), json!({}), "dnd", false, false),
    ];
    for (user, channel, status, plain, mention) in cases {
        let mut room = json!({"push": "default", "mark_unread": "all"});
        for (key, value) in channel.as_object().unwrap() {
            room[key] = value.clone();
        }
        crew.set_props(props(user.clone())).await;
        crew.set_channel_props(room).await;
        crew.set_status(status).await;
        crew.write(&crew.square, "hello").await;
        assert_eq!(
            proxy.rest().await.len(),
            usize::from(plain),
            "{user} {channel} {status}"
        );
        crew.write(&crew.square, "hello @bert").await;
        assert_eq!(
            proxy.rest().await.len(),
            usize::from(mention),
            "{user} {channel} {status}"
        );
    }
    // replies are for those who follow the thread
    crew.set_props(props(json!({"push": "all"}))).await;
    crew.set_channel_props(json!({"push": "default", "mark_unread": "all"}))
        .await;
    crew.set_status("online").await;
    let root = crew.write(&crew.square, "a thread").await;
    assert_eq!(proxy.rest().await.len(), 1);
    crew.reply(&root, "nobody follows").await;
    assert_eq!(proxy.rest().await.len(), 0);
    crew.reply(&root, "@bert does now").await;
    crew.reply(&root, "and hears of it").await;
    let told = proxy.rest().await;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told.iter()
            .all(|n| n["root_id"] == root["id"] && n["is_crt_enabled"] == true)
    );
    // nobody hears of what they write or cause themselves
    crew.bert
        .post(
            "/posts",
            json!({"channel_id": crew.square, "message": "@bert @all"}),
        )
        .await;
    let path = format!("/channels/{}/patch", crew.square);
    let header = json!({"header": "@bert"});
    let reply = crew
        .admin
        .request("PUT", &path)
        .json(&header)
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 200);
    assert_eq!(proxy.rest().await, Vec::<Value>::new());
    crew.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contents_can_be_kept_from_push_services() {
    let proxy = PushProxy::start(false).await;
    let mut settings = proxy.settings();
    settings["PushNotificationContents"] = "id_loaded".into();
    let crew = Crew::gather(settings).await;
    let post = crew.write(&crew.direct, "a secret").await;
    let told = proxy.notification("berts-phone", "message").await;
    assert!(
        !told.to_string().contains("secret") && !told.to_string().contains("anna"),
        "{told}"
    );
    assert_eq!(
        (&told["is_id_loaded"], &told["post_id"]),
        (&json!(true), &post["id"])
    );
    let ack = json!({"id": told["ack_id"], "received_at": 1, "platform": "ios", "type": "message",
        "post_id": post["id"], "is_id_loaded": true});
    let full = crew.bert.post("/notifications/ack", ack.clone()).await;
    assert_eq!(
        (&full["message"], &full["channel_name"]),
        (&json!("a secret"), &json!("@anna"))
    );
    assert_eq!(proxy.acknowledged()[0]["id"], told["ack_id"]);
    let account = json!({"username": "dora", "email": "dora@example.com", "password": PASSWORD});
    crew.admin.post("/users", account).await;
    let dora = Person::sign_in(&crew.server.url, "dora", PASSWORD).await;
    let stranger = dora
        .request("POST", "/notifications/ack")
        .json(&ack)
        .send()
        .await
        .unwrap();
    assert_eq!(stranger.status(), 403);
    // trying it out ignores all settings
    crew.set_props(props(json!({"push": "none"}))).await;
    crew.set_status("dnd").await;
    crew.bert.post("/notifications/test", json!({})).await;
    proxy.notification("berts-phone", "message").await;
    let ping = crew
        .admin
        .get("/system/ping?device_id=apple_rn-v2:berts-phone")
        .await;
    assert_eq!(ping["CanReceiveNotifications"], "true");
    proxy.notification("berts-phone", "test").await;
    proxy.lose("other");
    let ping = crew
        .admin
        .get("/system/ping?device_id=apple_rn-v2:other")
        .await;
    assert_eq!(ping["CanReceiveNotifications"], "false");
    crew.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_is_told_once_that_its_session_has_ended() {
    let proxy = PushProxy::start(false).await;
    let settings = json!({
        "EmailSettings": proxy.settings(), "ServiceSettings": {"ExtendSessionLengthWithActivity": true},
    });
    let crew = Crew::gather_with(settings).await;
    let sessions = crew.bert.get("/users/me/sessions").await;
    let session = sessions
        .as_array()
        .unwrap()
        .iter()
        .find(|session| session["device_id"] != "")
        .unwrap();
    let (id, now) = (
        session["id"].as_str().unwrap(),
        session["create_at"].as_i64().unwrap(),
    );
    store::testing::age_session(crew.server.store(), id, now - 2_000, now - 1_000).await;
    let Crew { server, .. } = crew;
    let server = server.restart().await.unwrap();
    let told = proxy.notification("berts-phone", "session").await;
    assert!(
        told["message"].as_str().unwrap().contains("has ended"),
        "{told}"
    );
    let server = server.restart().await.unwrap();
    assert_eq!(proxy.rest().await, Vec::<Value>::new());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_proxy_and_a_silent_mail_server_slow_nobody() {
    let proxy = PushProxy::start(true).await;
    let mail = MailServer::start(Manner::Silent).await;
    let mut settings = proxy.settings();
    for (key, value) in mail.settings().as_object().unwrap() {
        settings[key] = value.clone();
    }
    let crew = Crew::gather(settings).await;
    crew.set_status("away").await;
    let mut slowest = Duration::ZERO;
    for i in 0..100 {
        let begun = Instant::now();
        crew.write(&crew.direct, &format!("message {i}")).await;
        slowest = slowest.max(begun.elapsed());
    }
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    let begun = Instant::now();
    crew.server.stop().await;
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
}
