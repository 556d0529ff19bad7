//! Finding channels by words. A term is found as it stands, or by all of its words, in name, display name or purpose.

use model::{Channel, ChannelWithTeamData};

use super::list::with_team;
use super::{columns, from_rows};
use crate::db::Pattern;
use crate::{Arg, Engine, Store, StoreError};

/// More words than this are not looked for.
const MAX_WORDS: usize = 8;

/// Builds a condition and its arguments side by side.
struct Query {
    engine: Engine,
    conditions: Vec<String>,
    args: Vec<Arg>,
}

impl Query {
    fn new(store: &Store) -> Self {
        Self {
            engine: store.db().engine(),
            conditions: Vec::new(),
            args: Vec::new(),
        }
    }

    /// The placeholder of a new argument.
    fn bind(&mut self, value: impl Into<Arg>) -> String {
        self.args.push(value.into());
        format!("${}", self.args.len())
    }

    fn and(&mut self, condition: impl Into<String>) {
        self.conditions.push(condition.into());
    }

    /// The term, or all of its words, in one of the columns.
    fn and_matches(&mut self, term: &str, columns: &[&str]) {
        let term = term.trim().trim_start_matches('~');
        if term.is_empty() {
            return;
        }
        let words: Vec<&str> = term
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .take(MAX_WORDS)
            .collect();
        let whole = self.in_any(term, columns);
        let each: Vec<String> = words
            .iter()
            .map(|word| self.in_any(word, columns))
            .collect();
        self.and(if each.is_empty() {
            whole
        } else {
            format!("({whole} OR ({}))", each.join(" AND "))
        });
    }

    fn in_any(&mut self, text: &str, columns: &[&str]) -> String {
        let pattern = Pattern::anywhere(self.engine, text);
        let placeholder = self.bind(pattern.arg());
        let parts: Vec<String> = columns
            .iter()
            .map(|column| pattern.on(column, &placeholder))
            .collect();
        format!("({})", parts.join(" OR "))
    }

    fn text(&self) -> String {
        if self.conditions.is_empty() {
            "1 = 1".to_owned()
        } else {
            self.conditions.join(" AND ")
        }
    }
}

const NAMES: &[&str] = &["c.name", "c.displayname", "c.purpose"];

async fn run(
    store: &Store,
    query: Query,
    joins: &str,
    limit: i64,
) -> Result<Vec<Channel>, StoreError> {
    let sql = format!(
        "SELECT {} FROM channels c {joins} WHERE {} ORDER BY c.displayname, c.id LIMIT {limit}",
        columns!(),
        query.text()
    );
    from_rows(&store.db().all(&sql, query.args).await?)
}

/// Public channels of a team, archived ones too; with `only_of` just those this person is in.
pub async fn search_team(
    store: &Store,
    team_id: &str,
    term: &str,
    only_of: Option<&str>,
    limit: i64,
) -> Result<Vec<Channel>, StoreError> {
    let mut query = Query::new(store);
    let team = query.bind(team_id);
    query.and(format!("c.teamid = {team}"));
    match only_of {
        Some(user_id) => {
            let user = query.bind(user_id);
            query.and(format!("EXISTS (SELECT 1 FROM channelmembers m WHERE m.channelid = c.id AND m.userid = {user})"));
        }
        None => query.and("c.type = 'O'"),
    }
    query.and_matches(term, NAMES);
    run(store, query, "", limit).await
}

/// Public channels of a team and those the person is in; guests find only the latter.
pub async fn autocomplete(
    store: &Store,
    team_id: &str,
    user_id: &str,
    term: &str,
    scope: Scope,
    limit: i64,
) -> Result<Vec<Channel>, StoreError> {
    let mut query = Query::new(store);
    let (team, user) = (query.bind(team_id), query.bind(user_id));
    let member = format!(
        "EXISTS (SELECT 1 FROM channelmembers m WHERE m.channelid = c.id AND m.userid = {user})"
    );
    match scope {
        Scope::PublicAndMine => query.and(format!(
            "c.teamid = {team} AND c.type IN ('O', 'P') AND (c.type = 'O' OR {member})"
        )),
        Scope::Mine => query.and(format!("c.teamid = {team} AND {member}")),
        Scope::MineAndGroups => query.and(format!(
            "(c.teamid = {team} OR (c.teamid = '' AND c.type = 'G')) AND {member}"
        )),
    }
    query.and_matches(term, NAMES);
    run(store, query, "", limit).await
}

/// Where a completion looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    PublicAndMine,
    Mine,
    MineAndGroups,
}

/// The person's direct channels with somebody whose names match. The display name is the other's username.
pub async fn search_direct(
    store: &Store,
    user_id: &str,
    term: &str,
    limit: i64,
) -> Result<Vec<Channel>, StoreError> {
    let mut query = Query::new(store);
    let user = query.bind(user_id);
    query.and(format!(
        "c.type = 'D' AND (o.userid <> {user} OR c.name = {user} || '__' || {user})"
    ));
    query.and_matches(
        term,
        &["u.username", "u.nickname", "u.firstname", "u.lastname"],
    );
    let sql = format!(
        "SELECT {}, u.username AS other FROM channels c JOIN channelmembers m ON m.channelid = c.id AND m.userid = {user} \
         JOIN channelmembers o ON o.channelid = c.id JOIN users u ON u.id = o.userid WHERE {} ORDER BY u.username LIMIT {limit}",
        columns!(),
        query.text()
    );
    let rows = store.db().all(&sql, query.args).await?;
    rows.iter()
        .map(|row| {
            Ok(Channel {
                display_name: row.get("other")?,
                ..super::from_row(row)?
            })
        })
        .collect()
}

