//! `store::posts`, `threads`, `reactions`, `drafts` and `search` on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Channel, ChannelType, Draft, Post, Reaction, User};
use rustchat_core::ids::new_id;
use rustchat_core::search::{Document, parse};
use store::posts::{Author, Edit, Insertion, Outcome, Page, Side, ThreadFrom, ThreadQuery};
use store::search::Scope;
use store::threads::Wanted;
use store::{Store, args, contract_test};
use store::{drafts, posts, reactions, search, threads, users};

const CHANNEL: &str = "channel";

async fn furnish(store: &Store, people: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for i in 0..people {
        let user = User {
            id: format!("user{i}"),
            create_at: 1,
            update_at: 1,
            username: format!("name{i}"),
            email: format!("name{i}@example.com"),
            ..User::default()
        };
        users::insert(store.db(), &user, &[], None).await.unwrap();
        ids.push(user.id);
    }
    let channel = Channel {
        id: CHANNEL.into(),
        create_at: 1,
        update_at: 1,
        type_: ChannelType::Open,
        name: "room".into(),
        team_id: "team".into(),
        ..Channel::default()
    };
    store::channels::create(store, &channel, &ids, &[], &[], 1)
        .await
        .unwrap();
    ids
}

fn post(author: &str, at: i64, message: &str) -> Post {
    Post {
        id: new_id(),
        create_at: at,
        update_at: at,
        user_id: author.into(),
        channel_id: CHANNEL.into(),
        message: message.into(),
        file_ids: Some(Vec::new()),
        props: Some(serde_json::Map::new()),
        ..Post::default()
    }
}

fn reply(root: &Post, author: &str, at: i64, message: &str) -> Post {
    Post {
        root_id: root.id.clone(),
        ..post(author, at, message)
    }
}

async fn insert(store: &Store, post: &Post, mentioned: &[String]) -> Outcome {
    let words = Document::of(&post.message, &post.hashtags);
    let follow: Vec<String> = mentioned.iter().chain([&post.user_id]).cloned().collect();
    let new = Insertion {
        post,
        author: if post.root_id.is_empty() {
            Author::Views
        } else {
            Author::Absent
        },
        counts: true,
        mentioned,
        urgent: false,
        follow: &follow,
        follow_by_default: &[],
        team_id: "team",
        priority: None,
        words: Some(&words),
    };
    posts::insert(store, new).await.unwrap()
}

async fn member(store: &Store, user: &str) -> (i64, i64, i64, i64) {
    let row = store
        .db()
        .one(
            "SELECT msgcount, msgcountroot, mentioncount, mentioncountroot FROM channelmembers WHERE userid = $1",
            args![user],
        )
        .await
        .unwrap();
    (
        row.get("msgcount").unwrap(),
        row.get("msgcountroot").unwrap(),
        row.get("mentioncount").unwrap(),
        row.get("mentioncountroot").unwrap(),
    )
}

