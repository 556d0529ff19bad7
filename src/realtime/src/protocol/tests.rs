//! Requests and their recorded answers.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::*;
use crate::{Attach, Greeting, Hub, Session};

/// Lets everyone do everything, but nobody type in the channel `n…`.
struct Everything;

impl Actions for Everything {
    fn authenticate<'a>(&'a self, _token: &'a str) -> BoxFuture<'a, Option<Session>> {
        async { None }.boxed()
    }
    fn typing<'a>(
        &'a self,
        _by: &'a Actor,
        channel_id: &'a str,
        _parent_id: &'a str,
    ) -> BoxFuture<'a, Result<()>> {
        let refused = channel_id.starts_with('n');
        async move {
            if refused {
                Err(INVALID_PARAM.with("Name", "channel_id"))
            } else {
                Ok(())
            }
        }
        .boxed()
    }
    fn set_active<'a>(
        &'a self,
        _by: &'a Actor,
        _active: bool,
        _manual: bool,
    ) -> BoxFuture<'a, Result<()>> {
        async { Ok(()) }.boxed()
    }
    fn statuses<'a>(&'a self, _by: &'a Actor) -> BoxFuture<'a, Result<Statuses>> {
        async { Ok(Statuses::new()) }.boxed()
    }
    fn statuses_by_ids<'a>(
        &'a self,
        _by: &'a Actor,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<Statuses>> {
        let all = ids
            .iter()
            .map(|id| (id.clone(), Value::from("offline")))
            .collect();
        async move { Ok(all) }.boxed()
    }
    fn notify_ack<'a>(&'a self, _by: &'a Actor, _ack: NotifyAck) -> BoxFuture<'a, Result<()>> {
        async { Ok(()) }.boxed()
    }
    fn greeting(&self) -> Greeting {
        Greeting {
            version: "11.6.0".into(),
            ..Greeting::default()
        }
    }
}

fn link(hub: &Hub) -> Link {
    hub.attach(Attach {
        session: Session {
            id: "s".into(),
            user_id: "u".into(),
            expires_at: 0,
        },
        resume: None,
        can_ack: false,
        server_version: String::new(),
        server_hostname: String::new(),
    })
}

async fn ask(link: &Link, frame: &str) -> String {
    let request = Request::parse(frame).expect("a request");
    match answer(link, &request, &Everything).await {
        Answer::Send(text) => text,
        other => format!("{other:?}"),
    }
}

