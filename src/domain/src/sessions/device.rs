//! What an app tells of the device its session runs on.

use crate::{app::App, caller::Caller};
use model::Session;
use rustchat_core::{
    clock, common,
    error::{ErrorDef, Result},
};
use store::cache::Kind;

const MAX_DEVICE: usize = 512;

/// News of a device. None was not given.
#[derive(Clone, Debug, Default)]
pub struct Device {
    pub id: Option<String>,
    pub notifications_off: Option<String>,
    pub app_version: Option<String>,
}

const SAVE: ErrorDef = ErrorDef::new(
    "app.session.update_device_id.app_error",
    500,
    "The device could not be remembered.",
);

/// Binds the session to a device, whose other sessions end, and keeps what the app says about itself.
pub async fn attach_device(app: &App, caller: &Caller, device: Device) -> Result<()> {
    let mut session = Session::clone(caller.session()?);
    let mut props = session.props.take().unwrap_or_default();
    if let Some(off) = device.notifications_off.filter(|text| !text.is_empty()) {
        if off != "true" && off != "false" {
            return Err(common::invalid_body("device_notification_disabled"));
        }
        props.insert("device_notification_disabled".to_owned(), off);
    }
    if let Some(version) = device.app_version.filter(|text| !text.is_empty()) {
        if !is_version(&version) {
            return Err(common::invalid_body("mobile_version"));
        }
        props.insert("mobile_version".to_owned(), version);
    }
    session.props = Some(props);
    if let Some(id) = device.id.filter(|id| !id.is_empty()) {
        if id.len() > MAX_DEVICE {
            return Err(common::invalid_body("device_id"));
        }
        super::end_of_device(app, &session.user_id, &id, &session.id).await?;
        let hours = app.config.get().service.session_length_mobile_in_hours;
        session.expires_at = clock::now_ms().saturating_add(hours.saturating_mul(clock::HOUR));
        if let Some(props) = &mut session.props {
            props.remove("last_removed_device_id");
        }
        session.device_id = id;
    }
    store::sessions::update_device(app.store.db(), &session)
        .await
        .map_err(|error| SAVE.caused_by(error))?;
    app.store.cache().invalidate(Kind::Session, &session.token);
    Ok(())
}

/// A semantic version: three numbers, and perhaps what kind of build it is, as `2.30.0` or `2.43.0+612`.
fn is_version(text: &str) -> bool {
    let (text, build) = text.split_at(text.find(['-', '+']).unwrap_or(text.len()));
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-' || c == '+';
    if build.len() == 1 || build.len() > 64 || !build.chars().all(plain) {
        return false;
    }
    let parts: Vec<&str> = text.split('.').collect();
    let number = |part: &str| {
        (1..=9).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_digit())
            && (part.len() == 1 || !part.starts_with('0'))
    };
    parts.len() == 3 && parts.iter().all(|part| number(part))
}

#[cfg(test)]
mod tests {
    use super::is_version;

    #[test]
    fn versions_have_three_numbers() {
        for good in ["2.30.0", "10.0.1", "2.43.0+612", "2.43.0-beta.1"] {
            assert!(is_version(good), "{good}");
        }
        for bad in [
            "",
            "2.30.0+",
            "2.30.0+a b",
            "2.30",
            "2.30.0.1",
            "v2.3.0",
            "2.03.0",
            "2.3.x",
        ] {
            assert!(!is_version(bad), "{bad}");
        }
    }
}
