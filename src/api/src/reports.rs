//! Reports over messages: what an unlicensed server answers.

use contract::{GetPostsForReporting, Reply};
use domain::Caller;
use domain::posts::reporting;
use serde_json::Value;

use crate::{Api, Refused};

impl contract::Reports for Api {
    async fn get_posts_for_reporting(
        &self,
        _caller: Caller,
        req: GetPostsForReporting,
    ) -> Result<Reply<Value>, Refused> {
        reporting::refuse(&req.body)?;
        Ok(Value::Null.into())
    }
}
