//! Wall-clock time as the wire has it: milliseconds since 1970. Not for measuring durations.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// The last moment anything may be dated: the end of the year 9999. Sums of times up to it never overflow.
pub const LATEST: i64 = 253_402_300_799_999;

/// Now, in milliseconds since 1970 UTC. A clock set before 1970 reads as 0.
pub fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A time as JSON of Go servers has it (RFC 3339), in milliseconds since 1970.
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    let time = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    Some(time.timestamp_millis())
}

/// The day of a time in UTC, as `2026-01-31`; empty for times beyond the calendar.
pub fn date(milliseconds: i64) -> String {
    let time = chrono::DateTime::from_timestamp_millis(milliseconds);
    time.map(|time| time.format("%Y-%m-%d").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(1_709_251_199_999), "2024-02-29");
        assert_eq!(date(i64::MAX), "");
    }

    #[test]
    fn now_is_after_2020() {
        assert!(now_ms() > 1_577_836_800_000);
    }
}
