//! The server as a whole: ping, time zones, caches, the "server busy" switch.

use crate::{Api, Refused};
use contract::{
    AcknowledgeNotification, ClearServerBusy, GetPing, GetServerBusyExpires, GetSupportedTimezone,
    InvalidateCaches, Reply, SetServerBusy, StatusOk, TestEmail, TestNotification,
    TestS3Connection, TestSiteURL,
};
use domain::{Caller, access, notify, push, setting_tests, system};
use model::ServerBusyState;
use realtime::Event;
use rustchat_core::{clock, common, permissions};
use serde_json::{Value, json};

/// The longest the server may call itself busy, in seconds.
const MAX_BUSY: i64 = 24 * 60 * 60;
const DEFAULT_BUSY: i64 = 60 * 60;
/// What the original tells for "never": its zero time in seconds and as text.
const NEVER: i64 = -62_135_596_800;

impl contract::System for Api {
    async fn get_ping(&self, caller: Caller, req: GetPing) -> Result<Reply<Value>, Refused> {
        let config = self.app().config.get();
        let mut told = json!({ "ActiveSearchBackend": "database", "status": "OK" });
        for name in [
            "AndroidLatestVersion",
            "AndroidMinVersion",
            "IosLatestVersion",
            "IosMinVersion",
        ] {
            let setting = config.get(&format!("ClientRequirements.{name}")).cloned();
            told[name] = setting.unwrap_or_else(|| json!(""));
        }
        if req.device_id.as_deref().is_some_and(|id| !id.is_empty()) {
            let device = req.device_id.as_deref().unwrap_or_default();
            told["CanReceiveNotifications"] = match push::reaches(self.app(), device).await {
                Some(reached) => json!(reached.to_string()),
                None => json!("unknown"),
            };
        }
        // Only the word itself counts here, not the other spellings of a boolean.
        if req.get_server_status.0.as_deref() == Some("true") {
            let (database, files) = tokio::join!(
                system::database_is_well(self.app()),
                system::files_are_well(self.app())
            );
            told["database_status"] = json!(system::word(database));
            told["filestore_status"] = json!(system::word(files));
            if !(database && files) {
                told["status"] = json!("UNHEALTHY");
            }
            if access::has_system(self.app(), &caller, permissions::MANAGE_SYSTEM).await? {
                told["root_status"] = json!(false);
            }
        }
        Ok(told.into())
    }

    async fn get_supported_timezone(
        &self,
        _caller: Caller,
        _req: GetSupportedTimezone,
    ) -> Result<Reply<Vec<String>>, Refused> {
        Ok(rustchat_core::timezones::names()
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .into())
    }

    async fn test_email(&self, caller: Caller, req: TestEmail) -> Result<Reply<StatusOk>, Refused> {
        setting_tests::email(self.app(), &caller, &req.body).await?;
        Ok(StatusOk::default().into())
    }

    async fn test_site_url(
        &self,
        _caller: Caller,
        req: TestSiteURL,
    ) -> Result<Reply<StatusOk>, Refused> {
        let address = req.body.get("site_url").map_or("", String::as_str);
        setting_tests::site_url(self.app(), address).await?;
        Ok(StatusOk::default().into())
    }

    async fn acknowledge_notification(
        &self,
        caller: Caller,
        req: AcknowledgeNotification,
    ) -> Result<Reply<Value>, Refused> {
        let content = push::acknowledge(self.app(), &caller, &req.body).await?;
        Ok(match content {
            Some(content) => json!(content),
            None => json!(StatusOk::default()),
        }
        .into())
    }

    async fn test_notification(
        &self,
        caller: Caller,
        _req: TestNotification,
    ) -> Result<Reply<StatusOk>, Refused> {
        notify::send_trial(self.app(), &caller).await?;
        Ok(StatusOk::default().into())
    }

    async fn test_s3_connection(
        &self,
        caller: Caller,
        req: TestS3Connection,
    ) -> Result<Reply<StatusOk>, Refused> {
        setting_tests::file_store(self.app(), &caller, &req.body).await?;
        Ok(StatusOk::default().into())
    }

    async fn invalidate_caches(
        &self,
        _caller: Caller,
        _req: InvalidateCaches,
    ) -> Result<Reply<StatusOk>, Refused> {
        self.app().store.cache().clear();
        let licence = config::client_licence();
        self.app().hub.publish(
            Event::new("license_changed")
                .everyone()
                .with_object("license", &licence),
        );
        Ok(StatusOk::default().into())
    }

    async fn set_server_busy(
        &self,
        _caller: Caller,
        req: SetServerBusy,
    ) -> Result<Reply<StatusOk>, Refused> {
        let seconds = match req.seconds.as_deref() {
            None | Some("") => Some(DEFAULT_BUSY),
            Some(text) => text.parse().ok(),
        };
        match seconds.filter(|seconds| (1..=MAX_BUSY).contains(seconds)) {
            Some(seconds) => self.app().busy.set_until(clock::now_ms() + seconds * 1000),
            None => return Err(common::INVALID_URL_PARAM.with("Name", "seconds").into()),
        }
        Ok(StatusOk::default().into())
    }

    async fn clear_server_busy(
        &self,
        _caller: Caller,
        _req: ClearServerBusy,
    ) -> Result<Reply<StatusOk>, Refused> {
        self.app().busy.set_until(0);
        Ok(StatusOk::default().into())
    }

    async fn get_server_busy_expires(
        &self,
        _caller: Caller,
        _req: GetServerBusyExpires,
    ) -> Result<Reply<ServerBusyState>, Refused> {
        let until = self.app().busy.until();
        let (expires, text) = if until == 0 {
            (NEVER, "Mon Jan 1 00:00:00 +0000 UTC 0001".to_owned())
        } else {
            (until / 1000, rustchat_core::timezones::utc_text(until))
        };
        Ok(ServerBusyState {
            busy: until > 0,
            expires,
            expires_ts: text,
        }
        .into())
    }
}
