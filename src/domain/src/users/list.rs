//! Lists of users: pages of a team, a channel or everyone. Searching among them is `search`, counting them `count`.

use super::{count::active_people, present, privacy};
use crate::{access, app::App, caller::Caller};
use model::User;
use rustchat_core::{
    common,
    error::{ErrorDef, Result},
    permissions, roles,
};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use store::users::{Activity, Filter, Sort};

/// Group channels asked for at once.
const MAX_CHANNELS: usize = 200;

pub(super) const NO_GROUP: ErrorDef =
    ErrorDef::new("app.group.no_rows", 404, "There is no such group of users.");
/// The original has no id for this either.
const OPEN_SERVER: ErrorDef =
    ErrorDef::new("<untranslated>", 400, "An open server takes every address.");
/// What a list was asked for. Empty texts were not given.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    pub in_team: String,
    pub not_in_team: String,
    pub in_channel: String,
    pub not_in_channel: String,
    pub in_group: String,
    pub not_in_group: String,
    /// Some when `without_team` was given at all.
    pub without_team: Option<bool>,
    pub group_constrained: bool,
    pub role: String,
    pub roles: String,
    pub team_roles: String,
    pub channel_roles: String,
    pub active: bool,
    pub inactive: bool,
    pub sort: String,
    pub offset: i64,
    pub limit: i64,
}

/// A page, and whether clients may keep it until it changes.
pub struct Page {
    pub users: Vec<User>,
    pub keepable: bool,
}

/// One page of a list, if the caller may see it.
pub async fn list(app: &App, caller: &Caller, asked: &Listing) -> Result<Page> {
    if !asked.not_in_channel.is_empty() && asked.in_team.is_empty() {
        return Err(common::invalid_url("team_id"));
    }
    let sort = sort(asked)?;
    if asked.active && asked.inactive {
        return Err(common::invalid_url("active"));
    }
    let mut filter = Filter {
        role: asked.role.clone(),
        roles: words(&asked.roles),
        activity: match (asked.active, asked.inactive) {
            (true, _) => Activity::Active,
            (_, true) => Activity::Deactivated,
            _ => Activity::Any,
        },
        group_constrained: asked.group_constrained,
        sort,
        offset: asked.offset,
        limit: asked.limit,
        ..Filter::default()
    };
    if !asked.in_team.is_empty() {
        filter.team_roles = words(&asked.team_roles);
    }
    if !asked.in_channel.is_empty() {
        filter.channel_roles = words(&asked.channel_roles);
    }
    check_roles(app, &filter).await?;
    let keepable = narrow(app, caller, asked, &mut filter).await?;
    let users = store::users::list(app.store.db(), &filter).await?;
    Ok(Page {
        users: present(app, caller, users).await?,
        keepable,
    })
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(',').map(str::trim).filter(|w| !w.is_empty());
    words.map(str::to_owned).collect()
}

/// Each order belongs to one kind of list.
fn sort(asked: &Listing) -> Result<Sort> {
    let elsewhere = [
        &asked.not_in_team,
        &asked.in_channel,
        &asked.not_in_channel,
        &asked.in_group,
        &asked.not_in_group,
    ];
    let team_only = !asked.in_team.is_empty()
        && asked.without_team.is_none()
        && elsewhere.iter().all(|id| id.is_empty());
    let channel = !asked.in_channel.is_empty();
    match asked.sort.as_str() {
        "" => Ok(Sort::Username),
        "create_at" if team_only => Ok(Sort::CreateAt),
        "last_activity_at" if team_only => Ok(Sort::LastActivity),
        "status" if channel => Ok(Sort::Status),
        "admin" if channel => Ok(Sort::ChannelAdmin),
        "display_name" if !asked.in_group.is_empty() => Ok(Sort::Username),
        _ => Err(common::invalid_url("sort")),
    }
}

/// Every role that is filtered by has to exist.
pub(super) async fn check_roles(app: &App, filter: &Filter) -> Result<()> {
    let named = [
        ("roles", &filter.roles),
        ("team_roles", &filter.team_roles),
        ("channel_roles", &filter.channel_roles),
    ];
    let single = words(&filter.role);
    for (name, list) in std::iter::once(("role", &single)).chain(named) {
        if list.is_empty() {
            continue;
        }
        let valid = list.iter().all(|role| roles::is_valid_name(role));
        if !valid || store::roles::by_names(&app.store, list).await?.len() < list.len() {
            return Err(common::invalid_body(name));
        }
    }
    Ok(())
}

