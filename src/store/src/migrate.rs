//! Brings a database to the schema this binary works with.

pub(crate) fn sqlite_scripts() -> impl Iterator<Item = &'static str> {
    std::iter::empty()
}
