//! The mobile app: add the server, sign in with a token, fill the first screen, open a channel.

use super::ask::{Client, Needs};
use super::{PASSWORD, Site};
use Needs::{Keys, List, Nothing, Some};
use futures_util::StreamExt;
use serde_json::Value;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

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
    "create_at",
    "update_at",
    "delete_at",
    "auth_service",
    "position",
];

pub async fn start(site: &Site) {
    let mut client = site.client();
    client.set("x-requested-with", "XMLHttpRequest");
    client.set(
        "user-agent",
        "Mattermost Mobile/2.43.0+1 (Android; 14; Pixel 8)",
    );
    client.set("accept", "application/json");
    add_server(&mut client).await;
    sign_in(&mut client).await;
    socket(site, &client).await;
    first_connect(&mut client).await;
    deferred(&mut client).await;
    open_channel(&mut client).await;
    let out = client
        .ask("POST", "users/logout", "", Keys(&["status"]))
        .await;
    assert_eq!(out["status"], "OK");
}

async fn add_server(client: &mut Client) {
    assert_eq!(client.send("HEAD", "/", "").await.status(), 200);
    client
        .ask(
            "GET",
            "system/ping?time=1700000000000",
            "",
            Keys(&["status"]),
        )
        .await;
    let ping = "system/ping?time=1700000000000&device_id=android_rn-v2:token";
    let told = client
        .ask("GET", ping, "", Keys(&["CanReceiveNotifications"]))
        .await;
    assert!(told["CanReceiveNotifications"].is_string());
    let config = client
        .ask(
            "GET",
            "config/client?format=old",
            "",
            Keys(&["Version", "SiteName", "EnableSignInWithEmail"]),
        )
        .await;
    assert_ne!(config["DiagnosticId"], "", "the app's name for the server");
    let licence = client
        .ask(
            "GET",
            "license/client?format=old",
            "",
            Keys(&["IsLicensed"]),
        )
        .await;
    assert_eq!(licence["IsLicensed"], "false");
}

async fn sign_in(client: &mut Client) {
    let body = format!(
        r#"{{"login_id":"anna","password":"{PASSWORD}","token":"","device_id":"","voip_device_id":""}}"#
    );
    let reply = client.send("POST", "users/login", &body).await;
    assert_eq!(reply.status(), 200);
    let token = reply.headers()["token"].to_str().unwrap().to_owned();
    let me: Value = reply.json().await.unwrap();
    for key in USER {
        assert!(me.get(key).is_some(), "{key}");
    }
    assert!(!client.cookies["MMCSRF"].is_empty());
    client.set("authorization", &format!("BEARER {token}"));
    client
        .ask(
            "GET",
            "config/client?format=old",
            "",
            Keys(&["CollapsedThreads", "MaxFileSize"]),
        )
        .await;
    client
        .ask(
            "GET",
            "license/client?format=old",
            "",
            Keys(&["IsLicensed"]),
        )
        .await;
}

/// The socket opens with the token in a header, and says hello.
async fn socket(site: &Site, client: &Client) {
    let url = site.server.url.replacen("http", "ws", 1);
    let address = format!("{url}/api/v4/websocket?connection_id=&sequence_number=0");
    let mut request = address.into_client_request().unwrap();
    let token = client.headers["authorization"]
        .to_str()
        .unwrap()
        .replacen("BEARER", "Bearer", 1);
    request
        .headers_mut()
        .insert("authorization", token.parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    let first = socket.next().await.unwrap().unwrap();
    let hello: Value = serde_json::from_str(first.to_text().unwrap()).unwrap();
    assert_eq!(hello["event"], "hello");
    assert!(
        hello["data"]["server_version"]
            .as_str()
            .unwrap()
            .starts_with("11.6.0")
    );
    assert!(hello["data"]["connection_id"].is_string());
}

async fn first_connect(client: &mut Client) {
    let device = r#"{"device_id":"android_rn-v2:token","device_notification_disabled":"false","mobile_version":"2.43.0+1","voip_device_id":""}"#;
    client
        .ask("PUT", "users/sessions/device", device, Nothing)
        .await;
    client.ask("PUT", "users/me/patch", r#"{"timezone":{"automaticTimezone":"Europe/Berlin","manualTimezone":"","useAutomaticTimezone":"true"}}"#, Keys(USER)).await;
    client
        .ask(
            "GET",
            "users/me/preferences",
            "",
            List(&["user_id", "category", "name", "value"]),
        )
        .await;
    client
        .ask(
            "GET",
            "users/me/teams",
            "",
            Some(&["id", "display_name", "delete_at"]),
        )
        .await;
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
            ]),
        )
        .await;
    client.ask("GET", "users/me", "", Keys(USER)).await;
    client
        .ask("GET", "users/me/status", "", Keys(&["status"]))
        .await;
    let channels = "users/me/teams/{team}/channels?include_deleted=false&last_delete_at=0";
    let mine = client
        .ask(
            "GET",
            channels,
            "",
            Some(&["id", "team_id", "type", "total_msg_count_root"]),
        )
        .await;
    assert_eq!(
        mine.as_array().unwrap().len(),
        4,
        "two of the team, direct, group: {mine}"
    );
    client
        .ask(
            "GET",
            "users/me/teams/{team}/channels/members",
            "",
            Some(&["channel_id", "user_id", "roles", "msg_count_root"]),
        )
        .await;
    client
        .ask(
            "GET",
            "users/me/teams/{team}/channels/categories",
            "",
            Keys(&["categories", "order"]),
        )
        .await;
}

