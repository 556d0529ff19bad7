//! Preferences: small named values of a person, which their clients agree on through the server.

use crate::{access, app::App, caller::Caller};
use model::Preference;
use realtime::Event;
use rustchat_core::{
    common,
    error::{ErrorDef, Result},
    ids, permissions,
    text::at_most,
};

const MAX_BATCH: usize = 100;
const MAX_NAME: usize = 32;
const MAX_VALUE: usize = 20_000;
const FLAGGED_POST: &str = "flagged_post";
const THEME: &str = "theme";
const FAVORITE: &str = "favorite_channel";
/// Category and name of how many conversations the sidebar shows.
const SHOWN_CONVERSATIONS: (&str, &str) = ("sidebar_settings", "limit_visible_dms_gms");

const NO_CATEGORY: ErrorDef = ErrorDef::new(
    "api.preference.preferences_category.get.app_error",
    404,
    "There are no preferences of this category.",
);
const NO_PREFERENCE: ErrorDef = ErrorDef::new(
    "app.preference.get.app_error",
    400,
    "There is no such preference.",
);
const SET_OTHERS: ErrorDef = ErrorDef::new(
    "api.preference.update_preferences.set.app_error",
    403,
    "These preferences belong to somebody else.",
);
const DELETE_OTHERS: ErrorDef = ErrorDef::new(
    "api.preference.delete_preferences.delete.app_error",
    403,
    "These preferences belong to somebody else.",
);
const BAD_ID: ErrorDef = ErrorDef::new(
    "model.preference.is_valid.id.app_error",
    400,
    "The id of the preference's owner is not valid.",
);
const BAD_CATEGORY: ErrorDef = ErrorDef::new(
    "model.preference.is_valid.category.app_error",
    400,
    "The category of a preference has 1 to 32 characters.",
);
const BAD_NAME: ErrorDef = ErrorDef::new(
    "model.preference.is_valid.name.app_error",
    400,
    "The name of a preference has at most 32 characters.",
);
const BAD_VALUE: ErrorDef = ErrorDef::new(
    "model.preference.is_valid.value.app_error",
    400,
    "The value of a preference is too long.",
);

const BAD_LIMIT: ErrorDef = ErrorDef::new(
    "model.preference.is_valid.limit_visible_dms_gms.app_error",
    400,
    "The sidebar shows 1 to 40 conversations.",
);

/// All of a user's preferences; None for somebody who has none.
pub async fn all(app: &App, user_id: &str) -> Result<Option<Vec<Preference>>> {
    let found = store::preferences::of_user(app.store.db(), user_id).await?;
    Ok((!found.is_empty()).then_some(found))
}

pub async fn of_category(app: &App, user_id: &str, category: &str) -> Result<Vec<Preference>> {
    let found = store::preferences::of_category(app.store.db(), user_id, category).await?;
    if found.is_empty() {
        return Err(NO_CATEGORY.err());
    }
    Ok(found)
}

pub async fn get(app: &App, user_id: &str, category: &str, name: &str) -> Result<Preference> {
    let found = store::preferences::get(app.store.db(), user_id, category, name).await?;
    found.ok_or_else(|| NO_PREFERENCE.err())
}

/// Saves all of them or none, and tells the user's clients.
pub async fn save(
    app: &App,
    caller: &Caller,
    user_id: &str,
    mut preferences: Vec<Preference>,
) -> Result<()> {
    check_batch(&preferences)?;
    for preference in &preferences {
        if preference.category == FLAGGED_POST {
            require_readable(app, caller, &preference.name).await?;
        }
    }
    if preferences.iter().any(|p| p.user_id != user_id) {
        return Err(SET_OTHERS.err());
    }
    for preference in &mut preferences {
        validate(preference)?;
        tidy_theme(preference);
    }
    store::preferences::save(app.store.db(), &preferences).await?;
    for favorite in preferences.iter().filter(|p| p.category == FAVORITE) {
        let wanted = favorite.value == "true";
        store::categories::set_favorite(&app.store, user_id, &favorite.name, wanted).await?;
    }
    tell(app, user_id, "preferences_changed", &preferences);
    Ok(())
}

/// Saves what the server itself keeps for somebody.
pub(crate) async fn store_own(
    app: &App,
    user_id: &str,
    preferences: Vec<Preference>,
) -> Result<()> {
    store::preferences::save(app.store.db(), &preferences).await?;
    tell(app, user_id, "preferences_changed", &preferences);
    Ok(())
}

pub async fn delete(app: &App, user_id: &str, preferences: Vec<Preference>) -> Result<()> {
    check_batch(&preferences)?;
    if preferences.iter().any(|p| p.user_id != user_id) {
        return Err(DELETE_OTHERS.err());
    }
    store::preferences::delete(app.store.db(), &preferences).await?;
    for favorite in preferences.iter().filter(|p| p.category == FAVORITE) {
        store::categories::set_favorite(&app.store, user_id, &favorite.name, false).await?;
    }
    tell(app, user_id, "preferences_deleted", &preferences);
    Ok(())
}

fn check_batch(preferences: &[Preference]) -> Result<()> {
    if (1..=MAX_BATCH).contains(&preferences.len()) {
        Ok(())
    } else {
        Err(common::invalid_body("preferences"))
    }
}

/// A post can only be kept by somebody who can read it.
async fn require_readable(app: &App, caller: &Caller, post_id: &str) -> Result<()> {
    let place = store::memberships::channel_of_post(&app.store, post_id).await?;
    if place.is_none() {
        return Err(common::invalid_body("preference.name"));
    }
    if access::has_post(app, caller, post_id, permissions::READ_CHANNEL_CONTENT).await? {
        Ok(())
    } else {
        Err(access::refused(permissions::READ_CHANNEL_CONTENT))
    }
}

fn validate(preference: &Preference) -> Result<()> {
    let Preference {
        user_id,
        category,
        name,
        value,
    } = preference;
    let checks = [
        (ids::is_valid_id(user_id), BAD_ID),
        (
            !category.is_empty() && category.len() <= MAX_NAME,
            BAD_CATEGORY,
        ),
        (name.len() <= MAX_NAME, BAD_NAME),
        (at_most(value, MAX_VALUE), BAD_VALUE),
        (
            (category.as_str(), name.as_str()) != SHOWN_CONVERSATIONS
                || value
                    .parse()
                    .is_ok_and(|number: i64| (1..=40).contains(&number)),
            BAD_LIMIT,
        ),
    ];
    match checks.iter().find(|(good, _)| !good) {
        Some((_, def)) => Err(def.err()),
        None => Ok(()),
    }
}

/// A theme that is JSON is kept with its keys in order; any other text is kept as it is.
fn tidy_theme(preference: &mut Preference) {
    if preference.category != THEME {
        return;
    }
    let parsed: Result<std::collections::BTreeMap<String, String>, _> =
        serde_json::from_str(&preference.value);
    if let Ok(theme) = parsed
        && let Ok(text) = serde_json::to_string(&theme)
    {
        preference.value = text;
    }
}

/// Preferences decide what the sidebar shows, so clients are told to look at it again as well.
fn tell(app: &App, user_id: &str, event: &'static str, preferences: &[Preference]) {
    app.hub
        .publish(Event::new("sidebar_category_updated").user(user_id));
    app.hub.publish(
        Event::new(event)
            .user(user_id)
            .with_json("preferences", &preferences),
    );
}
