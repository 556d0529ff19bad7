//! Messages: writing, changing, deleting, and reading them by id.

use contract::{
    CreatePost, CreatePostEphemeral, DeletePost, GetEditHistoryForPost, GetPost, GetPostInfo,
    GetPostsByIds, PatchPost, Reply, RestorePostVersion, StatusOk, UpdatePost,
};
use domain::{Caller, posts};
use http::StatusCode;
use model::{Post, PostInfo};

use crate::{Api, Refused};

/// A tag of one post's state as this reader gets it.
fn etag(post: &Post) -> String {
    format!(
        "{}.{}.{}",
        config::COMPATIBLE_VERSION,
        post.id,
        post.update_at
    )
}

fn created(post: Post) -> Reply<Post> {
    Reply::from(post).status(StatusCode::CREATED)
}

impl contract::Posts for Api {
    async fn create_post(&self, caller: Caller, req: CreatePost) -> Result<Reply<Post>, Refused> {
        let set_online = req.set_online.given().ok().flatten().unwrap_or(true);
        let options = posts::Options {
            set_online,
            ..posts::Options::default()
        };
        Ok(created(
            posts::create(self.app(), &caller, req.body, options).await?,
        ))
    }

    async fn create_post_ephemeral(
        &self,
        caller: Caller,
        req: CreatePostEphemeral,
    ) -> Result<Reply<Post>, Refused> {
        Ok(created(
            posts::create_ephemeral(self.app(), &caller, req.body).await?,
        ))
    }

    async fn delete_post(
        &self,
        caller: Caller,
        req: DeletePost,
    ) -> Result<Reply<StatusOk>, Refused> {
        posts::delete(self.app(), &caller, &req.post_id, req.permanent).await?;
        Ok(StatusOk::default().into())
    }

    async fn get_edit_history_for_post(
        &self,
        caller: Caller,
        req: GetEditHistoryForPost,
    ) -> Result<Reply<Vec<Post>>, Refused> {
        Ok(posts::history(self.app(), &caller, &req.post_id)
            .await?
            .into())
    }

    async fn get_post(&self, caller: Caller, req: GetPost) -> Result<Reply<Post>, Refused> {
        let post = posts::get(
            self.app(),
            &caller,
            &req.post_id,
            req.include_deleted.is_true(),
        )
        .await?;
        let etag = etag(&post);
        Ok(Reply::from(post).etag(etag))
    }

    async fn get_post_info(
        &self,
        caller: Caller,
        req: GetPostInfo,
    ) -> Result<Reply<PostInfo>, Refused> {
        Ok(posts::info(self.app(), &caller, &req.post_id).await?.into())
    }

    async fn get_posts_by_ids(
        &self,
        caller: Caller,
        req: GetPostsByIds,
    ) -> Result<Reply<Vec<Post>>, Refused> {
        Ok(posts::by_ids(self.app(), &caller, &req.body).await?.into())
    }

    async fn patch_post(&self, caller: Caller, req: PatchPost) -> Result<Reply<Post>, Refused> {
        Ok(posts::patch(self.app(), &caller, &req.post_id, req.body)
            .await?
            .into())
    }

    async fn restore_post_version(
        &self,
        caller: Caller,
        req: RestorePostVersion,
    ) -> Result<Reply<Post>, Refused> {
        Ok(
            posts::restore(self.app(), &caller, &req.post_id, &req.restore_version_id)
                .await?
                .into(),
        )
    }

    async fn update_post(&self, caller: Caller, req: UpdatePost) -> Result<Reply<Post>, Refused> {
        Ok(posts::update(self.app(), &caller, &req.post_id, req.body)
            .await?
            .into())
    }
}
