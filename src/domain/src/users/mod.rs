//! Users: accounts, what they hold, and what others see of them.

mod change;
mod create;
pub mod errors;
mod read;
pub mod rules;
pub mod sanitize;

use crate::app::App;
use model::User;
use rustchat_core::error::Result;
use std::sync::Arc;

pub use change::end_auto_reply;
pub use create::{Invitation, create, password_policy};
pub use read::*;

/// The user as stored, secrets included: for decisions, not for answers.
pub async fn cached(app: &App, id: &str) -> Result<Option<Arc<User>>> {
    let db = app.store.db();
    let load = || async { Ok(store::users::by_id(db, id).await?.map(Arc::new)) };
    Ok(app.store.cache().users.get(id, load).await?)
}
