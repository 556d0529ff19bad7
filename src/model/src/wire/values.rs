//! What is no record: text, numbers, lists, maps, and two values that integrations write oddly.
use super::{Wire, WireError};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

impl Wire for Value {
    fn from_value(value: Value) -> Result<Self, WireError> {
        Ok(value)
    }
}

impl Wire for Map<String, Value> {
    fn from_value(value: Value) -> Result<Self, WireError> {
        match value {
            Value::Null => Ok(Self::new()),
            Value::Object(map) => Ok(map),
            _ => Err(WireError::new("an object")),
        }
    }
}

impl Wire for String {
    fn from_value(value: Value) -> Result<Self, WireError> {
        match value {
            Value::Null => Ok(Self::new()),
            Value::String(text) => Ok(text),
            _ => Err(WireError::new("a string")),
        }
    }
}

impl Wire for bool {
    fn from_value(value: Value) -> Result<Self, WireError> {
        match value {
            Value::Null => Ok(false),
            Value::Bool(b) => Ok(b),
            _ => Err(WireError::new("true or false")),
        }
    }
}

impl Wire for i64 {
    fn from_value(value: Value) -> Result<Self, WireError> {
        match value {
            Value::Null => Ok(0),
            Value::Number(n) => n.as_i64().ok_or(WireError::new("a whole number")),
            _ => Err(WireError::new("a whole number")),
        }
    }
}

impl Wire for f64 {
    fn from_value(value: Value) -> Result<Self, WireError> {
        match value {
            Value::Null => Ok(0.0),
            Value::Number(n) => n.as_f64().ok_or(WireError::new("a number")),
            _ => Err(WireError::new("a number")),
        }
    }
}

impl<T: Wire> Wire for Option<T> {
    fn from_value(value: Value) -> Result<Self, WireError> {
        if value.is_null() {
            Ok(None)
        } else {
            T::from_value(value).map(Some)
        }
    }
}

impl<T: Wire> Wire for Box<T> {
    fn from_value(value: Value) -> Result<Self, WireError> {
        T::from_value(value).map(Box::new)
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn from_value(value: Value) -> Result<Self, WireError> {
        match value {
            Value::Null => Ok(Self::new()),
            Value::Array(items) => items
                .into_iter()
                .enumerate()
                .map(|(i, item)| T::from_value(item).map_err(|error| error.within(&i.to_string())))
                .collect(),
            _ => Err(WireError::new("a list")),
        }
    }
}

impl<T: Wire> Wire for BTreeMap<String, T> {
    fn from_value(value: Value) -> Result<Self, WireError> {
        match value {
            Value::Null => Ok(Self::new()),
            Value::Object(map) => map
                .into_iter()
                .map(|(key, item)| match T::from_value(item) {
                    Ok(item) => Ok((key, item)),
                    Err(error) => Err(error.within(&key)),
                })
                .collect(),
            _ => Err(WireError::new("an object")),
        }
    }
}

/// A boolean that integrations also send as the text `"true"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LooseBool(pub bool);

impl Wire for LooseBool {
    fn from_value(value: Value) -> Result<Self, WireError> {
        match value {
            Value::Bool(b) => Ok(Self(b)),
            Value::String(text) => Ok(Self(text.eq_ignore_ascii_case("true"))),
            Value::Null => Ok(Self(false)),
            _ => Err(WireError::new("true or false")),
        }
    }
}

impl Serialize for LooseBool {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(self.0)
    }
}

/// Writes a whole float without a fraction, as the original does.
pub struct Number(pub f64);

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Below 2^53 every whole float is exactly one integer.
        if self.0.fract() == 0.0 && self.0.abs() < 9_007_199_254_740_992.0 {
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}
