//! A small HTTP client for tests that make their own people. Not the replayer, which plays recordings.

use serde_json::{Value, json};

/// One signed-in person.
pub struct Person {
    pub http: reqwest::Client,
    pub base: String,
    pub token: String,
}

impl Person {
    pub async fn sign_in(base: &str, name: &str, password: &str) -> Person {
        let http = compat_tests::replay::client().unwrap();
        let body = json!({"login_id": name, "password": password});
        let reply = http
            .post(format!("{base}/api/v4/users/login"))
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), 200, "{name} signs in");
        let token = reply.headers()["Token"].to_str().unwrap().to_owned();
        Person {
            http,
            base: base.to_owned(),
            token,
        }
    }

    /// The administrator, made when there is none.
    pub async fn admin(base: &str) -> Person {
        let (name, password) = compat_tests::server::ADMIN.split_once(':').unwrap();
        let body =
            json!({"username": name, "password": password, "email": format!("{name}@example.com")});
        let http = compat_tests::replay::client().unwrap();
        http.post(format!("{base}/api/v4/users"))
            .json(&body)
            .send()
            .await
            .unwrap();
        Self::sign_in(base, name, password).await
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        self.http
            .request(method, format!("{}/api/v4{path}", self.base))
            .bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Value {
        let reply = self.request("GET", path).send().await.unwrap();
        assert_eq!(reply.status(), 200, "GET {path}");
        reply.json().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let reply = self.request("POST", path).json(&body).send().await.unwrap();
        assert!(
            reply.status().is_success(),
            "POST {path}: {}",
            reply.text().await.unwrap()
        );
        reply.json().await.unwrap()
    }
}

/// A team with its town square.
pub async fn team(admin: &Person) -> (String, String) {
    let team = admin
        .post(
            "/teams",
            json!({"name": "crew", "display_name": "Crew", "type": "O"}),
        )
        .await;
    let id = team["id"].as_str().unwrap().to_owned();
    let square = admin
        .get(&format!("/teams/{id}/channels/name/town-square"))
        .await;
    (id, square["id"].as_str().unwrap().to_owned())
}
