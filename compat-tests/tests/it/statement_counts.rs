//! What clients ask for all the time takes a bounded number of statements, and as many for a big channel as for a small one.

use crate::http::Person;
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const SMALL: usize = 3;
const BIG: usize = 25;
/// Members of the big channel for whom nothing else is made.
const CROWD: usize = 500;
const PASSWORD: &str = "Passw0rd-of-a-crowd";

/// A team with as many people, channels, posts, threads, files and reactions as it is big.
struct World {
    viewer: Person,
    values: BTreeMap<&'static str, String>,
    everybody: Vec<String>,
    names: Vec<String>,
    posts: Vec<String>,
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

async fn upload(author: &Person, channel: &str) -> String {
    let path = format!("/files?channel_id={channel}&filename=a.txt");
    let reply = author
        .request("POST", &path)
        .body("text")
        .send()
        .await
        .unwrap();
    let body: Value = reply.json().await.unwrap();
    id(&body["file_infos"][0])
}

impl World {
    async fn new(admin: &Person, name: &str, size: usize, crowd: usize) -> Self {
        let body = json!({"name": name, "display_name": name, "type": "O"});
        let team = id(&admin.post("/teams", body).await);
        let body = json!({"team_id": team, "name": "busy", "display_name": "Busy", "type": "O"});
        let channel = id(&admin.post("/channels", body).await);
        let (mut everybody, mut names) = (Vec::new(), Vec::new());
        for number in 0..size + crowd {
            let username = format!("{name}{number}");
            let body = json!({"username": username, "email": format!("{username}@example.com"), "password": PASSWORD});
            everybody.push(id(&admin.post("/users", body).await));
            names.push(username);
        }
        for some in everybody.chunks(20) {
            let members: Vec<Value> = some
                .iter()
                .map(|user| json!({"team_id": team, "user_id": user}))
                .collect();
            admin
                .post(
                    &format!("/teams/{team}/members/batch"),
                    Value::from(members),
                )
                .await;
        }
        for some in everybody.chunks(100) {
            admin
                .post(
                    &format!("/channels/{channel}/members"),
                    json!({"user_ids": some}),
                )
                .await;
        }
        let viewer = Person::sign_in(&admin.base, &names[0], PASSWORD).await;
        let mut posts = Vec::new();
        let mut values = BTreeMap::from([("team", team.clone()), ("channel", channel.clone())]);
        for number in 0..size {
            let author = Person::sign_in(&admin.base, &names[number], PASSWORD).await;
            let file = upload(&author, &channel).await;
            let body = json!({"channel_id": channel, "message": format!("words {number}"), "file_ids": [file]});
            let post = id(&author.post("/posts", body).await);
            let body =
                json!({"user_id": everybody[number], "post_id": post, "emoji_name": "smile"});
            author.post("/reactions", body).await;
            let body = json!({"channel_id": channel, "message": "answer", "root_id": post});
            viewer.post("/posts", body).await;
            author
                .request("POST", &format!("/posts/{post}/pin"))
                .send()
                .await
                .unwrap();
            let body = json!({"team_id": team, "name": format!("room{number}"), "display_name": "Room", "type": "P"});
            viewer.post("/channels", body).await;
            let body = json!([everybody[0], everybody[number]]);
            viewer.post("/channels/direct", body).await;
            values.entry("root").or_insert_with(|| post.clone());
            posts.push(post);
        }
        let thread = values["root"].clone();
        for name in &names[..size] {
            let author = Person::sign_in(&admin.base, name, PASSWORD).await;
            let body =
                json!({"channel_id": channel, "message": "in one thread", "root_id": thread});
            author.post("/posts", body).await;
        }
        World {
            viewer,
            values,
            everybody,
            names,
            posts,
        }
    }

