//! What was found behind addresses, on both engines.

use serde_json::{Value, json};
use store::contract_test;
use store::link_metadata::{LinkMetadata, of, save};

contract_test! {
    async fn rows_come_back(store) {
        let row = |url: &str, kind: &str, data: Value| LinkMetadata {
            url: url.to_owned(), hour: 3_600_000, kind: kind.to_owned(), data,
        };
        let page = row("http://a.b/", "opengraph", json!({"title": "ü", "images": null}));
        let nothing = row("http://a.b/none", "none", Value::Null);
        for one in [&page, &nothing, &page] {
            save(&store, one).await.unwrap();
        }
        let wanted = |url: &str| (url.to_owned(), 3_600_000);
        let mut found = of(&store, &[wanted("http://a.b/"), wanted("http://a.b/none"), wanted("x")]).await.unwrap();
        found.sort_by(|a, b| a.url.cmp(&b.url));
        assert_eq!(found, [page, nothing]);
        assert!(of(&store, &[("http://a.b/".to_owned(), 0)]).await.unwrap().is_empty());
    }
}
