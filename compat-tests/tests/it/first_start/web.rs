//! The web client: document, files, sign-in with cookies, first channel.

use super::ask::{Client, Needs};
use super::{PASSWORD, Site};
use Needs::{Keys, List, Nothing, Some};
use serde_json::Value;

/// Of others, no settings are told.
const PERSON: &[&str] = &[
    "id",
    "username",
    "roles",
    "locale",
    "create_at",
    "update_at",
    "delete_at",
];
const USER: &[&str] = &[
    "id",
    "username",
    "email",
    "roles",
    "locale",
    "notify_props",
    "timezone",
    "create_at",
    "update_at",
    "delete_at",
];
const TEAM: &[&str] = &[
    "id",
    "name",
    "display_name",
    "delete_at",
    "type",
    "invite_id",
    "allow_open_invite",
    "group_constrained",
    "scheme_id",
];
const CHANNEL: &[&str] = &[
    "id",
    "team_id",
    "type",
    "name",
    "display_name",
    "header",
    "purpose",
    "delete_at",
    "last_post_at",
    "last_root_post_at",
    "total_msg_count",
    "total_msg_count_root",
    "creator_id",
    "scheme_id",
    "group_constrained",
    "shared",
    "policy_enforced",
];
const CHANNEL_MEMBER: &[&str] = &[
    "channel_id",
    "user_id",
    "roles",
    "msg_count",
    "msg_count_root",
    "mention_count",
    "mention_count_root",
    "urgent_mention_count",
    "last_viewed_at",
    "last_update_at",
    "notify_props",
    "scheme_user",
    "scheme_admin",
];
const POSTS: &[&str] = &["order", "posts", "next_post_id", "prev_post_id"];

/// The start of a browser at an address of the client.
async fn document(client: &mut Client) {
    for path in [
        "/",
        "/login",
        "/crew/channels/town-square",
        "/_redirect/pl/{user}",
        "/admin_console/about",
        "/landing",
        "/error",
    ] {
        let reply = client.send("GET", path, "").await;
        assert_eq!(reply.status(), 200, "{path}");
        let headers = reply.headers().clone();
        assert!(
            headers["content-type"]
                .to_str()
                .unwrap()
                .starts_with("text/html"),
            "{path}"
        );
        assert!(
            headers["content-security-policy"]
                .to_str()
                .unwrap()
                .contains("script-src 'self'")
        );
        assert!(
            headers["x-version-id"]
                .to_str()
                .unwrap()
                .starts_with("11.6.0")
        );
        let html = reply.text().await.unwrap();
        assert!(
            html.contains("id=\"root\"") && !html.contains("stripe"),
            "{html}"
        );
    }
    for (path, kind) in [
        ("main.0a1b2c.js", "text/javascript; charset=utf-8"),
        ("main.0a1b2c.css", "text/css; charset=utf-8"),
        (
            "remote_entry.js?bt=1700000000000",
            "text/javascript; charset=utf-8",
        ),
        ("manifest.json", "application/json"),
        ("i18n/de.0a1b2c.json", "application/json"),
        ("images/favicon/favicon.ico", "image/x-icon"),
        ("emoji/mattermost.png", "image/png"),
    ] {
        let reply = client.send("GET", &format!("/static/{path}"), "").await;
        assert_eq!(reply.status(), 200, "{path}");
        assert_eq!(reply.headers()["content-type"], kind, "{path}");
    }
    for path in ["/robots.txt", "/unsupported_browser.js"] {
        assert_eq!(client.send("GET", path, "").await.status(), 200, "{path}");
    }
    let unknown = client.send("GET", "/api/v4/no_such_thing", "").await;
    assert_eq!(unknown.status(), 404);
    assert_eq!(unknown.headers()["content-type"], "application/json");
}

async fn config(client: &mut Client) -> Value {
    let keys = &[
        "Version",
        "BuildNumber",
        "SiteName",
        "DiagnosticId",
        "WebsocketURL",
        "EnableSignInWithEmail",
        "PluginsEnabled",
        "NoAccounts",
        "DefaultClientLocale",
    ];
    let config = client
        .ask("GET", "config/client?format=old", "", Keys(keys))
        .await;
    assert!(
        config.as_object().unwrap().values().all(Value::is_string),
        "{config}"
    );
    let licence = client
        .ask(
            "GET",
            "license/client?format=old",
            "",
            Keys(&["IsLicensed"]),
        )
        .await;
    assert_eq!(licence["IsLicensed"], "false");
    config
}

