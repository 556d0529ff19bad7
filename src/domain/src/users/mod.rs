//! Users: accounts, what they hold, and what others see of them.

mod active;
mod change;
mod count;
mod create;
pub mod errors;
mod list;
mod password;
mod picture;
mod read;
mod roles;
pub mod rules;
pub mod sanitize;
mod search;
mod verification;

use crate::app::App;
use model::User;
use rustchat_core::error::Result;
use std::collections::HashMap;
use std::sync::Arc;

pub use active::{delete, set_active, set_auth};
pub(crate) use change::set_prop;
pub use change::{end_auto_reply, patch, replace};
pub use count::{Counted, active_people, count, count_filtered};
pub use create::{Invitation, create, password_policy};
pub use list::{Listing, Page, etag_of_list, known, list, of_group_channels, with_foreign_emails};
pub use password::{Change, change_password, forget_failures, request_reset, reset};
pub use picture::{
    Picture, default_picture, picture, remove_picture, require_picture_of, set_picture,
};
pub use read::{
    Visible, etag, for_others, get, is_admin, present, privacy, require_visible, sanitize_for,
    view, view_by_email, view_by_ids, view_by_username, view_by_usernames, visible,
};
pub use roles::{promote, set_roles};
pub use search::{Completion, complete, search};
pub use verification::{request_verification, verify, verify_for};
pub(crate) use {change::tell, create::taken};

/// The user as stored, secrets included: for decisions, not for answers.
pub async fn cached(app: &App, id: &str) -> Result<Option<Arc<User>>> {
    let db = app.store.db();
    let load = || async { Ok(store::users::by_id(db, id).await?.map(Arc::new)) };
    Ok(app.store.cache().users.get(id, load).await?)
}

/// The same of several people, those who exist.
pub async fn cached_many(app: &App, ids: &[String]) -> Result<HashMap<String, Arc<User>>> {
    let db = app.store.db();
    let load = |ids: Vec<String>| async move {
        let users = store::users::by_ids(db, &ids, -1).await?;
        Ok(users
            .into_iter()
            .map(|user| (user.id.clone(), Arc::new(user)))
            .collect())
    };
    Ok(app.store.cache().users.get_many(ids, load).await?)
}
