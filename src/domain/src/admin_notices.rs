//! Wishes for features that take a licence, kept for administrators.

use crate::{app::App, caller::Caller};
use rustchat_core::{
    clock,
    error::{ErrorDef, Result},
};
use store::admin_notices::Wish;

const PLANS: &[&str] = &["professional", "enterprise", "enterprise_advanced"];
const FEATURES: &[&str] = &[
    "mattermost.feature.guest_accounts",
    "mattermost.feature.custom_user_groups",
    "mattermost.feature.create_multiple_teams",
    "mattermost.feature.start_call",
    "mattermost.feature.playbooks_retro",
    "mattermost.feature.unlimited_messages",
    "mattermost.feature.unlimited_file_storage",
    "mattermost.feature.all_professional",
    "mattermost.feature.all_enterprise",
    "mattermost.feature.upgrade_downgraded_workspace",
    "mattermost.feature.highlight_without_notification",
];

const ALREADY: ErrorDef = ErrorDef::new(
    "api.cloud.notify_admin_to_upgrade_error.already_notified",
    403,
    "The administrators know of this wish already.",
);
const SAVE: ErrorDef = ErrorDef::new(
    "app.notify_admin.save.app_error",
    500,
    "There is no such plan or feature.",
);

/// Keeps a wish; one for each feature and person.
pub async fn wish(
    app: &App,
    caller: &Caller,
    plan: &str,
    feature: &str,
    trial: bool,
) -> Result<()> {
    let db = app.store.db();
    if store::admin_notices::exists(db, caller.user_id(), feature).await? {
        return Err(ALREADY.err());
    }
    if !PLANS.contains(&plan) || !FEATURES.contains(&feature) {
        return Err(SAVE.err());
    }
    let wish = Wish {
        user_id: caller.user_id().to_owned(),
        plan: plan.to_owned(),
        feature: feature.to_owned(),
        trial,
        create_at: clock::now_ms(),
    };
    store::admin_notices::insert(db, &wish).await?;
    Ok(())
}
