//! How many users there are, of which kind.

use super::list::check_roles;
use crate::app::App;
use rustchat_core::error::Result;
use store::users::{Activity, Filter};

/// Everybody who has an active account.
pub fn active_people() -> Filter {
    Filter {
        activity: Activity::Active,
        ..Filter::default()
    }
}

/// How many users the filter means.
pub async fn count(app: &App, filter: &Filter) -> Result<i64> {
    Ok(store::users::count(app.store.db(), filter).await?)
}

/// Whom an administrator counts.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    pub in_team: String,
    pub in_channel: String,
    pub roles: Vec<String>,
    pub team_roles: Vec<String>,
    pub channel_roles: Vec<String>,
    pub with_deleted: bool,
    pub with_bots: bool,
}

pub async fn count_filtered(app: &App, asked: Counted) -> Result<i64> {
    let filter = Filter {
        in_team: asked.in_team,
        in_channel: asked.in_channel,
        roles: asked.roles,
        team_roles: asked.team_roles,
        channel_roles: asked.channel_roles,
        activity: if asked.with_deleted {
            Activity::Any
        } else {
            Activity::Active
        },
        bots: (!asked.with_bots).then_some(false),
        ..Filter::default()
    };
    check_roles(app, &filter).await?;
    count(app, &filter).await
}
