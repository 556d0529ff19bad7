//! Who gets through where: every implemented operation called as every role, compared with a reviewed table.
//!
//! `compat-tests/role_matrix.tsv` has a row per operation and kind of object: operation, path, body, then one outcome a
//! role. Requests are valid and name objects that exist, so that what decides is who asks. An outcome is the status, and the
//! error id unless it is the usual one of that status (401 session, 403 permissions). Rows for new operations are written by
//! hand as far as the body; `RUSTCHAT_ROLE_MATRIX=write` fills in the outcomes, and the difference is to be reviewed.

mod cast;
mod scene;
mod table;

use cast::{Cast, ROLES};
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use contract::{Access, Class, OPERATIONS, Operation, Scope};
use scene::Scene;
use serde_json::Value;
use table::Row;

/// What changes who the callers are; they are made anew after it worked.
const ENDS_SESSIONS: [&str; 6] = [
    "Logout",
    "RevokeSession",
    "RevokeAllSessions",
    "RevokeSessionsFromAllUsers",
    "UpdateUserActive",
    "AttachDeviceExtraProps",
];

fn implemented() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS
        .iter()
        .filter(|op| matches!(op.scope, Scope::Implemented))
}

#[test]
fn every_operation_has_a_row() {
    let rows = table::read();
    let missing: Vec<&str> = implemented()
        .map(|op| op.id)
        .filter(|id| !rows.iter().any(|row| row.operation == *id))
        .collect();
    assert!(
        missing.is_empty(),
        "write rows (operation, path, body) into compat-tests/role_matrix.tsv, then run with RUSTCHAT_ROLE_MATRIX=write \
         and review the outcomes: {missing:?}"
    );
    for row in &rows {
        assert!(
            contract::operation(&row.operation).is_some(),
            "{}: no such operation",
            row.operation
        );
    }
}

#[test]
fn nobody_and_the_deactivated_get_through_nowhere_but_in_public() {
    // a row that is about to be filled in has no outcomes yet
    let rows = table::read().into_iter();
    for row in rows.filter(|row| !(writing() && row.outcome("nobody").is_empty())) {
        let operation = contract::operation(&row.operation).unwrap();
        if operation.session_required {
            for role in ["nobody", "deactivated"] {
                let outcome = row.outcome(role);
                assert_eq!(outcome, "401", "{} {} as {role}", row.operation, row.path);
            }
        }
    }
}

/// Whatever its scope: pending and licensed operations tell strangers nothing either.
#[test]
fn without_a_session_only_public_operations_answer() {
    for op in OPERATIONS {
        assert!(
            op.session_required
                || op.special_token
                || matches!(op.scope, Scope::ByHand)
                // A permission is refused to who has no session, too.
                || matches!(op.access, Access::Public | Access::System { .. }),
            "{}: asks for no session, but its access rule is {:?}",
            op.id,
            op.access
        );
    }
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let server = TestServer::start(Engine::Sqlite).await.unwrap();
        let http = compat_tests::replay::client().unwrap();
        for op in OPERATIONS.iter().filter(|op| op.session_required) {
            let address = format!("{}/api/v4{}", server.url, some_path(op));
            for token in [None, Some("aaaaaaaaaaaaaaaaaaaaaaaaaa")] {
                let method = reqwest::Method::from_bytes(op.method.as_bytes()).unwrap();
                let mut request = http.request(method, &address).body("{}");
                if let Some(token) = token {
                    request = request.bearer_auth(token);
                }
                let status = request.send().await.unwrap().status();
                assert_eq!(status, 401, "{} {address}", op.method);
            }
        }
        server.stop().await;
    });
}

