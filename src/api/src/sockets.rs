//! What websocket clients ask for, answered by the domain. The protocol itself is in `realtime`.

use domain::{App, Caller, busy, sessions, statuses, typing, users};
use futures_util::future::BoxFuture;
use model::Status;
use realtime::{
    Actions, Actor, Greeting, INVALID_PARAM, NotifyAck, SERVER_BUSY, Session, Statuses,
};
use rustchat_core::error::Result;
use serde_json::Value;
use std::sync::Arc;

fn by_user(status: Status) -> (String, Value) {
    (status.user_id, Value::String(status.status))
}

/// The domain as websocket clients see it.
pub struct Sockets(pub Arc<App>);

impl Sockets {
    async fn caller(&self, by: &Actor) -> Result<Caller> {
        let user = users::cached(&self.0, &by.user_id).await?;
        let session = model::Session {
            id: by.session_id.clone(),
            user_id: by.user_id.clone(),
            ..Default::default()
        };
        Ok(Caller {
            session: Some(Arc::new(session)),
            user,
            connection_id: by.connection_id.clone(),
            ..Caller::default()
        })
    }
}

impl Actions for Sockets {
    fn authenticate<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Option<Session>> {
        Box::pin(async move {
            match sessions::authenticate(&self.0, token).await {
                Ok(found) => found.map(|(session, _)| Session {
                    id: session.id.clone(),
                    user_id: session.user_id.clone(),
                    expires_at: session.expires_at,
                }),
                Err(error) => {
                    tracing::error!(%error, "a session could not be read");
                    None
                }
            }
        })
    }

    fn typing<'a>(
        &'a self,
        by: &'a Actor,
        channel_id: &'a str,
        parent_id: &'a str,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if busy::is_busy(&self.0) {
                return Err(SERVER_BUSY.err());
            }
            let caller = self.caller(by).await?;
            if !typing::is_allowed(&self.0, &caller, channel_id).await? {
                return Err(INVALID_PARAM.with("Name", "channel_id"));
            }
            typing::publish(&self.0, &by.user_id, channel_id, parent_id);
            Ok(())
        })
    }

    fn set_active<'a>(
        &'a self,
        by: &'a Actor,
        active: bool,
        manual: bool,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(statuses::set_active(&self.0, &by.user_id, active, manual))
    }

    fn statuses<'a>(&'a self, by: &'a Actor) -> BoxFuture<'a, Result<Statuses>> {
        Box::pin(async {
            let found = statuses::of_known(&self.0, &by.user_id).await?;
            Ok(found.into_iter().map(by_user).collect())
        })
    }

    fn statuses_by_ids<'a>(
        &'a self,
        _by: &'a Actor,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<Statuses>> {
        Box::pin(async {
            let found = statuses::of_any(&self.0, ids).await?;
            Ok(found.into_iter().map(by_user).collect())
        })
    }

    fn notify_ack<'a>(&'a self, _by: &'a Actor, _ack: NotifyAck) -> BoxFuture<'a, Result<()>> {
        // Acknowledgements feed notification metrics, which this server does not keep.
        Box::pin(async { Ok(()) })
    }

    fn greeting(&self) -> Greeting {
        Greeting {
            version: crate::API_VERSION.to_owned(),
            server_version: crate::version_id(),
            server_hostname: gethostname::gethostname().to_string_lossy().into_owned(),
        }
    }
}
