//! The server as a whole: ping, time zones, caches, statistics, the first administrator's steps, the "server busy" switch.

use crate::{Api, Refused};
use contract::{
    AcknowledgeNotification, ClearServerBusy, CompleteOnboarding, DatabaseRecycle, GetAnalyticsOld,
    GetAppliedSchemaMigrations, GetClusterStatus, GetLatestVersion, GetNotices, GetOnboarding,
    GetPing, GetServerBusyExpires, GetSupportedTimezone, InvalidateCaches, MarkNoticesViewed,
    PurgeElasticsearchIndexes, Reply, RestartServer, SetServerBusy, StatusOk,
    SubmitPerformanceReport, TestElasticsearch, TestEmail, TestNotification, TestS3Connection,
    TestSiteURL,
};
use domain::{
    Caller, access, analytics, first_steps, maintenance, notify, push, setting_tests, system,
};
use http::header::CACHE_CONTROL;
use model::{
    AnalyticsRow, AppliedMigration, ClusterInfo, GithubReleaseInfo, ServerBusyState, System,
};
use realtime::Event;
use rustchat_core::{clock, common, error::ErrorDef, permissions};
use serde_json::{Value, json};

/// The longest the server may call itself busy, in seconds.
const MAX_BUSY: i64 = 24 * 60 * 60;
const DEFAULT_BUSY: i64 = 60 * 60;
/// What the original tells for "never": its zero time in seconds and as text.
const NEVER: i64 = -62_135_596_800;

const NOT_LOOKED_FOR: ErrorDef = ErrorDef::new(
    "rustchat.latest_version.unknown",
    501,
    "This server does not look for newer versions of itself.",
);

/// The plain answer.
fn ok() -> Result<Reply<StatusOk>, Refused> {
    Ok(StatusOk::default().into())
}

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
        Ok(Reply::from(StatusOk::default()).with_header(CACHE_CONTROL, crate::config::NO_STORE))
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

    async fn get_analytics_old(
        &self,
        _: Caller,
        req: GetAnalyticsOld,
    ) -> Result<Reply<Vec<AnalyticsRow>>, Refused> {
        let name = req.name.as_deref().filter(|name| !name.is_empty());
        let team_id = req.team_id.unwrap_or_default();
        let told = analytics::get(self.app(), name.unwrap_or("standard"), &team_id);
        Ok(told.await?.into())
    }

    async fn get_cluster_status(
        &self,
        _: Caller,
        _: GetClusterStatus,
    ) -> Result<Reply<Vec<ClusterInfo>>, Refused> {
        // nodes do not know of each other yet
        Ok(Vec::new().into())
    }

    async fn get_applied_schema_migrations(
        &self,
        caller: Caller,
        _: GetAppliedSchemaMigrations,
    ) -> Result<Reply<Vec<AppliedMigration>>, Refused> {
        Ok(maintenance::migrations(self.app(), &caller).await?.into())
    }

    async fn get_latest_version(
        &self,
        _: Caller,
        _: GetLatestVersion,
    ) -> Result<Reply<GithubReleaseInfo>, Refused> {
        Err(NOT_LOOKED_FOR.err().into())
    }

    async fn database_recycle(
        &self,
        _: Caller,
        _: DatabaseRecycle,
    ) -> Result<Reply<StatusOk>, Refused> {
        maintenance::recycle_database(self.app()).await?;
        ok()
    }

    async fn restart_server(
        &self,
        caller: Caller,
        _: RestartServer,
    ) -> Result<Reply<StatusOk>, Refused> {
        maintenance::restart(self.app(), &caller);
        ok()
    }

    async fn test_elasticsearch(
        &self,
        caller: Caller,
        req: TestElasticsearch,
    ) -> Result<Reply<StatusOk>, Refused> {
        maintenance::refuse_search_engine(self.app(), &caller, &req.body).await?;
        ok()
    }

    async fn purge_elasticsearch_indexes(
        &self,
        _: Caller,
        _: PurgeElasticsearchIndexes,
    ) -> Result<Reply<StatusOk>, Refused> {
        maintenance::refuse_purge()?;
        ok()
    }

    async fn get_onboarding(&self, _: Caller, _: GetOnboarding) -> Result<Reply<System>, Refused> {
        Ok(first_steps::setup(self.app()).await?.into())
    }

    async fn complete_onboarding(
        &self,
        caller: Caller,
        req: CompleteOnboarding,
    ) -> Result<Reply<StatusOk>, Refused> {
        first_steps::complete(self.app(), &caller, &req.body).await?;
        ok()
    }

    async fn get_notices(&self, _: Caller, _: GetNotices) -> Result<Reply<Vec<Value>>, Refused> {
        // notices are news of Mattermost's product, which this server does not fetch
        Ok(Vec::new().into())
    }

    async fn mark_notices_viewed(
        &self,
        _: Caller,
        _: MarkNoticesViewed,
    ) -> Result<Reply<StatusOk>, Refused> {
        ok()
    }

    async fn submit_performance_report(
        &self,
        _: Caller,
        _: SubmitPerformanceReport,
    ) -> Result<Reply<StatusOk>, Refused> {
        // what clients measure is not collected: their own times say nothing of this server
        ok()
    }
}
