//! Accounts under pressure: guesses made at once, values nobody may choose for themselves, invitations into full teams.

use crate::http::{Person, team};
use crate::smtp::{MailServer, Manner};
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use futures_util::future::join_all;
use serde_json::{Value, json};

const PASSWORD: &str = "Passw0rd-of-a-test";

async fn server(patch: Value) -> (TestServer, Person) {
    let server = TestServer::start_with(Engine::Sqlite, &patch)
        .await
        .unwrap();
    let admin = Person::admin(&server.url).await;
    (server, admin)
}

async fn account(admin: &Person, name: &str) -> String {
    let body =
        json!({"username": name, "email": format!("{name}@example.com"), "password": PASSWORD});
    let user = admin.post("/users", body).await;
    user["id"].as_str().unwrap().to_owned()
}

async fn call(person: &Person, method: &str, path: &str, body: Value) -> (u16, Value) {
    let reply = person.request(method, path).json(&body).send().await;
    let reply = reply.unwrap();
    let status = reply.status().as_u16();
    (status, reply.json().await.unwrap_or(Value::Null))
}

/// How many of several sign-ins at once ended with this error id (null for none).
async fn sign_ins(admin: &Person, name: &str, password: &str, number: usize, id: Value) -> usize {
    let body = json!({"login_id": name, "password": password});
    let tries = (0..number).map(|_| call(admin, "POST", "/users/login", body.clone()));
    let answers = join_all(tries).await;
    let good = |answer: &Value| match answer["status_code"].is_null() {
        true => id.is_null(),
        false => answer["id"] == id,
    };
    answers.iter().filter(|(_, answer)| good(answer)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_once_are_no_more_than_those_one_by_one() {
    let settings = json!({"ServiceSettings": {"MaximumLoginAttempts": 5}});
    let (server, admin) = server(settings).await;
    account(&admin, "anna").await;
    assert_eq!(
        sign_ins(&admin, "anna", PASSWORD, 40, Value::Null).await,
        40,
        "people who know their password never lock themselves out"
    );
    let locked = json!("api.user.check_user_login_attempts.too_many.app_error");
    assert_eq!(
        sign_ins(&admin, "anna", "wrong", 40, locked.clone()).await,
        35
    );
    assert_eq!(sign_ins(&admin, "anna", PASSWORD, 1, locked).await, 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_chooses_what_the_server_decides() {
    let (server, admin) = server(Value::Null).await;
    let id = account(&admin, "bert").await;
    let bert = Person::sign_in(&server.url, "bert", PASSWORD).await;
    let mut profile = bert.get("/users/me").await;
    profile["remote_id"] = json!(id);
    profile["nickname"] = json!("changed");
    let (status, answer) = call(&bert, "PUT", &format!("/users/{id}"), profile).await;
    assert_eq!(
        (status, &answer["nickname"]),
        (200, &json!("changed")),
        "{answer}"
    );
    assert_eq!(bert.get("/users/me").await["remote_id"], "");

    let roles = json!({"roles": "system_user ".repeat(30)});
    let (status, answer) = call(&admin, "PUT", &format!("/users/{id}/roles"), roles).await;
    assert_eq!(
        (status, &answer["id"]),
        (400, &json!("model.user.is_valid.roles_limit.app_error"))
    );

    let (team_id, square) = team(&admin).await;
    let channel = |more: Value| {
        let mut body =
            json!({"team_id": team_id, "name": "room", "display_name": "Room", "type": "O"});
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        body
    };
    for impossible in [
        json!({"create_at": i64::MAX}),
        json!({"create_at": -1}),
        json!({"last_post_at": i64::MAX}),
        json!({"total_msg_count": i64::MAX}),
    ] {
        let (status, answer) = call(&admin, "POST", "/channels", channel(impossible.clone())).await;
        assert_eq!(status, 400, "{impossible}: {answer}");
    }
    let made = admin
        .post("/channels", channel(json!({"scheme_id": team_id})))
        .await;
    assert_eq!(made["scheme_id"], Value::Null);

    let post = json!({"channel_id": square, "message": "from beyond", "create_at": i64::MAX});
    let (status, answer) = call(&admin, "POST", "/posts", post).await;
    assert_eq!(
        (status, &answer["id"]),
        (400, &json!("model.post.is_valid.create_at.app_error"))
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_does_not_speak_as_a_person_who_has_its_name() {
    let (server, admin) = server(Value::Null).await;
    let person = account(&admin, "system-bot").await;
    let me = admin.get("/users/me").await["id"].clone();
    let (status, answer) = call(&admin, "POST", "/notifications/test", json!({})).await;
    assert_eq!(status, 200, "{answer}");
    let bot = admin.get("/users/username/system-bot-2").await;
    assert_eq!(bot["is_bot"], true, "{bot}");
    let with = |other: &Value| json!([me, other]);
    let heard = async |other: Value| {
        let channel = admin.post("/channels/direct", with(&other)).await;
        let id = channel["id"].as_str().unwrap().to_owned();
        let posts = admin.get(&format!("/channels/{id}/posts")).await;
        posts["order"].as_array().unwrap().len()
    };
    assert_eq!(heard(bot["id"].clone()).await, 1);
    assert_eq!(heard(json!(person)).await, 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_into_a_full_team_stays_good() {
    let mail = MailServer::start(Manner::Polite).await;
    let settings = json!({
        "EmailSettings": mail.settings(),
        "TeamSettings": {"MaxUsersPerTeam": 2},
    });
    let (server, admin) = server(settings).await;
    let (team_id, _) = team(&admin).await;
    let dora = account(&admin, "dora").await;
    account(&admin, "emil").await;
    let member = json!({"team_id": team_id, "user_id": dora});
    admin
        .post(&format!("/teams/{team_id}/members"), member)
        .await;
    let path = format!("/teams/{team_id}/invite/email");
    admin.post(&path, json!(["emil@example.com"])).await;
    let token = mail.mail("emil@example.com", "invites you").await;
    let token = token.secret("&t");

    let emil = Person::sign_in(&server.url, "emil", PASSWORD).await;
    let path = format!("/teams/members/invite?token={token}");
    let (status, answer) = call(&emil, "POST", &path, json!({})).await;
    assert_eq!(status, 400, "{answer}");
    let leave = format!("/teams/{team_id}/members/{dora}");
    assert_eq!(call(&admin, "DELETE", &leave, json!({})).await.0, 200);
    let (status, answer) = call(&emil, "POST", &path, json!({})).await;
    assert_eq!(status, 201, "{answer}");
    let (status, answer) = call(&emil, "POST", &path, json!({})).await;
    assert_eq!(status, 400, "used up: {answer}");
    server.stop().await;
}