/// The person's group channels in which every word names some other member.
pub async fn search_groups(
    store: &Store,
    user_id: &str,
    term: &str,
    limit: i64,
) -> Result<Vec<Channel>, StoreError> {
    let mut query = Query::new(store);
    let user = query.bind(user_id);
    query.and(format!("c.type = 'G' AND c.deleteat = 0 AND EXISTS (SELECT 1 FROM channelmembers m WHERE m.channelid = c.id AND m.userid = {user})"));
    for word in term
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty())
        .take(MAX_WORDS)
    {
        let names = query.in_any(
            word.trim_start_matches('@'),
            &["u.username", "u.nickname", "u.firstname", "u.lastname"],
        );
        query.and(format!(
            "EXISTS (SELECT 1 FROM channelmembers o JOIN users u ON u.id = o.userid WHERE o.channelid = c.id AND o.userid <> {user} AND {names})"
        ));
    }
    run(store, query, "", limit).await
}

/// Whose view a search over all teams takes, and what narrows it.
#[derive(Clone, Debug, Default)]
pub struct AllSearch {
    pub term: String,
    /// Only public channels of this person's teams and private ones the person is in.
    pub visible_to: Option<String>,
    pub team_ids: Vec<String>,
    pub not_in_group: String,
    pub group_constrained: bool,
    pub without_group_constrained: bool,
    pub without_retention_policy: bool,
    pub without_names: Vec<String>,
    pub public: bool,
    pub private: bool,
    pub deleted: bool,
    pub include_deleted: bool,
    pub by_id: bool,
    pub without_remote: bool,
}

impl AllSearch {
    fn query(&self, store: &Store) -> Query {
        let mut query = Query::new(store);
        query.and(match (self.public, self.private) {
            (true, false) => "c.type = 'O'",
            (false, true) => "c.type = 'P'",
            _ => "c.type IN ('O', 'P')",
        });
        if self.deleted {
            query.and("c.deleteat <> 0");
        } else if !self.include_deleted {
            query.and("c.deleteat = 0");
        }
        if let Some(user_id) = &self.visible_to {
            let user = query.bind(user_id);
            query.and(format!(
                "c.id IN (SELECT o.id FROM teammembers tm JOIN channels o ON o.teamid = tm.teamid AND o.type = 'O' \
                 WHERE tm.userid = {user} AND tm.deleteat = 0 \
                 UNION SELECT m.channelid FROM channelmembers m WHERE m.userid = {user})"
            ));
        }
        self.narrow(&mut query);
        let term = self.term.trim();
        if self.by_id && !term.is_empty() {
            let id = query.bind(term);
            let mut rest = Query::new(store);
            rest.args = std::mem::take(&mut query.args);
            rest.and_matches(term, NAMES);
            query.args = std::mem::take(&mut rest.args);
            query.and(format!("(c.id = {id} OR {})", rest.text()));
        } else {
            query.and_matches(term, NAMES);
        }
        query
    }

    fn narrow(&self, query: &mut Query) {
        if !self.team_ids.is_empty() {
            let teams = query.bind(&self.team_ids);
            query.and(format!("c.teamid = ANY({teams})"));
        }
        if !self.not_in_group.is_empty() {
            let group = query.bind(&self.not_in_group);
            query.and(format!("NOT EXISTS (SELECT 1 FROM groupchannels g WHERE g.channelid = c.id AND g.groupid = {group} AND g.deleteat = 0)"));
        }
        if !self.without_names.is_empty() {
            let names = query.bind(&self.without_names);
            query.and(format!("c.name <> ALL({names})"));
        }
        if self.group_constrained {
            query.and("coalesce(c.groupconstrained, false)");
        }
        if self.without_group_constrained {
            query.and("NOT coalesce(c.groupconstrained, false)");
        }
        if self.without_retention_policy {
            query.and(
                "NOT EXISTS (SELECT 1 FROM retentionpolicieschannels p WHERE p.channelid = c.id)",
            );
        }
        if self.without_remote {
            query.and("NOT EXISTS (SELECT 1 FROM sharedchannels s WHERE s.channelid = c.id AND NOT s.home)");
        }
    }
}

pub async fn search_all(
    store: &Store,
    search: &AllSearch,
    offset: i64,
    limit: i64,
) -> Result<Vec<ChannelWithTeamData>, StoreError> {
    let query = search.query(store);
    let sql = format!(
        "SELECT {}, t.displayname AS teamdisplayname, t.name AS teamname, t.updateat AS teamupdateat FROM channels c \
         JOIN teams t ON t.id = c.teamid WHERE {} ORDER BY c.displayname, t.displayname, c.id LIMIT {limit} OFFSET {offset}",
        columns!(),
        query.text()
    );
    store
        .db()
        .all(&sql, query.args)
        .await?
        .iter()
        .map(with_team)
        .collect()
}

pub async fn search_all_count(store: &Store, search: &AllSearch) -> Result<i64, StoreError> {
    let query = search.query(store);
    let sql = format!(
        "SELECT COUNT(*) AS n FROM channels c JOIN teams t ON t.id = c.teamid WHERE {}",
        query.text()
    );
    store.db().one(&sql, query.args).await?.get("n")
}
