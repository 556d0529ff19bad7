//! What is kept and what is not, where no recording looks: files of earlier versions, bytes of deleted channels, wishes that are
//! too long for a column. On each database.

use std::path::Path;

use crate::http::{Person, team};
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use serde_json::{Value, json};

fn on_each<F: Future<Output = ()>>(test: impl Fn(Engine) -> F) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if engine.available() {
            tokio::runtime::Runtime::new()
                .unwrap()
                .block_on(test(engine));
        }
    }
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

async fn upload(person: &Person, channel: &str, name: &str) -> String {
    let path = format!("/files?channel_id={channel}&filename={name}");
    let reply = person.request("POST", &path).body("cucumbers").send().await;
    let answer: Value = reply.unwrap().json().await.unwrap();
    id(&answer["file_infos"][0]).to_owned()
}

async fn status(person: &Person, method: &str, path: &str, body: &Value) -> u16 {
    let reply = person.request(method, path).json(body).send().await;
    reply.unwrap().status().as_u16()
}

fn files_in(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| if path.is_dir() { files_in(&path) } else { 1 })
        .sum()
}

#[test]
fn an_earlier_version_comes_back_with_its_files() {
    on_each(|engine| async move {
        let server = TestServer::start(engine).await.unwrap();
        let admin = Person::admin(&server.url).await;
        let (_, channel) = team(&admin).await;
        let file = upload(&admin, &channel, "list.txt").await;
        let body = json!({"channel_id": channel, "message": "first", "file_ids": [file]});
        let post = admin.post("/posts", body).await;
        let patch = json!({"message": "second", "file_ids": []});
        let path = format!("/posts/{}/patch", id(&post));
        assert_eq!(status(&admin, "PUT", &path, &patch).await, 200);
        let history = admin
            .get(&format!("/posts/{}/edit_history", id(&post)))
            .await;
        let path = format!("/posts/{}/restore/{}", id(&post), id(&history[0]));
        assert_eq!(status(&admin, "POST", &path, &Value::Null).await, 200);
        let post = admin.get(&format!("/posts/{}", id(&post))).await;
        assert_eq!(
            (&post["message"], &post["file_ids"]),
            (&json!("first"), &json!([file]))
        );
        assert_eq!(
            status(&admin, "GET", &format!("/files/{file}"), &Value::Null).await,
            200
        );
        server.stop().await;
    });
}

#[test]
fn a_channel_deleted_for_good_takes_its_bytes_along() {
    on_each(|engine| async move {
        let server = TestServer::start(engine).await.unwrap();
        let admin = Person::admin(&server.url).await;
        let (team, _) = team(&admin).await;
        let body = json!({"team_id": team, "name": "room", "display_name": "Room", "type": "O"});
        let channel = admin.post("/channels", body).await;
        let days = server.folder().join("files");
        let before = files_in(&days);
        let file = upload(&admin, id(&channel), "list.txt").await;
        let body = json!({"channel_id": id(&channel), "message": "text", "file_ids": [file]});
        admin.post("/posts", body).await;
        upload(&admin, id(&channel), "on_no_post.txt").await;
        assert_eq!(files_in(&days), before + 2);
        let path = format!("/channels/{}?permanent=true", id(&channel));
        assert_eq!(status(&admin, "DELETE", &path, &Value::Null).await, 200);
        assert_eq!(files_in(&days), before);
        server.stop().await;
    });
}

#[test]
fn a_sidebar_is_changed_category_by_category_and_in_bounds() {
    on_each(|engine| async move {
        let server = TestServer::start(engine).await.unwrap();
        let admin = Person::admin(&server.url).await;
        let (team, _) = team(&admin).await;
        let path = format!("/users/me/teams/{team}/channels/categories");
        let all = admin.get(&path).await;
        let mut category = all["categories"][0].clone();
        let one = json!([category]);
        assert_eq!(status(&admin, "PUT", &path, &one).await, 200);
        let twice = json!([category, category]);
        assert_eq!(status(&admin, "PUT", &path, &twice).await, 400);
        category["sorting"] = "x".repeat(65).into();
        assert_eq!(status(&admin, "PUT", &path, &json!([category])).await, 400);
        server.stop().await;
    });
}
