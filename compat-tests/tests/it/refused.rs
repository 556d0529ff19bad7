//! Without a session nothing is answered, and too much is not taken: both with the recorded status and id, and nothing of
//! it is kept.

use crate::bad_input::{BAD_IDS, path};
use crate::http::{Person, team};
use crate::state::{State, changes};
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use contract::{OPERATIONS, Scope};
use serde_json::{Value, json};

const NO_SESSION: &str = "api.context.session_expired.app_error";
const TOO_LARGE: &str = "api.context.request_body_too_large.app_error";
/// More than requests may hold that are no files.
const MUCH: usize = 310_000;

#[test]
fn no_session_is_refused_on_sqlite() {
    run(Engine::Sqlite, no_session);
}

#[test]
fn no_session_is_refused_on_postgres() {
    run(Engine::Postgres, no_session);
}

#[test]
fn too_much_is_refused_on_sqlite() {
    run(Engine::Sqlite, too_much);
}

#[test]
fn too_much_is_refused_on_postgres() {
    run(Engine::Postgres, too_much);
}

/// Runs it on a server of its own.
fn run(engine: Engine, body: impl AsyncFn(&TestServer, &Person)) {
    if !engine.available() {
        return;
    }
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let small = json!({"FileSettings": {"MaxFileSize": 300}});
        let server = TestServer::start_with(engine, &small).await.unwrap();
        let admin = Person::admin(&server.url).await;
        body(&server, &admin).await;
        server.stop().await;
    });
}

async fn no_session(server: &TestServer, admin: &Person) {
    team(admin).await;
    let state = State::of(server).await;
    let before = state.read().await;
    let mut wrong = Vec::new();
    for operation in OPERATIONS
        .iter()
        .filter(|op| matches!(op.scope, Scope::Implemented) && op.session_required)
    {
        let method = reqwest::Method::from_bytes(operation.method.as_bytes()).unwrap();
        let address = format!("{}/api/v4{}", server.url, path(operation, BAD_IDS[2]));
        let request = admin.http.request(method, &address).body("{}");
        let got = answer(request).await;
        if got != (401, NO_SESSION.to_owned()) {
            wrong.push(format!("{} {address}: {got:?}", operation.method));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let changed = changes(&before, &state.read().await);
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

async fn too_much(server: &TestServer, admin: &Person) {
    let (team, channel) = team(admin).await;
    let state = State::of(server).await;
    let before = state.read().await;
    let long = "x".repeat(MUCH);
    let bodies: [(&str, String, Value); 7] = [
        ("POST", "/users/ids".into(), json!([long])),
        ("POST", "/users".into(), json!({"username": long})),
        ("PUT", "/users/me/patch".into(), json!({"nickname": long})),
        (
            "PUT",
            format!("/teams/{team}/patch"),
            json!({"description": long}),
        ),
        (
            "POST",
            "/channels".into(),
            json!({"team_id": team, "name": "n", "purpose": long}),
        ),
        (
            "PUT",
            format!("/channels/{channel}/patch"),
            json!({"header": long}),
        ),
        (
            "POST",
            "/posts".into(),
            json!({"channel_id": channel, "message": long}),
        ),
    ];
    for (method, path, body) in bodies {
        let got = answer(admin.request(method, &path).json(&body)).await;
        assert_eq!(got, (413, TOO_LARGE.to_owned()), "{method} {path}");
    }
    let login = format!("{}/api/v4/users/login", server.url);
    let got = answer(admin.http.post(login).json(&json!({"login_id": long}))).await;
    assert_eq!(got, (400, "api.user.login.blank_pwd.app_error".to_owned()));
    let files = format!("/files?channel_id={channel}&filename=much.txt");
    let got = answer(admin.request("POST", &files).body(long)).await;
    let id = "api.file.upload_file.too_large_detailed.app_error";
    assert_eq!(got, (413, id.to_owned()));
    let changed = changes(&before, &state.read().await);
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

/// Status and error id.
async fn answer(request: reqwest::RequestBuilder) -> (u16, String) {
    let reply = request.send().await.unwrap();
    let status = reply.status().as_u16();
    let body: Value = serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap_or_default();
    (status, body["id"].as_str().unwrap_or_default().to_owned())
}
