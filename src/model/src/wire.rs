//! How JSON becomes a model and back: lenient as the original on the way in, exact on the way out.
//! Hand-written part of the model crate; the generated structs only list their fields.
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
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
mod tests {
    use super::*;
    use crate::{
        Channel, ChannelType, FileInfo, MessageAttachmentField, Post, PostSearchResults, User,
    };
    use serde_json::json;

    fn read<T: Wire>(value: Value) -> Result<T, String> {
        T::from_value(value).map_err(|error| error.to_string())
    }

    #[test]
    fn null_and_missing_are_the_default_and_unknown_keys_are_skipped() {
        let post: Post = read(json!({"id": null, "file_ids": null, "nonsense": {"a": 1}})).unwrap();
        assert_eq!(post, Post::default());
        assert_eq!(read::<Post>(Value::Null).unwrap(), Post::default());
        assert_eq!(
            read::<Vec<String>>(Value::Null).unwrap(),
            Vec::<String>::new()
        );
    }

    #[test]
    fn keys_have_no_case_and_the_last_one_wins() {
        let post: Post =
            serde_json::from_str(r#"{"MESSAGE": "a", "Message": "b", "channel_ID": "c"}"#).unwrap();
        assert_eq!(
            (post.message.as_str(), post.channel_id.as_str()),
            ("b", "c")
        );
    }

    #[test]
    fn a_wrong_type_names_its_field() {
        assert_eq!(
            read::<Post>(json!({"channel_id": 5})),
            Err("channel_id: expected a string".into())
        );
        assert_eq!(
            read::<Post>(json!({"create_at": 1.5})),
            Err("create_at: expected a whole number".into())
        );
        assert_eq!(
            read::<Post>(json!({"file_ids": ["a", 1]})),
            Err("file_ids.1: expected a string".into())
        );
        let nested = json!({"metadata": {"priority": {"priority": true}}});
        assert_eq!(
            read::<Post>(nested),
            Err("metadata.priority.priority: expected a string".into())
        );
        assert_eq!(read::<Post>(json!([])), Err("expected an object".into()));
    }

    #[test]
    fn zeros_are_written_unless_the_field_is_left_out_when_empty() {
        let post = serde_json::to_value(Post::default()).unwrap();
        assert_eq!(post["reply_count"], 0);
        assert_eq!(post["participants"], Value::Null);
        for absent in [
            "has_reactions",
            "remote_id",
            "is_following",
            "metadata",
            "message_source",
        ] {
            assert!(post.get(absent).is_none(), "{absent}");
        }
        let given = Post {
            remote_id: Some(String::new()),
            file_ids: Some(Vec::new()),
            ..Post::default()
        };
        let given = serde_json::to_value(given).unwrap();
        assert_eq!(
            (&given["remote_id"], &given["file_ids"]),
            (&json!(""), &json!([]))
        );
    }

    #[test]
    fn enums_keep_words_they_do_not_know() {
        let channel: Channel = read(json!({"type": "Q"})).unwrap();
        assert_eq!(channel.type_, ChannelType::Other("Q".into()));
        assert_eq!(serde_json::to_value(&channel).unwrap()["type"], "Q");
        assert_eq!(ChannelType::from("O"), ChannelType::Open);
        assert!(
            ChannelType::Open == "O"
                && ChannelType::Open.is_known()
                && ChannelType::default().is_empty()
        );
    }

    #[test]
    fn embedded_structs_are_flat_on_the_wire() {
        let found: PostSearchResults =
            read(json!({"order": ["a"], "matches": {"a": ["x"]}})).unwrap();
        assert_eq!(found.post_list.order, Some(vec!["a".to_owned()]));
        let again = serde_json::to_value(&found).unwrap();
        assert_eq!(
            (&again["order"], &again["matches"]["a"]),
            (&json!(["a"]), &json!(["x"]))
        );
        assert!(PostSearchResults::FIELDS.contains(&"next_post_id"));
    }

    #[test]
    fn lists_left_out_when_empty_are_plain_and_the_others_tell_null_from_empty() {
        let user: User = read(json!({"notify_props": {"push": "all"}, "props": null})).unwrap();
        let again = serde_json::to_value(&user).unwrap();
        assert_eq!(again["notify_props"]["push"], "all");
        assert!(again.get("props").is_none());
        let info = serde_json::to_value(FileInfo::default()).unwrap();
        assert_eq!(info["mini_preview"], Value::Null);
    }

    #[test]
    fn odd_booleans_and_whole_floats_are_taken_as_integrations_send_them() {
        let field: MessageAttachmentField = read(json!({"short": "true"})).unwrap();
        assert!(field.short.0);
        assert_eq!(serde_json::to_string(&Number(2.0)).unwrap(), "2");
        assert_eq!(serde_json::to_string(&Number(2.5)).unwrap(), "2.5");
    }
}