    /// What is counted: name, method, path, body, and the most statements it may take.
    fn requests(&self, size: usize) -> Vec<(&'static str, &'static str, String, Value, u64)> {
        let value = |name: &str| self.values[name].clone();
        let (team, channel, root) = (value("team"), value("channel"), value("root"));
        let people = &self.everybody[..size];
        let mentions: Vec<String> = self.names[..size]
            .iter()
            .map(|name| format!("@{name}"))
            .collect();
        let get = |name, path: String, most| (name, "GET", path, Value::Null, most);
        vec![
            get(
                "posts of a channel",
                format!("/channels/{channel}/posts?page=0&per_page=60"),
                14,
            ),
            get(
                "posts since",
                format!("/channels/{channel}/posts?since=1"),
                14,
            ),
            get(
                "posts around the first unread",
                format!("/users/me/channels/{channel}/posts/unread"),
                24,
            ),
            get("pinned posts", format!("/channels/{channel}/pinned"), 12),
            get("a thread", format!("/posts/{root}/thread"), 12),
            get(
                "threads of a team",
                format!("/users/me/teams/{team}/threads?extended=true"),
                16,
            ),
            get(
                "completion of names",
                format!("/users/autocomplete?in_team={team}&in_channel={channel}&name=a"),
                10,
            ),
            get("my teams", "/users/me/teams".into(), 6),
            get("my team memberships", "/users/me/teams/members".into(), 5),
            get(
                "my unread teams",
                "/users/me/teams/unread?include_collapsed_threads=true".into(),
                6,
            ),
            get(
                "my channels of a team",
                format!("/users/me/teams/{team}/channels"),
                6,
            ),
            get("my channels", "/users/me/channels".into(), 6),
            get(
                "my channel memberships of a team",
                format!("/users/me/teams/{team}/channels/members"),
                6,
            ),
            get(
                "my channel memberships",
                "/users/me/channel_members".into(),
                6,
            ),
            get(
                "my categories",
                format!("/users/me/teams/{team}/channels/categories"),
                10,
            ),
            get("my preferences", "/users/me/preferences".into(), 5),
            get(
                "people of a channel",
                format!("/users?in_channel={channel}&per_page=100"),
                8,
            ),
            get(
                "people of a team",
                format!("/users?in_team={team}&per_page=100"),
                8,
            ),
            get(
                "members of a channel",
                format!("/channels/{channel}/members?per_page=100"),
                8,
            ),
            get(
                "numbers of a channel",
                format!("/channels/{channel}/stats"),
                8,
            ),
            get("public channels", format!("/teams/{team}/channels"), 8),
            (
                "people by ids",
                "POST",
                "/users/ids".into(),
                json!(people),
                6,
            ),
            (
                "people by names",
                "POST",
                "/users/usernames".into(),
                json!(self.names[..size]),
                6,
            ),
            (
                "statuses by ids",
                "POST",
                "/users/status/ids".into(),
                json!(people),
                5,
            ),
            (
                "members by ids",
                "POST",
                format!("/channels/{channel}/members/ids"),
                json!(people),
                8,
            ),
            (
                "posts by ids",
                "POST",
                "/posts/ids".into(),
                json!(self.posts),
                12,
            ),
            (
                "reactions by posts",
                "POST",
                "/posts/ids/reactions".into(),
                json!(self.posts),
                10,
            ),
            (
                "search",
                "POST",
                format!("/teams/{team}/posts/search"),
                json!({"terms": "words", "is_or_search": false}),
                16,
            ),
            (
                "search of people",
                "POST",
                "/users/search".into(),
                json!({"term": "a", "team_id": team}),
                10,
            ),
            (
                "viewing a channel",
                "POST",
                "/channels/members/me/view".into(),
                json!({"channel_id": channel}),
                16,
            ),
            (
                "a post that mentions all",
                "POST",
                "/posts".into(),
                json!({"channel_id": channel, "message": mentions.join(" ")}),
                40,
            ),
            (
                "a reply in a thread of many",
                "POST",
                "/posts".into(),
                json!({"channel_id": channel, "message": "me too", "root_id": root}),
                40,
            ),
            (
                "a reaction",
                "POST",
                "/reactions".into(),
                json!({"user_id": self.everybody[0], "post_id": root, "emoji_name": "heart"}),
                16,
            ),
        ]
    }
}

#[test]
fn sqlite() {
    run(Engine::Sqlite);
}

#[test]
fn postgres() {
    if Engine::Postgres.available() {
        run(Engine::Postgres);
    }
}

fn run(engine: Engine) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let server = TestServer::start(engine).await.unwrap();
        let admin = Person::admin(&server.url).await;
        let small = World::new(&admin, "small", SMALL, 0).await;
        let big = World::new(&admin, "big", BIG, CROWD).await;
        server.store().db().keep_statements();
        let mut wrong = Vec::new();
        let pairs = small.requests(SMALL).into_iter().zip(big.requests(BIG));
        for (of_small, of_big) in pairs {
            for cold in [true, false] {
                let few = count(&server, &small.viewer, &of_small, cold).await;
                let many = count(&server, &big.viewer, &of_big, cold).await;
                let (name, most) = (of_big.0, of_big.4);
                let state = if cold { "with empty caches" } else { "with warm caches" };
                println!("{} {name} {state}: {} and {}", engine.name(), few.len(), many.len());
                // A statement may fall away where there is nothing to ask for, never be added for each of many.
                if many.len() > few.len() + 2 || many.len() as u64 > most {
                    wrong.push(format!(
                        "{} {name} {state}: {} statements in the small team, {} in the big one, at most {most}:\n    {}",
                        engine.name(),
                        few.len(),
                        many.len(),
                        many.join("\n    ")
                    ));
                }
            }
        }
        server.stop().await;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

/// The statements of a request, each as often as it was run. The least of some runs: others' work may fall into one.
async fn count(
    server: &TestServer,
    person: &Person,
    (name, method, path, body, _): &(&str, &str, String, Value, u64),
    cold: bool,
) -> Vec<String> {
    let mut best: Option<Vec<String>> = None;
    for _ in 0..3 {
        if cold {
            server.store().cache().clear();
        }
        // What followed the request before is done by now.
        tokio::time::sleep(std::time::Duration::from_millis(60)).await;
        server.store().db().take_statements();
        let mut request = person.request(method, path);
        if !body.is_null() {
            request = request.json(body);
        }
        let reply = request.send().await.unwrap();
        assert!(
            reply.status().is_success(),
            "{name}: {} {}",
            reply.status(),
            reply.text().await.unwrap()
        );
        let seen = server.store().db().take_statements();
        let all: Vec<String> = seen
            .iter()
            .flat_map(|one| {
                let sql: String = one.sql.chars().take(160).collect();
                std::iter::repeat_n(sql, usize::try_from(one.runs).unwrap_or_default())
            })
            .collect();
        if best.as_ref().is_none_or(|best| all.len() < best.len()) {
            best = Some(all);
        }
    }
    best.unwrap_or_default()
}
