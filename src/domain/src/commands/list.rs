//! Which commands there are, for those who type.

use model::{AutocompleteSuggestion, Command};
use rustchat_core::common::invalid_body;
use rustchat_core::error::Result;

use super::builtin::{self, Builtin};
use super::custom;
use crate::App;

/// The server's own commands that are shown.
pub(super) fn builtin() -> Vec<Command> {
    builtin::ALL
        .iter()
        .filter(|command| !command.description.is_empty())
        .map(shown)
        .collect()
}

/// What may be meant in a team by what was typed so far, by name. Behind the name of a command there is nothing to suggest.
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

fn shown(command: &Builtin) -> Command {
    Command {
        trigger: command.trigger.to_owned(),
        auto_complete: true,
        auto_complete_hint: command.hint.to_owned(),
        auto_complete_desc: command.description.to_owned(),
        display_name: command.trigger.to_owned(),
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
}
