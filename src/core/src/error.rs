//! Errors a request can end with: constant definitions beside the noun that raises them, and the value that travels up.
//!
//! The wire shape is `{id, message, detailed_error, request_id, status_code}`. A cause is for the log only.

use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::{borrow::Cow, error::Error, fmt};

pub type Result<T, E = AppError> = std::result::Result<T, E>;
type Cause = Box<dyn Error + Send + Sync>;

/// What can go wrong, once: a stable id (clients match on it), an HTTP status and our own wording.
/// `{Name}` in the text is replaced by the parameter of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorDef {
    pub id: &'static str,
    pub status: u16,
    pub text: &'static str,
}

impl ErrorDef {
    pub const fn new(id: &'static str, status: u16, text: &'static str) -> Self {
        Self { id, status, text }
    }

    /// The error of this definition, to be refined by `with`, `caused_by` or `detail`.
    pub fn err(&self) -> AppError {
        AppError(Box::new(Inner {
            id: Cow::Borrowed(self.id),
            status: self.status,
            text: Cow::Borrowed(self.text),
            detailed_error: String::new(),
            request_id: String::new(),
            params: Vec::new(),
            cause: None,
        }))
    }

    pub fn with(&self, name: &'static str, value: impl fmt::Display) -> AppError {
        self.err().with(name, value)
    }

    pub fn caused_by(&self, cause: impl Into<Cause>) -> AppError {
        self.err().caused_by(cause)
    }
}

/// An error on its way to the client. One pointer wide, so that `Result` stays small.
#[derive(Debug)]
pub struct AppError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    id: Cow<'static, str>,
    status: u16,
    text: Cow<'static, str>,
    detailed_error: String,
    request_id: String,
    params: Vec<(&'static str, String)>,
    cause: Option<Cause>,
}

impl AppError {
    /// An error whose id is only known at run time (a rule table, a remote answer). Prefer `ErrorDef`.
    pub fn dynamic(
        id: impl Into<Cow<'static, str>>,
        status: u16,
        text: impl Into<Cow<'static, str>>,
    ) -> Self {
        let mut error = ErrorDef::new("", status, "").err();
        error.0.id = id.into();
        error.0.text = text.into();
        error
    }

    /// Sets a parameter of the text.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.0.params.push((name, value.to_string()));
        self
    }

    /// Keeps the cause for the log; it never reaches the client.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Cause>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// Sets the details shown to the client.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detailed_error = detail.into();
        self
    }

    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = status;
        self
    }

    pub fn set_request_id(&mut self, request_id: impl Into<String>) {
        self.0.request_id = request_id.into();
    }

    pub fn id(&self) -> &str {
        &self.0.id
    }

    pub fn status(&self) -> u16 {
        self.0.status
    }

    pub fn detailed_error(&self) -> &str {
        &self.0.detailed_error
    }

    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }

    pub fn params(&self) -> &[(&'static str, String)] {
        &self.0.params
    }

    pub fn cause(&self) -> Option<&(dyn Error + Send + Sync)> {
        self.0.cause.as_deref()
    }

    pub fn is(&self, def: &ErrorDef) -> bool {
        self.0.id == def.id
    }

    /// The text with its parameters filled in. A value is never scanned for further placeholders.
    pub fn message(&self) -> String {
        let mut out = String::with_capacity(self.0.text.len());
        let mut rest: &str = &self.0.text;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let filled = after.split_once('}').and_then(|(name, tail)| {
                let (_, value) = self
                    .0
                    .params
                    .iter()
                    .rev()
                    .find(|(known, _)| *known == name)?;
                Some((value, tail))
            });
            match filled {
                Some((value, tail)) => {
                    out.push_str(value);
                    rest = tail;
                }
                None => {
                    out.push('{');
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        out
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.id, self.message())?;
        if !self.0.detailed_error.is_empty() {
            write!(f, ", {}", self.0.detailed_error)?;
        }
        match &self.0.cause {
            Some(cause) => write!(f, " ({cause})"),
            None => Ok(()),
        }
    }
}

impl Error for AppError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0
            .cause
            .as_deref()
            .map(|cause| cause as &(dyn Error + 'static))
    }
}

impl Serialize for AppError {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("AppError", 5)?;
        out.serialize_field("id", self.id())?;
        out.serialize_field("message", &self.message())?;
        out.serialize_field("detailed_error", self.detailed_error())?;
        if self.0.request_id.is_empty() {
            out.skip_field("request_id")?;
        } else {
            out.serialize_field("request_id", self.request_id())?;
        }
        out.serialize_field("status_code", &self.0.status)?;
        out.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEF: ErrorDef = ErrorDef::new(
        "a.b.app_error",
        400,
        "The {Name} is too long, {Max} at most {here}.",
    );

    #[test]
    fn fills_parameters_once() {
        let error = DEF.with("Name", "{Max}").with("Max", 64);
        assert_eq!(error.message(), "The {Max} is too long, 64 at most {here}.");
    }

    #[test]
    fn wire_shape_hides_the_cause() {
        let mut error = DEF.caused_by("secret").with("Name", "x").with("Max", 1);
        error.set_request_id("r");
        let wire = serde_json::to_string(&error).unwrap();
        assert_eq!(
            wire,
            r#"{"id":"a.b.app_error","message":"The x is too long, 1 at most {here}.","detailed_error":"","request_id":"r","status_code":400}"#
        );
        assert!(error.to_string().contains("secret"));
    }

    #[test]
    fn result_is_small() {
        assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    }
}
