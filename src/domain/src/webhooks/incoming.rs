//! Incoming webhooks: making, reading, changing and deleting them. What is sent to them is `deliver`'s.

use super::{Filter, TEAM, channel, require_inside, require_person};
use crate::integrations::{INCOMING_WEBHOOKS as RIGHTS, too_long};
use crate::{App, Caller, access};
use model::{Channel, ChannelType, IncomingWebhook, IncomingWebhooksWithCount};
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::{clock, common, ids, permissions, text::names};

const OFF: ErrorDef = ErrorDef::new(
    "api.incoming_webhook.disabled.app_error",
    501,
    "Incoming webhooks are switched off on this server.",
);
const NOT_FOUND: ErrorDef = ErrorDef::new(
    "app.webhooks.get_incoming.app_error",
    404,
    "There is no such incoming webhook.",
);
const EXISTING: ErrorDef = ErrorDef::new(
    "app.webhooks.save_incoming.existing.app_error",
    400,
    "A new webhook has no id yet.",
);
const USERNAME: ErrorDef = ErrorDef::new(
    "api.incoming_webhook.invalid_username.app_error",
    400,
    "The name is no valid username.",
);
const NOT_CHANGED: ErrorDef = ErrorDef::new(
    "app.webhooks.update_incoming.app_error",
    500,
    "The webhook could not be changed: a text is too long.",
);
const NO_TEAM: ErrorDef = ErrorDef::new(
    "model.incoming_hook.team_id.app_error",
    400,
    "Incoming webhooks are for channels of a team.",
);

fn require_on(app: &App) -> Result<()> {
    if app.config.get().service.enable_incoming_webhooks {
        Ok(())
    } else {
        Err(OFF.err())
    }
}

async fn find(app: &App, id: &str) -> Result<IncomingWebhook> {
    require_on(app)?;
    let found = store::webhooks::incoming::get(&app.store, id).await?;
    found.ok_or_else(|| NOT_FOUND.err())
}

/// A webhook with its channel, for somebody who may manage it and is in the channel, if that is not public.
async fn manageable(app: &App, caller: &Caller, id: &str) -> Result<IncomingWebhook> {
    let hook = find(app, id).await?;
    let channel = channel(app, &hook.channel_id).await?;
    RIGHTS
        .require(app, caller, &hook.team_id, &hook.user_id)
        .await?;
    require_inside(app, caller, &channel).await?;
    Ok(hook)
}

pub async fn get(app: &App, caller: &Caller, id: &str) -> Result<IncomingWebhook> {
    manageable(app, caller, id).await
}

/// Those of a team, or with an empty id of the server, which the caller may manage.
pub async fn list(
    app: &App,
    caller: &Caller,
    team_id: &str,
    (offset, limit): (i64, i64),
) -> Result<Vec<IncomingWebhook>> {
    let filter = filter(app, caller, team_id, (offset, limit)).await?;
    Ok(store::webhooks::incoming::list(&app.store, &filter).await?)
}

/// As `list`, with how many there are on all pages.
pub async fn list_with_count(
    app: &App,
    caller: &Caller,
    team_id: &str,
    page: (i64, i64),
) -> Result<IncomingWebhooksWithCount> {
    let filter = filter(app, caller, team_id, page).await?;
    Ok(IncomingWebhooksWithCount {
        incoming_webhooks: Some(store::webhooks::incoming::list(&app.store, &filter).await?),
        total_count: store::webhooks::incoming::count(&app.store, &filter).await?,
    })
}

async fn filter<'a>(
    app: &App,
    caller: &'a Caller,
    team_id: &'a str,
    (offset, limit): (i64, i64),
) -> Result<Filter<'a>> {
    let owner_id = RIGHTS.listable(app, caller, team_id).await?;
    require_on(app)?;
    Ok(Filter {
        team_id,
        owner_id,
        offset,
        limit,
        ..Filter::default()
    })
}

