//! Every request the official clients make from the first contact to an open channel, in their order, against a fresh server
//! with a web client's folder: nothing may be pending, and each answer has the form without which a client would stop.
//! What the requests are is from what the clients were seen to ask; what exactly is answered is the recordings' business.

mod ask;
mod desktop;
mod mobile;
mod web;

use crate::http::Person;
use ask::Client;
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use serde_json::{Value, json};
use std::path::Path;

/// A server as an administrator has it who changed nothing but where the client is.
struct Site {
    server: TestServer,
    admin: Person,
    team: String,
    square: String,
    direct: String,
    group: String,
    people: Vec<String>,
}

const PASSWORD: &str = "Anna-Passw0rd";

/// Plugins are turned on where nobody turned them off; clients ask other things then.
fn usual() -> Value {
    json!({"PluginSettings": {"Enable": true}})
}

impl Site {
    async fn new(engine: Engine) -> Self {
        let server = TestServer::start_with(engine, &usual()).await.unwrap();
        client_folder(&server.folder().join("client"));
        let admin = Person::admin(&server.url).await;
        let (team, square) = crate::http::team(&admin).await;
        let mut people = vec![
            admin.get("/users/me").await["id"]
                .as_str()
                .unwrap()
                .to_owned(),
        ];
        for name in ["anna", "berta"] {
            let user = json!({"username": name, "email": format!("{name}@example.com"), "password": PASSWORD});
            let made = admin.post("/users", user).await;
            people.push(made["id"].as_str().unwrap().to_owned());
            let member = json!({"team_id": team, "user_id": people.last()});
            admin.post(&format!("/teams/{team}/members"), member).await;
        }
        let direct = admin
            .post("/channels/direct", json!([people[0], people[1]]))
            .await;
        let group = admin.post("/channels/group", json!(people)).await;
        let post = json!({"channel_id": square, "message": "hello @anna"});
        admin.post("/posts", post).await;
        let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
        Site {
            server,
            admin,
            team,
            square,
            direct: id(&direct),
            group: id(&group),
            people,
        }
    }

    /// A client of Anna's, not signed in yet.
    fn client(&self) -> Client {
        let me = self.people[1].clone();
        Client::new(
            &self.server.url,
            &[
                ("team", &self.team),
                ("channel", &self.square),
                ("dm", &self.direct),
                ("gm", &self.group),
                ("user", &me),
                ("admin", &self.people[0]),
            ],
        )
    }
}

/// A folder as a release has it, in small.
fn client_folder(folder: &Path) {
    for below in ["i18n", "images/favicon", "emoji"] {
        std::fs::create_dir_all(folder.join(below)).unwrap();
    }
    let meta = "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'self' js.stripe.com/v3\">";
    let html = format!(
        "<!doctype html><html><head>{meta}<title>Mattermost</title></head><body><div id=\"root\"></div></body></html>"
    );
    for (name, content) in [
        ("root.html", html.as_str()),
        ("main.0a1b2c.js", "console.log(1)"),
        ("main.0a1b2c.css", "body{}"),
        ("remote_entry.js", "console.log(2)"),
        ("manifest.json", "{}"),
        ("i18n/de.0a1b2c.json", "{\"a\":\"b\"}"),
        ("images/favicon/favicon.ico", "icon"),
        ("emoji/mattermost.png", "png"),
    ] {
        std::fs::write(folder.join(name), content).unwrap();
    }
}

fn on(engine: Engine, test: impl AsyncFnOnce(&Site)) {
    if !engine.available() {
        return;
    }
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let site = Site::new(engine).await;
        test(&site).await;
        drop(site.admin);
        site.server.stop().await;
    });
}

#[test]
fn the_web_client_starts() {
    on(Engine::Sqlite, web::start);
}

#[test]
fn the_web_client_starts_on_postgres() {
    on(Engine::Postgres, web::start);
}

#[test]
fn the_desktop_app_accepts_the_server() {
    on(Engine::Sqlite, desktop::start);
}

#[test]
fn the_mobile_app_starts() {
    on(Engine::Sqlite, mobile::start);
}

#[test]
fn the_mobile_app_starts_on_postgres() {
    on(Engine::Postgres, mobile::start);
}

/// Before there is anybody: the web client's form for the first administrator.
#[test]
fn the_first_administrator_is_made_in_the_browser() {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let server = TestServer::start_with(Engine::Sqlite, &usual())
            .await
            .unwrap();
        web::first_administrator(&server.url).await;
        server.stop().await;
    });
}
