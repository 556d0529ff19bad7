//! Statuses: who is there, as told by their connections or by themselves.
//! What a person chose stays until the person chooses something else; `online` gives the choice back to the connections.

use crate::app::App;
use model::Status;
use realtime::Event;
use rustchat_core::{clock, common, error::Result, ids};
use std::collections::HashMap;
use store::statuses::Next;

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
    match (active, manual) {
        (true, false) => set_online(app, user_id).await,
        (true, true) => set(app, user_id, ONLINE, false, 0).await.map(|_| ()),
        (false, true) => set(app, user_id, AWAY, true, 0).await.map(|_| ()),
        (false, false) => {
            let away_after = app.config.get().team.user_status_away_timeout * clock::SECOND;
            let before = get(app, user_id).await?;
            if clock::now_ms() - before.last_activity_at > away_after {
                set_absent(app, user_id, AWAY).await?;
            }
            Ok(())
        }
    }
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
        ONLINE => set(app, user_id, ONLINE, false, 0).await,
        AWAY => set(app, user_id, AWAY, true, 0).await,
        OFFLINE => set(app, user_id, OFFLINE, true, 0).await,
        DND => {
            // kept in seconds, to the minute
            let end = wanted.dnd_end_time - wanted.dnd_end_time % 60;
            set(app, user_id, DND, true, end).await
        }
        _ => Err(common::invalid_body("status")),
    }
}

/// Stores a status, whatever it was before.
async fn set(
    app: &App,
    user_id: &str,
    name: &'static str,
    manual: bool,
    dnd_end: i64,
) -> Result<Status> {
    let wish = Wish {
        name,
        manual,
        dnd_end,
        active: name == ONLINE,
    };
    let stored = change(app, user_id, wish, |_| true).await?;
    Ok(stored.unwrap_or_else(|| unknown(user_id)))
}

/// What a status is to become.
struct Wish {
    name: &'static str,
    manual: bool,
    dnd_end: i64,
    /// The person was there just now.
    active: bool,
}

/// Stores a status, unless statuses are turned off, if the one that is there at that moment lets it, and tells the user's own connections if it is another one.
/// What a person chooses meanwhile is not lost: the row is read and written in one.
async fn change(
    app: &App,
    user_id: &str,
    wish: Wish,
    lets: impl Fn(&Status) -> bool + Send + Sync,
) -> Result<Option<Status>> {
    if !app.config.get().service.enable_user_statuses {
        return Ok(None);
    }
    let mut news = wish.manual;
    let stored = store::statuses::change(app.store.db(), user_id, |before| {
        if !lets(&before) {
            return None;
        }
        news |= before.status != wish.name;
        let previous = match wish.name {
            DND => before.status.clone(),
            _ => String::new(),
        };
        let mut status = before;
        wish.name.clone_into(&mut status.status);
        status.manual = wish.manual;
        status.dnd_end_time = wish.dnd_end;
        if wish.active {
            status.last_activity_at = clock::now_ms();
        }
        Some(Next { status, previous })
    })
    .await?;
    if let Some(status) = stored.as_ref().filter(|_| news) {
        tell(app, status);
    }
    Ok(stored)
}

/// As `change`, for what happens all the time and mostly changes nothing: it looks before it takes the writer's time.
async fn change_if(
    app: &App,
    user_id: &str,
    wish: Wish,
    lets: impl Fn(&Status) -> bool + Send + Sync,
) -> Result<()> {
    if lets(&get(app, user_id).await?) {
        change(app, user_id, wish, lets).await?;
    }
    Ok(())
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
    app.hub.touch(user_id);
    let wish = Wish {
        name: ONLINE,
        manual: false,
        dnd_end: 0,
        active: true,
    };
    let lets = |before: &Status| {
        let chosen = before.manual && before.status != ONLINE;
        let recent = clock::now_ms() - before.last_activity_at < clock::MINUTE;
        !(chosen || before.status == ONLINE && recent)
    };
    change_if(app, user_id, wish, lets).await
}

/// The connections are quiet, or gone. What the person chose stays.
pub async fn set_absent(app: &App, user_id: &str, name: &'static str) -> Result<()> {
    let wish = Wish {
        name,
        manual: false,
        dnd_end: 0,
        active: false,
    };
    let lets = |before: &Status| !before.manual && before.status != name;
    change_if(app, user_id, wish, lets).await
}

/// Somebody left for good, or for long: offline as of now, whatever was chosen.
pub async fn set_gone(app: &App, user_id: &str) -> Result<()> {
    let wish = Wish {
        name: OFFLINE,
        manual: false,
        dnd_end: 0,
        active: true,
    };
    change(app, user_id, wish, |_| true).await.map(|_| ())
}

/// Out of office, as the automatic reply of the person's settings says.
pub async fn set_out_of_office(app: &App, user_id: &str) -> Result<()> {
    set(app, user_id, OUT_OF_OFFICE, true, 0).await.map(|_| ())
}

/// Back from being out of office.
pub async fn back_in_office(app: &App, user_id: &str) -> Result<()> {
    let wish = Wish {
        name: ONLINE,
        manual: false,
        dnd_end: 0,
        active: true,
    };
    let lets = |before: &Status| before.status == OUT_OF_OFFICE;
    change_if(app, user_id, wish, lets).await
}

/// Ends quiet times that are over.
pub async fn end_dnd(app: &App) -> Result<()> {
    let now = clock::now_ms() / clock::SECOND;
    for status in store::statuses::end_dnd(app.store.db(), now).await? {
        tell(app, &status);
    }
    Ok(())
}
