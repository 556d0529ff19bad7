//! What ends a session, or holds it back, does so at once: for requests and for websockets.

use crate::http::Person;
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

const PASSWORD: &str = "Passw0rd-of-somebody";

fn with_server<F: Future<Output = ()>>(test: impl FnOnce(TestServer, Person) -> F) {
    with_settings(&Value::Null, test);
}

/// Settings given here are of the environment, which no later change of the configuration overrides.
fn with_settings<F: Future<Output = ()>>(
    patch: &Value,
    test: impl FnOnce(TestServer, Person) -> F,
) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let server = TestServer::start_with(Engine::Sqlite, patch).await.unwrap();
        let admin = Person::admin(&server.url).await;
        test(server, admin).await;
    });
}

async fn somebody(admin: &Person, name: &str) -> (Person, String) {
    let body =
        json!({"username": name, "email": format!("{name}@example.com"), "password": PASSWORD});
    let user = admin.post("/users", body).await;
    let person = Person::sign_in(&admin.base, name, PASSWORD).await;
    (person, user["id"].as_str().unwrap().to_owned())
}

async fn status(person: &Person, path: &str) -> u16 {
    let reply = person.request("GET", path).send().await.unwrap();
    reply.status().as_u16()
}

async fn settings(admin: &Person, section: &str, settings: Value) {
    let body = json!({section: settings});
    let reply = admin
        .request("PUT", "/config/patch")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 200);
}

type Socket =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

/// A socket that has heard `hello`.
async fn socket(person: &Person) -> Socket {
    let url = format!("{}/api/v4/websocket", person.base.replacen("http", "ws", 1));
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    let challenge =
        json!({"seq": 1, "action": "authentication_challenge", "data": {"token": person.token}});
    socket
        .send(Message::text(challenge.to_string()))
        .await
        .unwrap();
    assert!(hears(&mut socket, "hello").await);
    socket
}

/// Whether an event of this name comes soon.
async fn hears(socket: &mut Socket, name: &str) -> bool {
    let wait = async {
        while let Some(Ok(message)) = socket.next().await {
            let frame: Value =
                serde_json::from_str(message.to_text().unwrap_or_default()).unwrap_or_default();
            if frame["event"] == name {
                return true;
            }
        }
        false
    };
    tokio::time::timeout(Duration::from_millis(700), wait)
        .await
        .unwrap_or(false)
}

async fn change_nickname(admin: &Person, user: &str) {
    let body = json!({"nickname": format!("n{:?}", std::time::Instant::now())});
    admin
        .request("PUT", &format!("/users/{user}/patch"))
        .json(&body)
        .send()
        .await
        .unwrap();
}

#[test]
fn an_ended_session_ends_everywhere_at_once() {
    with_server(|server, admin| async move {
        settings(
            &admin,
            "ServiceSettings",
            json!({"TerminateSessionsOnPasswordChange": true}),
        )
        .await;
        for (number, way) in ["logout", "revoke", "revoke all", "deactivate", "password"]
            .into_iter()
            .enumerate()
        {
            let (person, id) = somebody(&admin, &format!("somebody{number}")).await;
            let (watcher, _) = somebody(&admin, &format!("watcher{number}")).await;
            let (mut own, mut others) = (socket(&person).await, socket(&watcher).await);
            change_nickname(&admin, &id).await;
            assert!(hears(&mut own, "user_updated").await, "{way}: before");
            assert!(hears(&mut others, "user_updated").await, "{way}: before");
            assert_eq!(status(&person, "/users/me").await, 200);
            let sessions = admin.get(&format!("/users/{id}/sessions")).await;
            match way {
                "logout" => drop(
                    person
                        .request("POST", "/users/logout")
                        .send()
                        .await
                        .unwrap(),
                ),
                "revoke" => {
                    let body = json!({"session_id": sessions[0]["id"]});
                    drop(
                        admin
                            .post(&format!("/users/{id}/sessions/revoke"), body)
                            .await,
                    );
                }
                "revoke all" => drop(
                    admin
                        .post(&format!("/users/{id}/sessions/revoke/all"), json!({}))
                        .await,
                ),
                "deactivate" => {
                    let request = admin.request("PUT", &format!("/users/{id}/active"));
                    drop(
                        request
                            .json(&json!({"active": false}))
                            .send()
                            .await
                            .unwrap(),
                    );
                }
                _ => {
                    let request = admin.request("PUT", &format!("/users/{id}/password"));
                    drop(
                        request
                            .json(&json!({"new_password": "Passw0rd-another"}))
                            .send()
                            .await
                            .unwrap(),
                    );
                }
            }
            assert_eq!(status(&person, "/users/me").await, 401, "{way}");
            change_nickname(&admin, &id).await;
            assert!(
                hears(&mut others, "user_updated").await,
                "{way}: others go on"
            );
            assert!(
                !hears(&mut own, "user_updated").await,
                "{way}: the socket hears more"
            );
        }
        server.stop().await;
    });
}

