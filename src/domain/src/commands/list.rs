//! Which commands there are, for those who type.

use model::Command;

use super::builtin::{self, Builtin};

/// What clients complete: the server's own commands.
pub fn for_autocomplete() -> Vec<Command> {
    builtin::ALL
        .iter()
        .filter(|command| !command.description.is_empty())
        .map(shown)
        .collect()
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
