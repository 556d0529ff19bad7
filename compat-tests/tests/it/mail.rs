//! Mail as people meet it: confirming an address, a forgotten password, invitations, notices. And what a mail server that is
//! slow, busy or gone does to everybody else: nothing.

use crate::http::{Person, team};
use crate::smtp::{MailServer, Manner};
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PASSWORD: &str = "Passw0rd-of-a-test";

async fn server(mail: &MailServer, email: Value, more: Value) -> TestServer {
    let mut settings = mail.settings();
    merge(&mut settings, &email);
    let mut patch = json!({ "EmailSettings": settings });
    merge(&mut patch, &more);
    TestServer::start_with(Engine::Sqlite, &patch)
        .await
        .unwrap()
}

fn merge(into: &mut Value, from: &Value) {
    for (key, value) in from.as_object().into_iter().flatten() {
        match &mut into[key] {
            section @ Value::Object(_) if value.is_object() => merge(section, value),
            slot => *slot = value.clone(),
        }
    }
}

async fn anybody(server: &TestServer, path: &str, body: Value) -> (u16, Value) {
    let http = compat_tests::replay::client().unwrap();
    let url = format!("{}/api/v4{path}", server.url);
    let reply = http.post(url).json(&body).send().await.unwrap();
    let status = reply.status().as_u16();
    (status, reply.json().await.unwrap_or(Value::Null))
}

fn account(name: &str) -> Value {
    json!({"username": name, "email": format!("{name}@example.com"), "password": PASSWORD})
}

