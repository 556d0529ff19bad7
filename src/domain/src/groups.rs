//! Groups. Having them takes a licence; who would have to go if groups decided can be asked without.

use model::UsersWithGroupsAndCount;
use rustchat_core::common::invalid_body;
use rustchat_core::error::Result;
use rustchat_core::{ids, permissions};
pub use store::groups::Room;

use crate::{App, Caller, access, users};

/// Most groups one question may name.
const MOST: usize = 1_000;

/// The people of a team or channel who are in none of the named groups.
pub async fn members_outside(
    app: &App,
    caller: &Caller,
    room: Room,
    room_id: &str,
    group_ids: &str,
    (offset, limit): (i64, i64),
) -> Result<UsersWithGroupsAndCount> {
    let groups: Vec<String> = group_ids.split(',').map(str::to_owned).collect();
    if groups.len() > MOST || !groups.iter().all(|id| ids::is_valid_id(id)) {
        return Err(invalid_body("group_ids"));
    }
    let permission = match room {
        Room::Team => permissions::SYSCONSOLE_READ_USER_MANAGEMENT_GROUPS,
        Room::Channel => permissions::SYSCONSOLE_READ_USER_MANAGEMENT_CHANNELS,
    };
    access::require_system(app, caller, permission).await?;
    let (mut people, count) =
        store::groups::members_outside(&app.store, room, room_id, &groups, offset, limit).await?;
    for person in &mut people {
        person.user = users::for_others(app, false, std::mem::take(&mut person.user));
    }
    Ok(UsersWithGroupsAndCount {
        users: Some(people),
        total_count: count,
    })
}
