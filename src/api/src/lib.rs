//! Implements the contract: unpack, call the domain, pack.

pub mod websocket;
