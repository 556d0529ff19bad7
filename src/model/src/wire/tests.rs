//! Each rule of decoding and encoding, on generated models.
#![allow(clippy::unwrap_used)] // a panic is how a test reports
use super::*;
use crate::{
    Channel, ChannelType, FileInfo, MessageAttachmentField, Post, PostSearchResults, User,
};
use serde_json::json;

fn read<T: Wire>(value: Value) -> Result<T, String> {
    T::from_value(value).map_err(|error| error.to_string())
}

#[test]
fn null_and_missing_are_the_default_and_unknown_keys_are_skipped() {
    let post: Post = read(json!({"id": null, "file_ids": null, "nonsense": {"a": 1}})).unwrap();
    assert_eq!(post, Post::default());
    assert_eq!(read::<Post>(Value::Null).unwrap(), Post::default());
    assert_eq!(
        read::<Vec<String>>(Value::Null).unwrap(),
        Vec::<String>::new()
    );
}

#[test]
fn keys_have_no_case_and_the_last_one_wins() {
    let post: Post =
        serde_json::from_str(r#"{"MESSAGE": "a", "Message": "b", "channel_ID": "c"}"#).unwrap();
    assert_eq!(
        (post.message.as_str(), post.channel_id.as_str()),
        ("b", "c")
    );
}

#[test]
fn a_wrong_type_names_its_field() {
    assert_eq!(
        read::<Post>(json!({"channel_id": 5})),
        Err("channel_id: expected a string".into())
    );
    assert_eq!(
        read::<Post>(json!({"create_at": 1.5})),
        Err("create_at: expected a whole number".into())
    );
    assert_eq!(
        read::<Post>(json!({"file_ids": ["a", 1]})),
        Err("file_ids.1: expected a string".into())
    );
    let nested = json!({"metadata": {"priority": {"priority": true}}});
    assert_eq!(
        read::<Post>(nested),
        Err("metadata.priority.priority: expected a string".into())
    );
    assert_eq!(read::<Post>(json!([])), Err("expected an object".into()));
}

#[test]
fn zeros_are_written_unless_the_field_is_left_out_when_empty() {
    let post = serde_json::to_value(Post::default()).unwrap();
    assert_eq!(post["reply_count"], 0);
    assert_eq!(post["participants"], Value::Null);
    for absent in [
        "has_reactions",
        "remote_id",
        "is_following",
        "metadata",
        "message_source",
    ] {
        assert!(post.get(absent).is_none(), "{absent}");
    }
    let given = Post {
        remote_id: Some(String::new()),
        file_ids: Some(Vec::new()),
        ..Post::default()
    };
    let given = serde_json::to_value(given).unwrap();
    assert_eq!(
        (&given["remote_id"], &given["file_ids"]),
        (&json!(""), &json!([]))
    );
}

#[test]
fn enums_keep_words_they_do_not_know() {
    let channel: Channel = read(json!({"type": "Q"})).unwrap();
    assert_eq!(channel.type_, ChannelType::Other("Q".into()));
    assert_eq!(serde_json::to_value(&channel).unwrap()["type"], "Q");
    assert_eq!(ChannelType::from("O"), ChannelType::Open);
    assert!(
        ChannelType::Open == "O"
            && ChannelType::Open.is_known()
            && ChannelType::default().is_empty()
    );
}

#[test]
fn embedded_structs_are_flat_on_the_wire() {
    let found: PostSearchResults = read(json!({"order": ["a"], "matches": {"a": ["x"]}})).unwrap();
    assert_eq!(found.post_list.order, Some(vec!["a".to_owned()]));
    let again = serde_json::to_value(&found).unwrap();
    assert_eq!(
        (&again["order"], &again["matches"]["a"]),
        (&json!(["a"]), &json!(["x"]))
    );
    assert!(PostSearchResults::FIELDS.contains(&"next_post_id"));
}

#[test]
fn lists_left_out_when_empty_are_plain_and_the_others_tell_null_from_empty() {
    let user: User = read(json!({"notify_props": {"push": "all"}, "props": null})).unwrap();
    let again = serde_json::to_value(&user).unwrap();
    assert_eq!(again["notify_props"]["push"], "all");
    assert!(again.get("props").is_none());
    let info = serde_json::to_value(FileInfo::default()).unwrap();
    assert_eq!(info["mini_preview"], Value::Null);
}

#[test]
fn odd_booleans_and_whole_floats_are_taken_as_integrations_send_them() {
    let field: MessageAttachmentField = read(json!({"short": "true"})).unwrap();
    assert!(field.short.0);
    assert_eq!(serde_json::to_string(&Number(2.0)).unwrap(), "2");
    assert_eq!(serde_json::to_string(&Number(2.5)).unwrap(), "2.5");
}