#[test]
fn a_revoked_access_token_ends_at_once() {
    with_server(|server, admin| async move {
        let bot = admin.post("/bots", json!({"username": "robot"})).await;
        let id = bot["user_id"].as_str().unwrap();
        for way in ["disable", "revoke"] {
            let token = admin
                .post(&format!("/users/{id}/tokens"), json!({"description": "x"}))
                .await;
            let robot = Person {
                http: admin.http.clone(),
                base: admin.base.clone(),
                token: token["token"].as_str().unwrap().to_owned(),
            };
            assert_eq!(status(&robot, "/users/me").await, 200);
            admin
                .post(
                    &format!("/users/tokens/{way}"),
                    json!({"token_id": token["id"]}),
                )
                .await;
            assert_eq!(status(&robot, "/users/me").await, 401, "{way}");
        }
        server.stop().await;
    });
}

#[test]
fn roles_and_memberships_count_from_the_next_request_on() {
    with_server(|server, admin| async move {
        let (person, id) = somebody(&admin, "riser").await;
        let (team, channel) = crate::http::team(&admin).await;
        let room = admin
            .post(
                "/channels",
                json!({"team_id": team, "name": "room", "display_name": "Room", "type": "P"}),
            )
            .await;
        let room = format!("/channels/{}", room["id"].as_str().unwrap());
        let change = async |method: &str, path: String, body: Value| {
            let reply = admin
                .request(method, &path)
                .json(&body)
                .send()
                .await
                .unwrap();
            assert!(
                reply.status().is_success(),
                "{method} {path}: {}",
                reply.text().await.unwrap()
            );
        };
        assert_eq!(status(&person, "/audits").await, 403);
        change(
            "PUT",
            format!("/users/{id}/roles"),
            json!({"roles": "system_user system_admin"}),
        )
        .await;
        assert_eq!(status(&person, "/audits").await, 200);
        change(
            "PUT",
            format!("/users/{id}/roles"),
            json!({"roles": "system_user"}),
        )
        .await;
        assert_eq!(status(&person, "/audits").await, 403);
        let square = format!("/channels/{channel}/posts");
        assert_eq!(status(&person, &square).await, 403);
        change(
            "POST",
            format!("/teams/{team}/members"),
            json!({"team_id": team, "user_id": id}),
        )
        .await;
        assert_eq!(status(&person, &square).await, 200);
        assert_eq!(status(&person, &room).await, 403);
        change("POST", format!("{room}/members"), json!({"user_id": id})).await;
        assert_eq!(status(&person, &room).await, 200);
        change("DELETE", format!("{room}/members/{id}"), Value::Null).await;
        assert_eq!(status(&person, &room).await, 403);
        change("PUT", format!("{room}/privacy"), json!({"privacy": "O"})).await;
        assert_eq!(status(&person, &room).await, 200);
        change("PUT", format!("{room}/privacy"), json!({"privacy": "P"})).await;
        assert_eq!(status(&person, &room).await, 403);
        let role = admin.get("/roles/name/team_user").await;
        let path = format!("/roles/{}/patch", role["id"].as_str().unwrap());
        let all = role["permissions"].as_array().unwrap().clone();
        let fewer: Vec<Value> = all
            .iter()
            .filter(|p| *p != "list_team_channels")
            .cloned()
            .collect();
        let list = format!("/teams/{team}/channels");
        assert_eq!(status(&person, &list).await, 200);
        change("PUT", path.clone(), json!({"permissions": fewer})).await;
        assert_eq!(status(&person, &list).await, 403);
        change("PUT", path, json!({"permissions": all})).await;
        assert_eq!(status(&person, &list).await, 200);
        change("DELETE", format!("/teams/{team}/members/{id}"), Value::Null).await;
        assert_eq!(status(&person, &square).await, 403);
        server.stop().await;
    });
}

