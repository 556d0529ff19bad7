//! Lists of users: in or outside of teams and channels, by role, sorted and in pages.

use model::User;

use super::{COLUMNS, FROM, read};
use crate::args;
use crate::db::{Arg, Db};
use crate::error::StoreError;

/// Which users, in which order. Empty texts and lists do not filter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub in_team: String,
    pub not_in_team: String,
    pub in_channel: String,
    pub not_in_channel: String,
    pub in_group: String,
    pub not_in_group: String,
    pub without_team: bool,
    /// Only people whom the team's or channel's groups allow.
    pub group_constrained: bool,
    pub role: String,
    pub roles: Vec<String>,
    pub team_roles: Vec<String>,
    pub channel_roles: Vec<String>,
    pub activity: Activity,
    /// Only members of one of these teams or channels (what a restricted viewer may see).
    pub visible: Option<(Vec<String>, Vec<String>)>,
    pub bots: Option<bool>,
    pub sort: Sort,
    pub offset: i64,
    pub limit: i64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activity {
    #[default]
    Any,
    Active,
    Deactivated,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Username,
    /// Newest account first; counts former members of the team too.
    CreateAt,
    /// Seen last first, without those never seen; counts former members of the team too.
    LastActivity,
    /// Online, away, do not disturb, offline, then by name.
    Status,
    /// Administrators of the channel first.
    ChannelAdmin,
}

/// The statement under construction: tables, conditions and the values bound so far.
struct Builder {
    joins: String,
    conditions: Vec<String>,
    args: Vec<Arg>,
}

impl Builder {
    fn bind(&mut self, value: impl Into<Arg>) -> String {
        self.args.push(value.into());
        format!("${}", self.args.len())
    }

    fn and(&mut self, condition: impl Into<String>) {
        self.conditions.push(condition.into());
    }
}

fn build(filter: &Filter) -> Builder {
    let mut out = Builder {
        joins: String::new(),
        conditions: Vec::new(),
        args: args![],
    };
    places(filter, &mut out);
    absences(filter, &mut out);
    groups(filter, &mut out);
    by_roles(filter, &mut out);
    match filter.activity {
        Activity::Any => {}
        Activity::Active => out.and("u.deleteat = 0"),
        Activity::Deactivated => out.and("u.deleteat <> 0"),
    }
    match filter.bots {
        Some(true) => out.and("b.userid IS NOT NULL"),
        Some(false) => out.and("b.userid IS NULL"),
        None => {}
    }
    if let Some((teams, channels)) = &filter.visible {
        let (teams, channels) = (out.bind(teams), out.bind(channels));
        out.and(format!(
            "(EXISTS (SELECT 1 FROM teammembers v WHERE v.userid = u.id AND v.deleteat = 0 AND v.teamid = ANY({teams})) \
             OR EXISTS (SELECT 1 FROM channelmembers w WHERE w.userid = u.id AND w.channelid = ANY({channels})))"
        ));
    }
    out
}

fn places(filter: &Filter, out: &mut Builder) {
    if !filter.in_team.is_empty() {
        let team = out.bind(&filter.in_team);
        out.joins += " JOIN teammembers tm ON tm.userid = u.id";
        out.and(format!("tm.teamid = {team}"));
        if !matches!(filter.sort, Sort::CreateAt | Sort::LastActivity) {
            out.and("tm.deleteat = 0");
        }
    }
    if !filter.in_channel.is_empty() {
        let channel = out.bind(&filter.in_channel);
        out.joins += " JOIN channelmembers cm ON cm.userid = u.id";
        out.and(format!("cm.channelid = {channel}"));
    }
    match filter.sort {
        Sort::Status => out.joins += " LEFT JOIN status s ON s.userid = u.id",
        Sort::LastActivity => out.joins += " JOIN status s ON s.userid = u.id",
        _ => {}
    }
}

fn absences(filter: &Filter, out: &mut Builder) {
    if !filter.not_in_team.is_empty() {
        let team = out.bind(&filter.not_in_team);
        out.and(format!(
            "NOT EXISTS (SELECT 1 FROM teammembers x WHERE x.userid = u.id AND x.deleteat = 0 AND x.teamid = {team})"
        ));
    }
    if !filter.not_in_channel.is_empty() {
        let channel = out.bind(&filter.not_in_channel);
        out.and(format!("NOT EXISTS (SELECT 1 FROM channelmembers x WHERE x.userid = u.id AND x.channelid = {channel})"));
    }
    if filter.without_team {
        out.and(
            "NOT EXISTS (SELECT 1 FROM teammembers x WHERE x.userid = u.id AND x.deleteat = 0)",
        );
    }
}

