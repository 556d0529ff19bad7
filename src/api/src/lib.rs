//! Implements the contract: unpack, call the domain, pack. One file per noun; no rules of chat, no SQL.

mod gate;
pub mod websocket;

use domain::App;
use std::sync::Arc;

/// The server's face: implements `contract::Gate` and the trait of each tag.
#[derive(Clone)]
pub struct Api(Arc<App>);

impl Api {
    pub fn new(app: Arc<App>) -> Self {
        Self(app)
    }

    /// What the handlers call the domain with.
    pub fn app(&self) -> &App {
        &self.0
    }
}
