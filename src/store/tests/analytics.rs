//! `store::analytics`, the list of migrations and fresh connections on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use store::analytics::{self, DAY, Daily, OfDay};
use store::{Arg, Store, args, contract_test, migrate};

async fn exec(store: &Store, sql: &str, args: Vec<Arg>) {
    store.db().exec(sql, args).await.unwrap();
}

/// Two people and a bot; a team with an open, a private and an archived channel; messages of three days.
async fn furnish(store: &Store) {
    for (id, roles, deleted) in [
        ("anna", "system_user", 0),
        ("bob", "system_user", 5),
        ("bot", "system_user", 0),
        ("guest", "system_guest", 0),
    ] {
        let sql = "INSERT INTO users (id, username, email, roles, createat, updateat, deleteat) VALUES ($1, $1, $1, $2, 1, 1, $3)";
        exec(store, sql, args![id, roles, deleted]).await;
    }
    exec(store, "INSERT INTO bots (userid, description, ownerid, createat, updateat, deleteat) VALUES ('bot', '', 'anna', 1, 1, 0)", args![]).await;
    for (id, deleted) in [("team", 0), ("old", 9)] {
        let sql = "INSERT INTO teams (id, name, displayname, createat, updateat, deleteat, schemeid) VALUES ($1, $1, $1, 1, 1, $2, 'scheme')";
        exec(store, sql, args![id, deleted]).await;
    }
    for user in ["anna", "bob", "bot"] {
        let sql =
            "INSERT INTO teammembers (teamid, userid, roles, deleteat) VALUES ('team', $1, '', 0)";
        exec(store, sql, args![user]).await;
    }
    for (id, kind, deleted) in [("open", "O", 0), ("private", "P", 0), ("archived", "O", 7)] {
        let sql = "INSERT INTO channels (id, name, displayname, teamid, type, createat, updateat, deleteat, schemeid) \
                   VALUES ($1, $1, $1, 'team', $2, 1, 1, $3, 'other')";
        exec(
            store,
            sql,
            args![id, Arg::enum_("channel_type", kind), deleted],
        )
        .await;
    }
    let sql = "INSERT INTO channelmembers (channelid, userid, roles) VALUES ('open', 'guest', '')";
    exec(store, sql, args![]).await;
    let posts = [
        ("a", "anna", 10 * DAY),
        ("b", "bot", 10 * DAY + 5),
        ("c", "anna", 11 * DAY + 1),
        ("d", "anna", 12 * DAY),
    ];
    for (id, user, time) in posts {
        let sql = "INSERT INTO posts (id, userid, channelid, createat, updateat, deleteat, message, type) VALUES ($1, $2, 'open', $3, $3, 0, '', '')";
        exec(store, sql, args![id, user, time]).await;
    }
    exec(
        store,
        "INSERT INTO status (userid, status, lastactivityat) VALUES ('anna', 'online', 100)",
        args![],
    )
    .await;
}

contract_test! {
    async fn what_there_is_is_counted(store) {
        furnish(&store).await;
        let db = store.db();
        assert_eq!(analytics::channels(db, "team", "O").await.unwrap(), 1);
        assert_eq!(analytics::channels(db, "", "P").await.unwrap(), 1);
        assert_eq!(analytics::channels(db, "none", "P").await.unwrap(), 0);
        assert_eq!(analytics::people(db, "").await.unwrap(), 2);
        assert_eq!(analytics::people(db, "team").await.unwrap(), 1);
        assert_eq!(analytics::deactivated_people(db).await.unwrap(), 1);
        assert_eq!(analytics::people_active_since(db, 99).await.unwrap(), 1);
        assert_eq!(analytics::people_active_since(db, 100).await.unwrap(), 0);
        assert_eq!(analytics::guests_of_one_channel(db).await.unwrap(), 1);
        assert_eq!(analytics::teams(db).await.unwrap(), 1);
        assert_eq!(analytics::sessions(db, 1).await.unwrap(), 0);
        assert_eq!(analytics::files(db).await.unwrap(), (0, 0));
        assert_eq!(analytics::posts_of_people(db).await.unwrap(), 3);
        for team in ["", "team"] {
            assert_eq!(analytics::incoming_webhooks(db, team).await.unwrap(), 0);
            assert_eq!(analytics::outgoing_webhooks(db, team).await.unwrap(), 0);
            assert_eq!(analytics::commands(db, team).await.unwrap(), 0);
        }
    }

    async fn messages_are_counted_by_day(store) {
        furnish(&store).await;
        let db = store.db();
        for team in ["", "team"] {
            assert_eq!(analytics::posts_before(db, team, 12 * DAY).await.unwrap(), 3);
            let days = |what| analytics::by_day(db, what, team, 10 * DAY, 12 * DAY);
            let of = |day, count| OfDay { day, count };
            assert_eq!(days(Daily::Posts).await.unwrap(), [of(11, 1), of(10, 2)]);
            assert_eq!(days(Daily::BotPosts).await.unwrap(), [of(10, 1)]);
            assert_eq!(days(Daily::Writers).await.unwrap(), [of(11, 1), of(10, 2)]);
        }
        let none = analytics::by_day(db, Daily::Posts, "old", 0, 20 * DAY).await.unwrap();
        assert_eq!(none, []);
    }

    async fn migrations_are_listed_last_first(store) {
        let found = migrate::applied(store.db()).await.unwrap();
        assert!(found.len() > 100);
        assert!(found.windows(2).all(|pair| pair[0].version > pair[1].version));
    }

    async fn connections_are_made_anew(store) {
        assert!(store.db().open_connections() > 0);
        store.db().recycle().await;
        store.db().ping().await.unwrap();
    }
}
