//! How long a session lasts while it is used, or not used: activity, idle time-outs, extension. Not who it belongs to.

use crate::app::App;
use config::Config;
use model::Session;
use rustchat_core::clock;
use store::cache::Kind;

/// A session's last activity is noted no more often than this.
const NOTED_EVERY: i64 = 5 * clock::MINUTE;
/// An extension is worth a write once it wins this part of the whole length, or a day.
const WORTH: i64 = 100;

fn prop<'a>(session: &'a Session, name: &str) -> &'a str {
    let props = session.props.as_ref();
    props
        .and_then(|props| props.get(name))
        .map_or("", String::as_str)
}

/// Sessions of access tokens and of applications keep their own time.
fn is_persons(session: &Session) -> bool {
    !session.is_oauth && prop(session, "type") != "UserAccessToken"
}

fn is_mobile(session: &Session) -> bool {
    !session.device_id.is_empty() || prop(session, "isMobile") == "true"
}

/// How long the settings let such a session last.
fn length(config: &Config, session: &Session) -> i64 {
    let service = &config.service;
    let hours = if is_mobile(session) {
        service.session_length_mobile_in_hours
    } else if prop(session, "isOAuthUser") == "true" || prop(session, "isSaml") == "true" {
        service.session_length_sso_in_hours
    } else {
        service.session_length_web_in_hours
    };
    hours.saturating_mul(clock::HOUR)
}

/// Nobody used it for longer than the settings allow. Mobile apps stay signed in, and so does everybody whose sessions are
/// extended by activity.
pub(super) fn is_abandoned(config: &Config, session: &Session, now: i64) -> bool {
    let most = config
        .service
        .session_idle_timeout_in_minutes
        .saturating_mul(clock::MINUTE);
    most > 0
        && !config.service.extend_session_length_with_activity
        && is_persons(session)
        && !is_mobile(session)
        && now.saturating_sub(session.last_activity_at) > most
}

/// When the session should end from now on; None while that makes too little difference.
fn extended(config: &Config, session: &Session, now: i64) -> Option<i64> {
    if !config.service.extend_session_length_with_activity
        || !is_persons(session)
        || session.expires_at <= 0
    {
        return None;
    }
    let length = length(config, session);
    let expires_at = now.saturating_add(length);
    let won = expires_at.saturating_sub(session.expires_at);
    (won >= (length / WORTH).min(clock::DAY)).then_some(expires_at)
}

/// Notes that the session is in use, and lets it last longer. A failure costs nobody the request.
pub(super) async fn used(app: &App, session: &Session, now: i64) {
    let extended = extended(&app.config.get(), session, now);
    if extended.is_none() && now.saturating_sub(session.last_activity_at) < NOTED_EVERY {
        return;
    }
    let expires_at = extended.unwrap_or(session.expires_at);
    if let Err(error) = store::sessions::renew(app.store.db(), &session.id, now, expires_at).await {
        tracing::warn!(%error, session = session.id, "the use of a session was not noted");
        return;
    }
    app.store.cache().invalidate(Kind::Session, &session.token);
    if extended.is_some() {
        app.hub.extend_session(&session.id, expires_at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::ConfigHandle;
    use serde_json::json;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    const NOW: i64 = 100 * clock::DAY;

    fn config(extend: bool) -> Arc<Config> {
        let settings = json!({"ServiceSettings": {
            "ExtendSessionLengthWithActivity": extend, "SessionIdleTimeoutInMinutes": 60,
            "SessionLengthWebInHours": 100, "SessionLengthMobileInHours": 1000,
        }});
        ConfigHandle::memory(&settings).unwrap().get()
    }

    fn session(idle: i64, left: i64) -> Session {
        Session {
            last_activity_at: NOW - idle,
            expires_at: NOW + left,
            ..Session::default()
        }
    }

    #[test]
    fn idle_sessions_end_unless_activity_extends_them() {
        let idle = session(61 * clock::MINUTE, clock::DAY);
        assert!(is_abandoned(&config(false), &idle, NOW));
        assert!(!is_abandoned(&config(true), &idle, NOW));
        assert!(!is_abandoned(
            &config(false),
            &session(clock::HOUR, clock::DAY),
            NOW
        ));
        let mobile = Session {
            device_id: "android:x".into(),
            ..idle.clone()
        };
        assert!(!is_abandoned(&config(false), &mobile, NOW));
        let props = BTreeMap::from([("type".to_owned(), "UserAccessToken".to_owned())]);
        let token = Session {
            props: Some(props),
            ..idle
        };
        assert!(!is_abandoned(&config(false), &token, NOW));
    }

    #[test]
    fn activity_extends_when_it_makes_a_difference() {
        let hour = clock::HOUR;
        assert_eq!(extended(&config(true), &session(0, 100 * hour), NOW), None);
        assert_eq!(
            extended(&config(true), &session(0, 100 * hour - clock::MINUTE), NOW),
            None
        );
        assert_eq!(
            extended(&config(true), &session(0, 98 * hour), NOW),
            Some(NOW + 100 * hour)
        );
        assert_eq!(extended(&config(false), &session(0, hour), NOW), None);
        let never = Session {
            expires_at: 0,
            ..session(0, 0)
        };
        assert_eq!(extended(&config(true), &never, NOW), None);
    }
}
