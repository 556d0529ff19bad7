//! Messages people have begun to write, kept for their other devices. Always one's own: ids of others in the path mean nothing.

use model::{Draft, PostMetadata};
use realtime::Event;
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::{clock, ids, permissions, text};

use crate::app::App;
use crate::caller::Caller;
use crate::posts::rows;
use crate::{access, channels};

pub const DISABLED: ErrorDef = ErrorDef::new(
    "api.drafts.disabled.app_error",
    501,
    "Drafts are not kept on this server.",
);
pub const ARCHIVED: ErrorDef = ErrorDef::new(
    "api.draft.create_draft.can_not_draft_to_deleted.error",
    400,
    "The channel is archived.",
);
pub const RESTRICTED: ErrorDef = ErrorDef::new(
    "api.draft.create_draft.can_not_draft_to_restricted_dm.error",
    400,
    "The people of this conversation share no team any more.",
);
pub const MESSAGE_LENGTH: ErrorDef = ErrorDef::new(
    "model.draft.is_valid.message_length.app_error",
    400,
    "The draft is too long.",
);
pub const FILE_IDS: ErrorDef = ErrorDef::new(
    "model.draft.is_valid.file_ids.app_error",
    400,
    "There are too many files.",
);
pub const PROPS: ErrorDef = ErrorDef::new(
    "model.draft.is_valid.props.app_error",
    400,
    "The properties are too big.",
);
pub const PRIORITY: ErrorDef = ErrorDef::new(
    "model.draft.is_valid.priority.app_error",
    400,
    "The priority is too big.",
);
pub const SAVE: ErrorDef = ErrorDef::new(
    "app.draft.save.app_error",
    500,
    "The draft could not be kept.",
);

const MAX_MESSAGE: usize = 16_383;
const MAX_FILE_IDS: usize = 300;
/// What the columns hold.
const MAX_PROPS: usize = 8_000;

fn enabled(app: &App) -> Result<()> {
    if app.config.get().service.allow_synced_drafts {
        Ok(())
    } else {
        Err(DISABLED.err())
    }
}

/// Keeps a draft, or discards it when its text is empty (`None`).
pub async fn upsert(app: &App, caller: &Caller, mut draft: Draft) -> Result<Option<Draft>> {
    enabled(app)?;
    access::require_channel(app, caller, &draft.channel_id, permissions::CREATE_POST).await?;
    let refused = || access::refused(permissions::CREATE_POST);
    let channel = rows::channel(app, &draft.channel_id)
        .await?
        .ok_or_else(refused)?;
    if channel.delete_at > 0 {
        return Err(ARCHIVED.err());
    }
    channels::require_shared_team(app, &channel, &RESTRICTED).await?;
    let now = clock::now_ms();
    draft.user_id = caller.user_id().to_owned();
    draft.delete_at = 0;
    draft.update_at = now;
    let known = store::drafts::get(
        &app.store,
        caller.user_id(),
        &draft.channel_id,
        &draft.root_id,
    )
    .await?;
    if draft.create_at == 0 {
        draft.create_at = known.as_ref().map_or(now, |known| known.create_at);
    }
    draft.props.get_or_insert_default();
    draft.metadata = None;
    check(&draft)?;
    if draft.message.is_empty() {
        store::drafts::delete(
            &app.store,
            caller.user_id(),
            &draft.channel_id,
            &draft.root_id,
        )
        .await?;
        return Ok(None);
    }
    store::drafts::upsert(&app.store, &draft).await?;
    complete(app, std::slice::from_mut(&mut draft)).await?;
    tell(app, caller, "draft_created", &draft);
    Ok(Some(draft))
}

fn check(draft: &Draft) -> Result<()> {
    if !draft.root_id.is_empty() && !ids::is_valid_id(&draft.root_id) {
        return Err(SAVE.err());
    }
    if !text::at_most(&draft.message, MAX_MESSAGE) {
        return Err(MESSAGE_LENGTH.err());
    }
    if json_length(&draft.file_ids) > MAX_FILE_IDS {
        return Err(FILE_IDS.err());
    }
    if json_length(&draft.props) > MAX_PROPS {
        return Err(PROPS.err());
    }
    if json_length(&draft.priority) > MAX_PROPS {
        return Err(PRIORITY.err());
    }
    Ok(())
}

fn json_length(value: &impl serde::Serialize) -> usize {
    serde_json::to_string(value).map_or(usize::MAX, |text| text.chars().count())
}

/// The caller's drafts of a team and in direct channels, the latest first; `None` when there are none.
pub async fn list(app: &App, caller: &Caller, team_id: &str) -> Result<Option<Vec<Draft>>> {
    enabled(app)?;
    access::require_team(app, caller, team_id, permissions::VIEW_TEAM).await?;
    let mut drafts = store::drafts::list(&app.store, caller.user_id(), team_id).await?;
    complete(app, &mut drafts).await?;
    Ok((!drafts.is_empty()).then_some(drafts))
}

/// Discards the caller's draft for a place, if there is one.
pub async fn delete(app: &App, caller: &Caller, channel_id: &str, root_id: &str) -> Result<()> {
    enabled(app)?;
    if let Some(draft) =
        store::drafts::get(&app.store, caller.user_id(), channel_id, root_id).await?
    {
        store::drafts::delete(&app.store, caller.user_id(), channel_id, root_id).await?;
        tell(app, caller, "draft_deleted", &draft);
    }
    Ok(())
}

/// Adds the files of drafts: those their writer uploaded that are on no message yet, whatever else a draft names.
async fn complete(app: &App, drafts: &mut [Draft]) -> Result<()> {
    let ids: Vec<String> = drafts
        .iter()
        .flat_map(|draft| draft.file_ids.iter().cloned())
        .collect();
    let files = if ids.is_empty() {
        Default::default()
    } else {
        store::posts::files_by_id(&app.store, &ids).await?
    };
    for draft in drafts {
        let mine = draft
            .file_ids
            .iter()
            .filter_map(|id| files.get(id))
            .filter(|info| info.user_id == draft.user_id && info.post_id.is_empty())
            .filter(|info| info.delete_at == 0);
        draft.metadata = Some(PostMetadata {
            files: mine.cloned().collect(),
            ..PostMetadata::default()
        });
    }
    Ok(())
}

fn tell(app: &App, caller: &Caller, name: &'static str, draft: &Draft) {
    app.hub.publish(
        Event::new(name)
            .user(&draft.user_id)
            .channel(&draft.channel_id)
            .omit_connection(&caller.connection_id)
            .with_json("draft", draft),
    );
}