fn page(side: Side<'_>, limit: i64, only_roots: bool) -> Page<'_> {
    Page {
        channel_id: CHANNEL,
        side,
        offset: 0,
        limit,
        only_roots,
        with_deleted: false,
    }
}

async fn messages(store: &Store, wanted: Page<'_>) -> Vec<String> {
    posts::page(store, &wanted)
        .await
        .unwrap()
        .into_iter()
        .map(|post| post.message)
        .collect()
}

async fn found(store: &Store, terms: &str, scope: &Scope) -> Vec<String> {
    let found = search::find(store, &parse(terms, false, 0), scope)
        .await
        .unwrap();
    found.into_iter().map(|post| post.message).collect()
}

contract_test! {
    async fn a_post_moves_every_counter_it_should(store) {
        let people = furnish(&store, 3).await;
        let root = post("user0", 100, "root");
        assert!(insert(&store, &root, &people[1..2]).await.viewed);
        let answer = reply(&root, "user1", 200, "answer");
        let outcome = insert(&store, &answer, &people[2..3]).await;
        assert_eq!(outcome.post.reply_count, 1);
        assert_eq!(member(&store, "user0").await, (1, 1, 0, 0));
        assert_eq!(member(&store, "user1").await, (0, 0, 1, 1));
        assert_eq!(member(&store, "user2").await, (0, 0, 1, 0));
        let channel = store::channels::get(&store, CHANNEL).await.unwrap().unwrap();
        assert_eq!((channel.total_msg_count, channel.total_msg_count_root), (2, 1));
        assert_eq!((channel.last_post_at, channel.last_root_post_at), (200, 100));
        assert_eq!(posts::get(&store, &root.id).await.unwrap().unwrap().update_at, 200);
    }

    async fn the_number_of_statements_does_not_depend_on_mentions(store) {
        let people = furnish(&store, 40).await;
        let root = post("user0", 100, "root");
        insert(&store, &root, &[]).await;
        let mut counts = Vec::new();
        for mentioned in [&people[1..2], &people[1..40]] {
            let answer = reply(&root, "user0", 200, "to all of you");
            let (_, statements) = store.db().count_statements(insert(&store, &answer, mentioned)).await;
            counts.push(statements);
        }
        assert_eq!(counts[0], counts[1]);
        assert!(counts[0] <= 14, "{counts:?}");
        assert_eq!(threads::followers(&store, &root.id).await.unwrap().len(), 40);
    }

    async fn pages_of_a_channel(store) {
        furnish(&store, 1).await;
        let all: Vec<Post> = (1..=5).map(|i| post("user0", i * 10, &i.to_string())).collect();
        for one in &all {
            insert(&store, one, &[]).await;
        }
        insert(&store, &reply(&all[0], "user0", 60, "reply"), &[]).await;
        assert_eq!(messages(&store, page(Side::Newest, 3, false)).await, ["reply", "5", "4"]);
        assert_eq!(messages(&store, page(Side::Newest, 3, true)).await, ["5", "4", "3"]);
        assert_eq!(messages(&store, page(Side::Before(&all[2].id), 2, false)).await, ["2", "1"]);
        assert_eq!(messages(&store, page(Side::After(&all[2].id), 2, false)).await, ["5", "4"]);
        assert!(messages(&store, page(Side::After("nobody"), 2, false)).await.is_empty());
        assert_eq!(posts::after_time(&store, CHANNEL, 20, false).await.unwrap(), all[2].id);
        let since = posts::since(&store, CHANNEL, 45, false).await.unwrap();
        assert_eq!(since.len(), 3, "the reply, the last post, and the root the reply changed");
    }

    async fn pages_of_a_thread(store) {
        furnish(&store, 1).await;
        let root = post("user0", 10, "root");
        insert(&store, &root, &[]).await;
        for i in 1..=3 {
            insert(&store, &reply(&root, "user0", 10 + i, &i.to_string()), &[]).await;
        }
        let query = ThreadQuery {
            root_id: &root.id,
            with_root: false,
            from: ThreadFrom::End,
            upwards: true,
            limit: 2,
            counted: true,
        };
        let (first, more) = posts::thread(&store, &query).await.unwrap();
        assert_eq!(first.iter().map(|post| post.message.as_str()).collect::<Vec<_>>(), ["3", "2"]);
        assert!(more && first.iter().all(|post| post.reply_count == 3));
        let from = ThreadFrom::Created(12, &first[1].id);
        let (rest, more) = posts::thread(&store, &ThreadQuery { from, ..query }).await.unwrap();
        assert_eq!(rest.len(), 1);
        assert!(!more);
    }

    async fn an_edit_keeps_the_version_before_it(store) {
        furnish(&store, 1).await;
        let first = post("user0", 10, "turnips");
        insert(&store, &first, &[]).await;
        let second = Post { message: "radishes".into(), update_at: 20, edit_at: 20, ..first.clone() };
        let words = Document::of("radishes", "");
        posts::edit(&store, Edit { before: &first, post: &second, words: Some(&words), restores: false }).await.unwrap();
        let history = posts::history(&store, &first.id).await.unwrap();
        assert_eq!((history.len(), history[0].message.as_str(), history[0].delete_at), (1, "turnips", 20));
        assert!(posts::version(&store, &first.id, &history[0].id).await.unwrap().is_some());
        let scope = Scope { user_id: "user0".into(), ..Scope::default() };
        assert!(found(&store, "turnip", &scope).await.is_empty());
        assert_eq!(found(&store, "radish", &scope).await, ["radishes"]);
    }

    async fn a_change_leaves_alone_what_changed_since_it_was_begun(store) {
        furnish(&store, 1).await;
        let first = post("user0", 10, "turnips");
        insert(&store, &first, &[]).await;
        let text = Post { message: "radishes".into(), hashtags: "#new".into(), update_at: 20, edit_at: 20, ..first.clone() };
        let words = Document::of("radishes", "");
        posts::edit(&store, Edit { before: &first, post: &text, words: Some(&words), restores: false }).await.unwrap();
        let reaction = Reaction {
            user_id: "user0".into(),
            post_id: first.id.clone(),
            emoji_name: "a".into(),
            create_at: 25,
            update_at: 25,
            channel_id: CHANNEL.into(),
            ..Reaction::default()
        };
        reactions::save(&store, &reaction, 10).await.unwrap();
        let pin = Post { is_pinned: true, update_at: 15, ..first.clone() };
        let stored = posts::edit(&store, Edit { before: &first, post: &pin, words: None, restores: false }).await.unwrap();
        assert_eq!(posts::get(&store, &first.id).await.unwrap().unwrap(), stored);
        assert_eq!((stored.message.as_str(), stored.hashtags.as_str(), stored.edit_at), ("radishes", "#new", 20));
        assert!(stored.is_pinned && stored.has_reactions && stored.update_at > 25);
        let replaced = Post { has_reactions: false, update_at: 40, ..stored.clone() };
        let stored = posts::edit(&store, Edit { before: &stored, post: &replaced, words: None, restores: false }).await.unwrap();
        assert!(stored.has_reactions, "a client that does not know of it does not hide it");
    }

    async fn files_come_back_with_an_earlier_version(store) {
        furnish(&store, 1).await;
        let sql = "INSERT INTO fileinfo (id, creatorid, postid, createat, updateat, deleteat, path, thumbnailpath, previewpath, name, extension, size, mimetype, width, height, haspreviewimage) \
                   VALUES ('file', 'user0', '', 1, 1, 0, 'p', '', '', 'n', 'txt', 1, 'text/plain', 0, 0, $1)";
        store.db().exec(sql, args![false]).await.unwrap();
        let first = Post { file_ids: Some(vec!["file".into()]), ..post("user0", 10, "with a file") };
        insert(&store, &first, &[]).await;
        let bare = Post { file_ids: Some(Vec::new()), update_at: 20, edit_at: 20, ..first.clone() };
        posts::edit(&store, Edit { before: &first, post: &bare, words: None, restores: false }).await.unwrap();
        let before = posts::get(&store, &first.id).await.unwrap().unwrap();
        let again = Post { file_ids: Some(vec!["file".into()]), update_at: 30, edit_at: 30, ..before.clone() };
        let refused = posts::edit(&store, Edit { before: &before, post: &again, words: None, restores: false }).await.unwrap();
        assert_eq!(refused.file_ids.unwrap_or_default(), Vec::<String>::new());
        let restored = posts::edit(&store, Edit { before: &before, post: &again, words: None, restores: true }).await.unwrap();
        assert_eq!(restored.file_ids.unwrap(), ["file"]);
        let files = posts::files_of(&store, std::slice::from_ref(&first.id), false).await.unwrap();
        assert_eq!(files[&first.id][0].delete_at, 0);
    }

    async fn reminders_are_due_again_unless_they_were_sent(store) {
        use store::post_reminders::{Reminder, done, set, take_due};
        let reminder = |post: &str, at| Reminder { post_id: post.into(), user_id: "user0".into(), target_time: at };
        for (id, at) in [("a", 10), ("b", 20), ("c", 99)] {
            set(&store, &reminder(id, at)).await.unwrap();
        }
        let taken = take_due(&store, 50, 60, 10).await.unwrap();
        assert_eq!(taken, [reminder("a", 10), reminder("b", 20)]);
        assert!(take_due(&store, 50, 60, 10).await.unwrap().is_empty(), "somebody is sending them");
        done(&store, &taken[0], 60).await.unwrap();
        assert_eq!(take_due(&store, 70, 80, 10).await.unwrap(), [reminder("b", 60)]);
        set(&store, &reminder("b", 90)).await.unwrap();
        done(&store, &reminder("b", 60), 80).await.unwrap();
        assert_eq!(take_due(&store, 95, 100, 10).await.unwrap(), [reminder("b", 90)], "set anew");
    }

    async fn a_deleted_thread_stays_deleted_when_its_channel_comes_back(store) {
        let people = furnish(&store, 2).await;
        let (kept, gone) = (post("user0", 10, "kept"), post("user0", 11, "gone"));
        for root in [&kept, &gone] {
            insert(&store, root, &[]).await;
            insert(&store, &reply(root, "user1", 20, "hey"), &people[..1]).await;
        }
        posts::delete(&store, &gone, "user0", 30).await.unwrap();
        store::channels::set_deleted(&store, CHANNEL, 40, 40).await.unwrap();
        assert_eq!(threads::get(&store, &kept.id).await.unwrap().unwrap().delete_at, 40);
        store::channels::set_deleted(&store, CHANNEL, 0, 50).await.unwrap();
        assert_eq!(threads::get(&store, &kept.id).await.unwrap().unwrap().delete_at, 0);
        assert_eq!(threads::get(&store, &gone.id).await.unwrap().unwrap().delete_at, 30);
        let unread = store::channel_members::thread_unreads(&store, "user0").await.unwrap();
        assert_eq!(unread["team"], (1, 1));
    }

    async fn a_deleted_root_takes_its_thread_along(store) {
        furnish(&store, 2).await;
        let root = post("user0", 10, "root words");
        insert(&store, &root, &[]).await;
        let answer = reply(&root, "user1", 20, "answer words");
        insert(&store, &answer, &[]).await;
        let draft = Draft { user_id: "user0".into(), channel_id: CHANNEL.into(), root_id: root.id.clone(), message: "x".into(), ..Draft::default() };
        drafts::upsert(&store, &draft).await.unwrap();
        let deletion = posts::delete(&store, &root, "user1", 30).await.unwrap();
        assert_eq!(deletion.drafts.len(), 1);
        assert_eq!(posts::get(&store, &answer.id).await.unwrap(), None);
        let gone = posts::get_any(&store, &answer.id).await.unwrap().unwrap();
        assert_eq!(gone.props.unwrap()["deleteBy"], "user1");
        assert!(posts::delete(&store, &root, "user1", 40).await.unwrap_err().is_not_found());
        let scope = Scope { user_id: "user0".into(), ..Scope::default() };
        assert!(found(&store, "words", &scope).await.is_empty());
        let wanted = Wanted { user_id: "user1".into(), team_id: "team".into(), limit: 10, ..Wanted::default() };
        assert!(threads::list(&store, &wanted).await.unwrap().is_empty());
        let with_deleted = Wanted { with_deleted: true, ..wanted };
        assert_eq!(threads::list(&store, &with_deleted).await.unwrap().len(), 1);
    }

    async fn threads_count_what_is_unread(store) {
        let people = furnish(&store, 2).await;
        let root = post("user0", 10, "root");
        insert(&store, &root, &[]).await;
        for at in [20, 30] {
            insert(&store, &reply(&root, "user1", at, "hey"), &people[..1]).await;
        }
        let wanted = Wanted { user_id: "user0".into(), team_id: "team".into(), limit: 10, ..Wanted::default() };
        let listed = threads::list(&store, &wanted).await.unwrap();
        assert_eq!((listed[0].unread_replies, listed[0].membership.unread_mentions), (2, 2));
        let totals = threads::totals(&store, &wanted).await.unwrap();
        assert_eq!((totals.threads, totals.unread_threads, totals.unread_mentions), (1, 1, 2));
        threads::mark_all_read(&store, "user0", "team", 40).await.unwrap();
        let totals = threads::totals(&store, &wanted).await.unwrap();
        assert_eq!((totals.threads, totals.unread_threads, totals.unread_mentions), (1, 0, 0));
        assert_eq!(threads::replies_after(&store, &root.id, 20).await.unwrap(), [30]);
    }

    async fn reactions_have_a_limit_of_different_emoji(store) {
        furnish(&store, 2).await;
        let one = post("user0", 10, "popular");
        insert(&store, &one, &[]).await;
        let reaction = |user: &str, name: &str| Reaction {
            user_id: user.into(),
            post_id: one.id.clone(),
            emoji_name: name.into(),
            create_at: 20,
            update_at: 20,
            channel_id: CHANNEL.into(),
            ..Reaction::default()
        };
        reactions::save(&store, &reaction("user0", "a"), 2).await.unwrap();
        reactions::save(&store, &reaction("user0", "b"), 2).await.unwrap();
        reactions::save(&store, &reaction("user1", "c"), 2).await.unwrap_err();
        reactions::save(&store, &reaction("user1", "a"), 2).await.unwrap();
        reactions::delete(&store, "user0", &one.id, "b", 30).await.unwrap();
        reactions::save(&store, &reaction("user1", "c"), 2).await.unwrap();
        let of = reactions::of_posts(&store, std::slice::from_ref(&one.id)).await.unwrap();
        assert_eq!(of[&one.id].len(), 3);
        assert!(posts::get(&store, &one.id).await.unwrap().unwrap().has_reactions);
        reactions::delete_all_of_emoji(&store, "a", 40).await.unwrap();
        reactions::delete_all_of_emoji(&store, "c", 40).await.unwrap();
        assert!(!posts::get(&store, &one.id).await.unwrap().unwrap().has_reactions);
    }

    async fn search_finds_words_phrases_tags_and_nothing_out_of_reach(store) {
        furnish(&store, 2).await;
        for (at, text, tags) in [
            (10, "the running gherkins of example.org", ""),
            (20, "今日は天気がいいです", ""),
            (30, "#Beet soup", "#Beet"),
            (40, "state-of-the-art café, c++ O'Brien's \"quoted\" back\\slash", ""),
        ] {
            let one = Post { hashtags: tags.into(), ..post("user0", at, text) };
            insert(&store, &one, &[]).await;
        }
        let mine = Scope { user_id: "user0".into(), ..Scope::default() };
        assert_eq!(found(&store, "run gherkin*", &mine).await.len(), 1);
        assert_eq!(found(&store, "\"gherkins of example.org\"", &mine).await.len(), 1);
        assert_eq!(found(&store, "天気", &mine).await.len(), 1);
        assert_eq!(found(&store, "#beet", &mine).await.len(), 1);
        assert!(found(&store, "#bee", &mine).await.is_empty());
        assert_eq!(found(&store, "soup -café", &mine).await.len(), 1);
        assert!(found(&store, "cafe", &mine).await.is_empty());
        assert_eq!(found(&store, "state-of-the-art", &mine).await.len(), 1);
        assert_eq!(found(&store, "o'brien's back\\slash", &mine).await.len(), 1);
        let any = search::find(&store, &parse("soup gherkin", true, 0), &mine).await.unwrap();
        assert_eq!(any.len(), 2);
        let stranger = Scope { user_id: "stranger".into(), ..Scope::default() };
        assert!(found(&store, "soup", &stranger).await.is_empty());
        let elsewhere = Scope { in_channels: Some(vec!["other".into()]), ..mine.clone() };
        assert!(found(&store, "soup", &elsewhere).await.is_empty());
        assert_eq!(found(&store, "from:x", &Scope { from_users: Some(vec!["user0".into()]), ..mine }).await.len(), 4);
    }
}

contract_test! {
    async fn posts_of_a_database_taken_over_become_searchable(store) {
        use store::search::{Backlog, add_batch};
        furnish(&store, 1).await;
        let all: Vec<Post> = (1..=5).map(|i| post("user0", i * 10, &format!("turnip {i}"))).collect();
        for one in &all {
            insert(&store, one, &[]).await;
        }
        for table in ["rustchat_post_words", "rustchat_post_docs"] {
            if store.db().engine() == store::Engine::Sqlite || table == "rustchat_post_words" {
                store.db().exec(&format!("DELETE FROM {table}"), args![]).await.unwrap();
            }
        }
        store.db().exec("UPDATE rustchat_search_backlog SET done = $1", args![false]).await.unwrap();
        let mine = Scope { user_id: "user0".into(), ..Scope::default() };
        assert!(found(&store, "turnip", &mine).await.is_empty());
        assert_eq!(add_batch(&store, 2).await.unwrap(), Backlog::Before(40));
        assert_eq!(found(&store, "turnip", &mine).await.len(), 2);
        insert(&store, &post("user0", 5, "turnip dated back"), &[]).await;
        while add_batch(&store, 2).await.unwrap() != Backlog::Nothing {}
        assert_eq!(found(&store, "turnip", &mine).await.len(), 6);
        assert_eq!(add_batch(&store, 2).await.unwrap(), Backlog::Nothing);
    }
}
