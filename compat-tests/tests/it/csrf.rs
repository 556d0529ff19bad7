//! What a strict server asks of requests that come with a cookie. What any server asks of them is in the recordings.

use crate::http::Person;
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use serde_json::json;

#[tokio::test]
async fn a_strict_server_wants_the_token_even_of_scripts() {
    let strict = json!({"ServiceSettings": {"ExperimentalStrictCSRFEnforcement": true}});
    let server = TestServer::start_with(Engine::Sqlite, &strict)
        .await
        .unwrap();
    let admin = Person::admin(&server.url).await;
    let sessions = admin.get("/users/me/sessions").await;
    let csrf = sessions[0]["props"]["csrf"].as_str().unwrap();
    for (name, value, status) in [
        ("X-Requested-With", "XMLHttpRequest", 401),
        ("X-CSRF-Token", "not-the-token", 401),
        ("X-CSRF-Token", csrf, 200),
    ] {
        let reply = admin
            .http
            .put(format!("{}/api/v4/users/me/patch", server.url))
            .header("Cookie", format!("MMAUTHTOKEN={}", admin.token))
            .header(name, value)
            .json(&json!({"nickname": "by cookie"}))
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), status, "{name}: {value}");
    }
    server.stop().await;
}
