//! Values bound to `$n`. A missing value keeps its type, because PostgreSQL wants one even for NULL.

use std::borrow::Borrow;

use serde_json::Value;
use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgTypeInfo};
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, Postgres, Type};

use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    Text(Option<String>),
    Int(Option<i64>),
    Float(Option<f64>),
    Bool(Option<bool>),
    Bytes(Option<Vec<u8>>),
    /// For `= ANY($n)` and `<> ALL($n)`.
    List(Vec<String>),
    IntList(Vec<i64>),
    /// JSON text; jsonb on PostgreSQL, text on SQLite.
    Json(Option<String>),
    /// A word whose type the statement decides: columns of enum types.
    Word(Option<String>),
}

impl Arg {
    pub fn json(value: impl Borrow<Value>) -> Self {
        Self::Json(Some(value.borrow().to_string()))
    }

    /// Text that already is JSON.
    pub fn json_text(text: impl Into<String>) -> Self {
        Self::Json(Some(text.into()))
    }

    pub fn json_null() -> Self {
        Self::Json(None)
    }

    /// A value of an enum column. The type's name is for the reader: PostgreSQL infers it from the column.
    pub fn enum_(_type_name: &'static str, value: impl Into<String>) -> Self {
        Self::Word(Some(value.into()))
    }
}

/// `args![id, now, &name]`: the values of `$1`, `$2`, `$3`.
#[macro_export]
macro_rules! args {
    () => { ::std::vec::Vec::<$crate::db::Arg>::new() };
    ($($value:expr),+ $(,)?) => { ::std::vec![$($crate::db::Arg::from($value)),+] };
}

macro_rules! from {
    ($($variant:ident: $($type:ty => $with:expr),+;)+) => {$($(
        impl From<$type> for Arg {
            fn from(value: $type) -> Self {
                #[allow(clippy::redundant_closure_call)]
                Self::$variant(Some(($with)(value)))
            }
        }
        impl From<Option<$type>> for Arg {
            fn from(value: Option<$type>) -> Self {
                Self::$variant(value.map($with))
            }
        }
    )+)+};
}

from! {
    Text: String => |v: String| v, &str => str::to_owned, &String => |v: &String| v.clone();
    Int: i64 => |v| v, i32 => i64::from, i16 => i64::from, u32 => i64::from;
    Float: f64 => |v| v, f32 => f64::from;
    Bool: bool => |v| v;
    Bytes: Vec<u8> => |v| v, &[u8] => <[u8]>::to_vec;
}

impl From<&Option<String>> for Arg {
    fn from(value: &Option<String>) -> Self {
        Self::Text(value.clone())
    }
}

impl From<Vec<String>> for Arg {
    fn from(value: Vec<String>) -> Self {
        Self::List(value)
    }
}

impl From<&Vec<String>> for Arg {
    fn from(value: &Vec<String>) -> Self {
        Self::List(value.clone())
    }
}

impl From<&[String]> for Arg {
    fn from(value: &[String]) -> Self {
        Self::List(value.to_vec())
    }
}

impl From<&[&str]> for Arg {
    fn from(value: &[&str]) -> Self {
        Self::List(value.iter().map(|&v| v.to_owned()).collect())
    }
}

impl From<Vec<&str>> for Arg {
    fn from(value: Vec<&str>) -> Self {
        value.as_slice().into()
    }
}

impl From<Vec<i64>> for Arg {
    fn from(value: Vec<i64>) -> Self {
        Self::IntList(value)
    }
}

/// Takes out zero characters, which PostgreSQL refuses in text and in JSON; on both engines, so that they keep the same.
fn storable(arg: Arg) -> Arg {
    match arg {
        Arg::Text(Some(text)) => Arg::Text(Some(without_zeros(text))),
        Arg::Word(Some(text)) => Arg::Word(Some(without_zeros(text))),
        Arg::List(list) => Arg::List(list.into_iter().map(without_zeros).collect()),
        // The escape may itself be escaped, so that only reading it tells.
        Arg::Json(Some(text)) if text.contains("\\u0000") => {
            match serde_json::from_str::<Value>(&text) {
                Ok(value) => Arg::json(json_without_zeros(value)),
                Err(_) => Arg::Json(Some(text)),
            }
        }
        other => other,
    }
}

fn without_zeros(mut text: String) -> String {
    if text.contains('\0') {
        text.retain(|c| c != '\0');
    }
    text
}

fn json_without_zeros(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(without_zeros(text)),
        Value::Array(list) => list.into_iter().map(json_without_zeros).collect(),
        Value::Object(map) => map
            .into_iter()
            .map(|(key, value)| (without_zeros(key), json_without_zeros(value)))
            .collect(),
        other => other,
    }
}

pub(super) fn for_postgres(args: Vec<Arg>) -> Result<PgArguments, StoreError> {
    let mut out = PgArguments::default();
    for arg in args {
        match storable(arg) {
            Arg::Text(v) => out.add(v),
            Arg::Int(v) => out.add(v),
            Arg::Float(v) => out.add(v),
            Arg::Bool(v) => out.add(v),
            Arg::Bytes(v) => out.add(v),
            Arg::List(v) => out.add(v),
            Arg::IntList(v) => out.add(v),
            Arg::Json(v) => out.add(v.map(PgJson)),
            Arg::Word(v) => out.add(v.map(PgWord)),
        }
        .map_err(StoreError::other)?;
    }
    Ok(out)
}

pub(super) fn for_sqlite(args: Vec<Arg>) -> Result<SqliteArguments, StoreError> {
    let mut out = SqliteArguments::default();
    for arg in args {
        match storable(arg) {
            Arg::Text(v) | Arg::Json(v) | Arg::Word(v) => out.add(v),
            Arg::Int(v) => out.add(v),
            Arg::Float(v) => out.add(v),
            Arg::Bool(v) => out.add(v),
            Arg::Bytes(v) => out.add(v),
            Arg::List(v) => out.add(Value::from(v).to_string()),
            Arg::IntList(v) => out.add(Value::from(v).to_string()),
        }
        .map_err(StoreError::other)?;
    }
    Ok(out)
}

/// JSON text sent as jsonb without being parsed here: version byte 1, then the text.
struct PgJson(String);

impl Type<Postgres> for PgJson {
    fn type_info() -> PgTypeInfo {
        <Value as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for PgJson {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.push(1);
        buffer.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }
}

/// Text of an unspecified type (oid 0): the server infers the enum from the column beside it.
struct PgWord(String);

impl Type<Postgres> for PgWord {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl Encode<'_, Postgres> for PgWord {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_characters_are_not_kept() {
        assert_eq!(storable("a\0b".into()), "ab".into());
        assert_eq!(storable(vec!["\0", "x"].into()), vec!["", "x"].into());
        let value = serde_json::json!({"k\0": ["\0v", {"d": "\0"}], "escaped": "\\u0000"});
        let kept = serde_json::json!({"k": ["v", {"d": ""}], "escaped": "\\u0000"});
        assert_eq!(storable(Arg::json(value)), Arg::json(kept));
    }
}
