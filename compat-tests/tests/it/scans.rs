//! No statement of a whole replay reads a growing table from end to end, but for those reviewed here with their reasons.

use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use store::testing::plans::{self, Scan};

/// A part of the statement (white space made single), and why reading the whole table is right there.
const REVIEWED: [(&str, &str); 22] = [
    (
        "FROM audits ORDER BY createat DESC, id LIMIT",
        "walks the index it is ordered by, and ends with the page",
    ),
    (
        "FROM users u WHERE NOT EXISTS (SELECT 1 FROM bots b WHERE b.userid = u.id) LIMIT 1",
        "is there anybody: ends at the first person",
    ),
    (
        "FROM users u LEFT JOIN bots b ON b.userid = u.id ORDER BY u.username LIMIT",
        "walks the index it is ordered by, and ends with the page",
    ),
    (
        "FROM users u LEFT JOIN bots b ON b.userid = u.id WHERE u.deleteat = 0 ORDER BY u.username LIMIT",
        "walks the index it is ordered by; most people are active",
    ),
    (
        "WHERE NOT EXISTS (SELECT 1 FROM teammembers x WHERE x.userid = u.id AND x.deleteat = 0",
        "who is not in a team: no index can say who is missing; walks users by name and ends with the page",
    ),
    (
        "WHERE u.deleteat <> 0 ORDER BY u.username LIMIT",
        "the deactivated people of the console",
    ),
    (
        "FROM channels c JOIN teams t ON t.id = c.teamid WHERE c.type IN ('O', 'P') AND",
        "all channels of the server, for its console: sorted and searched by parts of names",
    ),
    (
        "FROM useraccesstokens t ORDER BY t.id LIMIT",
        "all tokens of the server, for its console; walks the primary key",
    ),
    (
        "FROM useraccesstokens t JOIN users u ON u.id = t.userid WHERE t.id",
        "searching tokens by a part of a name, in the console",
    ),
    (
        "DELETE FROM tokens WHERE type = $1 AND extra LIKE",
        "an address or a password changed, which is rare; tokens live for days at most",
    ),
    (
        "SELECT COUNT(*) AS n FROM sessions WHERE expiresat = 0 OR expiresat >",
        "how many are signed in, for the console's statistics; reads an index alone",
    ),
    (
        "SELECT COUNT(*) AS n FROM status s JOIN users u ON u.id = s.userid WHERE s.lastactivityat >",
        "how many were active, for the console's statistics",
    ),
    (
        "DELETE FROM drafts WHERE channelid = ANY($1)",
        "a channel is deleted for good, which is rare",
    ),
    (
        "DELETE FROM reactions WHERE userid = $1",
        "a person is deleted for good, which is rare; an index would slow down every reaction",
    ),
    (
        "SELECT postid FROM reactions WHERE userid = $1",
        "a person is deleted for good, which is rare; an index would slow down every reaction",
    ),
    (
        "'') <> '' AND creatorid = $1",
        "the files of a person who is deleted for good, which is rare",
    ),
    (
        "DELETE FROM fileinfo WHERE creatorid = $1",
        "a person is deleted for good, which is rare",
    ),
    (
        "DELETE FROM postreminders WHERE userid = $1",
        "a person is deleted for good, which is rare",
    ),
    (
        "FROM uploadsessions WHERE channelid = ANY($1)",
        "a channel is deleted for good, which is rare; uploads live for a day at most",
    ),
    (
        "FROM uploadsessions WHERE coalesce(path, '') <> '' AND channelid = ANY($1)",
        "a channel is deleted for good, which is rare; uploads live for a day at most",
    ),
    (
        "DELETE FROM sidebarcategories WHERE teamid = $1",
        "a team is deleted for good, which is rare",
    ),
    (
        "SELECT DISTINCT postid FROM reactions WHERE emojiname = $1",
        "a custom emoji is deleted, which is rare; an index would slow down every reaction",
    ),
];

/// Call before the statements are run.
pub fn watch(server: &TestServer) {
    server.store().db().keep_statements();
}

/// Which of the statements run since read whole tables and are not reviewed; to be called while the server still runs.
pub async fn unreviewed(server: &TestServer, engine: Engine) -> Vec<String> {
    let db = server.store().db();
    let statements = db.take_statements();
    assert!(statements.len() > 100, "the statements were not kept");
    let found = plans::scans(db, &statements).await;
    let reviewed = |scan: &Scan| {
        let sql = single_spaced(&scan.sql);
        // People's own searches begin with their memberships.
        let own = sql.contains("c.id IN (SELECT o.id FROM teammembers tm");
        !own && REVIEWED.iter().any(|(part, _)| sql.contains(part))
    };
    found
        .iter()
        .filter(|scan| !reviewed(scan))
        .map(|scan| {
            format!(
                "{}: {} ({}): {}",
                engine.name(),
                scan.table,
                scan.step,
                single_spaced(&scan.sql)
            )
        })
        .collect()
}

fn single_spaced(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}