#[test]
fn whoever_owes_a_second_factor_gets_no_further() {
    with_server(|server, admin| async move {
        let (person, id) = somebody(&admin, "careless").await;
        let bot = admin.post("/bots", json!({"username": "robot"})).await;
        let bot = bot["user_id"].as_str().unwrap();
        let token = admin
            .post(&format!("/users/{bot}/tokens"), json!({"description": "x"}))
            .await;
        let enforce = json!({"EnableMultifactorAuthentication": true, "EnforceMultifactorAuthentication": true});
        settings(&admin, "ServiceSettings", enforce).await;
        assert_eq!(status(&person, "/users/me").await, 200);
        let reply = person
            .request("GET", "/users/me/teams")
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), 403);
        let error: Value = reply.json().await.unwrap();
        assert_eq!(error["id"], "api.context.mfa_required.app_error");
        let reply = person
            .request("POST", &format!("/users/{id}/mfa/generate"))
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), 200, "how else would one set it up");
        let robot = Person {
            token: token["token"].as_str().unwrap().to_owned(),
            ..person
        };
        assert_eq!(status(&robot, "/users/me/teams").await, 200);
        server.stop().await;
    });
}

#[test]
fn idle_sessions_end_and_used_ones_last() {
    with_server(|server, admin| async move {
        settings(
            &admin,
            "ServiceSettings",
            json!({"ExtendSessionLengthWithActivity": true}),
        )
        .await;
        let (person, id) = somebody(&admin, "sleeper").await;
        let session = admin.get(&format!("/users/{id}/sessions")).await[0].clone();
        let (session_id, made) = (
            session["id"].as_str().unwrap(),
            session["create_at"].as_i64().unwrap(),
        );
        let store = server.store();
        // As if it were an hour old: renewed by the next request.
        let age = async |ms: i64, left: i64| {
            store::testing::age_session(store, session_id, made - ms, made + left).await;
        };
        age(3_600_000, 1_000_000).await;
        assert_eq!(status(&person, "/users/me").await, 200);
        let renewed = admin.get(&format!("/users/{id}/sessions")).await[0].clone();
        assert!(
            renewed["expires_at"].as_i64().unwrap() > made + 3_600_000,
            "{renewed}"
        );
        assert!(renewed["last_activity_at"].as_i64().unwrap() >= made);
        let end =
            json!({"ExtendSessionLengthWithActivity": false, "SessionIdleTimeoutInMinutes": 30});
        settings(&admin, "ServiceSettings", end).await;
        assert_eq!(status(&person, "/users/me").await, 200);
        age(3_600_000, 1_000_000).await;
        assert_eq!(status(&person, "/users/me").await, 401);
        let left = admin.get(&format!("/users/{id}/sessions")).await;
        assert_eq!(left.as_array().unwrap().len(), 0);
        server.stop().await;
    });
}

#[test]
fn too_many_requests_are_refused() {
    let on = json!({"RateLimitSettings": {"Enable": true}});
    with_settings(&on, |server, admin| async move {
        let few = json!({"PerSec": 1, "MaxBurst": 5});
        settings(&admin, "RateLimitSettings", few).await;
        let mut seen = Vec::new();
        for _ in 0..10 {
            let reply = admin.request("GET", "/system/ping").send().await.unwrap();
            assert_eq!(reply.headers()["X-Ratelimit-Limit"], "1");
            assert!(reply.headers().contains_key("X-Ratelimit-Remaining"));
            assert!(reply.headers().contains_key("X-Ratelimit-Reset"));
            assert_eq!(
                reply.status() == 429,
                reply.headers().contains_key("Retry-After")
            );
            seen.push(reply.status().as_u16());
        }
        assert_eq!(seen[..5], [200; 5]);
        assert!(seen[8..].iter().all(|status| *status == 429), "{seen:?}");
        server.stop().await;
    });
}
