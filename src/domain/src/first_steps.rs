//! What the first administrator has done already: setting the server up, looking at the marketplace.

use crate::{access, app::App, caller::Caller};
use model::{CompleteOnboardingRequest, System};
use realtime::Event;
use rustchat_core::{
    error::{ErrorDef, Result},
    permissions,
};
use serde_json::json;

const SETUP: &str = "FirstAdminSetupComplete";
const MARKETPLACE: &str = "FirstAdminVisitMarketplace";
const ORGANIZATION: &str = "OrganizationName";
const MOST_OF_A_NAME: usize = 255;

const NOT_FIRST: ErrorDef = ErrorDef::new(
    "app.system.complete_onboarding_request.no_first_user",
    403,
    "Only an administrator can set the server up.",
);
const NO_ORGANIZATION: ErrorDef = ErrorDef::new(
    "api.error_no_organization_name_provided_for_self_hosted_onboarding",
    400,
    "Enter the name of your organisation.",
);

/// Whether the set-up is done: the text `true` or `false`.
pub async fn setup(app: &App) -> Result<System> {
    state(app, SETUP).await
}

/// Whether an administrator has seen the marketplace.
pub async fn marketplace(app: &App) -> Result<System> {
    state(app, MARKETPLACE).await
}

async fn state(app: &App, name: &str) -> Result<System> {
    let value = store::systems::get(&app.store, name).await?;
    Ok(System {
        name: name.to_owned(),
        value: value.unwrap_or_else(|| "false".to_owned()),
    })
}

/// Ends the set-up: keeps the organisation's name. Plugins that are asked for are not installed, as there are none.
pub async fn complete(app: &App, caller: &Caller, wish: &CompleteOnboardingRequest) -> Result<()> {
    if !access::has_system(app, caller, permissions::MANAGE_SYSTEM).await? {
        return Err(NOT_FIRST.err());
    }
    let name: String = wish
        .organization
        .trim()
        .chars()
        .take(MOST_OF_A_NAME)
        .collect();
    if name.is_empty() {
        return Err(NO_ORGANIZATION.err());
    }
    store::systems::set(&app.store, ORGANIZATION, &name).await?;
    store::systems::set(&app.store, SETUP, "true").await?;
    Ok(())
}

/// Writes down that the marketplace was seen, and tells everybody's clients.
pub async fn saw_marketplace(app: &App) -> Result<()> {
    store::systems::set(&app.store, MARKETPLACE, "true").await?;
    app.hub.publish(
        Event::new("first_admin_visit_marketplace_status_received")
            .everyone()
            .with("firstAdminVisitMarketplaceStatus", json!("true")),
    );
    Ok(())
}
