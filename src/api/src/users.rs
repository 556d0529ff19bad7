//! Users: accounts to make, to look at and to change.

use crate::{Api, Refused, paging};
use contract::{
    AutocompleteUsers, CreateUser, DeleteUser, GetKnownUsers, GetTotalUsersStats,
    GetTotalUsersStatsFiltered, GetUser, GetUserByEmail, GetUserByUsername, GetUsers,
    GetUsersByGroupChannelIds, GetUsersByIds, GetUsersByUsernames, PatchUser, Reply, SearchUsers,
    StatusOk, UpdateUser,
};
use domain::{Caller, users};
use model::{User, UserAutocomplete, UsersStats};
use std::collections::BTreeMap;

impl contract::Users for Api {
    async fn create_user(&self, caller: Caller, req: CreateUser) -> Result<Reply<User>, Refused> {
        let invitation = users::Invitation {
            invite_id: req.iid.unwrap_or_default(),
            token: req.t.unwrap_or_default(),
        };
        let user = users::create(self.app(), &caller, req.body, &invitation).await?;
        Ok(user.into())
    }

    async fn get_user(&self, caller: Caller, req: GetUser) -> Result<Reply<User>, Refused> {
        let user = users::view(self.app(), &caller, &req.user_id).await?;
        let etag = users::etag(self.app(), &user);
        Ok(Reply::from(user).etag(etag))
    }

    async fn get_user_by_username(
        &self,
        caller: Caller,
        req: GetUserByUsername,
    ) -> Result<Reply<User>, Refused> {
        let user = users::view_by_username(self.app(), &caller, &req.username).await?;
        let etag = format!("name.{}", users::etag(self.app(), &user));
        Ok(Reply::from(user).etag(etag))
    }

    async fn get_user_by_email(
        &self,
        caller: Caller,
        req: GetUserByEmail,
    ) -> Result<Reply<User>, Refused> {
        let user = users::view_by_email(self.app(), &caller, &req.email).await?;
        let etag = format!("address.{}", users::etag(self.app(), &user));
        Ok(Reply::from(user).etag(etag))
    }

    async fn get_users_by_ids(
        &self,
        caller: Caller,
        req: GetUsersByIds,
    ) -> Result<Reply<Vec<User>>, Refused> {
        let since = req.since.given().ok().flatten().unwrap_or_default();
        let users = users::view_by_ids(self.app(), &caller, &req.body, since).await?;
        Ok(users.into())
    }

    async fn get_users_by_usernames(
        &self,
        caller: Caller,
        req: GetUsersByUsernames,
    ) -> Result<Reply<Vec<User>>, Refused> {
        let users = users::view_by_usernames(self.app(), &caller, &req.body).await?;
        Ok(users.into())
    }

    async fn patch_user(&self, caller: Caller, req: PatchUser) -> Result<Reply<User>, Refused> {
        let user = users::patch(self.app(), &caller, &req.user_id, req.body).await?;
        Ok(user.into())
    }

    async fn update_user(&self, caller: Caller, req: UpdateUser) -> Result<Reply<User>, Refused> {
        let user = users::replace(self.app(), &caller, &req.user_id, req.body).await?;
        Ok(user.into())
    }

    async fn delete_user(
        &self,
        caller: Caller,
        req: DeleteUser,
    ) -> Result<Reply<StatusOk>, Refused> {
        users::delete(self.app(), &caller, &req.user_id, req.permanent).await?;
        Ok(StatusOk::default().into())
    }

    async fn get_users(&self, caller: Caller, req: GetUsers) -> Result<Reply<Vec<User>>, Refused> {
        let (offset, limit) = paging::rows(req.page, req.per_page);
        let text = Option::unwrap_or_default;
        let asked = users::Listing {
            in_team: text(req.in_team),
            not_in_team: text(req.not_in_team),
            in_channel: text(req.in_channel),
            not_in_channel: text(req.not_in_channel),
            in_group: text(req.in_group),
            not_in_group: text(req.not_in_group),
            without_team: req.without_team.given().ok().flatten(),
            group_constrained: req.group_constrained.is_true(),
            role: text(req.role),
            roles: text(req.roles),
            team_roles: text(req.team_roles),
            channel_roles: text(req.channel_roles),
            active: req.active.is_true(),
            inactive: req.inactive.is_true(),
            sort: text(req.sort),
            offset,
            limit,
        };
        let page = users::list(self.app(), &caller, &asked).await?;
        let etag = page
            .keepable
            .then(|| users::etag_of_list(self.app(), &page.users));
        let reply = Reply::from(page.users);
        Ok(match etag {
            Some(etag) => reply.etag(etag),
            None => reply,
        })
    }

    async fn search_users(
        &self,
        caller: Caller,
        req: SearchUsers,
    ) -> Result<Reply<Vec<User>>, Refused> {
        Ok(users::search(self.app(), &caller, &req.body).await?.into())
    }

    async fn autocomplete_users(
        &self,
        caller: Caller,
        req: AutocompleteUsers,
    ) -> Result<Reply<UserAutocomplete>, Refused> {
        let asked = users::Completion {
            name: req.name.unwrap_or_default(),
            in_team: req.in_team.unwrap_or_default(),
            in_channel: req.in_channel.unwrap_or_default(),
            // a limit that cannot be read counts as none at all (recorded)
            limit: req.limit.given().unwrap_or(Some(0)),
        };
        Ok(users::complete(self.app(), &caller, &asked).await?.into())
    }

    async fn get_known_users(
        &self,
        caller: Caller,
        _req: GetKnownUsers,
    ) -> Result<Reply<Vec<String>>, Refused> {
        Ok(users::known(self.app(), &caller).await?.into())
    }

    async fn get_users_by_group_channel_ids(
        &self,
        caller: Caller,
        req: GetUsersByGroupChannelIds,
    ) -> Result<Reply<BTreeMap<String, Vec<User>>>, Refused> {
        let found = users::of_group_channels(self.app(), &caller, &req.body).await?;
        Ok(found.into())
    }

    async fn get_total_users_stats(
        &self,
        _caller: Caller,
        _req: GetTotalUsersStats,
    ) -> Result<Reply<UsersStats>, Refused> {
        let total_users_count = users::count(self.app(), &users::active_people()).await?;
        Ok(UsersStats { total_users_count }.into())
    }

    async fn get_total_users_stats_filtered(
        &self,
        _caller: Caller,
        req: GetTotalUsersStatsFiltered,
    ) -> Result<Reply<UsersStats>, Refused> {
        let words = |text: Option<String>| {
            let text = text.unwrap_or_default();
            let words = text.split(',').map(str::trim).filter(|w| !w.is_empty());
            words.map(str::to_owned).collect()
        };
        let asked = users::Counted {
            in_team: req.in_team.unwrap_or_default(),
            in_channel: req.in_channel.unwrap_or_default(),
            roles: words(req.roles),
            team_roles: words(req.team_roles),
            channel_roles: words(req.channel_roles),
            with_deleted: req.include_deleted.is_true(),
            with_bots: req.include_bots.is_true(),
        };
        let total_users_count = users::count_filtered(self.app(), asked).await?;
        Ok(UsersStats { total_users_count }.into())
    }
}
