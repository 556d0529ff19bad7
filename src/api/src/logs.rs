//! Audits (who did what), the server's log for administrators, and what clients report of their failures.

use crate::paging::rows;
use crate::{Api, Refused};
use contract::{
    AddAuditLogCertificate, DownloadSystemLogs, GetAudits, GetLogs, GetUserAudits, PostLog,
    QueryLogs, Raw, RemoveAuditLogCertificate, Reply, StatusOk,
};
use domain::{Caller, audits, logs};
use http::header;
use model::Audit;
use rustchat_core::error::ErrorDef;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const NO_AUDIT_LOG: ErrorDef = ErrorDef::new(
    "api.admin.audit_log.license.app_error",
    501,
    "The licence of this server does not include sending audits elsewhere.",
);

type Audits = Result<Reply<Option<Vec<Audit>>>, Refused>;

/// An empty page is `null`, as recorded.
fn page(found: Vec<Audit>) -> Reply<Option<Vec<Audit>>> {
    Some(found).filter(|found| !found.is_empty()).into()
}

impl contract::Logs for Api {
    async fn get_audits(&self, _: Caller, req: GetAudits) -> Audits {
        let (offset, limit) = rows(req.page, req.per_page);
        Ok(page(audits::list(self.app(), None, offset, limit).await?))
    }

    async fn get_user_audits(&self, _: Caller, req: GetUserAudits) -> Audits {
        let (offset, limit) = rows(req.page, req.per_page);
        let user = Some(req.user_id.as_str());
        Ok(page(audits::list(self.app(), user, offset, limit).await?))
    }

    async fn get_logs(&self, _: Caller, req: GetLogs) -> Result<Reply<Vec<String>>, Refused> {
        Ok(logs::page(self.app(), req.page, req.logs_per_page).into())
    }

    async fn query_logs(&self, _: Caller, req: QueryLogs) -> Result<Reply<Value>, Refused> {
        let found = logs::query(self.app(), &req.body, req.page, req.logs_per_page);
        // the name of a node that is not in a cluster
        Ok(json!({ "default": found }).into())
    }

    async fn download_system_logs(&self, _: Caller, _: DownloadSystemLogs) -> Result<Raw, Refused> {
        let lines = logs::page(self.app(), 0, i64::MAX).join("\n");
        let name = "attachment;filename=\"mattermost.log\"; filename*=UTF-8''mattermost.log";
        Ok(Raw::new("text/plain", lines).with_header(header::CONTENT_DISPOSITION, name))
    }

    async fn post_log(
        &self,
        caller: Caller,
        req: PostLog,
    ) -> Result<Reply<BTreeMap<String, String>>, Refused> {
        let mut told = req.body;
        let text = |key: &str| told.get(key).map_or("", String::as_str);
        let message = logs::report(self.app(), &caller, text("level"), text("message"))?;
        told.insert("message".to_owned(), message);
        Ok(told.into())
    }

    async fn add_audit_log_certificate(
        &self,
        _: Caller,
        _: AddAuditLogCertificate,
    ) -> Result<Reply<StatusOk>, Refused> {
        Err(NO_AUDIT_LOG.err().into())
    }

    async fn remove_audit_log_certificate(
        &self,
        _: Caller,
        _: RemoveAuditLogCertificate,
    ) -> Result<Reply<StatusOk>, Refused> {
        Err(NO_AUDIT_LOG.err().into())
    }
}
