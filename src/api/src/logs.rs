//! Audits: who did what.

use crate::paging::rows;
use crate::{Api, Refused};
use contract::{GetAudits, GetUserAudits, Reply};
use domain::{Caller, audits};
use model::Audit;

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
}
