//! How much a server holds, as anybody signed in may know it, and how much it may hold: there is no limit.

use crate::{access, app::App, caller::Caller};
use model::{PostsUsage, ServerLimits, StorageUsage, TeamsUsage};
use rustchat_core::{error::Result, permissions};
use store::analytics as counts;

/// Limits are 0, which stands for none; administrators learn how many people there are.
pub async fn limits(app: &App, caller: &Caller) -> Result<ServerLimits> {
    let mut told = ServerLimits::default();
    if access::has_system(
        app,
        caller,
        permissions::SYSCONSOLE_READ_USER_MANAGEMENT_USERS,
    )
    .await?
    {
        let db = app.store.db();
        told.active_user_count = counts::people(db, "").await?;
        told.single_channel_guest_count = counts::guests_of_one_channel(db).await?;
    }
    Ok(told)
}

/// Messages of people, rounded down: how busy a server is to the message is nobody's business.
pub async fn posts(app: &App) -> Result<PostsUsage> {
    Ok(PostsUsage {
        count: rounded(counts::posts_of_people(app.store.db()).await?),
    })
}

pub async fn storage(app: &App) -> Result<StorageUsage> {
    let (_, bytes) = counts::files(app.store.db()).await?;
    Ok(StorageUsage {
        bytes: rounded(bytes),
    })
}

pub async fn teams(app: &App) -> Result<TeamsUsage> {
    Ok(TeamsUsage {
        active: counts::teams(app.store.db()).await?,
        cloud_archived: 0,
    })
}

/// The first digit, the rest zeroes.
fn rounded(count: i64) -> i64 {
    let place = count
        .checked_ilog10()
        .and_then(|digits| 10_i64.checked_pow(digits));
    place.map_or(0, |place| count / place * place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_rounded_down() {
        for (count, told) in [
            (0, 0),
            (-3, 0),
            (7, 7),
            (10, 10),
            (99, 90),
            (123_456, 100_000),
        ] {
            assert_eq!(rounded(count), told);
        }
    }
}
