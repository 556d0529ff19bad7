//! The same promises on every kind of storage.

use object_store::memory::InMemory;

use super::*;

async fn all() -> (Vec<BlobStore>, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let disk = BlobStore::directory(directory.path().join("data"))
        .await
        .unwrap();
    let mut stores = vec![
        disk,
        BlobStore::remote(Arc::new(InMemory::new()), "pre/fix"),
    ];
    stores.extend(bucket());
    (stores, directory)
}

/// A place of its own in the bucket of the server that `RUSTCHAT_TEST_S3` names (`scripts/s3`).
fn bucket() -> Option<BlobStore> {
    let Ok(endpoint) = std::env::var("RUSTCHAT_TEST_S3") else {
        eprintln!("RUSTCHAT_TEST_S3 is not set: not tested on S3");
        return None;
    };
    let settings = serde_json::json!({"FileSettings": {
        "AmazonS3Endpoint": endpoint, "AmazonS3Bucket": "rustchat", "AmazonS3SSL": false, "AmazonS3Region": "us-east-1",
        "AmazonS3AccessKeyId": "test", "AmazonS3SecretAccessKey": "test",
        "AmazonS3PathPrefix": format!("blob/{}", rustchat_core::ids::new_id()),
    }});
    let config = config::ConfigHandle::memory(&settings).unwrap().get();
    Some(BlobStore::s3(&config.file).unwrap())
}

