//! Rules that only some settings bring, and errors no recording shows. What holds with the usual settings is in the recordings.

use crate::http::{Person, team};
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use serde_json::{Value, json};

const PASSWORD: &str = "Passw0rd-of-a-test";

async fn server(engine: Engine, patch: Value) -> (TestServer, Person) {
    let server = TestServer::start_with(engine, &patch).await.unwrap();
    let admin = Person::admin(&server.url).await;
    (server, admin)
}

async fn set(admin: &Person, patch: Value) {
    let (status, answer) = call(admin, "PUT", "/config/patch", patch).await;
    assert_eq!(status, 200, "{answer}");
}

async fn account(admin: &Person, name: &str) -> String {
    let body =
        json!({"username": name, "email": format!("{name}@example.com"), "password": PASSWORD});
    id(&admin.post("/users", body).await)
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

async fn call(person: &Person, method: &str, path: &str, body: Value) -> (u16, Value) {
    let reply = person.request(method, path).json(&body).send().await;
    let reply = reply.unwrap();
    let status = reply.status().as_u16();
    (status, reply.json().await.unwrap_or(Value::Null))
}

async fn refused(person: &Person, call_: (&str, &str, Value), status: u16, error: &str) {
    let (method, path, body) = call_;
    let (got, answer) = call(person, method, path, body).await;
    let got = (got, answer["id"].as_str().unwrap_or_default());
    assert_eq!(got, (status, error), "{method} {path}");
}

async fn join(admin: &Person, team: &str, user: &str) -> (u16, Value) {
    let body = json!({"team_id": team, "user_id": user});
    call(admin, "POST", &format!("/teams/{team}/members"), body).await
}

/// Deactivates or activates somebody.
async fn set_active(admin: &Person, user: &str, active: bool) {
    let path = format!("/users/{user}/active");
    let (status, answer) = call(admin, "PUT", &path, json!({"active": active})).await;
    assert_eq!(status, 200, "{answer}");
}

async fn conversations_stay_within_teams(engine: Engine) {
    let (server, admin) = server(engine, Value::Null).await;
    let me = id(&admin.get("/users/me").await);
    let (anna, bert) = (account(&admin, "anna").await, account(&admin, "bert").await);
    let direct = id(&admin.post("/channels/direct", json!([me, anna])).await);
    let post = id(&admin
        .post("/posts", json!({"channel_id": direct, "message": "before"}))
        .await);
    let reaction = json!({"user_id": me, "post_id": post, "emoji_name": "smile"});
    admin.post("/reactions", reaction.clone()).await;

    set(
        &admin,
        json!({"TeamSettings": {"RestrictDirectMessage": "team"}}),
    )
    .await;
    let none = "api.channel.create_channel.direct_channel.team_restricted_error";
    refused(
        &admin,
        ("POST", "/channels/direct", json!([me, bert])),
        403,
        none,
    )
    .await;
    refused(
        &admin,
        ("POST", "/channels/group", json!([anna, bert])),
        403,
        none,
    )
    .await;
    let one_post = format!("/posts/{post}");
    let mine = format!("/users/me/posts/{post}/reactions/smile");
    let file = format!("/files?channel_id={direct}&filename=a.txt");
    let upload = json!({"channel_id": direct, "filename": "a.txt", "file_size": 3});
    let patch = format!("/channels/{direct}/patch");
    let words = json!({"channel_id": direct, "message": "after"});
    for (method, path, body, error) in [
        (
            "POST",
            "/posts",
            words.clone(),
            "api.post.create_post.can_not_post_in_restricted_dm.error",
        ),
        (
            "PUT",
            &format!("{one_post}/patch"),
            json!({"message": "x"}),
            "api.post.patch_post.can_not_update_post_in_restricted_dm.error",
        ),
        (
            "PUT",
            &one_post,
            json!({"id": post, "message": "x"}),
            "api.post.update_post.can_not_update_post_in_restricted_dm.error",
        ),
        (
            "DELETE",
            &one_post,
            Value::Null,
            "api.post.delete_post.can_not_delete_from_restricted_dm.error",
        ),
        (
            "POST",
            "/reactions",
            reaction,
            "api.reaction.save.restricted_dm.error",
        ),
        (
            "DELETE",
            &mine,
            Value::Null,
            "api.reaction.delete.restricted_dm.error",
        ),
        (
            "POST",
            "/drafts",
            words,
            "api.draft.create_draft.can_not_draft_to_restricted_dm.error",
        ),
        (
            "POST",
            &file,
            json!("abc"),
            "api.file.upload_file.restricted_dm.error",
        ),
        (
            "POST",
            "/uploads",
            upload,
            "app.upload.create.cannot_upload_to_restricted_dm.error",
        ),
        (
            "PUT",
            &patch,
            json!({"header": "x"}),
            "api.channel.patch_update_channel.restricted_dm.app_error",
        ),
        (
            "POST",
            "/commands/execute",
            json!({"channel_id": direct, "command": "/shrug x"}),
            "api.command.execute_command.restricted_dm.error",
        ),
    ] {
        refused(&admin, (method, path, body), 400, error).await;
    }
    // with oneself, with a bot, and with whom a team is shared
    admin.post("/channels/direct", json!([me, me])).await;
    let bot = admin.post("/bots", json!({"username": "helper"})).await;
    admin
        .post("/channels/direct", json!([me, bot["user_id"]]))
        .await;
    let (crew, _) = team(&admin).await;
    assert_eq!(join(&admin, &crew, &anna).await.0, 201);
    admin
        .post("/posts", json!({"channel_id": direct, "message": "again"}))
        .await;
    refused(
        &admin,
        ("POST", "/channels/group", json!([anna, bert])),
        403,
        none,
    )
    .await;
    assert_eq!(join(&admin, &crew, &bert).await.0, 201);
    admin.post("/channels/group", json!([anna, bert])).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_share_no_team_do_not_talk_where_the_settings_forbid_it() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        conversations_stay_within_teams(engine).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bots_end_with_their_owners_unless_the_settings_keep_them() {
    let (server, admin) = server(Engine::Sqlite, Value::Null).await;
    for (ends, owner) in [(true, "anna"), (false, "bert")] {
        let setting = json!({"DisableBotsWhenOwnerIsDeactivated": ends});
        set(&admin, json!({ "ServiceSettings": setting })).await;
        let person = account(&admin, owner).await;
        let body = json!({"username": format!("bot-of-{owner}")});
        let bot = admin.post("/bots", body).await["user_id"].clone();
        let bot = bot.as_str().unwrap();
        let path = format!("/bots/{bot}/assign/{person}");
        assert_eq!(call(&admin, "POST", &path, Value::Null).await.0, 200);
        set_active(&admin, &person, false).await;
        let after = admin
            .get(&format!("/bots/{bot}?include_deleted=true"))
            .await;
        assert_eq!(after["delete_at"] != 0, ends, "{after}");
        let user = admin.get(&format!("/users/{bot}")).await;
        assert_eq!(user["delete_at"] != 0, ends, "{user}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_have_at_most_the_pixels_of_the_settings() {
    let (server, admin) = server(Engine::Sqlite, Value::Null).await;
    let (_, square) = team(&admin).await;
    let picture = include_bytes!("../../recordings/assets/posts_small.png"); // 64 x 48
    let path = format!("/files?channel_id={square}&filename=small.png");
    let send = async || {
        let reply = admin.request("POST", &path).body(picture.to_vec());
        let reply = reply.send().await.unwrap();
        (
            reply.status().as_u16(),
            reply.json::<Value>().await.unwrap(),
        )
    };
    for (most, taken) in [(64 * 48 - 1, false), (64 * 48, true)] {
        set(
            &admin,
            json!({"FileSettings": {"MaxImageResolution": most}}),
        )
        .await;
        let (status, answer) = send().await;
        if taken {
            assert_eq!(status, 201, "{answer}");
        } else {
            let error = json!("api.file.upload_file.large_image_detailed.app_error");
            assert_eq!((status, &answer["id"]), (400, &error));
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deactivated_people_take_no_place_and_who_left_comes_into_no_channel() {
    let settings = json!({"TeamSettings": {"MaxUsersPerTeam": 2}});
    let (server, admin) = server(Engine::Sqlite, settings).await;
    let (crew, _) = team(&admin).await;
    let (anna, bert) = (account(&admin, "anna").await, account(&admin, "bert").await);
    assert_eq!(join(&admin, &crew, &anna).await.0, 201);
    assert_eq!(join(&admin, &crew, &bert).await.0, 400, "full");
    set_active(&admin, &anna, false).await;
    assert_eq!(join(&admin, &crew, &bert).await.0, 201);

    let room = json!({"team_id": crew, "name": "room", "display_name": "Room", "type": "O"});
    let path = format!(
        "/channels/{}/members",
        id(&admin.post("/channels", room).await)
    );
    let leave = format!("/teams/{crew}/members/{bert}");
    assert_eq!(call(&admin, "DELETE", &leave, Value::Null).await.0, 200);
    let left = "api.channel.add_user.to.channel.failed.deleted.app_error";
    refused(&admin, ("POST", &path, json!({"user_id": bert})), 400, left).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wishes_that_cannot_be_are_named() {
    let (server, admin) = server(Engine::Sqlite, Value::Null).await;
    let me = id(&admin.get("/users/me").await);
    let (crew, _) = team(&admin).await;
    let threads = format!("/users/{me}/teams/{crew}/threads");
    let both = format!("{threads}?before={me}&after={crew}");
    let neither = format!("{threads}?totalsOnly=true&threadsOnly=true");
    let preference = |value: &str| json!([{"user_id": me, "category": "sidebar_settings", "name": "limit_visible_dms_gms", "value": value}]);
    let preferences = format!("/users/{me}/preferences");
    let status = format!("/users/{me}/status/custom");
    let names: Vec<String> = (0..101).map(|number| format!("role_{number}")).collect();
    let limit = "model.preference.is_valid.limit_visible_dms_gms.app_error";
    for (method, path, body, error) in [
        (
            "GET",
            both.as_str(),
            Value::Null,
            "api.getThreadsForUser.bad_params",
        ),
        (
            "GET",
            &neither,
            Value::Null,
            "api.getThreadsForUser.bad_only_params",
        ),
        ("PUT", &preferences, preference("41"), limit),
        ("PUT", &preferences, preference("0"), limit),
        ("PUT", &preferences, preference("many"), limit),
        (
            "PUT",
            &status,
            json!({"emoji": "nosuchemojix", "text": "x"}),
            "api.custom_status.set_custom_statuses.emoji_not_found",
        ),
        (
            "POST",
            "/roles/names",
            json!(names),
            "api.roles.get_multiple_by_name_too_many.request_error",
        ),
    ] {
        refused(&admin, (method, path, body), 400, error).await;
    }
    for value in ["1", "40"] {
        let (status, answer) = call(&admin, "PUT", &preferences, preference(value)).await;
        assert_eq!(status, 200, "{answer}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_domains_of_a_team_are_among_those_of_the_server() {
    let settings =
        json!({"TeamSettings": {"RestrictCreationToDomains": "example.com, example.org"}});
    let (server, admin) = server(Engine::Sqlite, settings).await;
    let (crew, _) = team(&admin).await;
    let path = format!("/teams/{crew}");
    let mut whole = admin.get(&path).await;
    whole["allowed_domains"] = json!("example.com @elsewhere.net");
    let patch = format!("{path}/patch");
    let error = "api.team.update_restricted_domains.mismatch.app_error";
    let wish = json!({"allowed_domains": "elsewhere.net"});
    refused(&admin, ("PUT", &patch, wish), 400, error).await;
    refused(&admin, ("PUT", &path, whole), 400, error).await;
    let wish = json!({"allowed_domains": "@Example.org, example.com"});
    assert_eq!(call(&admin, "PUT", &patch, wish).await.0, 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn statuses_that_are_turned_off_do_not_change() {
    for (enabled, after) in [(true, "dnd"), (false, "offline")] {
        let settings = json!({"ServiceSettings": {"EnableUserStatuses": enabled}});
        let (server, admin) = server(Engine::Sqlite, settings).await;
        let anna = account(&admin, "anna").await;
        let path = format!("/users/{anna}/status");
        let wish = json!({"user_id": anna, "status": "dnd"});
        assert_eq!(call(&admin, "PUT", &path, wish).await.0, 200);
        assert_eq!(admin.get(&path).await["status"], after);
        server.stop().await;
    }
}
