//! `store::files`, `uploads` and `emoji` on both engines. That posts take and lose files is tested with posts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{Emoji, FileInfo, UploadSession, UploadType};
use store::files::StoredFile;
use store::uploads::StoredUpload;
use store::{contract_test, emoji, files, uploads};

fn file(id: &str, post_id: &str, create_at: i64) -> StoredFile {
    StoredFile {
        info: FileInfo {
            id: id.into(),
            user_id: "u".into(),
            post_id: post_id.into(),
            channel_id: "c".into(),
            create_at,
            update_at: create_at,
            name: "small.png".into(),
            extension: "png".into(),
            size: 167,
            mime_type: "image/png".into(),
            width: 64,
            height: 48,
            has_preview_image: true,
            mini_preview: Some("AAEC".into()),
            remote_id: Some(String::new()),
            ..FileInfo::default()
        },
        path: format!("files/{id}"),
        thumbnail_path: format!("files/{id}_thumb"),
        preview_path: String::new(),
        words: String::new(),
    }
}

fn named(id: &str, name: &str) -> Emoji {
    Emoji {
        id: id.into(),
        create_at: 1,
        update_at: 1,
        delete_at: 0,
        creator_id: "u".into(),
        name: name.into(),
    }
}

contract_test! {
    async fn a_file_is_read_as_it_was_written(store) {
        let written = file("f", "", 5);
        files::insert(&store, &written).await.unwrap();
        assert_eq!(files::get(&store, "f").await.unwrap(), Some(written));
        assert_eq!(files::get(&store, "g").await.unwrap(), None);
    }

    async fn files_of_a_post_come_in_order_without_deleted_ones(store) {
        let mut gone = file("a", "p", 1);
        gone.info.delete_at = 9;
        for one in [file("b", "p", 7), file("c", "p", 3), file("d", "q", 2), gone] {
            files::insert(&store, &one).await.unwrap();
        }
        let ids = |infos: Vec<FileInfo>| infos.into_iter().map(|info| info.id).collect::<Vec<_>>();
        assert_eq!(ids(files::of_post(&store, "p", false).await.unwrap()), ["c", "b"]);
        assert_eq!(ids(files::of_post(&store, "p", true).await.unwrap()), ["a", "c", "b"]);
    }

    async fn unfinished_uploads_are_counted_and_the_old_ones_found(store) {
        for (id, user, create_at, size) in [("a", "u", 5, 10), ("b", "u", 3, 7), ("c", "v", 1, 9)] {
            let session = UploadSession {
                id: id.into(),
                type_: UploadType::Attachment,
                create_at,
                user_id: user.into(),
                file_size: size,
                ..UploadSession::default()
            };
            uploads::insert(&store, &StoredUpload { session, path: id.into() }).await.unwrap();
        }
        assert_eq!(uploads::unfinished(&store, "u").await.unwrap(), uploads::Unfinished { count: 2, bytes: 17 });
        assert_eq!(uploads::unfinished(&store, "x").await.unwrap(), uploads::Unfinished::default());
        let old = uploads::older(&store, 5, 10).await.unwrap();
        let ids: Vec<&str> = old.iter().map(|one| one.session.id.as_str()).collect();
        assert_eq!(ids, ["c", "b"]);
        assert_eq!(uploads::older(&store, 5, 1).await.unwrap().len(), 1);
    }

    async fn an_upload_ends_in_the_moment_its_file_is_there(store) {
        let upload = StoredUpload {
            session: UploadSession {
                id: "s".into(),
                type_: UploadType::Attachment,
                create_at: 4,
                user_id: "u".into(),
                channel_id: "c".into(),
                filename: "small.png".into(),
                file_size: 167,
                ..UploadSession::default()
            },
            path: "files/s".into(),
        };
        uploads::insert(&store, &upload).await.unwrap();
        assert_eq!(uploads::of_user(&store, "u").await.unwrap(), std::slice::from_ref(&upload.session));
        uploads::set_offset(&store, "s", 100).await.unwrap();
        let found = uploads::get(&store, "s").await.unwrap().unwrap();
        assert_eq!((found.session.file_offset, found.path.as_str()), (100, "files/s"));
        uploads::finish(&store, "s", Some(&file("f", "", 5))).await.unwrap();
        assert!(uploads::get(&store, "s").await.unwrap().is_none());
        assert!(files::get(&store, "f").await.unwrap().is_some());
    }

    async fn a_name_is_free_again_when_its_emoji_is_deleted(store) {
        let dill = named("e", "dill");
        assert!(emoji::insert(&store, &dill).await.unwrap());
        assert!(!emoji::insert(&store, &named("f", "dill")).await.unwrap());
        assert!(emoji::delete(&store, &dill, 8).await.unwrap());
        assert!(!emoji::delete(&store, &dill, 9).await.unwrap());
        assert_eq!(emoji::get(&store, "e").await.unwrap(), None);
        assert!(emoji::insert(&store, &named("g", "dill")).await.unwrap());
        assert_eq!(emoji::get_by_name(&store, "dill").await.unwrap().unwrap().id, "g");
    }

    async fn emoji_are_found_by_parts_of_their_names(store) {
        for (id, name) in [("1", "dill"), ("2", "pickled_dill"), ("3", "d%l")] {
            emoji::insert(&store, &named(id, name)).await.unwrap();
        }
        let names = |found: Vec<Emoji>| found.into_iter().map(|one| one.name).collect::<Vec<_>>();
        assert_eq!(names(emoji::search(&store, "ill", false, 10).await.unwrap()), ["dill", "pickled_dill"]);
        assert_eq!(names(emoji::search(&store, "d%", true, 10).await.unwrap()), ["d%l"]);
        assert!(emoji::search(&store, "DILL", false, 10).await.unwrap().is_empty(), "names are as they are written");
        assert_eq!(names(emoji::list(&store, true, 1, 1).await.unwrap()), ["dill"]);
        let asked = ["dill".to_owned(), "none".to_owned()];
        assert_eq!(names(emoji::by_names(&store, &asked).await.unwrap()), ["dill"]);
    }
}
