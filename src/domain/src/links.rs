//! Secrets that mails carry to an account's address: made, found again, used up. The rows look as the original's, so that
//! a link of either server works on both.

use rustchat_core::error::Result;
use rustchat_core::{clock, ids};
use serde::{Deserialize, Serialize};
use store::one_time_tokens::{self as rows, OneTimeToken, Purpose};

use crate::app::App;

/// Length of a secret.
pub(crate) const LENGTH: usize = 64;
/// How long a link to an address works.
const ADDRESS_LINK: i64 = 24 * clock::HOUR;
/// Nothing in the table is good for anything longer than this.
const LONGEST: i64 = 48 * clock::HOUR;

/// Whose address a secret was sent to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Recipient {
    #[serde(rename = "UserId", alias = "user_id")]
    pub user_id: String,
    #[serde(rename = "Email", alias = "email")]
    pub email: String,
}

/// A secret that was found.
pub(crate) enum Link {
    Good(Recipient),
    Expired,
}

/// A new secret for an address of an account; the account's older ones of this purpose do not work any more.
pub(crate) async fn make(
    app: &App,
    purpose: Purpose,
    user_id: &str,
    email: &str,
) -> Result<String> {
    let extra = Recipient {
        user_id: user_id.to_owned(),
        email: email.to_owned(),
    };
    let token = OneTimeToken {
        token: ids::new_secret(LENGTH),
        create_at: clock::now_ms(),
        extra: serde_json::to_string(&extra).unwrap_or_default(),
    };
    rows::replace(&app.store, purpose, user_id, &token).await?;
    Ok(token.token)
}

/// Looks a secret up without using it. None for one that was never made, or was used.
pub(crate) async fn find(app: &App, purpose: Purpose, token: &str) -> Result<Option<Link>> {
    let Some(row) = rows::get(&app.store, purpose, token).await? else {
        return Ok(None);
    };
    if clock::now_ms() - row.create_at > ADDRESS_LINK {
        rows::take(&app.store, purpose, token).await?;
        return Ok(Some(Link::Expired));
    }
    Ok(serde_json::from_str(&row.extra).ok().map(Link::Good))
}

/// Uses a secret up; false if somebody was quicker.
pub(crate) async fn take(app: &App, purpose: Purpose, token: &str) -> Result<bool> {
    Ok(rows::take(&app.store, purpose, token).await?)
}

/// Removes what nobody can use any more; to be called now and then.
pub(crate) async fn clean_up(app: &App) -> Result<()> {
    let before = clock::now_ms() - LONGEST;
    Ok(rows::delete_older(&app.store, before).await?)
}