fn groups(filter: &Filter, out: &mut Builder) {
    let member =
        "SELECT 1 FROM groupmembers gm WHERE gm.userid = u.id AND gm.deleteat = 0 AND gm.groupid =";
    if !filter.in_group.is_empty() {
        let group = out.bind(&filter.in_group);
        out.and(format!("EXISTS ({member} {group})"));
    }
    if !filter.not_in_group.is_empty() {
        let group = out.bind(&filter.not_in_group);
        out.and(format!("NOT EXISTS ({member} {group})"));
    }
    if !filter.group_constrained {
        return;
    }
    let (table, column, id) = if filter.not_in_channel.is_empty() {
        ("groupteams", "teamid", &filter.not_in_team)
    } else {
        ("groupchannels", "channelid", &filter.not_in_channel)
    };
    let id = out.bind(id);
    out.and(format!(
        "EXISTS (SELECT 1 FROM groupmembers gm JOIN {table} gt ON gt.groupid = gm.groupid WHERE gm.userid = u.id \
         AND gm.deleteat = 0 AND gt.deleteat = 0 AND gt.{column} = {id})"
    ));
}

const ADMIN: &str = "' ' || u.roles || ' ' LIKE '% system_admin %'";

/// A role filter hides people who have a higher role than the one asked for.
fn by_roles(filter: &Filter, out: &mut Builder) {
    let mut any: Vec<String> = Vec::new();
    let system = filter
        .roles
        .iter()
        .chain((!filter.role.is_empty()).then_some(&filter.role));
    for role in system {
        let word = out.bind(format!("% {role} %"));
        let has = format!("' ' || u.roles || ' ' LIKE {word}");
        any.push(if role == "system_user" {
            format!("({has} AND NOT {ADMIN})")
        } else {
            format!("({has})")
        });
    }
    if !filter.in_team.is_empty() {
        any.extend(
            filter
                .team_roles
                .iter()
                .filter_map(|role| scheme_role(role, "team", "tm")),
        );
    }
    if !filter.in_channel.is_empty() {
        any.extend(
            filter
                .channel_roles
                .iter()
                .filter_map(|role| scheme_role(role, "channel", "cm")),
        );
    }
    if !any.is_empty() {
        out.and(format!("({})", any.join(" OR ")));
    }
}

fn scheme_role(role: &str, scope: &str, table: &str) -> Option<String> {
    match role.strip_prefix(scope)? {
        "_admin" => Some(format!("({table}.schemeadmin AND NOT {ADMIN})")),
        "_user" => Some(format!(
            "({table}.schemeuser AND NOT coalesce({table}.schemeadmin, false) AND NOT {ADMIN})"
        )),
        "_guest" => Some(format!("({table}.schemeguest)")),
        _ => None,
    }
}

fn order(sort: Sort) -> &'static str {
    match sort {
        Sort::Username => "u.username",
        Sort::CreateAt => "u.createat DESC, u.username",
        Sort::LastActivity => "s.lastactivityat DESC, u.username",
        Sort::Status => {
            "CASE s.status WHEN 'online' THEN 1 WHEN 'away' THEN 2 WHEN 'dnd' THEN 3 ELSE 4 END, u.username"
        }
        Sort::ChannelAdmin => "CASE WHEN cm.schemeadmin THEN 0 ELSE 1 END, u.username",
    }
}

/// One page of users. Sorted by last activity, they carry it.
pub async fn list(db: &Db, filter: &Filter) -> Result<Vec<User>, StoreError> {
    list_where(db, filter, |_| Vec::new()).await
}

/// As `list`, with further conditions on `u`, which bind what they need.
pub(super) async fn list_where(
    db: &Db,
    filter: &Filter,
    more: impl FnOnce(&mut Vec<Arg>) -> Vec<String>,
) -> Result<Vec<User>, StoreError> {
    let mut built = build(filter);
    let more = more(&mut built.args);
    built.conditions.extend(more);
    let (limit, offset) = (built.bind(filter.limit), built.bind(filter.offset));
    let seen = filter.sort == Sort::LastActivity;
    let extra = if seen {
        ", s.lastactivityat AS seen"
    } else {
        ""
    };
    let sql = format!(
        "SELECT {COLUMNS}{extra} FROM {FROM}{} {} ORDER BY {} LIMIT {limit} OFFSET {offset}",
        built.joins,
        where_clause(&built.conditions),
        order(filter.sort),
    );
    let rows = db.all(&sql, built.args).await?;
    rows.iter()
        .map(|row| {
            let mut user = read(row)?;
            if seen {
                user.last_activity_at = row.get("seen")?;
            }
            Ok(user)
        })
        .collect()
}

/// How many users the filter means, whatever page it asks for.
pub async fn count(db: &Db, filter: &Filter) -> Result<i64, StoreError> {
    let built = build(filter);
    let sql = format!(
        "SELECT count(*) AS total FROM {FROM}{} {}",
        built.joins,
        where_clause(&built.conditions),
    );
    db.one(&sql, built.args).await?.get("total")
}

fn where_clause(conditions: &[String]) -> String {
    if conditions.is_empty() {
        String::new()
    } else {
        format!("WHERE {}", conditions.join(" AND "))
    }
}
