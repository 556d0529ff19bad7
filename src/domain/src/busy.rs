//! The administrator's "server busy" switch: for a moment, expensive operations are refused.

use crate::app::App;
use rustchat_core::clock;
use std::sync::atomic::{AtomicI64, Ordering};

/// Until when the server calls itself busy, in milliseconds; 0 when it does not.
#[derive(Debug, Default)]
pub struct Busy(AtomicI64);

impl Busy {
    pub fn set_until(&self, time: i64) {
        self.0.store(time, Ordering::Release);
    }

    /// The end of the busy time if it lies ahead, else 0.
    pub fn until(&self) -> i64 {
        let time = self.0.load(Ordering::Acquire);
        if time > clock::now_ms() { time } else { 0 }
    }
}

pub fn is_busy(app: &App) -> bool {
    app.busy.until() > 0
}
