//! Query parameters, read as the original reads them. The common page rule is here and nowhere else.
use crate::body::Input;

/// Page size when none is asked for.
pub const PER_PAGE_DEFAULT: i64 = 60;
/// The largest page.
pub const PER_PAGE_MAX: i64 = 200;
/// The default of log pages, which are larger.
pub const LOGS_PER_PAGE_DEFAULT: i64 = 10_000;

/// Decoded pairs in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(text: &str) -> Self {
        let decode = |part: &str| {
            let spaced = part.replace('+', " ");
            percent_encoding::percent_decode_str(&spaced)
                .decode_utf8_lossy()
                .into_owned()
        };
        let pair = |part: &str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name), decode(value))
        };
        Self(
            text.split('&')
                .filter(|part| !part.is_empty())
                .map(pair)
                .collect(),
        )
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A parameter that is given but cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// A boolean whose absence or nonsense the handler tells apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnyFlag(pub Option<String>);

impl AnyFlag {
    /// Given and true.
    pub fn is_true(&self) -> bool {
        self.0.as_deref().and_then(parse_bool).unwrap_or(false)
    }

    /// None: not given (or empty). Err: given, but no boolean.
    pub fn given(&self) -> Result<Option<bool>, Unreadable> {
        match self.0.as_deref() {
            None | Some("") => Ok(None),
            Some(text) => parse_bool(text).map(Some).ok_or(Unreadable),
        }
    }
}

/// A number whose absence or nonsense the handler tells apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnyInt(pub Option<String>);

impl AnyInt {
    /// The number, or `default` when it is missing or unreadable.
    pub fn or(&self, default: i64) -> i64 {
        self.given().ok().flatten().unwrap_or(default)
    }

    /// None: not given (or empty). Err: given, but no number.
    pub fn given(&self) -> Result<Option<i64>, Unreadable> {
        match self.0.as_deref() {
            None | Some("") => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| Unreadable),
        }
    }
}

/// The words the original takes for a boolean.
fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// Readers the generated request types use.
impl Input {
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.query.get(name).map(str::to_owned)
    }

    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        self.query
            .0
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
            .collect()
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.any_flag(name).is_true()
    }

    pub(crate) fn int(&self, name: &str) -> i64 {
        self.any_int(name).or(0)
    }

    pub(crate) fn any_flag(&self, name: &str) -> AnyFlag {
        AnyFlag(self.text(name))
    }

    pub(crate) fn any_int(&self, name: &str) -> AnyInt {
        AnyInt(self.text(name))
    }

    /// Page number: 0 when missing, unreadable or negative.
    pub(crate) fn page(&self, name: &str) -> i64 {
        self.any_int(name).or(0).max(0)
    }

    /// Page size: the default when missing, unreadable or negative; at most the maximum.
    pub(crate) fn per_page(&self, name: &str) -> i64 {
        let (default, most) = match name {
            "logs_per_page" => (LOGS_PER_PAGE_DEFAULT, LOGS_PER_PAGE_DEFAULT),
            _ => (PER_PAGE_DEFAULT, PER_PAGE_MAX),
        };
        match self.any_int(name).or(default) {
            n if n < 0 => default,
            n => n.min(most),
        }
    }
}