async fn sign_in(client: &mut Client, name: &str, password: &str) {
    let body =
        format!(r#"{{"login_id":"{name}","password":"{password}","token":"","deviceId":""}}"#);
    client.ask("POST", "users/login", &body, Keys(USER)).await;
    for cookie in ["MMAUTHTOKEN", "MMUSERID", "MMCSRF"] {
        assert!(!client.cookies[cookie].is_empty(), "{cookie}");
    }
}

/// `/` sends people to the form for the first account, which is the administrator's.
pub async fn first_administrator(base: &str) {
    let mut client = Client::new(base, &[]);
    client.set("x-requested-with", "XMLHttpRequest");
    assert_eq!(config(&mut client).await["NoAccounts"], "true");
    let account = r#"{"email":"first@example.com","username":"first","password":"First-Passw0rd"}"#;
    let made = client.ask("POST", "users", account, Keys(USER)).await;
    assert_eq!(made["roles"], "system_admin system_user");
    sign_in(&mut client, "first", "First-Passw0rd").await;
    assert_eq!(config(&mut client).await["NoAccounts"], "false");
    let setup = client
        .ask(
            "GET",
            "system/onboarding/complete",
            "",
            Keys(&["name", "value"]),
        )
        .await;
    assert_eq!(setup["value"], "false");
    client
        .ask(
            "GET",
            "users?page=0&per_page=60&roles=system_admin",
            "",
            Some(USER),
        )
        .await;
    client
        .ask(
            "POST",
            "system/onboarding/complete",
            r#"{"organization":"Crew","install_plugins":[]}"#,
            Keys(&["status"]),
        )
        .await;
    let setup = client
        .ask("GET", "system/onboarding/complete", "", Keys(&["value"]))
        .await;
    assert_eq!(setup["value"], "true");
    for path in [
        "analytics/old?name=standard&team_id=",
        "analytics/old?name=extra_counts",
        "analytics/old?name=post_counts_day",
        "logs?page=0&logs_per_page=100",
        "cluster/status",
        "audits?page=0&per_page=5",
        "plugins/statuses",
        "system/schema/version",
    ] {
        client.try_ask(path, 200).await;
    }
}

pub async fn start(site: &Site) {
    let mut client = site.client();
    document(&mut client).await;
    client.set("x-requested-with", "XMLHttpRequest");
    client.set("x-page-load-context", "page_load");
    client.set("accept-language", "en");
    let told = config(&mut client).await;
    assert_eq!(told["PluginsEnabled"], "true");
    client.ask("GET", "plugins/webapp", "", List(&["id"])).await;
    client.try_ask("brand/image?t=0", 404).await;
    sign_in(&mut client, "anna", PASSWORD).await;
    signed_in(&mut client).await;
    side_bar(&mut client).await;
    open_channel(&mut client).await;
    let out = client
        .ask("POST", "users/logout", "", Keys(&["status"]))
        .await;
    assert_eq!(out["status"], "OK");
}

async fn signed_in(client: &mut Client) {
    let full = config(client).await;
    for key in [
        "CollapsedThreads",
        "MaxPostSize",
        "MaxFileSize",
        "TeammateNameDisplay",
    ] {
        assert!(full[key].is_string(), "{key}");
    }
    client.ask("GET", "users/me", "", Keys(USER)).await;
    client
        .ask(
            "GET",
            "users/me/preferences",
            "",
            List(&["user_id", "category", "name", "value"]),
        )
        .await;
    client.ask("GET", "users/me/teams", "", Some(TEAM)).await;
    client
        .ask(
            "GET",
            "users/me/teams/members",
            "",
            Some(&[
                "team_id",
                "user_id",
                "roles",
                "delete_at",
                "scheme_user",
                "scheme_admin",
                "scheme_guest",
            ]),
        )
        .await;
    let unread = "users/me/teams/unread?include_collapsed_threads=true";
    client
        .ask(
            "GET",
            unread,
            "",
            Some(&[
                "team_id",
                "msg_count",
                "mention_count",
                "thread_count",
                "thread_mention_count",
            ]),
        )
        .await;
    client
        .ask(
            "GET",
            "limits/server",
            "",
            Keys(&["activeUserCount", "maxUsersLimit"]),
        )
        .await;
    let roles = r#"["system_user","team_user","channel_user"]"#;
    client
        .ask(
            "POST",
            "roles/names",
            roles,
            Some(&["id", "name", "permissions"]),
        )
        .await;
    let zone = r#"{"timezone":{"useAutomaticTimezone":"true","automaticTimezone":"Europe/Berlin","manualTimezone":""}}"#;
    client.ask("PUT", "users/me/patch", zone, Keys(USER)).await;
    // takes a licence, and the client expects as much
    client
        .try_ask("custom_profile_attributes/fields", 403)
        .await;
}

async fn side_bar(client: &mut Client) {
    client
        .ask("GET", "users/me/channels", "", Some(CHANNEL))
        .await;
    let members = client
        .ask(
            "GET",
            "users/{user}/channel_members?page=-1&per_page=60",
            "",
            Some(CHANNEL_MEMBER),
        )
        .await;
    assert_eq!(
        members.as_array().unwrap().len(),
        4,
        "two of the team, direct, group: {members}"
    );
    let kept = client
        .ask(
            "GET",
            "users/{user}/teams/{team}/channels/categories",
            "",
            Keys(&["categories", "order"]),
        )
        .await;
    for kind in ["channels", "direct_messages", "favorites"] {
        let has = kept["categories"]
            .as_array()
            .unwrap()
            .iter()
            .any(|c| c["type"] == kind);
        assert!(has, "{kind}: {kept}");
    }
    client
        .ask(
            "GET",
            "teams?page=0&per_page=200&include_total_count=false",
            "",
            List(TEAM),
        )
        .await;
    client
        .ask("GET", "users/me/teams/{team}/drafts", "", Nothing)
        .await;
    client
        .ask(
            "GET",
            "users/{user}/teams/{team}/threads?totalsOnly=true&threadsOnly=false",
            "",
            Keys(&["total", "total_unread_threads"]),
        )
        .await;
    client
        .ask(
            "POST",
            "users/status/ids",
            r#"["{user}","{admin}"]"#,
            Some(&["user_id", "status"]),
        )
        .await;
    client
        .ask("POST", "users/ids", r#"["{admin}"]"#, Some(PERSON))
        .await;
    client
        .ask("POST", "users/group_channels", r#"["{gm}"]"#, Keys(&[]))
        .await;
    client
        .ask("GET", "users?in_channel={dm}", "", Some(PERSON))
        .await;
    client
        .ask(
            "GET",
            "system/notices/{team}?clientVersion=11.6.0&client=web",
            "",
            List(&[]),
        )
        .await;
    client
        .ask("GET", "agents/status", "", Keys(&["available"]))
        .await;
    client.ask("GET", "agents", "", List(&[])).await;
    client.ask("GET", "plugins/webapp", "", List(&[])).await;
}

async fn open_channel(client: &mut Client) {
    let flags = "skipFetchThreads=false&collapsedThreads=true&collapsedThreadsExtended=false";
    let unread = format!(
        "users/{{user}}/channels/{{channel}}/posts/unread?limit_after=30&limit_before=30&{flags}"
    );
    let list = client.ask("GET", &unread, "", Keys(POSTS)).await;
    assert_eq!(list["next_post_id"], "", "the newest is there: {list}");
    let list = client
        .ask(
            "GET",
            &format!("channels/{{channel}}/posts?page=0&per_page=30&{flags}"),
            "",
            Keys(POSTS),
        )
        .await;
    assert_eq!(list["prev_post_id"], "", "the oldest is there: {list}");
    client
        .ask(
            "GET",
            &format!("channels/{{channel}}/posts?since=1&{flags}"),
            "",
            Keys(&["order", "posts"]),
        )
        .await;
    let view = r#"{"channel_id":"{channel}","collapsed_threads_supported":true}"#;
    client
        .ask(
            "POST",
            "channels/members/me/view",
            view,
            Keys(&["status", "last_viewed_at_times"]),
        )
        .await;
    client
        .ask(
            "GET",
            "teams/{team}/channels/name/town-square?include_deleted=true",
            "",
            Keys(CHANNEL),
        )
        .await;
    client
        .ask(
            "GET",
            "channels/{channel}/members/{user}",
            "",
            Keys(CHANNEL_MEMBER),
        )
        .await;
    client
        .ask(
            "GET",
            "channels/{channel}/stats",
            "",
            Keys(&["member_count", "pinnedpost_count", "files_count"]),
        )
        .await;
    client
        .ask("GET", "channels/{channel}/timezones", "", List(&[]))
        .await;
    client
        .ask("POST", "emoji/names", r#"["party"]"#, List(&[]))
        .await;
    client
        .ask("GET", "emoji?page=0&per_page=200", "", List(&[]))
        .await;
    client
        .ask("GET", "users/{user}/image?_=0", "", Nothing)
        .await;
    client
        .ask(
            "POST",
            "client_perf",
            r#"{"version":"0.1.0","labels":{},"start":1,"end":2,"counters":[],"histograms":[]}"#,
            Nothing,
        )
        .await;
    client
        .ask(
            "POST",
            "logs",
            r#"{"level":"ERROR","message":"x"}"#,
            Keys(&["message"]),
        )
        .await;
    let post =
        r#"{"channel_id":"{channel}","message":"from the browser","pending_post_id":"{user}:1"}"#;
    client
        .ask(
            "POST",
            "posts",
            post,
            Keys(&["id", "create_at", "pending_post_id"]),
        )
        .await;
}
