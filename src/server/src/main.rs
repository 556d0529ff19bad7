//! The `rustchat` program; all of it is in the library so that tests run it in process.
fn main() {}
