//! `store::webhooks`, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{IncomingWebhook, OutgoingWebhook};
use store::integrations::Filter;
use store::webhooks::{incoming, outgoing};
use store::{Store, channels, contract_test};

fn inward(id: &str, owner: &str, created: i64) -> IncomingWebhook {
    IncomingWebhook {
        id: id.into(),
        create_at: created,
        update_at: created,
        user_id: owner.into(),
        channel_id: "c".into(),
        team_id: "t".into(),
        ..IncomingWebhook::default()
    }
}

fn outward(id: &str, channel: &str) -> OutgoingWebhook {
    OutgoingWebhook {
        id: id.into(),
        token: "k".into(),
        create_at: 5,
        update_at: 5,
        creator_id: "a".into(),
        channel_id: channel.into(),
        team_id: "t".into(),
        trigger_words: Some(vec!["one".into(), "two".into()]),
        callback_urls: Some(vec!["http://127.0.0.1:9/".into()]),
        ..OutgoingWebhook::default()
    }
}

const ALL: Filter<'_> = Filter {
    team_id: "t",
    channel_id: "",
    owner_id: "",
    offset: 0,
    limit: 10,
};

async fn incoming_ids(store: &Store, filter: Filter<'_>) -> Vec<String> {
    let hooks = incoming::list(store, &filter).await.unwrap();
    hooks.into_iter().map(|hook| hook.id).collect()
}

contract_test! {
    async fn incoming_webhooks_are_listed_by_team_and_owner(store) {
        for (id, owner, created) in [("i1", "a", 1), ("i2", "b", 2), ("i3", "a", 3)] {
            incoming::insert(&store, &inward(id, owner, created)).await.unwrap();
        }
        assert_eq!(incoming_ids(&store, ALL).await, ["i3", "i2", "i1"]);
        assert_eq!(incoming_ids(&store, Filter { owner_id: "a", ..ALL }).await, ["i3", "i1"]);
        assert_eq!(incoming_ids(&store, Filter { offset: 1, limit: 1, ..ALL }).await, ["i2"]);
        assert!(incoming_ids(&store, Filter { team_id: "u", ..ALL }).await.is_empty());
        assert_eq!(incoming::count(&store, &ALL).await.unwrap(), 3);

        let changed = IncomingWebhook { display_name: "Build".into(), channel_locked: true, ..inward("i1", "a", 1) };
        assert!(incoming::update(&store, &changed).await.unwrap());
        assert_eq!(incoming::get(&store, "i1").await.unwrap(), Some(changed.clone()));
        assert!(incoming::delete(&store, "i1", 9).await.unwrap());
        assert!(!incoming::delete(&store, "i1", 9).await.unwrap());
        assert!(!incoming::update(&store, &changed).await.unwrap());
        assert_eq!(incoming::get(&store, "i1").await.unwrap(), None);
        assert_eq!(incoming::count(&store, &ALL).await.unwrap(), 2);
    }
}

contract_test! {
    async fn outgoing_webhooks_of_a_team_are_known_as_they_are(store) {
        assert!(outgoing::of_team(&store, "t").await.unwrap().is_empty());
        outgoing::insert(&store, &outward("o1", "c")).await.unwrap();
        outgoing::insert(&store, &outward("o2", "")).await.unwrap();
        assert_eq!(outgoing::of_team(&store, "t").await.unwrap().len(), 2);
        assert_eq!(outgoing::get(&store, "o1").await.unwrap(), Some(outward("o1", "c")));
        let of_channel = Filter { channel_id: "c", ..ALL };
        assert_eq!(outgoing::list(&store, &of_channel).await.unwrap().len(), 1);

        let changed = OutgoingWebhook { trigger_words: None, ..outward("o1", "c") };
        assert!(outgoing::update(&store, &changed).await.unwrap());
        assert!(outgoing::of_team(&store, "t").await.unwrap().contains(&changed));
        let gone = OutgoingWebhook { delete_at: 9, ..outward("o2", "") };
        assert!(outgoing::delete(&store, &gone).await.unwrap());
        assert_eq!(outgoing::of_team(&store, "t").await.unwrap().len(), 1);
        channels::set_deleted(&store, "c", 9, 9).await.unwrap();
        assert!(outgoing::of_team(&store, "t").await.unwrap().is_empty());
    }
}
