//! Pages as the contract decodes them, turned into what the store counts with. No rule about sizes: see `contract`.

/// First row and number of rows of a page.
pub(crate) fn rows(page: i64, per_page: i64) -> (i64, i64) {
    let limit = per_page.max(0);
    (page.max(0).saturating_mul(limit), limit)
}
