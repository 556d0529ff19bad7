//! How JSON becomes a model and back: lenient as the original on the way in, exact on the way out.
//! Hand-written part of the model crate; the generated structs only list their fields.
mod values;

pub use values::{LooseBool, Number};

use serde_json::Value;
use std::fmt;

/// A value of the wrong type, and where it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireError {
    /// The field, dotted from the outermost one; empty for the value itself.
    pub path: String,
    /// What was expected there.
    pub expected: &'static str,
}

impl WireError {
    /// A value that is not `expected`.
    pub fn new(expected: &'static str) -> Self {
        Self {
            path: String::new(),
            expected,
        }
    }

    /// The same, found inside `name`.
    #[must_use]
    pub fn within(mut self, name: &str) -> Self {
        self.path = if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{name}.{}", self.path)
        };
        self
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(f, "expected {}", self.expected)
        } else {
            write!(f, "{}: expected {}", self.path, self.expected)
        }
    }
}

impl std::error::Error for WireError {}

/// Decoding as the original does: null is the default, unknown keys are skipped, a wrong type is refused.
pub trait Wire: Sized {
    /// Reads a value.
    fn from_value(value: Value) -> Result<Self, WireError>;
}

/// A struct on the wire; implemented by generated code only.
pub trait Record: Default {
    /// The type's name.
    const NAME: &'static str;
    /// Wire names; their positions are the numbers `set` takes.
    const FIELDS: &'static [&'static str];
    /// Reads one field.
    fn set(&mut self, field: usize, value: Value) -> Result<(), WireError>;
}

/// Decodes an object into a record: exact keys first, else without regard to case; a later key wins.
pub fn record_from_value<T: Record>(value: Value) -> Result<T, WireError> {
    let mut record = T::default();
    let map = match value {
        Value::Null => return Ok(record),
        Value::Object(map) => map,
        _ => return Err(WireError::new("an object")),
    };
    for (key, value) in map {
        let exact = T::FIELDS.iter().position(|name| *name == key);
        let found = exact.or_else(|| {
            T::FIELDS
                .iter()
                .position(|name| name.eq_ignore_ascii_case(&key))
        });
        if let Some(field) = found {
            record
                .set(field, value)
                .map_err(|error| error.within(T::FIELDS[field]))?;
        }
    }
    Ok(record)
}

/// Replaces a field by a decoded value.
pub fn put<T: Wire>(slot: &mut T, value: Value) -> Result<(), WireError> {
    *slot = T::from_value(value)?;
    Ok(())
}

/// `Wire` and `Deserialize` of a record.
macro_rules! record {
    ($name:ident) => {
        impl crate::wire::Wire for $name {
            fn from_value(value: serde_json::Value) -> Result<Self, crate::wire::WireError> {
                crate::wire::record_from_value(value)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = <serde_json::Value as serde::Deserialize>::deserialize(deserializer)?;
                crate::wire::record_from_value(value).map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Everything an open enum has besides its words.
macro_rules! open_enum {
    ($name:ident) => {
        impl Default for $name {
            fn default() -> Self {
                Self::from("")
            }
        }
        impl From<String> for $name {
            fn from(word: String) -> Self {
                Self::from(word.as_str())
            }
        }
        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }
        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl crate::wire::Wire for $name {
            fn from_value(value: serde_json::Value) -> Result<Self, crate::wire::WireError> {
                String::from_value(value).map(Self::from)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

pub(crate) use {open_enum, record};

#[cfg(test)]
mod tests;
