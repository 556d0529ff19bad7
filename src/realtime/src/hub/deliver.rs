//! From the queue of events into the queues of connections, one event after the other, so that order is kept.

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use rustchat_core::clock::now_ms;
use tokio::sync::mpsc;

use super::{Hub, Inner};
use crate::connection::Connection;
use crate::directory::{Directory, Unknown, Users};
use crate::event::{Audience, Event};
use crate::registry::Registry;
use crate::wire::Forms;

/// How often the directory is asked before the clients have to start afresh.
const ATTEMPTS: u32 = 3;

/// Works until the hub is gone.
pub(super) async fn run(
    hub: Weak<Inner>,
    mut events: mpsc::Receiver<Arc<Event>>,
    directory: Arc<dyn Directory>,
) {
    while let Some(event) = events.recv().await {
        let Some(hub) = hub.upgrade().map(Hub) else {
            return;
        };
        if hub.0.overflowed.swap(false, Ordering::AcqRel) {
            hub.interrupted();
        } else {
            match audience(&event, &*directory).await {
                Ok(reach) => hub.hand_out(&event, &reach),
                Err(Unknown) => hub.interrupted(),
            }
        }
        hub.has_settled();
    }
}

/// Who hears an event, as far as the directory has to say it.
struct Reach {
    members: Option<Users>,
    admins: Option<Users>,
}

async fn audience(event: &Event, directory: &dyn Directory) -> Result<Reach, Unknown> {
    let to = &event.broadcast;
    let members = if !to.connection_id.is_empty() || !to.user_id.is_empty() {
        None
    } else if !to.channel_id.is_empty() {
        Some(persist(|| directory.channel_members(&to.channel_id)).await?)
    } else if !to.team_id.is_empty() {
        Some(persist(|| directory.team_members(&to.team_id)).await?)
    } else {
        None
    };
    let by_role = to.contains_sanitized_data || to.contains_sensitive_data;
    let admins = if by_role {
        Some(persist(|| directory.admins()).await?)
    } else {
        None
    };
    Ok(Reach { members, admins })
}

async fn persist<F: Future<Output = Result<Users, Unknown>>>(
    ask: impl Fn() -> F,
) -> Result<Users, Unknown> {
    for attempt in 1..ATTEMPTS {
        if let Ok(users) = ask().await {
            return Ok(users);
        }
        tokio::time::sleep(Duration::from_millis(50) * attempt).await;
    }
    ask().await
}

impl Hub {
    /// Serialises the event once for each form and queues it. Holds the registry's lock, and does not wait.
    fn hand_out(&self, event: &Event, reach: &Reach) {
        let now = now_ms();
        let mut forms = Forms::new(event);
        let mut delivered = 0;
        let mut cut = 0;
        let registry = self.0.registry.read();
        for connection in addressed(&registry, event, reach.members.as_deref()) {
            if !connection.is_authenticated(now)
                || !may_hear(event, connection, reach.admins.as_deref())
            {
                continue;
            }
            let body = forms.body(
                connection.user_id(),
                connection.can_ack.load(Ordering::Relaxed),
            );
            delivered += 1;
            if !connection.push(body, self.0.options.limits) {
                cut += 1;
                tracing::info!(
                    user_id = connection.user_id(),
                    connection_id = connection.id(),
                    "slow client cut off"
                );
            }
        }
        drop(registry);
        self.0.deliveries.fetch_add(delivered, Ordering::Relaxed);
        self.0.cut.fetch_add(cut, Ordering::Relaxed);
    }
}

/// The connections an event's address names.
fn addressed<'a>(
    registry: &'a Registry,
    event: &'a Event,
    members: Option<&'a HashSet<String>>,
) -> Box<dyn Iterator<Item = &'a Arc<Connection>> + 'a> {
    let to = &event.broadcast;
    if !to.connection_id.is_empty() {
        let same_user = |connection: &&Arc<Connection>| {
            to.user_id.is_empty() || connection.user_id() == to.user_id
        };
        return Box::new(
            registry
                .connection(&to.connection_id)
                .into_iter()
                .filter(same_user),
        );
    }
    if !to.user_id.is_empty() {
        return Box::new(registry.of_user(&to.user_id));
    }
    match members {
        Some(members) => registry.of_users(members),
        None => Box::new(registry.connections()),
    }
}

/// Whether one of the addressed is left out after all.
fn may_hear(event: &Event, connection: &Connection, admins: Option<&HashSet<String>>) -> bool {
    let to = &event.broadcast;
    let user_id = connection.user_id();
    if to.omit_connection_id == connection.id() {
        return false;
    }
    if to
        .omit_users
        .as_ref()
        .is_some_and(|omitted| omitted.get(user_id) == Some(&true))
    {
        return false;
    }
    if let Audience::Only(users) = &event.audience
        && !users.contains(user_id)
    {
        return false;
    }
    let is_admin = admins.is_some_and(|admins| admins.contains(user_id));
    !(to.contains_sensitive_data && !is_admin || to.contains_sanitized_data && is_admin)
}
