//! What mention evaluation has to know of the members of a channel: names, keywords and settings, without their rows.
//! Nothing is decided here.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::db::Row;
use crate::{Store, StoreError, args};

/// Of which messages somebody wants to hear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    All,
    #[default]
    Mention,
    None,
}

/// How absent somebody has to be before devices make themselves heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    Always,
    #[default]
    Away,
    Offline,
}

/// Of which replies somebody wants to hear as of mentions, whose clients show replies in the channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Replies {
    /// To messages of their own, and in threads they wrote in.
    Any,
    /// To messages of their own.
    Root,
    #[default]
    None,
}

/// One member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    /// Lower case, as all usernames are.
    pub username: String,
    /// Set when the person wants to be told of their first name.
    pub first_name: String,
    pub keywords: Vec<String>,
    pub replies: Replies,
    /// Told of `@channel`, `@all` and `@here`.
    pub hears_everybody: bool,
    /// Follows every thread of the channel.
    pub follows_all: bool,
    /// Wants desktop notifications of replies in threads, by the settings for all channels and for this one.
    pub desktop_threads: bool,
    pub desktop: bool,
    pub desktop_all: bool,
    /// The settings for this channel are the person's own, not the defaults.
    pub own_settings: bool,
    pub active: bool,
    pub is_guest: bool,
    pub is_bot: bool,
    /// The channel is muted: nothing of it is worth a notification.
    pub muted: bool,
    /// Of which messages devices make themselves heard, of all replies in followed threads, and when.
    pub push: Level,
    pub push_threads: bool,
    pub push_reach: Reach,
    /// Wants mails about mentions, and about all replies in followed threads.
    pub email: bool,
    pub email_threads: bool,
}

/// The members of a channel, found by name and by what they listen to.
#[derive(Debug, Default)]
pub struct People {
    pub all: Vec<Person>,
    by_name: HashMap<String, usize>,
    by_id: HashMap<String, usize>,
    with_words: Vec<usize>,
    following_all: Vec<usize>,
    hearing_replies: Vec<usize>,
    pushed_all: Vec<usize>,
    shown_all: Vec<usize>,
}

impl People {
    fn new(all: Vec<Person>) -> Self {
        let mut out = Self::default();
        for (i, person) in all.iter().enumerate() {
            out.by_name.insert(person.username.clone(), i);
            out.by_id.insert(person.id.clone(), i);
            if !person.first_name.is_empty() || !person.keywords.is_empty() {
                out.with_words.push(i);
            }
            if person.desktop_all {
                out.shown_all.push(i);
            }
            if person.push == Level::All {
                out.pushed_all.push(i);
            }
            if person.follows_all {
                out.following_all.push(i);
            }
            if person.replies != Replies::None {
                out.hearing_replies.push(i);
            }
        }
        Self { all, ..out }
    }

    pub fn named(&self, username: &str) -> Option<&Person> {
        self.by_name.get(username).and_then(|&i| self.all.get(i))
    }

    pub fn with_id(&self, id: &str) -> Option<&Person> {
        self.by_id.get(id).and_then(|&i| self.all.get(i))
    }

    /// Members with a first name or keywords to look for.
    pub fn with_words(&self) -> impl Iterator<Item = &Person> {
        self.with_words.iter().filter_map(|&i| self.all.get(i))
    }

    /// Members whose desktops show every message.
    pub fn shown_all(&self) -> impl Iterator<Item = &Person> {
        self.shown_all.iter().filter_map(|&i| self.all.get(i))
    }

    /// Members whose devices make themselves heard at every message.
    pub fn pushed_all(&self) -> impl Iterator<Item = &Person> {
        self.pushed_all.iter().filter_map(|&i| self.all.get(i))
    }

    /// Members who want to hear of replies to them.
    pub fn hearing_replies(&self) -> impl Iterator<Item = &Person> {
        self.hearing_replies.iter().filter_map(|&i| self.all.get(i))
    }

    pub fn following_all(&self) -> impl Iterator<Item = &Person> {
        self.following_all.iter().filter_map(|&i| self.all.get(i))
    }
}

const COLUMNS: &str = "u.id, u.username, u.firstname, u.notifyprops AS usernotify, u.deleteat, m.notifyprops AS membernotify, \
     m.schemeguest, b.userid AS bot FROM channelmembers m JOIN users u ON u.id = m.userid \
     LEFT JOIN bots b ON b.userid = u.id ";

