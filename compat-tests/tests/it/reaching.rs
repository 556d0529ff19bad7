//! Whether messages reach people where no recording looks: reminders for who is not there, `@channel` by who may not use it or
//! among too many, and searches in groups. On each database.

use crate::http::Person;
use crate::posting::{Room, id, on_each};
use serde_json::{Value, json};

/// What is in the direct channels of somebody.
async fn direct_messages_of(person: &Person, team: &str) -> Vec<Value> {
    let mut out = Vec::new();
    let channels = person
        .get(&format!("/users/me/teams/{team}/channels"))
        .await;
    for channel in channels.as_array().unwrap() {
        if channel["type"] == "D" {
            let page = person
                .get(&format!("/channels/{}/posts", id(channel)))
                .await;
            out.extend(page["posts"].as_object().unwrap().values().cloned());
        }
    }
    out
}

#[test]
fn a_reminder_waits_for_who_is_not_there() {
    on_each(|engine| async move {
        let room = Room::of(engine, Value::Null).await;
        let post = id(&room.write(&room.anna, "do not forget", "").await);
        let path = format!("/users/me/posts/{post}/reminder");
        room.bert.post(&path, json!({"target_time": 2_000})).await;
        let running = room.server.running();
        running.send_reminders(1_999).await.unwrap();
        assert!(direct_messages_of(&room.bert, &room.team).await.is_empty());
        running.send_reminders(2_000).await.unwrap();
        running.send_reminders(9_000).await.unwrap();
        let found = direct_messages_of(&room.bert, &room.team).await;
        assert_eq!(found.len(), 1, "{found:?}");
        let reminder = &found[0];
        assert_eq!(reminder["type"], "reminder");
        assert_eq!(reminder["props"]["post_id"], post);
        assert_eq!(reminder["props"]["team_name"], "crew");
        assert_eq!(reminder["props"]["username"], "anna");
        let link = format!("/crew/pl/{post}");
        assert!(reminder["message"].as_str().unwrap().ends_with(&link));
        let author = format!("/users/{}", reminder["user_id"].as_str().unwrap());
        assert_eq!(room.bert.get(&author).await["is_bot"], true);
        room.server.stop().await;
    });
}

#[test]
fn everybody_is_called_only_by_who_may_and_only_where_they_are_few() {
    on_each(|engine| async move {
        let room = Room::of(engine, Value::Null).await;
        let called = room.write(&room.anna, "hear me @all", "").await;
        assert_eq!(room.mentions_of_bert().await, 1);
        assert_eq!(called["props"]["mentionHighlightDisabled"], Value::Null);
        let role = room.admin.get("/roles/name/channel_user").await;
        let all = role["permissions"].as_array().unwrap().clone();
        let path = format!("/roles/{}/patch", id(&role));
        let change = async |permissions: Vec<Value>| {
            let body = json!({ "permissions": permissions });
            let request = room.admin.request("PUT", &path).json(&body);
            assert_eq!(request.send().await.unwrap().status(), 200);
        };
        let fewer = all.iter().filter(|id| **id != "use_channel_mentions");
        change(fewer.cloned().collect()).await;
        let plain = room.write(&room.anna, "hear me @channel", "").await;
        assert_eq!(room.mentions_of_bert().await, 1);
        assert_eq!(plain["props"]["mentionHighlightDisabled"], true);
        let quiet = room.write(&room.anna, "nobody is called", "").await;
        assert_eq!(quiet["props"]["mentionHighlightDisabled"], Value::Null);
        let edit = json!({"message": "now @here"});
        let path = format!("/posts/{}/patch", id(&quiet));
        let edited = room.anna.request("PUT", &path).json(&edit);
        let edited: Value = edited.send().await.unwrap().json().await.unwrap();
        assert_eq!(edited["props"]["mentionHighlightDisabled"], true);
        change(all).await;
        // admin, Anna and Bert
        let limit = json!({"TeamSettings": {"MaxNotificationsPerChannel": 3}});
        let request = room.admin.request("PUT", "/config/patch").json(&limit);
        assert_eq!(request.send().await.unwrap().status(), 200);
        let crowd = room.write(&room.anna, "hear me @all", "").await;
        assert_eq!(room.mentions_of_bert().await, 1);
        assert_eq!(crowd["props"]["mentionHighlightDisabled"], Value::Null);
        room.server.stop().await;
    });
}

#[test]
fn messages_of_a_group_are_found_by_its_people_and_by_its_name() {
    on_each(|engine| async move {
        let room = Room::of(engine, Value::Null).await;
        let admin = id(&room.admin.get("/users/me").await);
        let people = json!([admin, room.anna_id, room.bert_id]);
        let group = room.anna.post("/channels/group", people).await;
        let pair = json!([room.anna_id, admin]);
        let direct = room.anna.post("/channels/direct", pair).await;
        for channel in [&room.channel, &id(&group), &id(&direct)] {
            let body = json!({"channel_id": channel, "message": "turnip"});
            room.anna.post("/posts", body).await;
        }
        let admin = compat_tests::server::ADMIN.split_once(':').unwrap().0;
        let (group, direct) = (
            group["name"].as_str().unwrap(),
            direct["name"].as_str().unwrap(),
        );
        for (terms, by_anna, by_bert) in [
            (format!("in:@{admin},anna,bert"), 1, 1),
            (format!("turnip in:{group}"), 1, 1),
            (format!("in:{direct}"), 1, 0),
            (format!("in:@{admin}"), 1, 0),
            (format!("turnip -in:@bert,{admin},anna"), 2, 1),
            ("in:@anna,nobody,bert".to_owned(), 0, 0),
        ] {
            let body = json!({"terms": terms, "is_or_search": false});
            for place in [
                format!("/teams/{}/posts/search", room.team),
                "/posts/search".to_owned(),
            ] {
                for (person, count) in [(&room.anna, by_anna), (&room.bert, by_bert)] {
                    let found = person.post(&place, body.clone()).await;
                    assert_eq!(
                        found["order"].as_array().unwrap().len(),
                        count,
                        "{terms} {place}"
                    );
                }
            }
        }
        room.server.stop().await;
    });
}
