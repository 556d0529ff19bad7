//! Operations called one by one, a file a tag, where the recordings do not say enough. `codegen new-operation` adds to it.

use crate::http::Person;
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use serde_json::Value;

/// Status and body of one call by the administrator of a fresh server; the path is the one below `/api/v4`.
fn as_admin(method: &str, path: &str, body: Option<Value>) -> (u16, String) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let server = TestServer::start(Engine::Sqlite).await.unwrap();
        let admin = Person::admin(&server.url).await;
        let request = admin.request(method, path);
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        let reply = request.send().await.unwrap();
        let answer = (reply.status().as_u16(), reply.text().await.unwrap());
        server.stop().await;
        answer
    })
}

#[test]
fn the_administrator_is_signed_in() {
    let (status, answer) = as_admin("GET", "/users/me", None);
    assert_eq!(status, 200, "{answer}");
}
