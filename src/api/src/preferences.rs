//! Preferences of a person.

use crate::{Api, Refused};
use contract::{
    DeletePreferences, GetPreferences, GetPreferencesByCategory, GetPreferencesByCategoryByName,
    Reply, StatusOk, UpdatePreferences,
};
use domain::{Caller, preferences};
use model::Preference;

impl contract::Preferences for Api {
    async fn get_preferences(
        &self,
        _caller: Caller,
        req: GetPreferences,
    ) -> Result<Reply<Option<Vec<Preference>>>, Refused> {
        Ok(preferences::all(self.app(), &req.user_id).await?.into())
    }

    async fn get_preferences_by_category(
        &self,
        _caller: Caller,
        req: GetPreferencesByCategory,
    ) -> Result<Reply<Vec<Preference>>, Refused> {
        let found = preferences::of_category(self.app(), &req.user_id, &req.category).await?;
        Ok(found.into())
    }

    async fn get_preferences_by_category_by_name(
        &self,
        _caller: Caller,
        req: GetPreferencesByCategoryByName,
    ) -> Result<Reply<Preference>, Refused> {
        let found = preferences::get(
            self.app(),
            &req.user_id,
            &req.category,
            &req.preference_name,
        )
        .await?;
        Ok(found.into())
    }

    async fn update_preferences(
        &self,
        caller: Caller,
        req: UpdatePreferences,
    ) -> Result<Reply<StatusOk>, Refused> {
        preferences::save(self.app(), &caller, &req.user_id, req.body).await?;
        Ok(StatusOk::default().into())
    }

    async fn delete_preferences(
        &self,
        _caller: Caller,
        req: DeletePreferences,
    ) -> Result<Reply<StatusOk>, Refused> {
        preferences::delete(self.app(), &req.user_id, req.body).await?;
        Ok(StatusOk::default().into())
    }
}
