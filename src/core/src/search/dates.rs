//! Days in a search, as moments: the person's day, by the offset of their time zone.

const DAY: i64 = 24 * 60 * 60 * 1000;

/// The first and the last millisecond of a day written as year-month-day; `None` for anything else.
pub(super) fn day(text: &str, offset_seconds: i64) -> Option<(i64, i64)> {
    let mut parts = text
        .split('-')
        .map(|part| part.parse::<u32>().ok().filter(|_| part.len() <= 4));
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() {
        return None;
    }
    let date = chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let offset = offset_seconds.clamp(-24 * 3600, 24 * 3600) * 1000;
    let start = date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis() - offset;
    Some((start, start + DAY - 1))
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_as_recorded() {
        assert_eq!(
            day("2018-04-01", 0),
            Some((1_522_540_800_000, 1_522_627_199_999))
        );
        assert_eq!(day("2018-4-1", 0), day("2018-04-01", 0));
        assert_eq!(day("2018-04-01", 7200).unwrap().0, 1_522_533_600_000);
        assert_eq!(day("yesterday", 0), None);
        assert_eq!(day("2018-02-30", 0), None);
    }
}
