//! Changes that meet. On PostgreSQL one transaction waits for the other; on SQLite they take turns, in either order.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use model::{Channel, ChannelType, Post, Reaction, User};
use rustchat_core::ids::new_id;
use store::posts::{Author, Edit, Insertion};
use store::{Engine, Store, StoreError, Tx, args, contract_test};
use store::{posts, reactions, threads, users};

async fn furnish(store: &Store) {
    let people: Vec<String> = ["ann", "bob"].map(String::from).into();
    for id in &people {
        let user = User {
            id: id.clone(),
            username: id.clone(),
            email: format!("{id}@example.com"),
            ..User::default()
        };
        users::insert(store.db(), &user, &[], None).await.unwrap();
    }
    let channel = Channel {
        id: "channel".into(),
        type_: ChannelType::Open,
        name: "room".into(),
        team_id: "team".into(),
        ..Channel::default()
    };
    store::channels::create(store, &channel, &people, &[], &[], 1)
        .await
        .unwrap();
}

fn post(author: &str, at: i64, root: &str) -> Post {
    Post {
        id: new_id(),
        create_at: at,
        update_at: at,
        user_id: author.into(),
        channel_id: "channel".into(),
        root_id: root.into(),
        message: "text".into(),
        file_ids: Some(Vec::new()),
        props: Some(serde_json::Map::new()),
        ..Post::default()
    }
}

async fn insert(store: &Store, post: &Post) -> Result<(), StoreError> {
    let new = Insertion {
        post,
        author: Author::Absent,
        counts: true,
        mentioned: &[],
        urgent: false,
        follow: std::slice::from_ref(&post.user_id),
        follow_by_default: &[],
        team_id: "team",
        priority: None,
        words: None,
    };
    posts::insert(store, new).await.map(|_| ())
}

/// A root with one reply.
async fn thread(store: &Store) -> (Post, Post) {
    let root = post("ann", 10, "");
    let reply = post("bob", 20, &root.id);
    insert(store, &root).await.unwrap();
    insert(store, &reply).await.unwrap();
    (root, reply)
}

fn reaction(user: &str, post: &Post, emoji: &str) -> Reaction {
    Reaction {
        user_id: user.into(),
        post_id: post.id.clone(),
        emoji_name: emoji.into(),
        create_at: 30,
        update_at: 30,
        channel_id: "channel".into(),
        ..Reaction::default()
    }
}

