//! Bots: the accounts of programs.

use crate::paging::rows;
use crate::{Api, Refused};
use contract::{
    AssignBot, ConvertBotToUser, ConvertUserToBot, CreateBot, DisableBot, EnableBot, GetBot,
    GetBots, PatchBot, Reply,
};
use domain::{Caller, bots};
use http::StatusCode;
use model::{Bot, User};

impl contract::Bots for Api {
    async fn create_bot(&self, caller: Caller, req: CreateBot) -> Result<Reply<Bot>, Refused> {
        let bot = bots::create(self.app(), &caller, req.body).await?;
        Ok(Reply::from(bot).status(StatusCode::CREATED))
    }

    async fn get_bot(&self, caller: Caller, req: GetBot) -> Result<Reply<Bot>, Refused> {
        let deleted = req.include_deleted.is_true();
        let bot = bots::get(self.app(), &caller, &req.bot_user_id, deleted).await?;
        Ok(bot.into())
    }

    async fn get_bots(&self, caller: Caller, req: GetBots) -> Result<Reply<Vec<Bot>>, Refused> {
        let (offset, limit) = rows(req.page, req.per_page);
        let filter = bots::Filter {
            include_deleted: req.include_deleted.is_true(),
            only_orphaned: req.only_orphaned.is_true(),
            offset,
            limit,
            ..bots::Filter::default()
        };
        Ok(bots::list(self.app(), &caller, filter).await?.into())
    }

    async fn patch_bot(&self, caller: Caller, req: PatchBot) -> Result<Reply<Bot>, Refused> {
        let bot = bots::patch(self.app(), &caller, &req.bot_user_id, req.body).await?;
        Ok(bot.into())
    }

    async fn disable_bot(&self, caller: Caller, req: DisableBot) -> Result<Reply<Bot>, Refused> {
        let bot = bots::set_active(self.app(), &caller, &req.bot_user_id, false).await?;
        Ok(bot.into())
    }

    async fn enable_bot(&self, caller: Caller, req: EnableBot) -> Result<Reply<Bot>, Refused> {
        let bot = bots::set_active(self.app(), &caller, &req.bot_user_id, true).await?;
        Ok(bot.into())
    }

    async fn assign_bot(&self, caller: Caller, req: AssignBot) -> Result<Reply<Bot>, Refused> {
        let bot = bots::assign(self.app(), &caller, &req.bot_user_id, &req.user_id).await?;
        Ok(bot.into())
    }

    async fn convert_user_to_bot(
        &self,
        caller: Caller,
        req: ConvertUserToBot,
    ) -> Result<Reply<Bot>, Refused> {
        Ok(bots::from_user(self.app(), &caller, &req.user_id)
            .await?
            .into())
    }

    async fn convert_bot_to_user(
        &self,
        caller: Caller,
        req: ConvertBotToUser,
    ) -> Result<Reply<User>, Refused> {
        let admin = req.set_system_admin.is_true();
        let user = bots::into_user(self.app(), &caller, &req.bot_user_id, req.body, admin).await?;
        Ok(user.into())
    }
}
