//! The things of the role matrix: teams, channels, posts and whatever else a path can name, made when first asked for.
//! All belong to `other`, who plays no role.

use super::cast::{Cast, ask, word};
use crate::http::Person;
use contract::Operation;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const PNG: &[u8] = include_bytes!("../../../recordings/assets/authorization_dot.png");

/// Things by name.
#[derive(Default)]
pub struct Scene {
    things: BTreeMap<String, Value>,
    other: Option<Person>,
}

/// `@raw`, `@form key=value key=@png`, or JSON.
pub fn with_body(request: reqwest::RequestBuilder, body: &str) -> reqwest::RequestBuilder {
    if body.is_empty() {
        request
    } else if body == "@raw" {
        request.body("four")
    } else if let Some(fields) = body.strip_prefix("@form ") {
        let mut form = reqwest::multipart::Form::new();
        for (name, value) in fields.split(' ').filter_map(|field| field.split_once('=')) {
            form = if value == "@png" {
                let part = reqwest::multipart::Part::bytes(PNG).file_name("a.png");
                form.part(name.to_owned(), part)
            } else {
                form.text(name.to_owned(), value.to_owned())
            };
        }
        request.multipart(form)
    } else {
        request
            .header("Content-Type", "application/json")
            .body(body.to_owned())
    }
}

