//! Names of time zones that clients offer, and moments as text.

use chrono::{TimeZone, Utc};

/// The zone names, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    include_str!("../../../spec/facts/timezones.txt").lines()
}

/// A moment in milliseconds since 1970, as the server busy state tells it.
pub fn utc_text(milliseconds: i64) -> String {
    match Utc.timestamp_millis_opt(milliseconds).single() {
        Some(time) => time.format("%a %b %-d %H:%M:%S +0000 UTC %Y").to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_zone() {
        let unknown: Vec<_> = names()
            .filter(|name| name.parse::<chrono_tz::Tz>().is_err())
            .collect();
        assert!(unknown.len() < 5, "{unknown:?}");
        assert!(names().is_sorted());
    }

    #[test]
    fn moments_are_told_in_utc() {
        assert_eq!(utc_text(0), "Thu Jan 1 00:00:00 +0000 UTC 1970");
    }
}
