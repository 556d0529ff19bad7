//! The messages that changes of teams and channels leave behind: who came, who went, what is called what now.
//! What a system message counts and whom it tells is decided in `posts`.

use model::Channel;
use rustchat_core::error::Result;
use serde_json::{Map, Value, json};
use store::people::Person;

use crate::App;

/// What a notice is about.
pub(crate) enum Notice<'a> {
    JoinedTeam,
    JoinedChannel,
    AddedToTeam(&'a Person),
    AddedToChannel(&'a Person),
    LeftTeam,
    LeftChannel,
    RemovedFromTeam,
    RemovedFromChannel(&'a Person),
    Header { old: &'a str, new: &'a str },
    Purpose { old: &'a str, new: &'a str },
    DisplayName { old: &'a str, new: &'a str },
    Privacy { private: bool },
    Archived,
    Restored,
    Moved { from: &'a str },
    Converted { members: Vec<String> },
}

impl Notice<'_> {
    fn parts(self, author: &Person) -> (&'static str, String, Map<String, Value>) {
        let name = &author.username;
        let own = || json!({ "username": name });
        let added = |person: &Person| {
            let mut props = json!({
                "userId": author.id, "username": name, "addedUserId": person.id, "addedUsername": person.username
            });
            if person.is_guest() {
                props["userIsGuest"] = "true".into();
            }
            props
        };
        let changed = |what: &str, old: &str, new: &str| {
            let mut props = Map::new();
            props.insert("username".into(), name.as_str().into());
            props.insert(format!("old_{what}"), old.into());
            props.insert(format!("new_{what}"), new.into());
            Value::Object(props)
        };
        let (kind, message, props) = match self {
            Self::JoinedTeam => (
                "system_join_team",
                format!("{name} is now in the team."),
                own(),
            ),
            Self::JoinedChannel => (
                "system_join_channel",
                format!("{name} is now in the channel."),
                own(),
            ),
            Self::AddedToTeam(person) => (
                "system_add_to_team",
                format!("{} was brought into the team by {name}.", person.username),
                added(person),
            ),
            Self::AddedToChannel(person) => (
                "system_add_to_channel",
                format!(
                    "{} was brought into the channel by {name}.",
                    person.username
                ),
                added(person),
            ),
            Self::LeftTeam => (
                "system_leave_team",
                format!("{name} is no longer in the team."),
                own(),
            ),
            Self::LeftChannel => (
                "system_leave_channel",
                format!("{name} is no longer in the channel."),
                own(),
            ),
            Self::RemovedFromTeam => (
                "system_remove_from_team",
                format!("{name} was taken out of the team."),
                own(),
            ),
            Self::RemovedFromChannel(person) => (
                "system_remove_from_channel",
                format!("{} was taken out of the channel.", person.username),
                json!({ "removedUserId": person.id, "removedUsername": person.username }),
            ),
            Self::Header { old, new } => (
                "system_header_change",
                text_change(name, "header", old, new),
                changed("header", old, new),
            ),
            Self::Purpose { old, new } => (
                "system_purpose_change",
                text_change(name, "purpose", old, new),
                changed("purpose", old, new),
            ),
            Self::DisplayName { old, new } => (
                "system_displayname_change",
                text_change(name, "display name", old, new),
                changed("displayname", old, new),
            ),
            Self::Privacy { private } => {
                let now = if private { "private" } else { "public" };
                (
                    "system_change_chan_privacy",
                    format!("{name} made this channel {now}."),
                    own(),
                )
            }
            Self::Archived => (
                "system_channel_deleted",
                format!("{name} archived this channel."),
                own(),
            ),
            Self::Restored => (
                "system_channel_restored",
                format!("{name} brought this channel back."),
                own(),
            ),
            Self::Moved { from } => (
                "system_move_channel",
                format!("This channel came here from the team {from}."),
                own(),
            ),
            Self::Converted { members } => (
                "system_gm_to_channel",
                format!("{name} turned this group message into a private channel."),
                json!({ "convertedByUserId": author.id, "gmMembersDuringConversionIDs": members }),
            ),
        };
        let Value::Object(props) = props else {
            return (kind, message, Map::new());
        };
        (kind, message, props)
    }
}

fn text_change(name: &str, what: &str, old: &str, new: &str) -> String {
    match (old.is_empty(), new.is_empty()) {
        (true, _) => format!("{name} set the channel {what} to: {new}"),
        (_, true) => format!("{name} took away the channel {what} (it was: {old})"),
        _ => format!("{name} changed the channel {what} from: {old} to: {new}"),
    }
}

/// Whether coming and going is told in the channels everyone comes into.
pub(crate) fn about_default_channels(app: &App) -> bool {
    let config = app.config.get();
    let setting = config.get("ServiceSettings.ExperimentalEnableDefaultChannelLeaveJoinMessages");
    setting.and_then(Value::as_bool).unwrap_or(true)
}

/// Writes a notice; an archived channel gets none. Whatever hinders it is logged only: the change it tells of has happened.
pub(crate) async fn write(app: &App, author: &Person, channel: &Channel, notice: Notice<'_>) {
    if channel.delete_at > 0 {
        return;
    }
    let (kind, message, props) = notice.parts(author);
    if let Err(error) = post(app, author, channel, kind, message, props).await {
        tracing::warn!(channel = %channel.id, kind, %error, "a system message could not be written");
    }
}

async fn post(
    app: &App,
    author: &Person,
    channel: &Channel,
    kind: &str,
    message: String,
    props: Map<String, Value>,
) -> Result<()> {
    crate::posts::create_system(app, &author.id, channel, kind, message, props).await?;
    Ok(())
}
