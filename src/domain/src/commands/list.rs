//! Which commands there are, for those who type.

use model::{AutocompleteSuggestion, Command};
use rustchat_core::common::invalid_body;
use rustchat_core::error::Result;

use super::builtin::{self, Builtin};

/// What clients complete: the server's own commands.
pub fn for_autocomplete() -> Vec<Command> {
    builtin::ALL
        .iter()
        .filter(|command| !command.description.is_empty())
        .map(shown)
        .collect()
}

/// What may be meant by what was typed so far, by name. Behind the name of a command there is nothing to suggest.
pub fn suggestions(typed: &str) -> Result<Vec<AutocompleteSuggestion>> {
    if typed.is_empty() {
        return Err(invalid_body("userInput"));
    }
    let start = typed.strip_prefix('/').unwrap_or(typed).to_lowercase();
    let mut meant: Vec<&Builtin> = builtin::ALL
        .iter()
        .filter(|command| !command.description.is_empty() && command.trigger.starts_with(&start))
        .collect();
    meant.sort_unstable_by_key(|command| command.trigger);
    Ok(meant.into_iter().map(suggested).collect())
}

fn suggested(command: &Builtin) -> AutocompleteSuggestion {
    AutocompleteSuggestion {
        complete: command.trigger.to_owned(),
        suggestion: command.trigger.to_owned(),
        hint: command.hint.to_owned(),
        description: command.description.to_owned(),
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
    use super::suggestions;

    #[test]
    fn what_was_typed_is_where_a_name_begins() {
        let names = |typed| -> Vec<String> {
            let found = suggestions(typed).unwrap();
            found.into_iter().map(|one| one.complete).collect()
        };
        assert_eq!(names("/sh"), ["share-channel", "shortcuts", "shrug"]);
        assert_eq!(names("/SHR"), ["shrug"]);
        assert!(names("/shrug ").is_empty());
        assert!(!names("/").is_empty());
        assert!(suggestions("").is_err());
    }
}
