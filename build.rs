//! Build script of the two generated crates, `src/model` and `src/contract`; each points here with `build = "../../build.rs"`.
fn main() {}
