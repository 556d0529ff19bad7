//! Makes what a scenario needs before its first step: people, team, channels, sockets. Not compared, but has to succeed.

use super::{PASSWORD, Run};
use crate::replay::request::{self, Answer};
use crate::replay::socket::{Refusal, Socket};
use crate::replay::value::{plain, strings};
use anyhow::{Result, anyhow, bail};
use serde_json::{Value, json};
use std::time::Duration;

impl Run<'_> {
    async fn must(
        &self,
        method: &str,
        path: &str,
        token: Option<&Value>,
        body: Option<Value>,
    ) -> Result<Answer> {
        let step = body.map_or_else(|| json!({}), |b| json!({"body": b}));
        let token = token.map(plain);
        let request = request::build(
            &self.target.client,
            &self.target.base,
            self.recording,
            (method, path),
            token.as_deref(),
            &step,
        )?;
        let answer = request::send(request)
            .await
            .map_err(|e| anyhow!("setup: {method} {path}: {e}"))?;
        if answer.status >= 300 {
            let text: String = String::from_utf8_lossy(&answer.body)
                .chars()
                .take(300)
                .collect();
            bail!("setup: {method} {path} answered {}: {text}", answer.status);
        }
        Ok(answer)
    }

    async fn object(
        &self,
        method: &str,
        path: &str,
        token: &Value,
        body: Option<Value>,
    ) -> Result<Value> {
        let answer = self.must(method, path, Some(token), body).await?;
        answer
            .json()
            .ok_or_else(|| anyhow!("setup: {method} {path} answered no JSON"))
    }

    async fn login(&self, name: &str, password: &str) -> Result<(Value, Value)> {
        let body = json!({"login_id": name, "password": password});
        let answer = self.must("POST", "/users/login", None, Some(body)).await?;
        let token = answer
            .header("Token")
            .ok_or_else(|| anyhow!("setup: no Token header on sign-in"))?;
        Ok((token.into(), answer.json().unwrap_or_default()))
    }

    pub(super) async fn set_up(&mut self) -> Result<()> {
        let admin = self.set_up_people().await?;
        if self.scenario().get("team").is_some() {
            self.set_up_team(&admin).await?;
        }
        self.set_up_channels().await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
        for name in strings(self.scenario().get("listen")) {
            let token = self
                .tokens
                .get(name)
                .ok_or_else(|| anyhow!("setup: no token of {name}"))?;
            let url = format!(
                "{}/api/v4/websocket",
                self.target.base.replacen("http", "ws", 1)
            );
            let socket = Socket::open(&url, &[], Some(token))
                .await
                .map_err(|r| match r {
                    Refusal::Status(s) => anyhow!("setup: websocket refused with {s}"),
                    Refusal::Failed(s) => anyhow!("setup: {s}"),
                    Refusal::Fault(s) => anyhow!("setup: websocket: {s}"),
                })?;
            self.add_socket(name, socket);
        }
        Ok(())
    }

    /// The admin and everybody the scenario names; returns the admin's token.
    async fn set_up_people(&mut self) -> Result<Value> {
        let (name, password) = (&self.target.admin_name, &self.target.admin_password);
        let (admin, mut user) = match self.login(name, password).await {
            Ok(done) => done,
            Err(_) => {
                let email = format!("{name}@example.com");
                let body = json!({"username": name, "password": password, "email": email});
                self.must("POST", "/users", None, Some(body)).await?;
                self.login(name, password).await?
            }
        };
        user["token"] = admin.clone();
        self.learn("admin", user);
        self.tokens.insert("admin".into(), admin.clone());
        for name in strings(self.scenario().get("users")) {
            let username = format!("{name}-{}", self.run);
            let body = json!({
                "username": username, "email": format!("{username}@example.com"), "password": PASSWORD,
                "first_name": capitalised(name), "last_name": "Scenario",
            });
            let mut user = self.object("POST", "/users", &admin, Some(body)).await?;
            let (token, _) = self.login(&plain(&user["username"]), PASSWORD).await?;
            user["token"] = token.clone();
            self.tokens.insert(name.into(), token);
            self.learn(name, user);
        }
        Ok(admin)
    }

    async fn set_up_team(&mut self, admin: &Value) -> Result<()> {
        let run = &self.run;
        let body = json!({"name": format!("team-{run}"), "display_name": format!("Team {run}"), "type": "O"});
        let team = self.object("POST", "/teams", admin, Some(body)).await?;
        let id = plain(&team["id"]);
        self.learn("team", team);
        for name in strings(self.scenario().get("team")) {
            let body = json!({"team_id": id, "user_id": self.vars[name]["id"]});
            self.must(
                "POST",
                &format!("/teams/{id}/members"),
                Some(admin),
                Some(body),
            )
            .await?;
        }
        for (alias, slug) in [("town_square", "town-square"), ("off_topic", "off-topic")] {
            let channel = self
                .object(
                    "GET",
                    &format!("/teams/{id}/channels/name/{slug}"),
                    admin,
                    None,
                )
                .await?;
            self.learn(alias, channel);
        }
        Ok(())
    }

    async fn set_up_channels(&mut self) -> Result<()> {
        let Some(Value::Object(channels)) = self.scenario().get("channels") else {
            return Ok(());
        };
        for (name, spec) in channels {
            let members: Vec<&str> = strings(spec.get("members")).collect();
            let owner = members.first().copied().unwrap_or("admin");
            let token = self
                .tokens
                .get(owner)
                .cloned()
                .ok_or_else(|| anyhow!("setup: no token of {owner}"))?;
            let body = json!({
                "team_id": self.vars["team"]["id"], "name": format!("{}-{}", name.replace('_', "-"), self.run),
                "display_name": format!("{name} {}", self.run),
                "type": spec.get("type").and_then(Value::as_str).unwrap_or("O"),
            });
            let channel = self.object("POST", "/channels", &token, Some(body)).await?;
            let id = plain(&channel["id"]);
            self.learn(name, channel);
            for member in members.iter().skip(1) {
                let body = json!({"user_id": self.vars[*member]["id"]});
                self.must(
                    "POST",
                    &format!("/channels/{id}/members"),
                    Some(&token),
                    Some(body),
                )
                .await?;
            }
        }
        Ok(())
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + &letters.as_str().to_lowercase()
    })
}