async fn sign_in(server: &TestServer, name: &str, password: &str) -> (u16, Value) {
    anybody(
        server,
        "/users/login",
        json!({"login_id": name, "password": password}),
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_confirmed_before_the_first_sign_in() {
    let mail = MailServer::start(Manner::Polite).await;
    let server = server(&mail, json!({"RequireEmailVerification": true}), json!({})).await;
    assert_eq!(anybody(&server, "/users", account("anna")).await.0, 201);
    let (status, error) = sign_in(&server, "anna", PASSWORD).await;
    assert_eq!(
        (status, &error["id"]),
        (401, &json!("api.user.login.not_verified.app_error"))
    );
    let welcome = mail.mail("anna@example.com", "Welcome").await;
    assert!(
        welcome
            .head
            .contains("From: \"Crew chat\" <chat@example.com>"),
        "{}",
        welcome.head
    );
    let old = welcome.secret("token");
    let ask = json!({"email": "anna@example.com"});
    assert_eq!(
        anybody(&server, "/users/email/verify/send", ask).await.0,
        200
    );
    let new = mail
        .mail("anna@example.com", "confirm")
        .await
        .secret("token");
    // a newer link ends the older one, and each works once
    for (token, expected) in [(&old, 400), (&new, 200), (&new, 400)] {
        let (status, _) = anybody(&server, "/users/email/verify", json!({"token": token})).await;
        assert_eq!(status, expected);
    }
    assert_eq!(sign_in(&server, "anna", PASSWORD).await.0, 200);

    // another address counts once it is proven
    let anna = Person::sign_in(&server.url, "anna", PASSWORD).await;
    let patch = json!({"email": "new@example.com", "password": PASSWORD});
    let reply = anna
        .request("PUT", "/users/me/patch")
        .json(&patch)
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 200);
    let token = mail
        .mail("new@example.com", "confirm")
        .await
        .secret("token");
    assert_eq!(anna.get("/users/me").await["email"], "anna@example.com");
    let (status, _) = anybody(&server, "/users/email/verify", json!({ "token": token })).await;
    assert_eq!(status, 200);
    assert_eq!(anna.get("/users/me").await["email"], "new@example.com");
    mail.mail("anna@example.com", "address was changed").await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_once() {
    let mail = MailServer::start(Manner::Polite).await;
    let server = server(&mail, json!({}), json!({})).await;
    anybody(&server, "/users", account("bert")).await;
    let ask = json!({"email": "BERT@example.com"});
    assert_eq!(
        anybody(&server, "/users/password/reset/send", ask).await.0,
        200
    );
    let letter = mail.mail("bert@example.com", "new password").await;
    assert!(
        letter
            .text
            .contains(&format!("{}/reset_password_complete?token=", server.url))
    );
    let token = letter.secret("token");
    let reset = |password: &str| json!({"token": token, "new_password": password});
    let (status, error) = anybody(&server, "/users/password/reset", reset("x")).await;
    assert_eq!(status, 400, "{error}");
    assert_eq!(
        anybody(&server, "/users/password/reset", reset("Quite-new-1"))
            .await
            .0,
        200
    );
    assert_eq!(
        anybody(&server, "/users/password/reset", reset("Quite-new-2"))
            .await
            .0,
        400
    );
    assert_eq!(sign_in(&server, "bert", PASSWORD).await.0, 401);
    assert_eq!(sign_in(&server, "bert", "Quite-new-1").await.0, 200);
    mail.mail("bert@example.com", "password was changed").await;

    // nobody can fill another's mailbox, and nothing tells whether there is such an account
    mail.clear();
    for address in ["bert@example.com", "nobody@example.com"] {
        for _ in 0..10 {
            let ask = json!({ "email": address });
            assert_eq!(
                anybody(&server, "/users/password/reset/send", ask).await.0,
                200
            );
        }
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(mail.subjects().len() <= 5, "{:?}", mail.subjects());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invited_by_mail() {
    let mail = MailServer::start(Manner::Polite).await;
    let more = json!({"TeamSettings": {"EnableOpenServer": false}});
    let server = server(&mail, json!({}), more).await;
    let admin = Person::admin(&server.url).await;
    let (team_id, _) = team(&admin).await;
    let room = json!({"team_id": team_id, "name": "room", "display_name": "Room", "type": "P"});
    let room = admin.post("/channels", room).await["id"].clone();
    let path = format!("/teams/{team_id}/invite/email?graceful=true");
    let wish = json!({"emails": ["Cora@example.com", "no address"], "channelIds": [room], "message": "<b>come</b>"});
    let told = admin.post(&path, wish).await;
    let errors: Vec<bool> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["error"].is_null())
        .collect();
    assert_eq!(errors, [true, false, true, false], "{told}");
    let letter = mail
        .mail("cora@example.com", "invites you to the team Crew")
        .await;
    assert!(letter.text.contains("> <b>come</b>") && letter.html.contains("&lt;b&gt;come"));
    assert!(
        letter
            .text
            .contains("/signup_user_complete/?d=%7B%22display_name%22%3A%22Crew%22")
    );
    let token = letter.secret("&t");

    let http = compat_tests::replay::client().unwrap();
    let join = |name: &'static str| {
        let url = format!("{}/api/v4/users?t={token}", server.url);
        http.post(url).json(&account(name)).send()
    };
    let cora = join("cora-the-new").await.unwrap();
    assert_eq!(cora.status(), 201);
    let cora: Value = cora.json().await.unwrap();
    assert_eq!(
        (&cora["email"], &cora["email_verified"]),
        (&json!("cora@example.com"), &json!(true))
    );
    assert_eq!(join("another").await.unwrap().status(), 404);
    let id = cora["id"].as_str().unwrap();
    let room = room.as_str().unwrap();
    assert_eq!(
        admin.get(&format!("/channels/{room}/members/{id}")).await["user_id"],
        id
    );

    // taken back before it is used; not gracefully it is queued
    admin
        .post(
            &format!("/teams/{team_id}/invite/email"),
            json!(["dora@example.com"]),
        )
        .await;
    let token = mail
        .mail("dora@example.com", "invites you")
        .await
        .secret("&t");
    let reply = admin
        .request("DELETE", "/teams/invites/email")
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 200);
    let url = format!("{}/api/v4/users?t={token}", server.url);
    assert_eq!(
        http.post(url)
            .json(&account("dora"))
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_go_to_whom_they_concern() {
    let mail = MailServer::start(Manner::Polite).await;
    let login = json!({"EnableSMTPAuth": true, "SMTPUsername": "chat", "SMTPPassword": "secret"});
    let server = server(&mail, login, json!({})).await;
    let admin = Person::admin(&server.url).await;
    let (_, emil) = anybody(&server, "/users", account("emil")).await;
    let id = emil["id"].as_str().unwrap();
    let person = Person::sign_in(&server.url, "emil", PASSWORD).await;
    let change = json!({"current_password": PASSWORD, "new_password": "Quite-new-1"});
    let reply = person
        .request("PUT", "/users/me/password")
        .json(&change)
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 200);
    let notice = mail.mail("emil@example.com", "password was changed").await;
    assert_eq!(notice.login.as_deref(), Some("chat secret"));
    admin
        .post(&format!("/users/{id}/tokens"), json!({"description": "x"}))
        .await;
    mail.mail("emil@example.com", "access token").await;
    let reply = admin
        .request("DELETE", &format!("/users/{id}"))
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 200);
    mail.mail("emil@example.com", "deactivated").await;
    let reply = admin.request("POST", "/email/test").send().await.unwrap();
    assert_eq!(reply.status(), 200);
    mail.mail("admin@example.com", "Mail works").await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_mail_server_is_asked_again_and_a_silent_one_stops_nobody() {
    let mail = MailServer::start(Manner::Busy(1)).await;
    let busy = server(&mail, json!({}), json!({})).await;
    anybody(&busy, "/users", account("frida")).await;
    mail.mail("frida@example.com", "Welcome").await;
    busy.stop().await;

    let mail = MailServer::start(Manner::Silent).await;
    let server = server(&mail, json!({}), json!({})).await;
    let begun = Instant::now();
    for i in 0..20 {
        assert_eq!(
            anybody(&server, "/users", account(&format!("one-{i}")))
                .await
                .0,
            201
        );
    }
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "{:?}",
        begun.elapsed()
    );
    let begun = Instant::now();
    server.stop().await;
    assert!(
        begun.elapsed() < Duration::from_secs(9),
        "{:?}",
        begun.elapsed()
    );
}
