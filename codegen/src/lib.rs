//! Turns spec/ into Rust; knows nothing of chat.