/// A new webhook of the caller's, or of somebody the caller may manage webhooks for.
pub async fn create(
    app: &App,
    caller: &Caller,
    mut hook: IncomingWebhook,
) -> Result<IncomingWebhook> {
    let channel = channel(app, &hook.channel_id).await?;
    if hook.user_id.is_empty() {
        caller.user_id().clone_into(&mut hook.user_id);
    }
    RIGHTS
        .require(app, caller, &channel.team_id, &hook.user_id)
        .await?;
    require_inside(app, caller, &channel).await?;
    require_person(app, &hook.user_id).await?;
    require_on(app)?;
    if !hook.id.is_empty() {
        return Err(EXISTING.err());
    }
    settle(app, caller, &mut hook, &channel).await?;
    check(&hook)?;
    hook.id = ids::new_id();
    hook.create_at = clock::now_ms();
    hook.update_at = hook.create_at;
    hook.delete_at = 0;
    store::webhooks::incoming::insert(&app.store, &hook).await?;
    Ok(hook)
}

/// Changes a webhook. Whose it is and its team stay.
pub async fn update(
    app: &App,
    caller: &Caller,
    id: &str,
    mut hook: IncomingWebhook,
) -> Result<IncomingWebhook> {
    if hook.id != id {
        return Err(common::invalid_body("hook_id"));
    }
    let old = find(app, id).await?;
    if !hook.team_id.is_empty() && hook.team_id != old.team_id {
        return Err(TEAM.err());
    }
    RIGHTS
        .require(app, caller, &old.team_id, &old.user_id)
        .await?;
    let channel = channel(app, &hook.channel_id).await?;
    if channel.team_id != old.team_id {
        return Err(TEAM.err());
    }
    require_inside(app, caller, &channel).await?;
    hook.user_id = old.user_id;
    hook.create_at = old.create_at;
    hook.delete_at = old.delete_at;
    settle(app, caller, &mut hook, &channel).await?;
    check(&hook).map_err(|error| NOT_CHANGED.caused_by(error))?;
    hook.update_at = clock::now_ms();
    if store::webhooks::incoming::update(&app.store, &hook).await? {
        Ok(hook)
    } else {
        Err(NOT_FOUND.err())
    }
}

/// What settings and channel say about a webhook: no name and picture of its own where they would not count, and no way out of
/// the channel for whom may not grant it.
async fn settle(
    app: &App,
    caller: &Caller,
    hook: &mut IncomingWebhook,
    channel: &Channel,
) -> Result<()> {
    let config = app.config.get();
    if !config.service.enable_post_username_override {
        hook.username.clear();
    }
    if !config.service.enable_post_icon_override {
        hook.icon_url.clear();
    }
    if !hook.username.is_empty() && !names::is_valid_username(&hook.username) {
        return Err(USERNAME.err());
    }
    if matches!(channel.type_, ChannelType::Direct | ChannelType::Group) {
        return Err(NO_TEAM.err());
    }
    hook.team_id.clone_from(&channel.team_id);
    let unlocked = permissions::BYPASS_INCOMING_WEBHOOK_CHANNEL_LOCK;
    if !hook.channel_locked && !access::has_team(app, caller, &hook.team_id, unlocked).await? {
        hook.channel_locked = true;
    }
    Ok(())
}

fn check(hook: &IncomingWebhook) -> Result<()> {
    let texts = [
        ("display_name", hook.display_name.as_str(), 64),
        ("description", &hook.description, 500),
        ("username", &hook.username, 64),
        ("icon_url", &hook.icon_url, 1024),
    ];
    match too_long(&texts) {
        Some(field) => Err(AppError::dynamic(
            format!("model.incoming_hook.{field}.app_error"),
            400,
            "A text of the webhook is too long.",
        )),
        None => Ok(()),
    }
}

pub async fn delete(app: &App, caller: &Caller, id: &str) -> Result<()> {
    manageable(app, caller, id).await?;
    if store::webhooks::incoming::delete(&app.store, id, clock::now_ms()).await? {
        Ok(())
    } else {
        Err(NOT_FOUND.err())
    }
}
