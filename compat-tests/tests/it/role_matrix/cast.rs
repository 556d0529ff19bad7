//! The people of the role matrix: who they are to the server as a whole. What they are in a team or channel is made by the
//! scene, anew for each team.

use crate::http::Person;
use rand::RngExt as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// From the weakest to the strongest.
/// `foreign` administers another team; `guest` and `teammate` are in the team only; `member`, `channel_admin` and `bot` are in
/// the channels too; `team_admin` is not.
pub const ROLES: [&str; 11] = [
    "nobody",
    "deactivated",
    "loner",
    "foreign",
    "guest",
    "teammate",
    "member",
    "channel_admin",
    "team_admin",
    "bot",
    "admin",
];
const PASSWORD: &str = "Passw0rd-of-the-cast";

/// Everybody with their sessions, and an administrator who prepares things and plays no role.
pub struct Cast {
    pub http: reqwest::Client,
    founder: Person,
    people: BTreeMap<&'static str, (String, Option<String>)>,
}

/// A name nobody has had.
pub fn word() -> String {
    let mut random = rand::rng();
    (0..9)
        .map(|_| char::from(random.random_range(b'a'..=b'z')))
        .collect()
}

impl Cast {
    pub async fn new(base: &str) -> Self {
        let founder = Person::admin(base).await;
        let mut cast = Cast {
            http: compat_tests::replay::client().unwrap(),
            founder,
            people: BTreeMap::new(),
        };
        for role in ROLES {
            cast.renew(role).await;
        }
        cast
    }

    /// Makes a new person for the role.
    pub async fn renew(&mut self, role: &str) {
        let role = ROLES.into_iter().find(|name| *name == role).unwrap();
        let person = match role {
            "nobody" => return,
            "bot" => self.bot().await,
            _ => self.somebody(role).await,
        };
        self.people.insert(role, person);
    }

    async fn somebody(&self, role: &str) -> (String, Option<String>) {
        let user = self.new_user().await;
        let id = user["id"].as_str().unwrap().to_owned();
        let roles = match role {
            "guest" => "system_guest",
            "admin" => "system_user system_admin",
            _ => "system_user",
        };
        let body = json!({"roles": roles});
        self.founder("PUT", &format!("/users/{id}/roles"), &body.to_string())
            .await;
        let person = self.sign_in(&user).await;
        if role == "foreign" {
            let name = word();
            let body = json!({"name": name, "display_name": "Other", "type": "O"});
            person.post("/teams", body).await;
        }
        if role == "deactivated" {
            self.founder("PUT", &format!("/users/{id}/active"), r#"{"active":false}"#)
                .await;
        }
        (id, Some(person.token))
    }

    async fn bot(&self) -> (String, Option<String>) {
        let bot = self
            .founder
            .post("/bots", json!({"username": format!("bot{}", word())}))
            .await;
        let id = bot["user_id"].as_str().unwrap().to_owned();
        let token = self
            .founder
            .post(&format!("/users/{id}/tokens"), json!({"description": "x"}))
            .await;
        (id, Some(token["token"].as_str().unwrap().to_owned()))
    }

    pub async fn new_user(&self) -> Value {
        let name = format!("u{}", word());
        let body =
            json!({"username": name, "email": format!("{name}@example.com"), "password": PASSWORD});
        self.founder.post("/users", body).await
    }

    pub async fn sign_in(&self, user: &Value) -> Person {
        Person::sign_in(
            &self.founder.base,
            user["username"].as_str().unwrap(),
            PASSWORD,
        )
        .await
    }

    pub fn id(&self, role: &str) -> &str {
        self.people
            .get(role)
            .map_or("aaaaaaaaaaaaaaaaaaaaaaaaaa", |p| p.0.as_str())
    }

    pub fn token(&self, role: &str) -> Option<&str> {
        self.people.get(role).and_then(|p| p.1.as_deref())
    }

    /// A request of the one who prepares things; has to succeed.
    pub async fn founder(&self, method: &str, path: &str, body: &str) -> Value {
        ask(&self.founder, method, path, body).await
    }
}

/// A request that has to succeed.
pub async fn ask(person: &Person, method: &str, path: &str, body: &str) -> Value {
    let request = super::scene::with_body(person.request(method, path), body);
    let reply = request.send().await.unwrap();
    let status = reply.status();
    let text = reply.text().await.unwrap();
    assert!(
        status.is_success(),
        "{method} {path} {body}: {status} {text}"
    );
    serde_json::from_str(&text).unwrap_or_default()
}
