//! Channels shared with other servers: what can be asked where there are none.

use std::collections::BTreeMap;

use contract::{CanUserDirectMessage, Reply};
use domain::{Caller, shared_channels};

use crate::{Api, Refused};

impl contract::SharedChannels for Api {
    async fn can_user_direct_message(
        &self,
        _caller: Caller,
        req: CanUserDirectMessage,
    ) -> Result<Reply<BTreeMap<String, bool>>, Refused> {
        let can =
            shared_channels::can_write_to(self.app(), &req.user_id, &req.other_user_id).await?;
        Ok(BTreeMap::from([("can_dm".to_owned(), can)]).into())
    }
}
