//! Outgoing webhooks: making, reading, changing and deleting them. When they are called is `trigger`'s.

use super::{Filter, TEAM, channel, require_person};
use crate::integrations::{OUTGOING_WEBHOOKS as RIGHTS, too_long};
use crate::{App, Caller, access};
use model::{ChannelType, OutgoingWebhook};
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::{clock, common, ids, permissions, text::names};

macro_rules! errors {
    ($($name:ident = $id:literal, $status:literal, $text:literal;)*) => {
        $(const $name: ErrorDef = ErrorDef::new($id, $status, $text);)*
    };
}

errors! {
    OFF = "api.outgoing_webhook.disabled.app_error", 501, "Outgoing webhooks are switched off on this server.";
    NOT_PUBLIC = "api.outgoing_webhook.disabled.app_error", 403, "Outgoing webhooks are for public channels.";
    NOT_PUBLIC_NOW = "api.webhook.create_outgoing.not_open.app_error", 403, "Outgoing webhooks are for public channels.";
    OTHER_TEAM = "api.webhook.create_outgoing.permissions.app_error", 403, "The channel is in another team.";
    NO_TRIGGER = "api.webhook.create_outgoing.triggers.app_error", 400, "A webhook has a channel or words that trigger it.";
    INTERSECT = "api.webhook.create_outgoing.intersect.app_error", 500, "Another webhook of the channel has this word and address.";
    INTERSECT_NOW = "api.webhook.update_outgoing.intersect.app_error", 400, "Another webhook of the channel has this word and address.";
    NOT_FOUND = "app.webhooks.get_outgoing.app_error", 404, "There is no such outgoing webhook.";
    EXISTING = "app.webhooks.save_outgoing.override.app_error", 400, "A new webhook has no id yet.";
}

const INVALID: &str = "model.outgoing_hook.is_valid";
const MAX_LIST: usize = 1024;

fn require_on(app: &App) -> Result<()> {
    if app.config.get().service.enable_outgoing_webhooks {
        Ok(())
    } else {
        Err(OFF.err())
    }
}

async fn find(app: &App, id: &str) -> Result<OutgoingWebhook> {
    require_on(app)?;
    let found = store::webhooks::outgoing::get(&app.store, id).await?;
    found.ok_or_else(|| NOT_FOUND.err())
}

async fn manageable(app: &App, caller: &Caller, id: &str) -> Result<OutgoingWebhook> {
    let hook = find(app, id).await?;
    RIGHTS
        .require(app, caller, &hook.team_id, &hook.creator_id)
        .await?;
    Ok(hook)
}

pub async fn get(app: &App, caller: &Caller, id: &str) -> Result<OutgoingWebhook> {
    manageable(app, caller, id).await
}

/// Those of a channel, else of a team, else of the server, which the caller may manage.
pub async fn list(
    app: &App,
    caller: &Caller,
    team_id: &str,
    channel_id: &str,
    (offset, limit): (i64, i64),
) -> Result<Vec<OutgoingWebhook>> {
    let of_channel;
    let team_id = if channel_id.is_empty() {
        team_id
    } else {
        // a channel nobody knows is refused as one of a team the caller has no rights in
        let own = permissions::MANAGE_OWN_OUTGOING_WEBHOOKS;
        of_channel = store::channels::get(&app.store, channel_id)
            .await?
            .ok_or_else(|| access::refused(own))?
            .team_id;
        access::require_team(app, caller, &of_channel, own).await?;
        of_channel.as_str()
    };
    let owner_id = RIGHTS.listable(app, caller, team_id).await?;
    require_on(app)?;
    let filter = Filter {
        team_id,
        channel_id,
        owner_id,
        offset,
        limit,
    };
    Ok(store::webhooks::outgoing::list(&app.store, &filter).await?)
}

/// A new webhook of the caller's, or of somebody the caller may manage webhooks for.
pub async fn create(
    app: &App,
    caller: &Caller,
    mut hook: OutgoingWebhook,
) -> Result<OutgoingWebhook> {
    if hook.creator_id.is_empty() {
        caller.user_id().clone_into(&mut hook.creator_id);
    }
    RIGHTS
        .require(app, caller, &hook.team_id, &hook.creator_id)
        .await?;
    require_person(app, &hook.creator_id).await?;
    require_on(app)?;
    require_place(app, &hook, NOT_PUBLIC, NO_TRIGGER.err()).await?;
    if intersects(app, &hook).await? {
        return Err(INTERSECT.err());
    }
    if !hook.id.is_empty() {
        return Err(EXISTING.err());
    }
    if hook.token.is_empty() {
        hook.token = ids::new_id();
    }
    if hook.token.len() != ids::ID_LENGTH {
        return Err(invalid("token"));
    }
    check(&hook)?;
    hook.id = ids::new_id();
    hook.create_at = clock::now_ms();
    hook.update_at = hook.create_at;
    hook.delete_at = 0;
    store::webhooks::outgoing::insert(&app.store, &hook).await?;
    Ok(hook)
}

