//! Searching files: the search box is read as for messages (`search`), names and contents are compared in storage.

use crate::search::resolve;
use crate::{App, Caller};
use model::{FileInfoList, SearchParameter};
use rustchat_core::error::{ErrorDef, Result};

const DISABLED: ErrorDef = ErrorDef::new(
    "store.sql_file_info.search.disabled",
    501,
    "Searching files is switched off.",
);

/// The files that match, newest first; an empty team means all teams of the caller. There is one page.
pub async fn search(
    app: &App,
    caller: &Caller,
    team_id: &str,
    parameter: &SearchParameter,
) -> Result<FileInfoList> {
    if !app.config.get().service.enable_file_search {
        return Err(DISABLED.err());
    }
    let resolved = resolve(app, caller, team_id, parameter).await?;
    let infos = if parameter.page.unwrap_or_default() > 0 {
        Vec::new()
    } else {
        store::files::search(&app.store, &resolved.search, &resolved.scope).await?
    };
    let order = infos.iter().map(|info| info.id.clone()).collect();
    let infos = infos.into_iter().map(|info| (info.id.clone(), info));
    Ok(FileInfoList {
        order: Some(order),
        file_infos: Some(infos.collect()),
        ..FileInfoList::default()
    })
}