fn some_path(operation: &Operation) -> String {
    let mut params = operation.params.iter();
    let parts = operation.path.trim_start_matches("/api/v4").split('/');
    let parts = parts.map(|part| {
        if !part.contains('{') {
            return part;
        }
        match params.next().map(|param| param.class) {
            Some(Class::Digits) => "7",
            Some(Class::Zip) => "a.zip",
            _ => "aaaaaaaaaaaaaaaaaaaaaaaaaa",
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

fn writing() -> bool {
    std::env::var("RUSTCHAT_ROLE_MATRIX").is_ok_and(|value| value == "write")
}

#[test]
fn outcomes_are_as_reviewed() {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let write = writing();
        let mut wrong = Vec::new();
        for engine in Engine::ALL {
            if engine == Engine::Postgres && (write || store::testing::server().is_none()) {
                continue;
            }
            let server = TestServer::start(engine).await.unwrap();
            let mut stage = Stage::new(&server.url).await;
            let mut rows = table::read();
            for row in &mut rows {
                let known: Vec<String> = row.outcomes.clone();
                stage.play(row).await;
                for (role, (was, is)) in ROLES.iter().zip(known.iter().zip(&row.outcomes)) {
                    if was != is {
                        wrong.push(format!(
                            "{} {} {} {} as {role}: {is}, reviewed was {was}",
                            engine.name(),
                            row.operation,
                            row.path,
                            row.body
                        ));
                    }
                }
            }
            server.stop().await;
            if write {
                table::write(&rows);
                return;
            }
        }
        assert!(
            wrong.is_empty(),
            "{} outcomes differ:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    });
}

/// A list with nothing in it: the caller sees none of what was asked for.
fn is_empty(body: &Value) -> bool {
    let nothing = |value: &Value| {
        value.as_array().is_some_and(Vec::is_empty)
            || value.as_object().is_some_and(|o| o.is_empty())
    };
    nothing(body)
        || ["order", "users", "channels"]
            .iter()
            .any(|key| nothing(&body[key]))
}

/// A server with its people and things.
struct Stage {
    cast: Cast,
    scene: Scene,
    base: String,
}

impl Stage {
    async fn new(base: &str) -> Self {
        let cast = Cast::new(base).await;
        Stage {
            scene: Scene::default(),
            cast,
            base: base.to_owned(),
        }
    }

    async fn play(&mut self, row: &mut Row) {
        let operation = contract::operation(&row.operation).unwrap();
        for (number, role) in ROLES.iter().enumerate() {
            let path = self.fill(&row.path, role).await;
            let body = self.fill(&row.body, role).await;
            let named = row.path.contains('{') || row.body.contains("\"{");
            let (status, mut outcome, empty) = self.call(operation, role, &path, &body).await;
            if empty && named {
                outcome.push_str(" empty");
            }
            if row.outcomes.len() <= number {
                row.outcomes.resize(number + 1, String::new());
            }
            row.outcomes[number] = outcome;
            if status < 300 && operation.method != "GET" {
                self.after(operation, role, row).await;
            }
        }
    }

    /// Replaces `{name}` and `{name.field}`; makes what is not there yet.
    async fn fill(&mut self, template: &str, role: &str) -> String {
        let mut out = String::new();
        let mut rest = template;
        while let Some(start) = rest.find('{') {
            let name: String = rest[start + 1..]
                .chars()
                .take_while(|c| c.is_ascii_lowercase() || "_.".contains(*c))
                .collect();
            let end = start + 1 + name.len();
            out.push_str(&rest[..start]);
            if name.is_empty() || !rest[end..].starts_with('}') {
                out.push('{');
                rest = &rest[start + 1..];
                continue;
            }
            let value = match name.as_str() {
                "me" => self.cast.id(role).to_owned(),
                "new" => cast::word(),
                name => {
                    let (object, field) = name.split_once('.').unwrap_or((name, "id"));
                    self.scene.value(&self.cast, object, field).await
                }
            };
            out.push_str(&value);
            rest = &rest[end + 1..];
        }
        out.push_str(rest);
        out
    }

    async fn call(
        &self,
        operation: &Operation,
        role: &str,
        path: &str,
        body: &str,
    ) -> (u16, String, bool) {
        let address = match path.strip_prefix('~') {
            Some(path) => format!("{}{path}", self.base),
            None => format!("{}/api/v4{path}", self.base),
        };
        let method = reqwest::Method::from_bytes(operation.method.as_bytes()).unwrap();
        let mut request = self.cast.http.request(method, address);
        if let Some(token) = self.cast.token(role) {
            request = request.bearer_auth(token);
        }
        let reply = scene::with_body(request, body).send().await.unwrap();
        let status = reply.status().as_u16();
        let body: Value = serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap_or_default();
        let id = body["id"].as_str().unwrap_or_default();
        let usual = status < 400
            || (status == 401 && id == "api.context.session_expired.app_error")
            || (status == 403 && id == "api.context.permissions.app_error");
        let outcome = if usual {
            status.to_string()
        } else {
            format!("{status} {id}")
        };
        (status, outcome, status < 300 && is_empty(&body))
    }

    /// What was changed is thrown away, so that the next role finds things as they were.
    async fn after(&mut self, operation: &Operation, role: &str, row: &Row) {
        if scene::changes_nothing(operation) {
            return;
        }
        self.scene.forget(&format!("{}{}", row.path, row.body));
        if operation.id == "SetServerBusy" {
            self.cast.founder("DELETE", "/server_busy", "").await;
        }
        if operation.id == "RevokeSessionsFromAllUsers" {
            self.cast = Cast::new(&self.base).await;
            self.scene = Scene::default();
        } else if ENDS_SESSIONS.contains(&operation.id)
            && (row.path.contains("{me}") || !row.path.contains('{'))
        {
            self.cast.renew(role).await;
            self.scene = Scene::default();
        }
    }
}