/// Which people the list is of, the most particular wish first, and the permission it takes.
async fn narrow(app: &App, caller: &Caller, asked: &Listing, filter: &mut Filter) -> Result<bool> {
    let view_team = permissions::VIEW_TEAM;
    let read = permissions::READ_CHANNEL;
    if asked.without_team == Some(true) {
        access::require_system(app, caller, permissions::LIST_USERS_WITHOUT_TEAM).await?;
        filter.without_team = true;
        return Ok(false);
    }
    if !asked.not_in_channel.is_empty() {
        access::require_channel(app, caller, &asked.not_in_channel, read).await?;
        access::require_team(app, caller, &asked.in_team, view_team).await?;
        filter.in_team.clone_from(&asked.in_team);
        filter.not_in_channel.clone_from(&asked.not_in_channel);
        return Ok(false);
    }
    if !asked.not_in_team.is_empty() {
        access::require_team(app, caller, &asked.not_in_team, view_team).await?;
        filter.not_in_team.clone_from(&asked.not_in_team);
        return Ok(true);
    }
    if !asked.in_team.is_empty() {
        access::require_team(app, caller, &asked.in_team, view_team).await?;
        filter.in_team.clone_from(&asked.in_team);
        filter.channel_roles.clear();
        return Ok(filter.sort == Sort::Username);
    }
    if !asked.in_channel.is_empty() {
        access::require_channel(app, caller, &asked.in_channel, read).await?;
        filter.in_channel.clone_from(&asked.in_channel);
        return Ok(false);
    }
    if !asked.in_group.is_empty() || !asked.not_in_group.is_empty() {
        return Err(NO_GROUP.err());
    }
    Ok(false)
}

/// Ids of everybody the caller shares a channel with.
pub async fn known(app: &App, caller: &Caller) -> Result<Vec<String>> {
    Ok(store::users::known_to(app.store.db(), caller.user_id()).await?)
}

/// The people of the caller's group messages, without the caller.
pub async fn of_group_channels(
    app: &App,
    caller: &Caller,
    channel_ids: &[String],
) -> Result<BTreeMap<String, Vec<User>>> {
    let own = store::memberships::channels_of(&app.store, caller.user_id()).await?;
    let mut wanted = Vec::new();
    for id in channel_ids
        .iter()
        .filter(|id| own.contains_key(*id))
        .take(MAX_CHANNELS)
    {
        let place = store::memberships::place_of(&app.store, id).await?;
        if place.is_some_and(|place| place.kind == model::ChannelType::Group) {
            wanted.push(id.clone());
        }
    }
    let mut by_channel: HashMap<String, Vec<User>> = HashMap::new();
    for (channel, user) in store::users::of_channels(app.store.db(), &wanted).await? {
        if !caller.is_self(&user.id) {
            by_channel.entry(channel).or_default().push(user);
        }
    }
    let mut out = BTreeMap::new();
    for (channel, users) in by_channel {
        out.insert(channel, present(app, caller, users).await?);
    }
    Ok(out)
}

/// Tells states of a page apart.
pub fn etag_of_list(app: &App, users: &[User]) -> String {
    let mut hasher = DefaultHasher::new();
    for user in users {
        (&user.id, user.update_at, user.bot_last_icon_update).hash(&mut hasher);
    }
    let shown = privacy(app);
    format!(
        "{}.{:x}.{}.{}",
        users.len(),
        hasher.finish(),
        shown.show_full_name,
        shown.show_email
    )
}

/// People whose address is of none of the domains that new accounts may have. An open server has no such rule.
pub async fn with_foreign_emails(
    app: &App,
    caller: &Caller,
    offset: i64,
    limit: i64,
) -> Result<Vec<User>> {
    let config = app.config.get();
    if config.team.enable_open_server {
        return Err(OPEN_SERVER.err());
    }
    access::require_system(
        app,
        caller,
        permissions::SYSCONSOLE_READ_USER_MANAGEMENT_USERS,
    )
    .await?;
    let domains = &config.team.restrict_creation_to_domains;
    let filter = Filter {
        bots: Some(false),
        offset,
        limit,
        ..active_people()
    };
    let page = store::users::list(app.store.db(), &filter).await?;
    let foreign = |user: &User| !super::rules::in_domains(&user.email, domains);
    present(app, caller, page.into_iter().filter(foreign).collect()).await
}