fn parts(parts: &[&'static str]) -> impl Stream<Item = Result<Bytes, BlobError>> + Send + use<> {
    stream::iter(
        parts
            .iter()
            .map(|part| Ok(Bytes::from_static(part.as_bytes())))
            .collect::<Vec<_>>(),
    )
}

async fn text(store: &BlobStore, path: &str, range: Option<Range<u64>>) -> String {
    let blob = store.get(path, range).await.unwrap();
    let all: Vec<_> = blob.stream.map(|part| part.unwrap()).collect().await;
    String::from_utf8(all.concat()).unwrap()
}

#[tokio::test]
async fn a_bucket_is_checked_and_takes_more_than_a_part() {
    let Some(store) = bucket() else { return };
    store.check().await.unwrap();
    let long = Bytes::from(vec![9; 11 << 20]);
    let body = stream::iter([Ok::<_, BlobError>(long.clone()), Ok(long.clone())]);
    assert_eq!(store.put("long", body, 22 << 20).await.unwrap(), 22 << 20);
    assert_eq!(store.stat("long").await.unwrap().size, 22 << 20);
    assert_eq!(store.read("long", 22 << 20).await.unwrap().len(), 22 << 20);
    assert!(store.stat("long").await.unwrap().modified_at > 0);
}

#[tokio::test]
async fn what_was_put_can_be_read_in_parts() {
    for store in all().await.0 {
        let path = "20261123/teams/noteam/a #1 100%.txt";
        assert_eq!(
            store
                .put(path, parts(&["hello ", "world"]), 11)
                .await
                .unwrap(),
            11
        );
        assert_eq!(store.stat(path).await.unwrap().size, 11);
        assert_eq!(text(&store, path, None).await, "hello world");
        assert_eq!(text(&store, path, Some(6..100)).await, "world");
        assert_eq!(text(&store, path, Some(2..4)).await, "ll");
        assert!(matches!(
            store.get(path, Some(11..12)).await,
            Err(BlobError::BadRange)
        ));
        assert!(matches!(
            store.read(path, 10).await,
            Err(BlobError::TooLarge)
        ));
        store
            .put_bytes(path, Bytes::from_static(b"new"))
            .await
            .unwrap();
        assert_eq!(store.read(path, 10).await.unwrap(), "new");
        store.put_bytes("empty", Bytes::new()).await.unwrap();
        assert_eq!(text(&store, "empty", None).await, "");
    }
}

#[tokio::test]
async fn a_failed_put_leaves_what_was_there() {
    let (stores, directory) = all().await;
    for store in stores {
        store
            .put_bytes("f/a", Bytes::from_static(b"old"))
            .await
            .unwrap();
        assert!(matches!(
            store.put("f/a", parts(&["too", "much"]), 5).await,
            Err(BlobError::TooLarge)
        ));
        let broken = stream::iter([
            Ok(Bytes::from_static(b"x")),
            Err(std::io::Error::other("gone")),
        ]);
        assert!(matches!(
            store.put("f/a", broken, 5).await,
            Err(BlobError::Source(_))
        ));
        assert_eq!(store.read("f/a", 10).await.unwrap(), "old");
    }
    let unfinished = std::fs::read_dir(directory.path().join("data/.rustchat-unfinished")).unwrap();
    assert_eq!(unfinished.count(), 0);
}

#[tokio::test]
async fn uploads_grow_in_parts() {
    for store in all().await.0 {
        assert_eq!(store.append("up", 0, parts(&["ab"]), 5).await.unwrap(), 2);
        assert!(matches!(
            store.append("up", 1, parts(&["x"]), 5).await,
            Err(BlobError::WrongOffset)
        ));
        assert_eq!(store.append("up", 2, parts(&["cde"]), 5).await.unwrap(), 5);
        assert!(store.append("up", 5, parts(&["f"]), 5).await.is_err());
        assert_eq!(store.read("up", 5).await.unwrap(), "abcde");
        store.rename("up", "down/there").await.unwrap();
        assert!(!store.exists("up").await.unwrap());
        assert_eq!(store.read("down/there", 5).await.unwrap(), "abcde");
    }
}

/// Storage with parts of four bytes, and the objects beneath it.
fn small_parts() -> (BlobStore, Arc<InMemory>) {
    let objects = Arc::new(InMemory::new());
    let manner = Manner {
        part: 4,
        ..Manner::default()
    };
    let remote = Remote::new(Arc::clone(&objects) as Arc<dyn ObjectStore>, "pre", manner);
    (BlobStore::of_remote(remote), objects)
}

async fn keys(objects: &InMemory) -> Vec<String> {
    let listed: Vec<_> = objects.list(None).collect().await;
    listed
        .into_iter()
        .map(|meta| meta.unwrap().location.to_string())
        .collect()
}

#[tokio::test]
async fn parts_of_an_upload_are_few_and_go_when_it_is_whole() {
    let (store, objects) = small_parts();
    let text_of_it = "0123456789abcdefghij";
    for (at, byte) in (0_u64..).zip(text_of_it.as_bytes()) {
        let body = stream::iter([Ok::<_, BlobError>(Bytes::copy_from_slice(&[*byte]))]);
        assert_eq!(store.unfinished("d/up").await.unwrap(), at);
        let reached = store.append("d/up", at, body, 20).await.unwrap();
        assert_eq!(reached, at + 1);
        assert!(keys(&objects).await.len() <= 5);
    }
    assert_eq!(text(&store, "d/up", None).await, text_of_it);
    assert_eq!(keys(&objects).await, ["pre/d/up"]);
}

#[tokio::test]
async fn a_broken_part_leaves_the_others() {
    let (store, objects) = small_parts();
    store.append("up", 0, parts(&["abcdef"]), 12).await.unwrap();
    let broken = stream::iter([
        Ok(Bytes::from_static(b"x")),
        Err(std::io::Error::other("gone")),
    ]);
    assert!(store.append("up", 6, broken, 12).await.is_err());
    assert_eq!(store.unfinished("up").await.unwrap(), 6);
    // another upload whose name begins alike is another
    store.append("upper", 0, parts(&["zz"]), 12).await.unwrap();
    assert_eq!(store.unfinished("up").await.unwrap(), 6);
    store.append("up", 0, parts(&["new"]), 12).await.unwrap();
    assert_eq!(store.unfinished("up").await.unwrap(), 3);
    assert_eq!(store.append("up", 3, parts(&["er"]), 5).await.unwrap(), 5);
    assert_eq!(text(&store, "up", None).await, "newer");
    store.discard("upper").await.unwrap();
    assert_eq!(keys(&objects).await, ["pre/up"]);
}

#[tokio::test]
async fn what_was_left_unfinished_is_swept() {
    for store in all().await.0 {
        store
            .put_bytes(&paths::waiting("x"), Bytes::from_static(b"w"))
            .await
            .unwrap();
        store
            .put_bytes("kept", Bytes::from_static(b"k"))
            .await
            .unwrap();
        store.append("up", 0, parts(&["ab"]), 5).await.unwrap();
        assert_eq!(store.sweep(1_000).await.unwrap(), 0);
        let tomorrow = rustchat_core::clock::now_ms() + rustchat_core::clock::DAY;
        assert!(store.sweep(tomorrow).await.unwrap() >= 1);
        assert!(!store.exists(&paths::waiting("x")).await.unwrap());
        assert!(store.exists("kept").await.unwrap());
        store.discard("up").await.unwrap();
        assert_eq!(store.unfinished("up").await.unwrap(), 0);
    }
}

#[tokio::test]
async fn removing_is_idempotent_and_nothing_is_outside() {
    for store in all().await.0 {
        store
            .put_bytes("d/e/f", Bytes::from_static(b"x"))
            .await
            .unwrap();
        store.delete("d/e/f").await.unwrap();
        store.delete("d/e/f").await.unwrap();
        assert!(matches!(
            store.get("d/e/f", None).await,
            Err(BlobError::NotFound)
        ));
        assert!(matches!(
            store.get("d", None).await,
            Err(BlobError::NotFound)
        ));
        assert!(matches!(
            store.put_bytes("../x", Bytes::new()).await,
            Err(BlobError::BadPath)
        ));
    }
}
