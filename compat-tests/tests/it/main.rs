//! All integration tests of the compatibility crate in one program, so that it is linked once.

mod headers;
mod layering;
mod recordings;
mod unchanged;
