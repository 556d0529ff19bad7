//! Statuses: who is there, as told by their connections or by themselves.
//! What a person chose stays until the person chooses something else; `online` gives the choice back to the connections.

use crate::app::App;
use model::Status;
use realtime::Event;
use rustchat_core::{clock, common, error::Result, ids};
use std::collections::HashMap;

pub const ONLINE: &str = "online";
pub const AWAY: &str = "away";
pub const OFFLINE: &str = "offline";
pub const DND: &str = "dnd";
pub const OUT_OF_OFFICE: &str = "ooo";

/// The largest number of statuses asked for at once.
const MAX_IDS: usize = 5_000;

/// The status of somebody of whom nothing is known.
fn unknown(user_id: &str) -> Status {
    Status {
        user_id: user_id.to_owned(),
        status: OFFLINE.to_owned(),
        ..Status::default()
    }
}

pub async fn get(app: &App, user_id: &str) -> Result<Status> {
    let found = store::statuses::get(app.store.db(), user_id).await?;
    Ok(found.unwrap_or_else(|| unknown(user_id)))
}

/// A status for each of the ids, in their order.
pub async fn of_users(app: &App, user_ids: &[String]) -> Result<Vec<Status>> {
    let good = (1..=MAX_IDS).contains(&user_ids.len());
    if !good || !user_ids.iter().all(|id| ids::is_valid_id(id)) {
        return Err(common::invalid_body("user_ids"));
    }
    of_any(app, user_ids).await
}

/// As `of_users`, for ids that nobody checked: an impossible one is offline.
pub async fn of_any(app: &App, user_ids: &[String]) -> Result<Vec<Status>> {
    let found = store::statuses::of_users(app.store.db(), user_ids).await?;
    let mut found: HashMap<String, Status> = found
        .into_iter()
        .map(|status| (status.user_id.clone(), status))
        .collect();
    let mut take = |id: &String| found.remove(id).unwrap_or_else(|| unknown(id));
    Ok(user_ids.iter().map(&mut take).collect())
}

/// Of whom the user shares a channel with, and the user: those who are not offline.
pub async fn of_known(app: &App, user_id: &str) -> Result<Vec<Status>> {
    let mut known = store::users::known_to(app.store.db(), user_id).await?;
    known.push(user_id.to_owned());
    let mut found = store::statuses::of_users(app.store.db(), &known).await?;
    found.retain(|status| status.status != OFFLINE);
    Ok(found)
}

/// A client tells whether its person is active: by its own observation, or because the person said so (`manual`).
pub async fn set_active(app: &App, user_id: &str, active: bool, manual: bool) -> Result<()> {
    let before = get(app, user_id).await?;
    match (active, manual) {
        (true, false) => return set_online(app, user_id).await,
        (true, true) => set(app, before, ONLINE, false, 0).await?,
        (false, true) => set(app, before, AWAY, true, 0).await?,
        (false, false) => {
            let away_after = app.config.get().team.user_status_away_timeout * clock::SECOND;
            if clock::now_ms() - before.last_activity_at > away_after {
                set_absent(app, user_id, AWAY).await?;
            }
            return Ok(());
        }
    };
    Ok(())
}

/// What a person (or an administrator for them) chooses.
pub async fn choose(app: &App, user_id: &str, wanted: &Status) -> Result<Status> {
    if wanted.user_id != user_id {
        return Err(common::invalid_body("user_id"));
    }
    let before = get(app, user_id).await?;
    if before.status == OUT_OF_OFFICE && wanted.status != OUT_OF_OFFICE {
        crate::users::end_auto_reply(app, user_id).await?;
    }
    match wanted.status.as_str() {
        ONLINE => set(app, before, ONLINE, false, 0).await,
        AWAY | OFFLINE => set(app, before, &wanted.status, true, 0).await,
        DND => {
            // kept in seconds, to the minute
            let end = wanted.dnd_end_time - wanted.dnd_end_time % 60;
            set(app, before, DND, true, end).await
        }
        _ => Err(common::invalid_body("status")),
    }
}

/// Stores a status and tells the user's own connections, if it is another one than before.
async fn set(app: &App, before: Status, name: &str, manual: bool, dnd_end: i64) -> Result<Status> {
    let mut now = before.clone();
    name.clone_into(&mut now.status);
    now.manual = manual;
    now.dnd_end_time = dnd_end;
    if name == ONLINE {
        now.last_activity_at = clock::now_ms();
    }
    let previous = if name == DND {
        before.status.as_str()
    } else {
        ""
    };
    store::statuses::save(app.store.db(), &now, previous).await?;
    if manual || before.status != now.status {
        tell(app, &now);
    }
    Ok(now)
}

fn tell(app: &App, status: &Status) {
    app.hub.publish(
        Event::new("status_change")
            .user(&status.user_id)
            .with("status", status.status.as_str())
            .with("user_id", status.user_id.as_str()),
    );
}

/// Somebody is there: by a connection, or by something they did.
pub async fn set_online(app: &App, user_id: &str) -> Result<()> {
    let before = get(app, user_id).await?;
    if before.manual && before.status != ONLINE {
        return Ok(());
    }
    if before.status == ONLINE && clock::now_ms() - before.last_activity_at < clock::MINUTE {
        return Ok(());
    }
    set(app, before, ONLINE, false, 0).await.map(|_| ())
}

/// The connections are quiet, or gone. What the person chose stays.
pub async fn set_absent(app: &App, user_id: &str, name: &'static str) -> Result<()> {
    let before = get(app, user_id).await?;
    if before.manual || before.status == name {
        return Ok(());
    }
    set(app, before, name, false, 0).await.map(|_| ())
}

/// Somebody left for good, or for long: offline as of now, whatever was chosen.
pub async fn set_gone(app: &App, user_id: &str) -> Result<()> {
    let before = Status {
        last_activity_at: clock::now_ms(),
        ..get(app, user_id).await?
    };
    set(app, before, OFFLINE, false, 0).await.map(|_| ())
}

/// Out of office, as the automatic reply of the person's settings says.
pub async fn set_out_of_office(app: &App, user_id: &str) -> Result<()> {
    let before = get(app, user_id).await?;
    set(app, before, OUT_OF_OFFICE, true, 0).await.map(|_| ())
}

/// Back from being out of office.
pub async fn back_in_office(app: &App, user_id: &str) -> Result<()> {
    let before = get(app, user_id).await?;
    if before.status != OUT_OF_OFFICE {
        return Ok(());
    }
    set(app, before, ONLINE, false, 0).await.map(|_| ())
}

/// Ends quiet times that are over.
pub async fn end_dnd(app: &App) -> Result<()> {
    let now = clock::now_ms() / clock::SECOND;
    for status in store::statuses::end_dnd(app.store.db(), now).await? {
        tell(app, &status);
    }
    Ok(())
}
