//! Query strings: whatever is in one, reading it neither fails nor goes beyond the bounds of a page.

use crate::body::Input;
use crate::query::{PER_PAGE_MAX, Query};
use proptest::prelude::*;

const NAMES: [&str; 6] = [
    "page",
    "per_page",
    "logs_per_page",
    "since",
    "before",
    "skipFetchThreads",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn any_query_is_read(
        name in proptest::sample::select(NAMES.to_vec()),
        value in prop_oneof!["-?[0-9]{0,25}", "(true|false|1|0|t|%zz|%ff%C3|\\+)", "\\PC{0,20}"],
        rest in "\\PC{0,30}",
    ) {
        let input = Input {
            path: Default::default(),
            query: Query::parse(&format!("{name}={value}&{rest}")),
            json: serde_json::Value::Null,
            raw: None,
            headers: Default::default(),
            lenient: false,
        };
        prop_assert!(input.page("page") >= 0);
        prop_assert!((0..=PER_PAGE_MAX).contains(&input.per_page("per_page")));
        prop_assert!((0..=10_000).contains(&input.per_page("logs_per_page")));
        let _ = (input.int(name), input.flag(name), input.texts(name), input.any_flag(name).given());
    }
}
