//! Slash commands: giving one, and which there are. What a command does is in the domain.

use contract::{
    ExecuteCommand, ListAutocompleteCommands, ListCommandAutocompleteSuggestions, Reply,
};
use domain::{Caller, commands};
use model::{AutocompleteSuggestion, Command, CommandResponse};

use crate::{Api, Refused};

impl contract::Commands for Api {
    async fn execute_command(
        &self,
        caller: Caller,
        req: ExecuteCommand,
    ) -> Result<Reply<CommandResponse>, Refused> {
        Ok(commands::execute(&self.0, &caller, req.body).await?.into())
    }

    /// The access rule has looked at the team; the server's own commands are the same in each.
    async fn list_autocomplete_commands(
        &self,
        _caller: Caller,
        _req: ListAutocompleteCommands,
    ) -> Result<Reply<Vec<Command>>, Refused> {
        Ok(commands::for_autocomplete().into())
    }

    async fn list_command_autocomplete_suggestions(
        &self,
        _caller: Caller,
        req: ListCommandAutocompleteSuggestions,
    ) -> Result<Reply<Vec<AutocompleteSuggestion>>, Refused> {
        let typed = req.user_input.unwrap_or_default();
        Ok(commands::suggestions(&typed)?.into())
    }
}
