//! Reactions to messages.

use std::collections::BTreeMap;

use contract::{DeleteReaction, GetBulkReactions, GetReactions, Reply, SaveReaction, StatusOk};
use domain::{Caller, reactions};
use model::Reaction;

use crate::{Api, Refused};

impl contract::Reactions for Api {
    async fn delete_reaction(
        &self,
        caller: Caller,
        req: DeleteReaction,
    ) -> Result<Reply<StatusOk>, Refused> {
        reactions::delete(
            self.app(),
            &caller,
            &req.user_id,
            &req.post_id,
            &req.emoji_name,
        )
        .await?;
        Ok(StatusOk::default().into())
    }

    async fn get_bulk_reactions(
        &self,
        caller: Caller,
        req: GetBulkReactions,
    ) -> Result<Reply<BTreeMap<String, Vec<Reaction>>>, Refused> {
        Ok(reactions::of_posts(self.app(), &caller, &req.body)
            .await?
            .into())
    }

    async fn get_reactions(
        &self,
        caller: Caller,
        req: GetReactions,
    ) -> Result<Reply<Option<Vec<Reaction>>>, Refused> {
        Ok(reactions::of_post(self.app(), &caller, &req.post_id)
            .await?
            .into())
    }

    async fn save_reaction(
        &self,
        caller: Caller,
        req: SaveReaction,
    ) -> Result<Reply<Reaction>, Refused> {
        Ok(reactions::save(self.app(), &caller, req.body).await?.into())
    }
}
