//! Answering with a stored file: conditions, ranges, disposition, and headers that keep browsers from running it.
//! Which file, and whether the caller may have it, is asked before.

use crate::Refused;
use axum::body::Body;
use contract::Raw;
use domain::App;
use domain::files::{self, Form, StoredFile};
use http::header::{self, HeaderMap, HeaderName};
use http::{HeaderValue, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::ops::Range;
use std::time::{Duration, SystemTime};

/// For files and public links.
pub(crate) const A_DAY: &str = "private, max-age=86400";
/// For what is made of a file, and never changes.
pub(crate) const A_MONTH: &str = "max-age=2592000, private";

/// Nothing of a file runs, frames or loads anything.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; \
    frame-ancestors 'none'; sandbox";

/// What stays as it is in a file name: the characters of a path segment.
const PLAIN: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// Streams a form of the file, or the asked part of it.
pub(crate) async fn answer(
    app: &App,
    headers: &HeaderMap,
    file: &StoredFile,
    form: Form,
    download: bool,
) -> Result<Raw, Refused> {
    let path = files::path_of(file, form)?;
    let size = files::size(app, path).await?;
    let modified = whole_seconds(file.info.update_at);
    if not_modified(headers, modified) {
        return Ok(described(
            Raw::status_only(StatusCode::NOT_MODIFIED),
            modified,
            form,
        ));
    }
    let range = asked(headers, size, modified);
    if range == Asked::Beyond {
        let answer = Raw::status_only(StatusCode::RANGE_NOT_SATISFIABLE)
            .with_header(header::CONTENT_RANGE, format!("bytes */{size}"));
        return Ok(answer);
    }
    let part = match &range {
        Asked::Part(part) => Some(part.clone()),
        Asked::Whole | Asked::Beyond => None,
    };
    let blob = files::open(app, path, part).await?;
    let length = blob.range.end - blob.range.start;
    let mut answer = Raw::new(
        files::content_type(file, form),
        Body::from_stream(blob.stream),
    )
    .with_header(header::CONTENT_LENGTH, length.to_string())
    .with_header(header::ACCEPT_RANGES, "bytes")
    .with_header(
        header::CONTENT_DISPOSITION,
        disposition(&file.info.name, download || !files::is_inline(file, form)),
    );
    if let Asked::Part(part) = range {
        let (first, last) = (part.start, part.end.saturating_sub(1));
        answer = answer.status(StatusCode::PARTIAL_CONTENT).with_header(
            header::CONTENT_RANGE,
            format!("bytes {first}-{last}/{size}"),
        );
    }
    Ok(described(answer, modified, form))
}

/// What every answer about the file has.
fn described(answer: Raw, modified: SystemTime, form: Form) -> Raw {
    let cache = match form {
        Form::Original => A_DAY,
        Form::Thumbnail | Form::Preview => A_MONTH,
    };
    guarded(answer)
        .with_header(header::CACHE_CONTROL, cache)
        .with_header(header::LAST_MODIFIED, httpdate::fmt_http_date(modified))
}

/// Keeps a browser from running or framing what people uploaded.
pub(crate) fn guarded(mut answer: Raw) -> Raw {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ] {
        answer.headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}

fn disposition(name: &str, download: bool) -> String {
    let kind = if download { "attachment" } else { "inline" };
    let name = utf8_percent_encode(name, &PLAIN);
    format!("{kind};filename=\"{name}\"; filename*=UTF-8''{name}")
}

fn whole_seconds(ms: i64) -> SystemTime {
    let seconds = u64::try_from(ms / 1_000).unwrap_or_default();
    // beyond the year 9999 there is no HTTP date
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.min(253_402_300_799))
}

fn not_modified(headers: &HeaderMap, modified: SystemTime) -> bool {
    date(headers, &header::IF_MODIFIED_SINCE).is_some_and(|since| modified <= since)
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()
}

/// Which bytes are asked for.
#[derive(Debug, PartialEq)]
enum Asked {
    Whole,
    Part(Range<u64>),
    /// The range begins behind the end.
    Beyond,
}

/// One range is served as asked; several, or what is no range, get the whole file, as RFC 9110 allows.
fn asked(headers: &HeaderMap, size: u64, modified: SystemTime) -> Asked {
    let spec = headers
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.strip_prefix("bytes="));
    let Some(spec) = spec else {
        return Asked::Whole;
    };
    if headers.contains_key(header::IF_RANGE) && date(headers, &header::IF_RANGE) != Some(modified)
    {
        return Asked::Whole;
    }
    range(spec.trim(), size).unwrap_or(Asked::Whole)
}

fn range(spec: &str, size: u64) -> Option<Asked> {
    let (first, last) = spec.split_once('-')?;
    let number = |text: &str| {
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    let (start, end) = match (first, last) {
        ("", _) => (size.saturating_sub(number(last)?), size),
        (_, "") => (number(first)?, size),
        _ => (number(first)?, number(last)?.saturating_add(1).min(size)),
    };
    let backwards = !first.is_empty() && !last.is_empty() && number(last)? < number(first)?;
    if backwards {
        return None;
    }
    Some(if start >= end {
        Asked::Beyond
    } else {
        Asked::Part(start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_the_file() {
        for (spec, expected) in [
            ("4-8", Some(Asked::Part(4..9))),
            ("0-", Some(Asked::Part(0..61))),
            ("-5", Some(Asked::Part(56..61))),
            ("-500", Some(Asked::Part(0..61))),
            ("60-900", Some(Asked::Part(60..61))),
            ("61-", Some(Asked::Beyond)),
            ("-0", Some(Asked::Beyond)),
            ("8-4", None),
            ("1-2,4-5", None),
            ("a-b", None),
            ("-", None),
            ("", None),
            ("99999999999999999999-", Some(Asked::Beyond)),
        ] {
            assert_eq!(range(spec, 61), expected, "{spec}");
        }
    }

    #[test]
    fn names_are_written_as_path_segments() {
        assert_eq!(
            disposition("with \"quotes\" & ; semi.txt", true),
            "attachment;filename=\"with%20%22quotes%22%20&%20%3B%20semi.txt\"; \
             filename*=UTF-8''with%20%22quotes%22%20&%20%3B%20semi.txt"
        );
        assert!(disposition("a\r\nb", false).starts_with("inline;filename=\"a%0D%0Ab\""));
    }
}
