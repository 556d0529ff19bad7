//! Whatever a client sends, every operation answers in the error shape and with a client's fault, and goes on working.

use crate::http::{Person, team};
use compat_tests::engine::Engine;
use compat_tests::recording;
use compat_tests::server::TestServer;
use contract::{Class, OPERATIONS, Operation, Scope};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::LazyLock;

pub const BAD_IDS: [&str; 4] = [
    "short",
    "UPPERCASEUPPERCASEUPPERCAS",
    "aaaaaaaaaaaaaaaaaaaaaaaaaa",
    "a%00b%27%3B--",
];
const BAD_BODIES: [&str; 14] = [
    "",
    "not json",
    "{",
    "null",
    "[]",
    "{}",
    "7",
    "\"text\"",
    "[1,2]",
    "[null]",
    "{\"unknown\": {\"deep\": [1]}}",
    "[\"\\u0000\", \"\\ud83d\\ude00\", \"' OR 1=1 --\"]",
    "{\"id\": \"\\u0000\", \"name\": \"\\u0000\", \"message\": \"\\u0000\", \"term\": \"\\u0000\", \"terms\": \"\\u0000\"}",
    "{\"id\": 7, \"user_id\": [], \"channel_id\": {}, \"message\": 5, \"name\": true, \"props\": \"x\", \"type\": []}",
];

/// Operations that would take the server away from under the test.
const NOT_CALLED: [&str; 2] = ["POST /api/v4/restart", "POST /api/v4/server_busy"];

/// Operations that end the session they are called with, whatever else they are given.
const SIGN_OUT: [&str; 3] = [
    "POST /api/v4/users/logout",
    "POST /api/v4/users/sessions/revoke/all",
    "POST /api/v4/users/{user_id}/sessions/revoke/all",
];

/// Paths whose refusal has no error shape in the original either.
const PLAIN_ANSWERS: [&str; 4] = [
    "/api/v4/users/login/type",
    "/api/v4/brand/image",
    "/api/v4/oauth/apps/register",
    "/api/v4/license",
];

#[test]
fn every_operation_survives_bad_input_on_sqlite() {
    every_operation_survives_bad_input(Engine::Sqlite);
}

/// PostgreSQL refuses what SQLite takes: zero bytes in text, numbers out of range.
#[test]
fn every_operation_survives_bad_input_on_postgres() {
    every_operation_survives_bad_input(Engine::Postgres);
}

fn every_operation_survives_bad_input(engine: Engine) {
    if !engine.available() {
        return;
    }
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let server = TestServer::start(engine).await.unwrap();
        let mut admin = Person::admin(&server.url).await;
        let (_, channel) = team(&admin).await;
        let mut wrong = Vec::new();
        for operation in OPERATIONS
            .iter()
            .filter(|op| matches!(op.scope, Scope::Implemented))
        {
            let name = format!("{} {}", operation.method, operation.path);
            if NOT_CALLED.contains(&name.as_str()) {
                continue;
            }
            abuse(&admin, operation, &mut wrong).await;
            // What follows has to be called with a session, or it proves nothing.
            let me = admin.request("GET", "/users/me").send().await;
            if !me.is_ok_and(|reply| reply.status() == 200) {
                if !SIGN_OUT.contains(&name.as_str()) {
                    wrong.push(format!("{name}: ended the session"));
                }
                admin = Person::admin(&server.url).await;
            }
        }
        assert!(
            wrong.is_empty(),
            "{} wrong answers:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
        let post = admin
            .post(
                "/posts",
                json!({"channel_id": channel, "message": "still there"}),
            )
            .await;
        assert_eq!(post["message"], "still there");
        server.stop().await;
    });
}

async fn abuse(admin: &Person, operation: &Operation, wrong: &mut Vec<String>) {
    for id in BAD_IDS {
        let path = path(operation, id);
        for query in [
            "",
            "?page=-1&per_page=x&since=NaN&limit=99999999999999999999&name=%00&term=%00&in_channel=a%00b",
        ] {
            let request = admin
                .request(operation.method, &format!("{path}{query}"))
                .body("{}");
            judge(operation, &format!("{path}{query}"), request, wrong).await;
        }
    }
    if operation.method != "GET" {
        let path = path(operation, BAD_IDS[2]);
        for body in BAD_BODIES {
            let request = admin
                .request(operation.method, &path)
                .header("Content-Type", "application/json")
                .body(body);
            judge(operation, &format!("{path} with {body}"), request, wrong).await;
        }
    }
}

/// The path with this value for every parameter; where only digits or a file name can stand, with such.
pub fn path(operation: &Operation, id: &str) -> String {
    let mut params = operation.params.iter();
    let parts = operation
        .path
        .trim_start_matches("/api/v4")
        .split('/')
        .map(|part| {
            match (
                part.contains('{'),
                part.contains('{')
                    .then(|| params.next())
                    .flatten()
                    .map(|p| p.class),
            ) {
                (true, Some(Class::Digits)) => "7",
                (true, Some(Class::Zip)) => "a.zip",
                (true, _) => id,
                (false, _) => part,
            }
        });
    parts.collect::<Vec<_>>().join("/")
}

/// Error ids that the original answers with 500 too.
fn recorded_faults() -> &'static HashSet<String> {
    static FAULTS: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let recordings = recording::load(&[]).unwrap();
        let answers = recordings
            .iter()
            .flat_map(|r| r.steps())
            .map(|s| &s["response"]);
        let faults = answers
            .filter(|r| r["status"] == 500)
            .filter_map(|r| r["body"]["id"].as_str());
        faults.map(str::to_owned).collect()
    });
    &FAULTS
}

async fn judge(
    operation: &Operation,
    what: &str,
    request: reqwest::RequestBuilder,
    wrong: &mut Vec<String>,
) {
    let reply = match request.send().await {
        Ok(reply) => reply,
        Err(error) => {
            return wrong.push(format!("{} {what}: no answer: {error}", operation.method));
        }
    };
    let status = reply.status().as_u16();
    let body = reply.bytes().await.unwrap_or_default();
    let error: Value = serde_json::from_slice(&body).unwrap_or_default();
    let id = error["id"].as_str().unwrap_or_default();
    if status == 500 && !recorded_faults().contains(id) {
        wrong.push(format!(
            "{} {what}: {status} {}",
            operation.method,
            String::from_utf8_lossy(&body)
        ));
    } else if status >= 400 && operation.method != "HEAD" {
        let plain = PLAIN_ANSWERS.contains(&operation.path);
        if !plain && (id.is_empty() || error["status_code"] != status) {
            wrong.push(format!(
                "{} {what}: {status} without the error shape",
                operation.method
            ));
        }
    }
}
