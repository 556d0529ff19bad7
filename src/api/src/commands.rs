//! Slash commands: giving one, which there are, and the commands of teams. What a command does is in the domain.

use contract::{
    CreateCommand, DeleteCommand, ExecuteCommand, GetCommandById, ListAutocompleteCommands,
    ListCommandAutocompleteSuggestions, ListCommands, MoveCommand, RegenCommandToken, Reply,
    StatusOk, UpdateCommand,
};
use domain::{Caller, commands};
use model::{AutocompleteSuggestion, Command, CommandResponse};
use std::collections::BTreeMap;

use crate::{Api, Refused};

impl contract::Commands for Api {
    async fn execute_command(
        &self,
        caller: Caller,
        req: ExecuteCommand,
    ) -> Result<Reply<CommandResponse>, Refused> {
        Ok(commands::execute(&self.0, &caller, req.body).await?.into())
    }

    /// The access rule has looked at the team.
    async fn list_autocomplete_commands(
        &self,
        _caller: Caller,
        req: ListAutocompleteCommands,
    ) -> Result<Reply<Vec<Command>>, Refused> {
        let found = commands::custom::for_autocomplete(self.app(), &req.team_id).await?;
        Ok(found.into())
    }

    async fn list_command_autocomplete_suggestions(
        &self,
        _caller: Caller,
        req: ListCommandAutocompleteSuggestions,
    ) -> Result<Reply<Vec<AutocompleteSuggestion>>, Refused> {
        let typed = req.user_input.unwrap_or_default();
        let found = commands::suggestions(self.app(), &req.team_id, &typed).await?;
        Ok(found.into())
    }

    async fn list_commands(
        &self,
        caller: Caller,
        req: ListCommands,
    ) -> Result<Reply<Vec<Command>>, Refused> {
        let team_id = req.team_id.unwrap_or_default();
        let custom_only = req.custom_only.is_true();
        let found = commands::custom::list(self.app(), &caller, &team_id, custom_only).await?;
        Ok(found.into())
    }

    async fn create_command(
        &self,
        caller: Caller,
        req: CreateCommand,
    ) -> Result<Reply<Command>, Refused> {
        let made = commands::custom::create(self.app(), &caller, req.body).await?;
        Ok(made.into())
    }

    async fn get_command_by_id(
        &self,
        caller: Caller,
        req: GetCommandById,
    ) -> Result<Reply<Command>, Refused> {
        let found = commands::custom::get(self.app(), &caller, &req.command_id).await?;
        Ok(found.into())
    }

    async fn update_command(
        &self,
        caller: Caller,
        req: UpdateCommand,
    ) -> Result<Reply<Command>, Refused> {
        let id = &req.command_id;
        let changed = commands::custom::update(self.app(), &caller, id, req.body).await?;
        Ok(changed.into())
    }

    async fn move_command(
        &self,
        caller: Caller,
        req: MoveCommand,
    ) -> Result<Reply<StatusOk>, Refused> {
        let (id, team_id) = (&req.command_id, &req.body.team_id);
        commands::custom::move_to(self.app(), &caller, id, team_id).await?;
        Ok(StatusOk::default().into())
    }

    async fn regen_command_token(
        &self,
        caller: Caller,
        req: RegenCommandToken,
    ) -> Result<Reply<BTreeMap<String, String>>, Refused> {
        let token =
            commands::custom::regenerate_token(self.app(), &caller, &req.command_id).await?;
        Ok(BTreeMap::from([("token".to_owned(), token)]).into())
    }

    async fn delete_command(
        &self,
        caller: Caller,
        req: DeleteCommand,
    ) -> Result<Reply<StatusOk>, Refused> {
        commands::custom::delete(self.app(), &caller, &req.command_id).await?;
        Ok(StatusOk::default().into())
    }
}
