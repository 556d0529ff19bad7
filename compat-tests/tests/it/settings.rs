//! What administrators may change from afar, and what only whoever runs the machine may. How settings are read and written
//! otherwise is in the recordings.

use crate::http::Person;
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use serde_json::{Value, json};

async fn change(admin: &Person, method: &str, path: &str, wish: &Value) -> Value {
    let reply = admin.request(method, path).json(wish).send().await.unwrap();
    assert_eq!(reply.status(), 200, "{method} {path}");
    reply.json().await.unwrap()
}

#[tokio::test]
async fn a_restricted_administrator_does_not_change_what_belongs_to_the_machine() {
    let restricted = json!({"ExperimentalSettings": {"RestrictSystemAdmin": true}});
    for (patch, changes) in [(Value::Null, true), (restricted, false)] {
        let server = TestServer::start_with(Engine::Sqlite, &patch)
            .await
            .unwrap();
        let admin = Person::admin(&server.url).await;
        let before = admin.get("/config").await;
        let usual = before["SqlSettings"]["QueryTimeout"].as_i64().unwrap();
        let wish = json!({"SqlSettings": {"QueryTimeout": usual + 7}, "TeamSettings": {"MaxNotificationsPerChannel": 77}});
        let after = change(&admin, "PUT", "/config/patch", &wish).await;
        assert_eq!(after["TeamSettings"]["MaxNotificationsPerChannel"], 77);
        assert_eq!(after["SqlSettings"]["QueryTimeout"] == usual + 7, changes);
        let mut whole = after;
        whole["SqlSettings"]["QueryTimeout"] = json!(usual + 8);
        whole["TeamSettings"]["MaxNotificationsPerChannel"] = json!(78);
        let after = change(&admin, "PUT", "/config", &whole).await;
        assert_eq!(after["TeamSettings"]["MaxNotificationsPerChannel"], 78);
        assert_eq!(after["SqlSettings"]["QueryTimeout"] == usual + 8, changes);
        server.stop().await;
    }
}

#[tokio::test]
async fn nobody_publishes_the_servers_folders() {
    let server = TestServer::start(Engine::Sqlite).await.unwrap();
    let admin = Person::admin(&server.url).await;
    let wish = json!({"RustchatSettings": {"ClientDirectory": server.folder()}});
    change(&admin, "PUT", "/config/patch", &wish).await;
    let mut whole = admin.get("/config").await;
    whole["RustchatSettings"] = wish["RustchatSettings"].clone();
    change(&admin, "PUT", "/config", &whole).await;
    let kept = server
        .running()
        .config
        .get()
        .rustchat
        .client_directory
        .clone();
    assert_eq!(std::path::Path::new(&kept), server.folder().join("client"));
    server.stop().await;
}