async fn deferred(client: &mut Client) {
    for _ in ["playbooks", "agents", "calls"] {
        client
            .ask("GET", "plugins/webapp", "", List(&["id", "version"]))
            .await;
    }
    client
        .ask("GET", "agents/status", "", Keys(&["available"]))
        .await;
    client
        .ask("GET", "users?in_channel={dm}", "", Some(PERSON))
        .await;
    client
        .ask("POST", "users/group_channels", r#"["{gm}"]"#, Keys(&[]))
        .await;
    client
        .ask("POST", "users/ids?since=1", r#"["{admin}"]"#, List(PERSON))
        .await;
    client
        .ask(
            "GET",
            "teams?page=0&per_page=60",
            "",
            List(&["id", "delete_at"]),
        )
        .await;
    client
        .ask(
            "POST",
            "roles/names",
            r#"["system_user","team_user","channel_user"]"#,
            Some(&["id", "name", "permissions"]),
        )
        .await;
    for which in ["unread=true&", ""] {
        let threads = format!(
            "users/{{user}}/teams/{{team}}/threads?{which}deleted=false&extended=true&per_page=60&direction=down&totalsOnly=false"
        );
        let told = client
            .ask(
                "GET",
                &threads,
                "",
                Keys(&[
                    "threads",
                    "total",
                    "total_unread_threads",
                    "total_unread_mentions",
                ]),
            )
            .await;
        assert!(told["threads"].is_array(), "{told}");
    }
    client
        .ask("POST", "users/usernames", r#"["admin"]"#, Some(PERSON))
        .await;
    let shown = r#"[{"user_id":"{user}","category":"direct_channel_show","name":"{admin}","value":"true"}]"#;
    client
        .ask("PUT", "users/{user}/preferences", shown, Keys(&["status"]))
        .await;
    client
        .ask(
            "POST",
            "users/status/ids",
            r#"["{admin}"]"#,
            Some(&["user_id", "status"]),
        )
        .await;
    client
        .ask(
            "GET",
            "users/me/sessions",
            "",
            Some(&["id", "device_id", "expires_at"]),
        )
        .await;
    client.ask("GET", "agents", "", List(&[])).await;
}

async fn open_channel(client: &mut Client) {
    let posts = "channels/{channel}/posts?page=0&per_page=60&collapsedThreads=true&collapsedThreadsExtended=true";
    let list = client
        .ask("GET", posts, "", Keys(&["order", "posts", "prev_post_id"]))
        .await;
    assert!(
        list["posts"].is_object() && list["order"].is_array(),
        "{list}"
    );
    client
        .ask("POST", "users/ids", r#"["{admin}"]"#, Some(PERSON))
        .await;
    let view =
        r#"{"channel_id":"{channel}","prev_channel_id":"","collapsed_threads_supported":true}"#;
    client
        .ask("POST", "channels/members/me/view", view, Keys(&["status"]))
        .await;
    client
        .ask(
            "POST",
            "channels/members/me/view",
            r#"{"channel_id":"","collapsed_threads_supported":true}"#,
            Nothing,
        )
        .await;
    client
        .ask(
            "GET",
            "channels/{channel}/stats",
            "",
            Keys(&[
                "member_count",
                "guest_count",
                "pinnedpost_count",
                "files_count",
            ]),
        )
        .await;
    client
        .ask("GET", "users/{admin}/image?_=0", "", Nothing)
        .await;
    client.try_ask("teams/{team}/image", 404).await;
    client
        .try_ask("channels/{channel}/bookmarks?bookmarks_since=0", 501)
        .await;
    let ack = client.send("POST", "notifications/ack", r#"{"id":"x","received_at":1,"platform":"android","type":"message","post_id":"","is_id_loaded":false}"#).await;
    assert_ne!(
        ack.json::<Value>().await.unwrap()["id"],
        "rustchat.operation.pending"
    );
    let post = r#"{"channel_id":"{channel}","message":"from the phone"}"#;
    client
        .ask("POST", "posts?set_online=false", post, Keys(&["id"]))
        .await;
}