/// Reads that are not called GET.
pub fn changes_nothing(operation: &Operation) -> bool {
    let ends = [
        "/search",
        "/ids",
        "names",
        "member_count",
        "timezones",
        "/ancillary",
        "/reactions",
        "group_channels",
    ];
    operation.method == "POST"
        && operation.id != "SaveReaction"
        && ends.iter().any(|end| operation.path.ends_with(end))
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

impl Scene {
    pub async fn value(&mut self, cast: &Cast, name: &str, field: &str) -> String {
        if !self.things.contains_key(name) {
            Box::pin(self.make(cast, name)).await;
        }
        let value = &self.things[name][field];
        value
            .as_str()
            .unwrap_or_else(|| panic!("{name} has no {field}: {}", self.things[name]))
            .to_owned()
    }

    async fn id(&mut self, cast: &Cast, name: &str) -> String {
        self.value(cast, name, "id").await
    }

    /// Throws away what the text names, and what belongs to that.
    pub fn forget(&mut self, text: &str) {
        let named = |name: &str| {
            text.contains(&format!("{{{name}}}")) || text.contains(&format!("{{{name}."))
        };
        if named("team") || named("other") {
            self.things.clear();
            return;
        }
        let gone: Vec<String> = self
            .things
            .keys()
            .filter(|name| named(name))
            .map(|name| name.split('_').next().unwrap_or(name).to_owned())
            .collect();
        self.things
            .retain(|name, _| !gone.iter().any(|start| name.starts_with(start.as_str())));
    }

    async fn make(&mut self, cast: &Cast, name: &str) {
        if name == "other" {
            return self.make_other(cast).await;
        }
        if name == "team" {
            return self.make_team(cast).await;
        }
        self.id(cast, "team").await; // and everybody in it
        let thing = match name {
            "closed_team" => {
                let body = json!({"name": word(), "display_name": "Closed", "type": "I"});
                cast.founder("POST", "/teams", &body.to_string()).await
            }
            "newcomer" => self.newcomer(cast).await,
            "someone" => cast.new_user().await,
            "open" | "closed" | "archived" | "vault" => self.channel(cast, name).await,
            "direct" => self.together(cast, "direct", &["member"]).await,
            "group" => {
                self.together(cast, "group", &["member", "channel_admin"])
                    .await
            }
            "deleted_post" => self.deleted_post(cast).await,
            "robot" => {
                let body = json!({"username": format!("bot{}", word())});
                let bot = cast.founder("POST", "/bots", &body.to_string()).await;
                json!({"id": bot["user_id"]})
            }
            "user_token" => {
                let path = format!("/users/{}/tokens", self.id(cast, "other").await);
                cast.founder("POST", &path, r#"{"description":"x"}"#).await
            }
            "session" => {
                let path = format!("/users/{}/sessions", self.id(cast, "other").await);
                cast.founder("GET", &path, "").await[0].clone()
            }
            "role" => cast.founder("GET", "/roles/name/system_post_all", "").await,
            "emoji" => {
                let emoji = json!({"name": format!("e{}", word()), "creator_id": self.things["other"]["id"]});
                self.by_other("POST", "/emoji", &format!("@form image=@png emoji={emoji}"))
                    .await
            }
            "upload" => {
                let channel = self.id(cast, "closed").await;
                let body = json!({"channel_id": channel, "filename": "a.txt", "file_size": 4});
                self.by_other("POST", "/uploads", &body.to_string()).await
            }
            "category" => {
                let (user, team) = (self.id(cast, "other").await, self.id(cast, "team").await);
                let body = json!({"user_id": user, "team_id": team, "display_name": "x"});
                let path = format!("/users/{user}/teams/{team}/channels/categories");
                self.by_other("POST", &path, &body.to_string()).await
            }
            "incoming" => self.incoming(cast, "open").await,
            "secret" => self.incoming(cast, "closed").await,
            "outgoing" => self.outgoing(cast).await,
            "command" => self.command(cast).await,
            "client" => {
                let body = json!({"name": word(), "callback_urls": ["https://a.example.com/"],
                    "homepage": "https://a.example.com"});
                cast.founder("POST", "/oauth/apps", &body.to_string()).await
            }
            name => return self.make_post(cast, name).await,
        };
        self.things.insert(name.to_owned(), thing);
    }

    async fn by_other(&self, method: &str, path: &str, body: &str) -> Value {
        ask(self.other.as_ref().unwrap(), method, path, body).await
    }

    async fn make_other(&mut self, cast: &Cast) {
        let user = cast.new_user().await;
        self.other = Some(cast.sign_in(&user).await);
        self.things.insert("other".to_owned(), user);
    }

    async fn make_team(&mut self, cast: &Cast) {
        let other = self.id(cast, "other").await;
        let body = json!({"name": word(), "display_name": "Team", "type": "O"});
        let team = cast.founder("POST", "/teams", &body.to_string()).await;
        let mut people = vec![other];
        people.extend(
            [
                "guest",
                "teammate",
                "member",
                "channel_admin",
                "team_admin",
                "bot",
            ]
            .map(|role| cast.id(role).to_owned()),
        );
        let people: Vec<Value> = people
            .iter()
            .map(|user| json!({"team_id": team["id"], "user_id": user}))
            .collect();
        let path = format!("/teams/{}/members", id(&team));
        let body = Value::from(people).to_string();
        cast.founder("POST", &format!("{path}/batch"), &body).await;
        let path = format!("{path}/{}/schemeRoles", cast.id("team_admin"));
        cast.founder("PUT", &path, r#"{"scheme_user":true,"scheme_admin":true}"#)
            .await;
        self.things.insert("team".to_owned(), team);
    }

    async fn newcomer(&mut self, cast: &Cast) -> Value {
        let team = self.id(cast, "team").await;
        let user = cast.new_user().await;
        let body = json!({"team_id": team, "user_id": user["id"]});
        cast.founder("POST", &format!("/teams/{team}/members"), &body.to_string())
            .await;
        user
    }

    async fn channel(&mut self, cast: &Cast, name: &str) -> Value {
        let kind = if matches!(name, "closed" | "vault") {
            "P"
        } else {
            "O"
        };
        let team = self.id(cast, "team").await;
        let body =
            json!({"team_id": team, "name": word(), "display_name": "Channel", "type": kind});
        let channel = cast.founder("POST", "/channels", &body.to_string()).await;
        let path = format!("/channels/{}", id(&channel));
        let mut people = vec![self.id(cast, "other").await];
        people.extend(["member", "channel_admin", "bot"].map(|role| cast.id(role).to_owned()));
        let body = json!({"user_ids": people});
        cast.founder("POST", &format!("{path}/members"), &body.to_string())
            .await;
        let roles = format!("{path}/members/{}/schemeRoles", cast.id("channel_admin"));
        cast.founder("PUT", &roles, r#"{"scheme_user":true,"scheme_admin":true}"#)
            .await;
        if matches!(name, "archived" | "vault") {
            cast.founder("DELETE", &path, "").await;
        }
        channel
    }

    async fn together(&mut self, cast: &Cast, kind: &str, roles: &[&str]) -> Value {
        let mut people = vec![self.id(cast, "other").await];
        people.extend(roles.iter().map(|role| cast.id(role).to_owned()));
        let path = format!("/channels/{kind}");
        self.by_other("POST", &path, &json!(people).to_string())
            .await
    }

    async fn incoming(&mut self, cast: &Cast, place: &str) -> Value {
        let (channel, other) = (self.id(cast, place).await, self.id(cast, "other").await);
        let body = json!({"channel_id": channel, "user_id": other});
        cast.founder("POST", "/hooks/incoming", &body.to_string())
            .await
    }

    async fn outgoing(&mut self, cast: &Cast) -> Value {
        let (channel, other) = (self.id(cast, "open").await, self.id(cast, "other").await);
        let team = self.id(cast, "team").await;
        let body = json!({"team_id": team, "channel_id": channel, "creator_id": other, "trigger_words": [word()],
            "callback_urls": ["http://127.0.0.1:9/"]});
        cast.founder("POST", "/hooks/outgoing", &body.to_string())
            .await
    }

    async fn command(&mut self, cast: &Cast) -> Value {
        let (team, other) = (self.id(cast, "team").await, self.id(cast, "other").await);
        let body = json!({"team_id": team, "creator_id": other, "trigger": word(), "method": "P",
            "url": "http://127.0.0.1:9/"});
        cast.founder("POST", "/commands", &body.to_string()).await
    }

    async fn deleted_post(&mut self, cast: &Cast) -> Value {
        let channel = self.id(cast, "open").await;
        let body = json!({"channel_id": channel, "message": "gone"});
        let post = self.by_other("POST", "/posts", &body.to_string()).await;
        self.by_other("DELETE", &format!("/posts/{}", id(&post)), "")
            .await;
        post
    }

    /// `closed_post`, `closed_file`, `closed_version`: a post with a file, an earlier version, a reply and a reaction.
    async fn make_post(&mut self, cast: &Cast, name: &str) {
        let (place, _) = name
            .rsplit_once('_')
            .unwrap_or_else(|| panic!("nobody knows what {name} is"));
        let channel = self.id(cast, place).await;
        let path = format!("/files?channel_id={channel}&filename=a.txt");
        let file = self.by_other("POST", &path, "@raw").await["file_infos"][0].clone();
        let body = json!({"channel_id": channel, "message": "first", "file_ids": [file["id"]]});
        let post = self.by_other("POST", "/posts", &body.to_string()).await;
        let path = format!("/posts/{}", id(&post));
        self.by_other("PUT", &format!("{path}/patch"), r#"{"message":"second"}"#)
            .await;
        let versions = self
            .by_other("GET", &format!("{path}/edit_history"), "")
            .await;
        let body = json!({"channel_id": channel, "root_id": post["id"], "message": "reply"});
        self.by_other("POST", "/posts", &body.to_string()).await;
        let other = self.id(cast, "other").await;
        let body = json!({"user_id": other, "post_id": post["id"], "emoji_name": "smile"});
        self.by_other("POST", "/reactions", &body.to_string()).await;
        for (what, thing) in [
            ("post", post),
            ("file", file),
            ("version", versions[0].clone()),
        ] {
            self.things.insert(format!("{place}_{what}"), thing);
        }
    }
}
