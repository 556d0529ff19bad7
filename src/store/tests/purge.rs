//! What is deleted for good leaves nothing behind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Channel, ChannelType, Post, Reaction, User};
use rustchat_core::ids::new_id;
use rustchat_core::search::{Document, parse};
use store::posts::{Author, Insertion};
use store::search::Scope;
use store::{Engine, Store, args, contract_test};
use store::{channels, posts, reactions, search, threads, trash, users};

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
    for id in ["one", "two"] {
        let channel = Channel {
            id: id.into(),
            type_: ChannelType::Open,
            name: id.into(),
            team_id: "team".into(),
            ..Channel::default()
        };
        channels::create(store, &channel, &people, &[], &[], 1)
            .await
            .unwrap();
    }
}

async fn write(
    store: &Store,
    channel: &str,
    author: &str,
    at: i64,
    root: &str,
    text: &str,
) -> Post {
    let file = format!("file{at}");
    let sql = "INSERT INTO fileinfo (id, creatorid, postid, createat, updateat, deleteat, path, thumbnailpath, previewpath, name, extension, \
               size, mimetype, width, height, haspreviewimage) VALUES ($1, $2, '', 1, 1, 0, $3, $4, '', 'n', 'txt', 1, 'text/plain', 0, 0, $5)";
    let (path, thumbnail) = (format!("{author}/{at}"), format!("{author}/{at}_thumb"));
    let values = args![&file, author, path, thumbnail, false];
    store.db().exec(sql, values).await.unwrap();
    let post = Post {
        id: new_id(),
        create_at: at,
        update_at: at,
        user_id: author.into(),
        channel_id: channel.into(),
        root_id: root.into(),
        message: text.into(),
        file_ids: Some(vec![file]),
        ..Post::default()
    };
    let words = Document::of(text, "");
    let new = Insertion {
        post: &post,
        author: Author::Absent,
        counts: true,
        mentioned: &[],
        urgent: false,
        follow: std::slice::from_ref(&post.user_id),
        follow_by_default: &[],
        team_id: "team",
        priority: None,
        words: Some(&words),
    };
    posts::insert(store, new).await.unwrap().post
}

async fn react(store: &Store, user: &str, post: &Post) {
    let reaction = Reaction {
        user_id: user.into(),
        post_id: post.id.clone(),
        emoji_name: "a".into(),
        create_at: 50,
        update_at: 50,
        channel_id: post.channel_id.clone(),
        ..Reaction::default()
    };
    reactions::save(store, &reaction, 10).await.unwrap();
}

async fn found(store: &Store, terms: &str) -> usize {
    let scope = Scope {
        user_id: "bob".into(),
        ..Scope::default()
    };
    let found = search::find(store, &parse(terms, false, 0), &scope).await;
    found.unwrap().len()
}

async fn count(store: &Store, table: &str) -> i64 {
    let sql = format!("SELECT count(*) AS n FROM {table}");
    let row = store.db().one(&sql, args![]).await.unwrap();
    row.get("n").unwrap()
}

/// Tables with one row, or more, per post.
fn of_posts(store: &Store) -> Vec<&'static str> {
    let mut tables = vec!["posts", "fileinfo", "rustchat_post_words"];
    if store.db().engine() == Engine::Sqlite {
        tables.push("rustchat_post_docs");
    }
    tables
}

contract_test! {
    async fn an_erased_account_leaves_no_words_files_or_counts(store) {
        furnish(&store).await;
        let own = write(&store, "one", "ann", 10, "", "turnips").await;
        write(&store, "one", "bob", 11, &own.id, "answer about turnips").await;
        let others = write(&store, "one", "bob", 20, "", "radishes").await;
        write(&store, "one", "ann", 21, &others.id, "reply about turnips").await;
        write(&store, "one", "bob", 22, &others.id, "radishes again").await;
        react(&store, "ann", &others).await;
        assert_eq!((found(&store, "turnips").await, found(&store, "radishes").await), (3, 2));
        users::erase(&store, "ann", &["users/ann/profile.png".to_owned()]).await.unwrap();
        assert_eq!((found(&store, "turnips").await, found(&store, "radishes").await), (0, 2));
        for table in of_posts(&store) {
            assert_eq!(count(&store, table).await, 2, "{table}");
        }
        let thread = threads::get(&store, &others.id).await.unwrap().unwrap();
        assert_eq!((thread.reply_count, thread.last_reply_at, thread.participants.unwrap()), (1, 22, vec!["bob".to_owned()]));
        assert!(threads::get(&store, &own.id).await.unwrap().is_none());
        assert!(!posts::get(&store, &others.id).await.unwrap().unwrap().has_reactions);
        assert!(users::by_id(store.db(), "ann").await.unwrap().is_none());
        let waiting = trash::next(&store, "", 100).await.unwrap();
        let expected = ["ann/10", "ann/10_thumb", "ann/21", "ann/21_thumb", "bob/11", "bob/11_thumb", "users/ann/profile.png"];
        assert_eq!(waiting, expected);
        assert_eq!(trash::next(&store, "ann/21", 1).await.unwrap(), ["ann/21_thumb"]);
        trash::forget(&store, &waiting).await.unwrap();
        assert!(trash::next(&store, "", 100).await.unwrap().is_empty());
    }

    async fn a_channel_deleted_for_good_leaves_no_words_and_files(store) {
        furnish(&store).await;
        let root = write(&store, "one", "ann", 10, "", "turnips").await;
        write(&store, "one", "bob", 11, &root.id, "more turnips").await;
        write(&store, "two", "bob", 12, "", "radishes").await;
        react(&store, "bob", &root).await;
        channels::permanent_delete(&store, "one").await.unwrap();
        assert_eq!((found(&store, "turnips").await, found(&store, "radishes").await), (0, 1));
        for table in of_posts(&store) {
            assert_eq!(count(&store, table).await, 1, "{table}");
        }
        for table in ["threads", "threadmemberships", "reactions"] {
            assert_eq!(count(&store, table).await, 0, "{table}");
        }
        assert_eq!(trash::next(&store, "", 100).await.unwrap().len(), 4);
    }
}