/// The members of a channel; cached.
pub async fn of_channel(store: &Store, channel_id: &str) -> Result<Arc<People>, StoreError> {
    let load = || async {
        let sql = format!("SELECT {COLUMNS}WHERE m.channelid = $1");
        let rows = store.db().all(&sql, args![channel_id]).await?;
        let people = rows.iter().map(person).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(Arc::new(People::new(people))))
    };
    Ok(store
        .cache()
        .channel_people
        .get(channel_id, load)
        .await?
        .unwrap_or_default())
}

/// One member, as stored now.
pub async fn member(
    store: &Store,
    channel_id: &str,
    user_id: &str,
) -> Result<Option<Person>, StoreError> {
    let sql = format!("SELECT {COLUMNS}WHERE m.channelid = $1 AND m.userid = $2");
    store
        .db()
        .maybe(&sql, args![channel_id, user_id])
        .await?
        .as_ref()
        .map(person)
        .transpose()
}

type Settings = BTreeMap<String, String>;

fn person(row: &Row) -> Result<Person, StoreError> {
    let user: Settings = settings(row.get("usernotify")?);
    let member: Settings = settings(row.get("membernotify")?);
    let is =
        |settings: &Settings, key: &str, value: &str| settings.get(key).is_some_and(|v| v == value);
    let muted = is(&member, "mark_unread", "mention");
    let ignores = match member.get("ignore_channel_mentions").map(String::as_str) {
        Some("on") => true,
        Some("off") => false,
        _ => muted,
    };
    let first_name: String = row.get("firstname")?;
    let username: String = row.get("username")?;
    let keywords = user
        .get("mention_keys")
        .map(String::as_str)
        .unwrap_or_default();
    let level_of = |key: &str| {
        let own = member.get(key).map(String::as_str).unwrap_or("default");
        if own == "default" {
            user.get(key).cloned().unwrap_or_default()
        } else {
            own.to_owned()
        }
    };
    let desktop = level_of("desktop");
    Ok(Person {
        id: row.get("id")?,
        first_name: if is(&user, "first_name", "true") {
            first_name
        } else {
            String::new()
        },
        keywords: keywords
            .split(',')
            .map(|key| key.trim().to_lowercase())
            .filter(|key| !key.is_empty() && *key != username)
            .collect(),
        username,
        replies: match user.get("comments").map(String::as_str) {
            Some("any") => Replies::Any,
            Some("root") => Replies::Root,
            _ => Replies::None,
        },
        hears_everybody: is(&user, "channel", "true") && !ignores,
        follows_all: is(&member, "channel_auto_follow_threads", "on"),
        desktop_threads: level_of("desktop_threads") == "all",
        desktop: desktop != "none",
        desktop_all: desktop == "all" && !muted,
        own_settings: member.iter().any(|(key, value)| is_own(key, value)),
        active: row.get::<i64>("deleteat")? == 0,
        is_guest: row.get("schemeguest")?,
        is_bot: row.get::<Option<String>>("bot")?.is_some(),
        muted,
        push: match level_of("push").as_str() {
            "all" => Level::All,
            "none" => Level::None,
            _ => Level::Mention,
        },
        push_threads: level_of("push_threads") == "all",
        push_reach: match user.get("push_status").map(String::as_str) {
            Some("away") => Reach::Away,
            Some("offline") => Reach::Offline,
            _ => Reach::Always,
        },
        email: level_of("email") == "true",
        email_threads: user.get("email_threads").is_some_and(|v| v == "all"),
    })
}

fn is_own(key: &str, value: &str) -> bool {
    match key {
        "channel_auto_follow_threads" => value != "off",
        "mark_unread" => value != "all",
        _ => value != "default",
    }
}

fn settings(value: serde_json::Value) -> Settings {
    serde_json::from_value(value).unwrap_or_default()
}

/// Those of these people whose status is online.
pub async fn online_of(store: &Store, user_ids: &[String]) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT userid FROM status WHERE userid = ANY($1) AND status = 'online'";
    let rows = store.db().all(sql, args![user_ids]).await?;
    rows.iter().map(|row| row.get("userid")).collect()
}
