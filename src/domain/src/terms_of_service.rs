//! The terms of service an administrator may put before people, and who accepted them. Making new ones takes a licence.

use crate::{app::App, caller::Caller};
use model::{TermsOfService, UserTermsOfService};
use rustchat_core::{
    clock,
    error::{ErrorDef, Result},
};

const NONE: ErrorDef = ErrorDef::new(
    "app.terms_of_service.get.no_rows.app_error",
    404,
    "There are no such terms of service.",
);
const NOT_ACCEPTED: ErrorDef = ErrorDef::new(
    "app.user_terms_of_service.get_by_user.no_rows.app_error",
    404,
    "No terms of service have been accepted.",
);

/// The terms in force.
pub async fn latest(app: &App) -> Result<TermsOfService> {
    let latest = store::terms_of_service::latest(&app.store).await?;
    latest.ok_or_else(|| NONE.err())
}

/// What the caller accepted.
pub async fn accepted(app: &App, caller: &Caller) -> Result<UserTermsOfService> {
    let accepted = store::terms_of_service::accepted_by(&app.store, caller.user_id()).await?;
    accepted.ok_or_else(|| NOT_ACCEPTED.err())
}

/// The caller accepts terms, or does not (any more).
pub async fn answer(app: &App, caller: &Caller, terms_id: &str, accepts: bool) -> Result<()> {
    let terms = store::terms_of_service::by_id(&app.store, terms_id).await?;
    let terms = terms.ok_or_else(|| NONE.err())?;
    if accepts {
        let accepted = UserTermsOfService {
            user_id: caller.user_id().to_owned(),
            terms_of_service_id: terms.id,
            create_at: clock::now_ms(),
        };
        store::terms_of_service::accept(&app.store, &accepted).await?;
    } else {
        store::terms_of_service::decline(&app.store, caller.user_id(), &terms.id).await?;
    }
    app.store
        .cache()
        .invalidate(store::cache::Kind::User, caller.user_id());
    Ok(())
}