/// Changes a webhook. Whose it is and its team stay.
pub async fn update(
    app: &App,
    caller: &Caller,
    id: &str,
    mut hook: OutgoingWebhook,
) -> Result<OutgoingWebhook> {
    if hook.id != id {
        return Err(common::invalid_body("hook_id"));
    }
    let old = find(app, id).await?;
    if hook.team_id.is_empty() {
        hook.team_id.clone_from(&old.team_id);
    }
    if hook.team_id != old.team_id {
        return Err(TEAM.err());
    }
    RIGHTS
        .require(app, caller, &old.team_id, &old.creator_id)
        .await?;
    let no_trigger = NO_TRIGGER.err().with_status(500);
    require_place(app, &hook, NOT_PUBLIC_NOW, no_trigger).await?;
    if intersects(app, &hook).await? {
        return Err(INTERSECT_NOW.err());
    }
    if hook.token.is_empty() {
        hook.token = old.token;
    }
    if hook.token.len() > ids::ID_LENGTH {
        return Err(invalid("token"));
    }
    check(&hook)?;
    hook.creator_id = old.creator_id;
    hook.create_at = old.create_at;
    hook.delete_at = old.delete_at;
    hook.update_at = clock::now_ms();
    changed(app, hook).await
}

/// Gives a webhook another token; the old one is worth nothing.
pub async fn regenerate_token(app: &App, caller: &Caller, id: &str) -> Result<OutgoingWebhook> {
    let mut hook = manageable(app, caller, id).await?;
    hook.token = ids::new_id();
    hook.update_at = clock::now_ms();
    changed(app, hook).await
}

async fn changed(app: &App, hook: OutgoingWebhook) -> Result<OutgoingWebhook> {
    if store::webhooks::outgoing::update(&app.store, &hook).await? {
        Ok(hook)
    } else {
        Err(NOT_FOUND.err())
    }
}

pub async fn delete(app: &App, caller: &Caller, id: &str) -> Result<()> {
    let mut hook = manageable(app, caller, id).await?;
    hook.delete_at = clock::now_ms();
    if store::webhooks::outgoing::delete(&app.store, &hook).await? {
        Ok(())
    } else {
        Err(NOT_FOUND.err())
    }
}

/// A public channel of the team, or words.
async fn require_place(
    app: &App,
    hook: &OutgoingWebhook,
    not_public: ErrorDef,
    no_trigger: AppError,
) -> Result<()> {
    if hook.channel_id.is_empty() {
        let words = hook.trigger_words.as_deref().unwrap_or_default();
        return if words.is_empty() {
            Err(no_trigger)
        } else {
            Ok(())
        };
    }
    let channel = channel(app, &hook.channel_id).await?;
    if channel.type_ != ChannelType::Open {
        return Err(not_public.err());
    }
    if channel.team_id != hook.team_id {
        return Err(OTHER_TEAM.err());
    }
    Ok(())
}

/// Another webhook would be called for the same word at the same address.
async fn intersects(app: &App, hook: &OutgoingWebhook) -> Result<bool> {
    fn common(one: Option<&Vec<String>>, other: Option<&Vec<String>>) -> bool {
        match (one, other) {
            (Some(one), Some(other)) => one.iter().any(|word| other.contains(word)),
            _ => false,
        }
    }
    let others = store::webhooks::outgoing::of_team(&app.store, &hook.team_id).await?;
    Ok(others.iter().any(|other| {
        other.id != hook.id
            && other.channel_id == hook.channel_id
            && common(other.trigger_words.as_ref(), hook.trigger_words.as_ref())
            && common(other.callback_urls.as_ref(), hook.callback_urls.as_ref())
    }))
}

fn invalid(what: &str) -> AppError {
    AppError::dynamic(
        format!("{INVALID}.{what}.app_error"),
        400,
        "The webhook is not valid.",
    )
}

fn check(hook: &OutgoingWebhook) -> Result<()> {
    let words = hook.trigger_words.as_deref().unwrap_or_default();
    let addresses = hook.callback_urls.as_deref().unwrap_or_default();
    if listed(words) > MAX_LIST {
        return Err(invalid("words"));
    }
    if words.iter().any(String::is_empty) {
        return Err(invalid("trigger_words"));
    }
    if addresses.is_empty() || listed(addresses) > MAX_LIST {
        return Err(invalid("callback"));
    }
    if !addresses.iter().all(|address| names::is_http_url(address)) {
        return Err(invalid("url"));
    }
    let texts = [
        ("display_name", hook.display_name.as_str(), 64),
        ("description", &hook.description, 500),
        ("content_type", &hook.content_type, 128),
    ];
    if let Some(field) = too_long(&texts) {
        return Err(invalid(field));
    }
    if !(0..=1).contains(&hook.trigger_when) {
        return Err(invalid("content_type"));
    }
    let shown = [
        ("username", hook.username.as_str(), 64),
        ("icon_url", &hook.icon_url, 1024),
    ];
    match too_long(&shown) {
        Some(field) => Err(AppError::dynamic(
            format!("model.outgoing_hook.{field}.app_error"),
            400,
            "A text of the webhook is too long.",
        )),
        None => Ok(()),
    }
}

/// The length of a list as the original writes it: blanks between and brackets around.
pub(crate) fn listed(list: &[String]) -> usize {
    list.iter().map(String::len).sum::<usize>() + list.len().saturating_sub(1) + 2
}
