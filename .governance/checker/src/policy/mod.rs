//! The policies of `.governance`, read and checked. What each means to a change is in `rules`.

mod consistency;
mod files;
mod load;

pub use consistency::template_problems;
pub use files::*;
pub use load::{File, NAMES, Policies, schema_of};
