//! Webhooks and commands against a program on the loopback: what it is sent, and what becomes of its answers. And applications
//! that come for tokens all at once.

use crate::http::{Person, team};
use crate::program::Program;
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

async fn server(settings: Value) -> TestServer {
    let mut all = json!({"ServiceSettings": {"AllowedUntrustedInternalConnections": "127.0.0.1"}});
    for (name, value) in settings.as_object().unwrap() {
        all["ServiceSettings"][name] = value.clone();
    }
    TestServer::start_with(Engine::Sqlite, &all).await.unwrap()
}

/// Waits for a message of the channel that says this.
async fn message(person: &Person, channel: &str, text: &str) -> Value {
    for _ in 0..400 {
        let page = person.get(&format!("/channels/{channel}/posts")).await;
        let posts = page["posts"].as_object().unwrap();
        if let Some(post) = posts.values().find(|post| post["message"] == text) {
            return post.clone();
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("nobody wrote {text:?}");
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn outgoing_webhooks_tell_programs_and_write_what_they_answer() {
    let program = Program::start().await;
    let server = server(json!({"EnablePostUsernameOverride": true})).await;
    let admin = Person::admin(&server.url).await;
    let (team, channel) = team(&admin).await;
    let hook = |path: &str, words: Value, kind: &str, when: i64| {
        json!({"team_id": team, "channel_id": channel, "trigger_words": words, "trigger_when": when, "content_type": kind,
            "callback_urls": [format!("{}{path}", program.address)]})
    };
    let form = hook("/form", json!(["build"]), "", 0);
    let form = admin.post("/hooks/outgoing", form).await;
    let json = hook("/json", json!(["dep"]), "application/json", 1);
    let json = admin.post("/hooks/outgoing", json).await;
    program.answers(
        "/form",
        json!({"text": "see <http://a.b|the log>", "username": "builder", "response_type": "comment"}),
    );
    program.answers("/json", json!({"text": "deployed"}));

    let body = json!({"channel_id": channel, "message": "build the thing"});
    let post = admin.post("/posts", body).await;
    let seen = program.asked("/form").await;
    assert_eq!(seen.method, "POST");
    assert_eq!(
        seen.headers["content-type"],
        "application/x-www-form-urlencoded"
    );
    let sent = seen.form();
    assert_eq!(sent["token"], text(&form, "token"));
    assert_eq!(sent["text"], "build the thing");
    assert_eq!(sent["trigger_word"], "build");
    assert_eq!(sent["channel_name"], "town-square");
    assert_eq!(sent["team_domain"], "crew");
    assert_eq!(sent["user_name"], "admin");
    assert_eq!(sent["post_id"], text(&post, "id"));
    let answer = message(&admin, &channel, "see [the log](http://a.b)").await;
    assert_eq!(answer["root_id"], post["id"]);
    assert_eq!(answer["props"]["override_username"], "builder");
    assert_eq!(answer["props"]["from_webhook"], "true");

    let body = json!({"channel_id": channel, "message": "deploy it"});
    admin.post("/posts", body).await;
    let sent: Value = serde_json::from_str(&program.asked("/json").await.body).unwrap();
    assert_eq!(sent["token"], json["token"]);
    assert_eq!(sent["trigger_word"], "dep");
    let answer = message(&admin, &channel, "deployed").await;
    assert_eq!(answer["root_id"], "");
    assert_eq!(answer["props"]["override_username"], "webhook");

    let path = format!("/hooks/outgoing/{}", text(&json, "id"));
    admin.request("DELETE", &path).send().await.unwrap();
    for message in ["deploy again", "building"] {
        let body = json!({"channel_id": channel, "message": message});
        admin.post("/posts", body).await;
    }
    let body = json!({"channel_id": channel, "message": "build"});
    admin.post("/posts", body).await;
    assert_eq!(program.asked("/form").await.form()["text"], "build");
    assert!(
        program.seen.lock().unwrap().is_empty(),
        "neither a deleted webhook nor another word is told"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn incoming_webhooks_take_forms_and_long_texts() {
    let server = server(json!({})).await;
    let admin = Person::admin(&server.url).await;
    let (_, channel) = team(&admin).await;
    let hook = admin
        .post("/hooks/incoming", json!({"channel_id": channel}))
        .await;
    let address = format!("{}/hooks/{}", server.url, text(&hook, "id"));

    let form = [("payload", r#"{"text": "in a form <!here>"}"#)];
    let form = reqwest::Url::parse_with_params("http://x/", &form).unwrap();
    let request = admin
        .http
        .post(&address)
        .header("content-type", "application/x-www-form-urlencoded");
    let reply = request
        .body(form.query().unwrap().to_owned())
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 200);
    message(&admin, &channel, "in a form @here").await;

    let parts = reqwest::multipart::Form::new().text("payload", r#"{"text": "in parts"}"#);
    let reply = admin.http.post(&address).multipart(parts).send().await;
    assert_eq!(reply.unwrap().status(), 200);
    message(&admin, &channel, "in parts").await;

    let long = "é".repeat(16_383);
    let body = json!({"text": format!("{long}the end")});
    let reply = admin.http.post(&address).json(&body).send().await.unwrap();
    assert_eq!(reply.status(), 200);
    message(&admin, &channel, &long).await;
    message(&admin, &channel, "the end").await;

    let settings = json!({"ServiceSettings": {"EnableIncomingWebhooks": false}});
    let patch = admin.request("PUT", "/config/patch").json(&settings);
    assert_eq!(patch.send().await.unwrap().status(), 200);
    let reply = admin.http.post(&address).json(&body).send().await.unwrap();
    assert_eq!(reply.status(), 501);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_of_teams_ask_programs_and_show_what_they_answer() {
    let program = Program::start().await;
    let server = server(json!({"EnablePostUsernameOverride": true})).await;
    let admin = Person::admin(&server.url).await;
    let (team, channel) = team(&admin).await;
    let command = |word: &str, method: &str| {
        json!({"team_id": team, "trigger": word, "method": method, "username": "weatherman",
            "url": format!("{}/{word}?a=1", program.address)})
    };
    let posting = admin.post("/commands", command("weather", "P")).await;
    let getting = admin.post("/commands", command("news", "G")).await;
    program.answers(
        "/weather",
        json!({"response_type": "in_channel", "text": "<http://a.b|sunny>", "goto_location": "http://a.b",
            "extra_responses": [{"response_type": "in_channel", "text": "and warm"}]}),
    );
    program.answers("/news", json!({"text": "none"}));
    let give = |line: &str| json!({"channel_id": channel, "team_id": team, "command": line});

    let answer = admin
        .post("/commands/execute", give("/Weather in  Rome"))
        .await;
    assert_eq!(answer["goto_location"], "http://a.b");
    let seen = program.asked("/weather?a=1").await;
    assert_eq!(
        seen.headers["authorization"],
        format!("Token {}", text(&posting, "token"))
    );
    let sent = seen.form();
    assert_eq!(sent["token"], text(&posting, "token"));
    assert_eq!(
        (sent["command"].as_str(), sent["text"].as_str()),
        ("/Weather", "in  Rome")
    );
    assert_eq!(
        (sent["team_domain"].as_str(), sent["user_name"].as_str()),
        ("crew", "admin")
    );
    let post = message(&admin, &channel, "[sunny](http://a.b)").await;
    assert_eq!(post["props"]["override_username"], "weatherman");
    assert_eq!(post["props"]["from_webhook"], "true");
    message(&admin, &channel, "and warm").await;

    let answer = admin.post("/commands/execute", give("/news")).await;
    assert_eq!(answer["text"], "none");
    let seen = {
        let mut seen = program.seen.lock().unwrap();
        seen.pop().unwrap()
    };
    assert_eq!(seen.method, "GET");
    assert!(
        seen.path
            .contains(&format!("a=1&token={}", text(&getting, "token"))),
        "{}",
        seen.path
    );

    // an answer that comes later, five times at most
    let later = sent["response_url"].rsplit('/').next().unwrap();
    let address = format!("{}/hooks/commands/{later}", server.url);
    for number in 0..7 {
        let body = json!({"response_type": "in_channel", "text": format!("later {number}")});
        let reply = admin.http.post(&address).json(&body).send().await.unwrap();
        assert_eq!(reply.status(), if number < 5 { 200 } else { 400 });
    }
    message(&admin, &channel, "later 4").await;

    let path = format!("/commands/{}", text(&posting, "id"));
    admin.request("DELETE", &path).send().await.unwrap();
    let request = admin.request("POST", "/commands/execute");
    let reply = request.json(&give("/weather")).send().await.unwrap();
    assert_eq!(reply.status(), 404);
    server.stop().await;
}

async fn exchange(person: &Person, form: &[(&str, &str)]) -> (u16, Value) {
    let form = reqwest::Url::parse_with_params("http://x/", form).unwrap();
    let request = person
        .http
        .post(format!("{}/oauth/access_token", person.base))
        .header("content-type", "application/x-www-form-urlencoded");
    let reply = request
        .body(form.query().unwrap().to_owned())
        .send()
        .await
        .unwrap();
    assert_eq!(reply.headers()["cache-control"], "no-store");
    (reply.status().as_u16(), reply.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once_even_when_many_come_with_it() {
    let server = server(json!({"EnableDynamicClientRegistration": true})).await;
    let admin = Person::admin(&server.url).await;
    let address = "https://app.example.com/back";
    let asked = json!({"redirect_uris": [address], "client_name": "An app"});
    let client = admin.post("/oauth/apps/register", asked).await;
    let (id, secret) = (text(&client, "client_id"), text(&client, "client_secret"));
    assert_eq!(secret.len(), 26);

    let asked =
        json!({"response_type": "code", "client_id": id, "redirect_uri": address, "state": "s t"});
    let allow = admin
        .http
        .post(format!("{}/oauth/authorize", server.url))
        .bearer_auth(&admin.token)
        .json(&asked);
    let led: Value = allow.send().await.unwrap().json().await.unwrap();
    let led = reqwest::Url::parse(text(&led, "redirect")).unwrap();
    let given: BTreeMap<String, String> = led.query_pairs().into_owned().collect();
    assert_eq!(given["state"], "s t");

    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", id),
        ("client_secret", secret),
        ("code", given["code"].as_str()),
        ("redirect_uri", address),
    ];
    let tries = futures_util::future::join_all((0..8).map(|_| exchange(&admin, &form))).await;
    let got: Vec<&Value> = tries
        .iter()
        .filter(|(status, _)| *status == 200)
        .map(|(_, got)| got)
        .collect();
    assert_eq!(got.len(), 1, "{tries:?}");

    let refresh = text(got[0], "refresh_token");
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", id),
        ("client_secret", secret),
        ("refresh_token", refresh),
    ];
    let tries = futures_util::future::join_all((0..8).map(|_| exchange(&admin, &form))).await;
    assert_eq!(
        tries.iter().filter(|(status, _)| *status == 200).count(),
        1,
        "{tries:?}"
    );

    // nobody is asked twice; an address that only looks like the registered one is not led to
    let page = |back: &str| {
        let parameters = [
            ("response_type", "code"),
            ("client_id", id),
            ("redirect_uri", back),
        ];
        let page =
            reqwest::Url::parse_with_params(&format!("{}/oauth/authorize", server.url), parameters);
        admin
            .http
            .get(page.unwrap())
            .bearer_auth(&admin.token)
            .send()
    };
    let reply = page(address).await.unwrap();
    assert_eq!(reply.status(), 302);
    assert!(
        reply.headers()["location"]
            .to_str()
            .unwrap()
            .starts_with("https://app.example.com/back?code=")
    );
    let reply = page("https://app.example.com/back/").await.unwrap();
    assert_eq!(reply.status(), 400);
    assert!(!reply.headers().contains_key("location"));
    server.stop().await;
}