/// The id of the error in a reply, or its status.
async fn verdict(link: &Link, frame: &str) -> String {
    let reply = ask(link, frame).await;
    let Ok(reply) = serde_json::from_str::<Value>(&reply) else {
        return reply;
    };
    let verdict = reply.pointer("/error/id").unwrap_or(&reply["status"]);
    verdict
        .as_str()
        .unwrap_or_default()
        .replace(".app_error", "")
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn replies_look_as_recorded() {
    let hub = Hub::default();
    let link = link(&hub);
    let pong: Value =
        serde_json::from_str(&ask(&link, r#"{"seq":3,"action":"ping"}"#).await).unwrap();
    assert_eq!(pong["seq_reply"], 3);
    assert_eq!(pong["data"]["text"], "pong");
    assert_eq!(pong["data"]["node_id"], "");
    let error = ask(&link, r#"{"action":"ping","seq":0}"#).await;
    assert!(error.starts_with(r#"{"status":"FAIL","error":{"id":"api.web_socket_router.bad_seq.app_error","message":""#), "{error}");
    assert!(
        error.ends_with(r#""detailed_error":"","status_code":400}}"#),
        "{error}"
    );
    assert_eq!(
        ask(
            &link,
            r#"{"seq":1,"action":"posted_notify_ack","data":null}"#
        )
        .await,
        r#"{"status":"OK","seq_reply":1}"#
    );
}

#[tokio::test]
async fn each_action_is_judged_as_recorded() {
    let hub = Hub::default();
    let link = link(&hub);
    let cases = [
        (r#"{"seq":1}"#, "no_action"),
        (r#"{"seq":1,"action":""}"#, "no_action"),
        (r#"{"seq":1,"action":"PING"}"#, "bad_action"),
        (r#"{"seq":1,"action":"posted"}"#, "bad_action"),
        (
            r#"{"seq":1,"action":"custom_com.example.none_do"}"#,
            "Nothing",
        ),
        (
            r#"{"seq":1,"action":"authentication_challenge","data":{"token":"x"}}"#,
            "Nothing",
        ),
        (
            r#"{"seq":1,"action":"user_typing","data":{"channel_id":"yyyyyyyyyyyyyyyyyyyyyyyyyy"}}"#,
            "OK",
        ),
        (
            r#"{"seq":1,"action":"user_typing","data":{"channel_id":"nyyyyyyyyyyyyyyyyyyyyyyyyy"}}"#,
            "invalid_param",
        ),
        (
            r#"{"seq":1,"action":"user_typing","data":{"channel_id":7}}"#,
            "invalid_param",
        ),
        (r#"{"seq":1,"action":"user_typing"}"#, "invalid_param"),
        (
            r#"{"seq":1,"action":"user_update_active_status","data":{"user_is_active":false,"manual":"yes"}}"#,
            "OK",
        ),
        (
            r#"{"seq":1,"action":"user_update_active_status","data":{"user_is_active":"yes"}}"#,
            "invalid_param",
        ),
        (r#"{"seq":1,"action":"get_statuses"}"#, "OK"),
        (
            r#"{"seq":1,"action":"get_statuses_by_ids","data":{"user_ids":["nonsense"]}}"#,
            "OK",
        ),
        (
            r#"{"seq":1,"action":"get_statuses_by_ids","data":{"user_ids":[]}}"#,
            "invalid_param",
        ),
        (
            r#"{"seq":1,"action":"get_statuses_by_ids","data":{"user_ids":[1]}}"#,
            "invalid_param",
        ),
        (
            r#"{"seq":1,"action":"get_statuses_by_ids","data":{"user_ids":"x"}}"#,
            "invalid_param",
        ),
        (
            r#"{"seq":1,"action":"presence","data":{"channel_id":"nonsense","team_id":5}}"#,
            "OK",
        ),
    ];
    for (frame, expected) in cases {
        assert_eq!(verdict(&link, frame).await, expected, "{frame}");
    }
    hub.revoke_session("s");
    assert_eq!(
        verdict(&link, r#"{"seq":1,"action":"ping"}"#).await,
        "not_authenticated"
    );
    assert_eq!(
        verdict(&link, r#"{"seq":1,"action":"nothing"}"#).await,
        "not_authenticated"
    );
    assert_eq!(
        verdict(&link, r#"{"seq":1,"action":"presence"}"#).await,
        "OK"
    );
}

#[test]
fn frames_that_are_no_requests_are_told_apart() {
    for frame in [
        "not json",
        "",
        "[]",
        r#"{"seq":1,"action":7}"#,
        r#"{"seq":1,"action":"ping","data":"text"}"#,
        r#"{"data":[1]}"#,
    ] {
        assert_eq!(Request::parse(frame), None, "{frame}");
    }
    assert!(Request::parse(r#"{"seq":1,"action":"ping","other":[]} trailing"#).is_some());
}

#[test]
fn before_authentication_only_the_challenge_is_heard() {
    let judge = |frame| before_authentication(&Request::parse(frame).expect("a request"));
    assert_eq!(
        judge(r#"{"seq":1,"action":"get_statuses"}"#),
        Answer::Nothing
    );
    assert_eq!(
        judge(r#"{"seq":1,"action":"authentication_challenge","data":{}}"#),
        Answer::Close
    );
    let shown = judge(r#"{"seq":1,"action":"authentication_challenge","data":{"token":"t"}}"#);
    assert_eq!(shown, Answer::Authenticate("t".into()));
}

#[tokio::test]
async fn presence_is_noted_on_the_connection() {
    let hub = Hub::default();
    let link = link(&hub);
    let channel = "c".repeat(26);
    ask(
        &link,
        &format!(r#"{{"seq":1,"action":"presence","data":{{"channel_id":"{channel}"}}}}"#),
    )
    .await;
    assert!(hub.looks_at_channel("u", &channel));
    ask(
        &link,
        r#"{"seq":2,"action":"presence","data":{"team_id":"x"}}"#,
    )
    .await;
    assert!(
        hub.looks_at_channel("u", &channel),
        "what is not spoken of stays"
    );
    ask(
        &link,
        r#"{"seq":3,"action":"presence","data":{"channel_id":""}}"#,
    )
    .await;
    assert!(!hub.looks_at_channel("u", &channel));
}
