//! Acknowledged means stored: a server killed in the middle of eight people's posting has every post it confirmed.

use crate::http::{Person, team};
use compat_tests::engine::Engine;
use compat_tests::server::{Place, free_address};
use serde_json::json;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, Command};

const POSTERS: usize = 8;
const KILLS: usize = 3;

#[test]
fn killed_sqlite_server_keeps_what_it_confirmed() {
    run(Engine::Sqlite);
}

#[test]
fn killed_server_on_postgres_keeps_what_it_confirmed() {
    run(Engine::Postgres);
}

fn run(engine: Engine) {
    if !engine.available() {
        return;
    }
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let place = Place::new(engine).await.unwrap();
        let address = free_address().unwrap();
        let url = format!("http://{address}");
        let mut settings = place.settings(&url).unwrap();
        settings["ServiceSettings"]["ListenAddress"] = address.to_string().into();
        let file = place.folder().join("config.json");
        std::fs::write(&file, settings.to_string()).unwrap();
        let mut confirmed = Vec::new();
        let mut channel = None;
        for _ in 0..KILLS {
            let mut server = start(&file, &url).await;
            let admin = Person::admin(&url).await;
            if channel.is_none() {
                channel = Some(team(&admin).await.1);
            }
            let channel = channel.clone().unwrap();
            let posters: Vec<_> = (0..POSTERS)
                .map(|_| tokio::spawn(post_on(url.clone(), admin.token.clone(), channel.clone())))
                .collect();
            tokio::time::sleep(Duration::from_millis(1500)).await;
            server.kill().await.unwrap(); // SIGKILL: nothing is flushed
            for poster in posters {
                confirmed.extend(poster.await.unwrap());
            }
        }
        let mut server = start(&file, &url).await;
        let admin = Person::admin(&url).await;
        assert!(
            confirmed.len() > POSTERS * KILLS,
            "only {} posts were confirmed",
            confirmed.len()
        );
        for ids in confirmed.chunks(100) {
            let found = admin.post("/posts/ids", json!(ids)).await;
            assert_eq!(
                found.as_array().unwrap().len(),
                ids.len(),
                "confirmed posts are lost"
            );
        }
        println!(
            "{}: {} confirmed posts survived {KILLS} kills",
            engine.name(),
            confirmed.len()
        );
        server.kill().await.unwrap();
        place.remove().await;
    });
}

/// Posts until the server is gone; returns the ids of what it confirmed.
async fn post_on(url: String, token: String, channel: String) -> Vec<String> {
    let http = compat_tests::replay::client().unwrap();
    let mut confirmed = Vec::new();
    loop {
        let body = json!({"channel_id": channel, "message": "kept"});
        let sent = http
            .post(format!("{url}/api/v4/posts"))
            .bearer_auth(&token)
            .json(&body)
            .send()
            .await;
        let Ok(reply) = sent else { return confirmed };
        assert_eq!(reply.status(), 201);
        let Ok(post) = reply.json::<serde_json::Value>().await else {
            return confirmed;
        };
        confirmed.push(post["id"].as_str().unwrap().to_owned());
    }
}

/// The server as a process of its own, answering.
async fn start(config: &Path, url: &str) -> Child {
    let child = Command::new(env!("CARGO_BIN_EXE_compat-tests"))
        .args(["serve", "--config"])
        .arg(config)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let http = compat_tests::replay::client().unwrap();
    for _ in 0..200 {
        if http
            .get(format!("{url}/api/v4/system/ping"))
            .send()
            .await
            .is_ok_and(|r| r.status().is_success())
        {
            return child;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the server does not answer");
}
