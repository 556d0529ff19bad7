//! Which commands there are, for those who type.

use model::{
    AutocompleteArg, AutocompleteArgType, AutocompleteData, AutocompleteSuggestion, Command,
};
use rustchat_core::common::invalid_body;
use rustchat_core::error::Result;
use serde_json::json;

use super::builtin::{self, Builtin};
use super::custom;
use crate::App;

/// The commands that clients get a description of their arguments for.
const DESCRIBED: [&str; 3] = ["rename", "secure-connection", "share-channel"];

/// The server's own commands that are shown.
pub(super) fn builtin() -> Vec<Command> {
    builtin::ALL
        .iter()
        .filter(|command| !command.description.is_empty())
        .map(shown)
        .collect()
}

/// What may be meant in a team by what was typed so far, by name. Behind the name of a command
/// there is at most a hint.
pub async fn suggestions(
    app: &App,
    team_id: &str,
    typed: &str,
) -> Result<Vec<AutocompleteSuggestion>> {
    if typed.is_empty() {
        return Err(invalid_body("userInput"));
    }
    let all = custom::for_autocomplete(app, team_id).await?;
    Ok(meant(all, typed))
}

fn meant(mut all: Vec<Command>, typed: &str) -> Vec<AutocompleteSuggestion> {
    let start = typed.strip_prefix('/').unwrap_or(typed).to_lowercase();
    if let Some((trigger, _)) = start.split_once(' ') {
        all.retain(|command| command.trigger == trigger && asks_for_text(command));
        return all.into_iter().map(|one| hint(one, typed)).collect();
    }
    all.retain(|command| command.trigger.starts_with(&start));
    all.sort_unstable_by(|one, other| one.trigger.cmp(&other.trigger));
    all.into_iter().map(suggested).collect()
}

fn suggested(command: Command) -> AutocompleteSuggestion {
    AutocompleteSuggestion {
        complete: command.trigger.clone(),
        suggestion: command.trigger,
        hint: command.auto_complete_hint,
        description: command.auto_complete_desc,
        ..AutocompleteSuggestion::default()
    }
}

/// What to type behind the name; it completes nothing.
fn hint(command: Command, typed: &str) -> AutocompleteSuggestion {
    AutocompleteSuggestion {
        complete: typed.strip_prefix('/').unwrap_or(typed).to_owned(),
        suggestion: String::new(),
        ..suggested(command)
    }
}

fn asks_for_text(command: &Command) -> bool {
    let described = command.autocomplete_data.as_ref();
    let arguments = described.and_then(|described| described.arguments.as_ref());
    arguments.is_some_and(|arguments| !arguments.is_empty())
}

fn arguments(command: &Builtin) -> Option<AutocompleteData> {
    let argument = || AutocompleteArg {
        help_text: command.description.to_owned(),
        type_: AutocompleteArgType::from("TextInput"),
        required: true,
        data: json!({"Hint": command.hint, "Pattern": ""}),
        ..AutocompleteArg::default()
    };
    DESCRIBED
        .contains(&command.trigger)
        .then(|| AutocompleteData {
            trigger: command.trigger.to_owned(),
            hint: command.hint.to_owned(),
            help_text: command.description.to_owned(),
            role_id: "system_user".to_owned(),
            arguments: Some(if command.hint.is_empty() {
                Vec::new()
            } else {
                vec![argument()]
            }),
            sub_commands: Some(Vec::new()),
        })
}

fn shown(command: &Builtin) -> Command {
    Command {
        trigger: command.trigger.to_owned(),
        auto_complete: true,
        auto_complete_hint: command.hint.to_owned(),
        auto_complete_desc: command.description.to_owned(),
        display_name: command.trigger.to_owned(),
        autocomplete_data: arguments(command),
        ..Command::default()
    }
}

#[cfg(test)]
mod tests {
    use super::{builtin, meant};

    #[test]
    fn what_was_typed_is_where_a_name_begins() {
        let names = |typed| -> Vec<String> {
            let found = meant(builtin(), typed);
            found.into_iter().map(|one| one.complete).collect()
        };
        assert_eq!(names("/sh"), ["share-channel", "shortcuts", "shrug"]);
        assert_eq!(names("/SHR"), ["shrug"]);
        assert!(names("/shrug ").is_empty());
        assert!(!names("/").is_empty());
    }

    #[test]
    fn arguments_are_described_where_clients_expect_it() {
        let described: Vec<String> = builtin()
            .into_iter()
            .filter(|command| command.autocomplete_data.is_some())
            .map(|command| command.trigger)
            .collect();
        assert_eq!(described, ["rename", "secure-connection", "share-channel"]);
        let hint = meant(builtin(), "/rename new na");
        assert_eq!(hint[0].complete, "rename new na");
        assert_eq!(
            (hint[0].suggestion.as_str(), hint[0].hint.as_str()),
            ("", "[text]")
        );
    }
}
