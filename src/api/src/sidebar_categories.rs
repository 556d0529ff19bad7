//! The sidebar: categories of a person's channels in a team.

use contract::{
    CreateSidebarCategoryForTeamForUser, GetSidebarCategoriesForTeamForUser,
    GetSidebarCategoryForTeamForUser, GetSidebarCategoryOrderForTeamForUser,
    RemoveSidebarCategoryForTeamForUser, Reply, StatusOk, UpdateSidebarCategoriesForTeamForUser,
    UpdateSidebarCategoryForTeamForUser, UpdateSidebarCategoryOrderForTeamForUser,
};
use domain::{Caller, categories};
use model::{OrderedSidebarCategories, SidebarCategoryWithChannels};

use rustchat_core::common::invalid_url;
use rustchat_core::ids;

use crate::{Api, Refused};

/// Custom categories have an id of the usual kind; a built-in one is named by kind, person and team.
fn category(id: &str) -> Result<&str, Refused> {
    let built_in = ["favorites_", "channels_", "direct_messages_"]
        .iter()
        .find_map(|kind| id.strip_prefix(kind))
        .and_then(|rest| rest.split_once('_'))
        .is_some_and(|(user, team)| ids::is_valid_id(user) && ids::is_valid_id(team));
    match built_in || ids::is_valid_id(id) {
        true => Ok(id),
        false => Err(invalid_url("category_id").into()),
    }
}

impl contract::SidebarCategories for Api {
    async fn create_sidebar_category_for_team_for_user(
        &self,
        caller: Caller,
        req: CreateSidebarCategoryForTeamForUser,
    ) -> Result<Reply<SidebarCategoryWithChannels>, Refused> {
        Ok(
            categories::create(self.app(), &caller, &req.user_id, &req.team_id, req.body)
                .await?
                .into(),
        )
    }

    async fn get_sidebar_categories_for_team_for_user(
        &self,
        caller: Caller,
        req: GetSidebarCategoriesForTeamForUser,
    ) -> Result<Reply<OrderedSidebarCategories>, Refused> {
        Ok(
            categories::list(self.app(), &caller, &req.user_id, &req.team_id)
                .await?
                .into(),
        )
    }

    async fn get_sidebar_category_for_team_for_user(
        &self,
        caller: Caller,
        req: GetSidebarCategoryForTeamForUser,
    ) -> Result<Reply<SidebarCategoryWithChannels>, Refused> {
        Ok(categories::get(
            self.app(),
            &caller,
            &req.user_id,
            &req.team_id,
            category(&req.category_id)?,
        )
        .await?
        .into())
    }

    async fn get_sidebar_category_order_for_team_for_user(
        &self,
        caller: Caller,
        req: GetSidebarCategoryOrderForTeamForUser,
    ) -> Result<Reply<Vec<String>>, Refused> {
        Ok(
            categories::order(self.app(), &caller, &req.user_id, &req.team_id)
                .await?
                .into(),
        )
    }

    async fn remove_sidebar_category_for_team_for_user(
        &self,
        caller: Caller,
        req: RemoveSidebarCategoryForTeamForUser,
    ) -> Result<Reply<StatusOk>, Refused> {
        categories::delete(
            self.app(),
            &caller,
            &req.user_id,
            &req.team_id,
            category(&req.category_id)?,
        )
        .await?;
        Ok(StatusOk::default().into())
    }

    async fn update_sidebar_categories_for_team_for_user(
        &self,
        caller: Caller,
        req: UpdateSidebarCategoriesForTeamForUser,
    ) -> Result<Reply<Vec<SidebarCategoryWithChannels>>, Refused> {
        Ok(
            categories::update_many(self.app(), &caller, &req.user_id, &req.team_id, req.body)
                .await?
                .into(),
        )
    }

    async fn update_sidebar_category_for_team_for_user(
        &self,
        caller: Caller,
        req: UpdateSidebarCategoryForTeamForUser,
    ) -> Result<Reply<SidebarCategoryWithChannels>, Refused> {
        let (user, team, id) = (&req.user_id, &req.team_id, category(&req.category_id)?);
        Ok(
            categories::update_one(self.app(), &caller, user, team, id, req.body)
                .await?
                .into(),
        )
    }

    async fn update_sidebar_category_order_for_team_for_user(
        &self,
        caller: Caller,
        req: UpdateSidebarCategoryOrderForTeamForUser,
    ) -> Result<Reply<Vec<String>>, Refused> {
        Ok(
            categories::reorder(self.app(), &caller, &req.user_id, &req.team_id, req.body)
                .await?
                .into(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::category;

    #[test]
    fn categories_have_an_id_or_are_named_by_kind_person_and_team() {
        let id = "a".repeat(26);
        let built_in = format!("direct_messages_{id}_{id}");
        for good in [id.as_str(), built_in.as_str()] {
            assert!(category(good).is_ok(), "{good}");
        }
        for bad in ["short", "favorites_x_y", &format!("other_{id}_{id}")] {
            assert!(category(bad).is_err(), "{bad}");
        }
    }
}