/// Until so many transactions wait for a lock. SQLite's writer lets nobody in, so that there is nothing to see.
async fn until_waiting(store: &Store, transactions: i64) {
    if store.db().engine() == Engine::Sqlite {
        return tokio::task::yield_now().await;
    }
    let sql = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    for _ in 0..2000 {
        let n: i64 = store
            .db()
            .one(sql, args![])
            .await
            .unwrap()
            .get("n")
            .unwrap();
        if n >= transactions {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("nothing waits");
}

/// Stops whoever comes to the thread.
async fn barrier(store: &Store, root: &Post) -> Tx {
    let mut tx = store.db().begin().await.unwrap();
    let sql = "SELECT postid FROM threads WHERE postid = $1 FOR UPDATE";
    tx.one(sql, args![&root.id]).await.unwrap();
    tx
}

async fn live_replies(store: &Store, root: &Post) -> i64 {
    let sql = "SELECT count(*) AS n FROM posts WHERE rootid = $1 AND deleteat = 0";
    let row = store.db().one(sql, args![&root.id]).await.unwrap();
    row.get("n").unwrap()
}

/// The change of another transaction that stores a reaction and has not committed yet.
async fn half_a_reaction(store: &Store, post: &Post) -> Tx {
    let mut tx = store.db().begin().await.unwrap();
    let sql = "UPDATE posts SET hasreactions = $2 WHERE id = $1";
    tx.exec(sql, args![&post.id, true]).await.unwrap();
    let sql = "INSERT INTO reactions (userid, postid, emojiname, createat, updateat, deleteat, remoteid, channelid) \
               VALUES ('bob', $1, 'b', 40, 40, 0, '', 'channel')";
    tx.exec(sql, args![&post.id]).await.unwrap();
    tx
}

async fn has_reactions(store: &Store, id: &str) -> bool {
    posts::get(store, id).await.unwrap().unwrap().has_reactions
}

contract_test! {
    async fn a_reply_that_meets_the_deletion_of_its_root_is_refused(store) {
        furnish(&store).await;
        let (root, _) = thread(&store).await;
        let held = barrier(&store, &root).await;
        let deleting = tokio::spawn({
            let (store, root) = (store.clone(), root.clone());
            async move { posts::delete(&store, &root, "ann", 50).await.map(|_| ()) }
        });
        until_waiting(&store, 1).await;
        let replying = tokio::spawn({
            let (store, late) = (store.clone(), post("bob", 40, &root.id));
            async move { insert(&store, &late).await }
        });
        until_waiting(&store, 2).await;
        held.commit().await.unwrap();
        deleting.await.unwrap().unwrap();
        let refused = replying.await.unwrap();
        if store.db().engine() == Engine::Postgres {
            assert!(refused.unwrap_err().is_not_found());
        }
        assert_eq!(live_replies(&store, &root).await, 0);
        assert!(insert(&store, &post("bob", 60, &root.id)).await.unwrap_err().is_not_found());
    }

    async fn the_deletion_of_a_root_takes_the_reply_it_met_along(store) {
        furnish(&store).await;
        let (root, _) = thread(&store).await;
        let held = barrier(&store, &root).await;
        let replying = tokio::spawn({
            let (store, late) = (store.clone(), post("bob", 40, &root.id));
            async move { insert(&store, &late).await }
        });
        until_waiting(&store, 1).await;
        let deleting = tokio::spawn({
            let (store, root) = (store.clone(), root.clone());
            async move { posts::delete(&store, &root, "ann", 50).await.map(|_| ()) }
        });
        until_waiting(&store, 2).await;
        held.commit().await.unwrap();
        deleting.await.unwrap().unwrap();
        let _ = replying.await.unwrap();
        assert_eq!(live_replies(&store, &root).await, 0);
    }

    async fn replies_are_counted_when_one_comes_and_one_goes(store) {
        furnish(&store).await;
        let (root, first) = thread(&store).await;
        let held = barrier(&store, &root).await;
        let replying = tokio::spawn({
            let (store, late) = (store.clone(), post("ann", 40, &root.id));
            async move { insert(&store, &late).await }
        });
        until_waiting(&store, 1).await;
        let deleting = tokio::spawn({
            let (store, first) = (store.clone(), first.clone());
            async move { posts::delete(&store, &first, "bob", 50).await.map(|_| ()) }
        });
        until_waiting(&store, 2).await;
        held.commit().await.unwrap();
        replying.await.unwrap().unwrap();
        deleting.await.unwrap().unwrap();
        let thread = threads::get(&store, &root.id).await.unwrap().unwrap();
        assert_eq!((thread.reply_count, thread.last_reply_at), (1, 40));
        assert_eq!(thread.participants.unwrap(), ["ann"]);
    }

    async fn a_pin_that_meets_an_edit_keeps_its_text(store) {
        furnish(&store).await;
        let one = post("ann", 10, "");
        insert(&store, &one).await.unwrap();
        let mut held = store.db().begin().await.unwrap();
        held.one("SELECT id FROM posts WHERE id = $1 FOR UPDATE", args![&one.id]).await.unwrap();
        let versions = [
            Post { message: "new text".into(), update_at: 20, edit_at: 20, ..one.clone() },
            Post { is_pinned: true, update_at: 20, ..one.clone() },
        ];
        let changing = versions.map(|post| {
            let (store, before) = (store.clone(), one.clone());
            tokio::spawn(async move {
                let edit = Edit { before: &before, post: &post, words: None, restores: false };
                posts::edit(&store, edit).await.map(|_| ())
            })
        });
        until_waiting(&store, 2).await;
        held.commit().await.unwrap();
        for change in changing {
            change.await.unwrap().unwrap();
        }
        let stored = posts::get(&store, &one.id).await.unwrap().unwrap();
        assert_eq!((stored.message.as_str(), stored.is_pinned), ("new text", true));
    }

    async fn a_reaction_that_meets_the_removal_of_another_is_seen(store) {
        furnish(&store).await;
        let one = post("ann", 10, "");
        insert(&store, &one).await.unwrap();
        reactions::save(&store, &reaction("ann", &one, "a"), 10).await.unwrap();
        let held = half_a_reaction(&store, &one).await;
        let removing = tokio::spawn({
            let (store, id) = (store.clone(), one.id.clone());
            async move { reactions::delete(&store, "ann", &id, "a", 50).await }
        });
        until_waiting(&store, 1).await;
        held.commit().await.unwrap();
        removing.await.unwrap().unwrap();
        assert!(has_reactions(&store, &one.id).await);
    }

    async fn a_reaction_that_meets_the_removal_of_an_emoji_is_seen(store) {
        furnish(&store).await;
        let one = post("ann", 10, "");
        insert(&store, &one).await.unwrap();
        reactions::save(&store, &reaction("ann", &one, "a"), 10).await.unwrap();
        let held = half_a_reaction(&store, &one).await;
        let removing = tokio::spawn({
            let store = store.clone();
            async move { reactions::delete_all_of_emoji(&store, "a", 50).await }
        });
        until_waiting(&store, 1).await;
        held.commit().await.unwrap();
        removing.await.unwrap().unwrap();
        assert!(has_reactions(&store, &one.id).await);
        reactions::delete_all_of_emoji(&store, "b", 60).await.unwrap();
        assert!(!has_reactions(&store, &one.id).await);
    }

    /// Only PostgreSQL has deadlocks; it ends the transaction that waits longest.
    async fn a_deadlock_is_no_failure(store) {
        furnish(&store).await;
        let (root, reply) = thread(&store).await;
        let mut other = store.db().begin().await.unwrap();
        let sql = "UPDATE posts SET updateat = updateat + 1 WHERE id = $1";
        other.exec(sql, args![&reply.id]).await.unwrap();
        let deleting = tokio::spawn({
            let (store, root) = (store.clone(), root.clone());
            async move { posts::delete(&store, &root, "ann", 50).await.map(|_| ()) }
        });
        until_waiting(&store, 1).await;
        other.exec(sql, args![&root.id]).await.unwrap();
        other.commit().await.unwrap();
        deleting.await.unwrap().unwrap();
        assert_eq!(live_replies(&store, &root).await, 0);
    }
}
