//! `store::notifications` on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::Session;
use store::notifications::{self, Unread};
use store::{args, contract_test, sessions};

fn session(id: &str, user: &str, device: &str, ends: i64) -> Session {
    Session {
        id: id.into(),
        token: format!("token-{id}"),
        expires_at: ends,
        user_id: user.into(),
        device_id: device.into(),
        ..Session::default()
    }
}

fn ids(list: &[&str]) -> Vec<String> {
    list.iter().map(|id| (*id).to_owned()).collect()
}

contract_test! {
    async fn devices_that_can_be_reached(store) {
        let with = |key: &str, value: &str, session: Session| Session {
            props: Some([(key.to_owned(), value.to_owned())].into()),
            ..session
        };
        for session in [
            session("1", "u", "apple_rn:x", 0),
            session("2", "u", "", 0),
            session("3", "v", "android_rn:y", 100),
            session("4", "v", "android_rn:z", 50),
            with("device_notification_disabled", "true", session("5", "u", "apple_rn:q", 0)),
            with("last_removed_device_id", "apple_rn:gone", session("6", "u", "apple_rn:gone", 0)),
            session("7", "w", "apple_rn:w", 0),
        ] {
            sessions::insert(store.db(), &session).await.unwrap();
        }
        let mut found = notifications::devices_of(&store, &ids(&["u", "v"]), 50).await.unwrap();
        found.sort_by(|a, b| a.session_id.cmp(&b.session_id));
        let found: Vec<_> = found.iter().map(|d| (d.session_id.as_str(), d.device_id.as_str())).collect();
        assert_eq!(found, [("1", "apple_rn:x"), ("3", "android_rn:y")]);
        let expired = notifications::expired_devices(&store, 40, 60, 10).await.unwrap();
        assert_eq!(expired.len(), 1);
        let taken = notifications::take_expired(&store, &ids(&["4"])).await.unwrap();
        assert_eq!(taken, ["4"]);
        assert!(notifications::take_expired(&store, &ids(&["4"])).await.unwrap().is_empty());
        assert!(notifications::expired_devices(&store, 40, 60, 10).await.unwrap().is_empty());
    }

    async fn unread_over_all_teams(store) {
        let db = store.db();
        for (channel, deleted) in [("1", 0), ("2", 0), ("3", 9)] {
            let sql = "INSERT INTO channels (id, createat, updateat, deleteat, teamid, type, name) VALUES ($1, 1, 1, $2, 't', 'O', $1)";
            db.exec(sql, args![channel, deleted as i64]).await.unwrap();
            let sql = "INSERT INTO channelmembers (channelid, userid, mentioncount, mentioncountroot, notifyprops) VALUES ($1, 'u', 3, 2, '{}')";
            db.exec(sql, args![channel]).await.unwrap();
        }
        for (post, following) in [("p", true), ("q", false)] {
            let sql = "INSERT INTO threadmemberships (postid, userid, following, unreadmentions) VALUES ($1, 'u', $2, 4)";
            db.exec(sql, args![post, following]).await.unwrap();
        }
        let unread = notifications::unread_of(&store, &ids(&["u", "v"])).await.unwrap();
        assert_eq!(unread["u"], Unread { mentions: 6, root_mentions: 4, thread_mentions: 4 });
        assert_eq!(unread["v"], Unread::default());
    }
}
