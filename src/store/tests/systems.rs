//! `store::systems` on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use store::{contract_test, systems};

contract_test! {
    async fn a_fresh_database_has_the_values_of_the_original(store) {
        let all = systems::all(&store).await.unwrap();
        assert_eq!(all.len(), 72);
        assert_eq!(all["content_flagging_setup_done"], "v5");
        assert_eq!(all["DiagnosticId"].len(), 26);
        assert!(all["InstallationDate"].parse::<i64>().unwrap() > 0);
    }

    async fn values_are_set_kept_and_removed(store) {
        assert_eq!(systems::get(&store, "a").await.unwrap(), None);
        systems::set(&store, "a", "1").await.unwrap();
        systems::set(&store, "a", "2").await.unwrap();
        assert_eq!(systems::set_if_missing(&store, "a", "3").await.unwrap(), "2");
        assert_eq!(systems::set_if_missing(&store, "b", "3").await.unwrap(), "3");
        assert_eq!(systems::get(&store, "a").await.unwrap().as_deref(), Some("2"));
        assert!(systems::remove(&store, "a").await.unwrap());
        assert!(!systems::remove(&store, "a").await.unwrap());
    }
}
