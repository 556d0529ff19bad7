//! The `OPERATIONS` table against the extracted facts.
use super::*;

/// Every row of the extracted route table is in `OPERATIONS`, and nothing else below `/api/v4` is.
#[test]
fn operations_are_the_servers_routes() {
    let table = include_str!("../../../../spec/facts/routes.tsv");
    let mut left: Vec<&Operation> = crate::OPERATIONS.iter().collect();
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let (method, path) = (cells[0], cells[1]);
        // One route for teams and channels there, two operations here.
        let here: Vec<String> = if path.contains("{syncable_type}") {
            [("teams", "{team_id}"), ("channels", "{channel_id}")]
                .map(|(kind, id)| {
                    path.replace("{syncable_type}", kind)
                        .replace("{syncable_id}", id)
                })
                .to_vec()
        } else {
            vec![path.to_owned()]
        };
        for path in here {
            let found = crate::OPERATIONS.iter().find(|op| {
                op.path == path
                    && (op.method == method || (method == "HEAD" && op.method == "GET" && op.head))
            });
            let found = found.unwrap_or_else(|| panic!("{method} {path} is not in OPERATIONS"));
            left.retain(|op| op.id != found.id);
        }
    }
    left.retain(|op| op.path.starts_with("/api/v4"));
    assert!(
        left.is_empty(),
        "not routes of the server: {:?}",
        left.iter().map(|op| op.id).collect::<Vec<_>>()
    );
}

#[test]
fn ids_are_unique_and_the_mobile_endpoints_are_there() {
    let ids: std::collections::BTreeSet<&str> = crate::OPERATIONS.iter().map(|op| op.id).collect();
    assert_eq!(ids.len(), crate::OPERATIONS.len());
    assert!(
        crate::operation("CreatePost")
            .is_some_and(|op| op.mutates() && op.clients.contains("mobile"))
    );
    let mobile: std::collections::BTreeSet<u16> = crate::OPERATIONS
        .iter()
        .map(|op| op.mobile)
        .filter(|n| *n > 0)
        .collect();
    println!("mobile endpoints in the table: {mobile:?}");
    assert!(mobile.len() >= 38, "{mobile:?}");
}
