//! One row of an answer, read by column name. NULL reads as the default of a plain type and as `None` of an `Option`.

use serde_json::Value;
use sqlx::postgres::{PgRow, PgValueRef};
use sqlx::sqlite::{SqliteRow, SqliteValueRef};
use sqlx::{Decode, Postgres, Row as _, Sqlite, TypeInfo, ValueRef};

use crate::error::StoreError;

pub struct Row(pub(super) Inner);

pub(super) enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    pub fn get<T: FromColumn>(&self, column: &str) -> Result<T, StoreError> {
        match &self.0 {
            Inner::Sqlite(row) => {
                let value = row.try_get_raw(column)?;
                if value.is_null() {
                    Ok(T::null())
                } else {
                    T::from_sqlite(value)
                }
            }
            Inner::Postgres(row) => {
                let value = row.try_get_raw(column)?;
                if value.is_null() {
                    Ok(T::null())
                } else {
                    T::from_postgres(value)
                }
            }
        }
        .map_err(|reason: Reason| StoreError::decode(column, reason))
    }
}

type Reason = sqlx::error::BoxDynError;

/// What a column may be read as.
pub trait FromColumn: Sized {
    fn null() -> Self;
    #[doc(hidden)]
    fn from_sqlite(value: SqliteValueRef<'_>) -> Result<Self, Reason>;
    #[doc(hidden)]
    fn from_postgres(value: PgValueRef<'_>) -> Result<Self, Reason>;
}

impl<T: FromColumn> FromColumn for Option<T> {
    fn null() -> Self {
        None
    }
    fn from_sqlite(value: SqliteValueRef<'_>) -> Result<Self, Reason> {
        T::from_sqlite(value).map(Some)
    }
    fn from_postgres(value: PgValueRef<'_>) -> Result<Self, Reason> {
        T::from_postgres(value).map(Some)
    }
}

impl FromColumn for i64 {
    fn null() -> Self {
        0
    }
    fn from_sqlite(value: SqliteValueRef<'_>) -> Result<Self, Reason> {
        <i64 as Decode<Sqlite>>::decode(value)
    }
    fn from_postgres(value: PgValueRef<'_>) -> Result<Self, Reason> {
        match oid(&value) {
            20 => <i64 as Decode<Postgres>>::decode(value),
            23 => <i32 as Decode<Postgres>>::decode(value).map(i64::from),
            21 => <i16 as Decode<Postgres>>::decode(value).map(i64::from),
            16 => <bool as Decode<Postgres>>::decode(value).map(i64::from),
            1700 => whole_numeric(value.as_bytes()?),
            _ => Err(unexpected(&value, "a whole number")),
        }
    }
}

impl FromColumn for i32 {
    fn null() -> Self {
        0
    }
    fn from_sqlite(value: SqliteValueRef<'_>) -> Result<Self, Reason> {
        Ok(i64::from_sqlite(value)?.try_into()?)
    }
    fn from_postgres(value: PgValueRef<'_>) -> Result<Self, Reason> {
        Ok(i64::from_postgres(value)?.try_into()?)
    }
}

impl FromColumn for f64 {
    fn null() -> Self {
        0.0
    }
    fn from_sqlite(value: SqliteValueRef<'_>) -> Result<Self, Reason> {
        <f64 as Decode<Sqlite>>::decode(value)
    }
    fn from_postgres(value: PgValueRef<'_>) -> Result<Self, Reason> {
        match oid(&value) {
            701 => <f64 as Decode<Postgres>>::decode(value),
            700 => <f32 as Decode<Postgres>>::decode(value).map(f64::from),
            _ => i64::from_postgres(value).map(|whole| whole as f64),
        }
    }
}

impl FromColumn for bool {
    fn null() -> Self {
        false
    }
    fn from_sqlite(value: SqliteValueRef<'_>) -> Result<Self, Reason> {
        i64::from_sqlite(value).map(|number| number != 0)
    }
    fn from_postgres(value: PgValueRef<'_>) -> Result<Self, Reason> {
        match oid(&value) {
            16 => <bool as Decode<Postgres>>::decode(value),
            _ => i64::from_postgres(value).map(|number| number != 0),
        }
    }
}

impl FromColumn for String {
    fn null() -> Self {
        String::new()
    }
    fn from_sqlite(value: SqliteValueRef<'_>) -> Result<Self, Reason> {
        <String as Decode<Sqlite>>::decode(value)
    }
    fn from_postgres(value: PgValueRef<'_>) -> Result<Self, Reason> {
        text(&value).map(str::to_owned)
    }
}

impl FromColumn for Value {
    fn null() -> Self {
        Value::Null
    }
    fn from_sqlite(value: SqliteValueRef<'_>) -> Result<Self, Reason> {
        json(<&str as Decode<Sqlite>>::decode(value)?)
    }
    fn from_postgres(value: PgValueRef<'_>) -> Result<Self, Reason> {
        json(text(&value)?)
    }
}

impl FromColumn for Vec<u8> {
    fn null() -> Self {
        Vec::new()
    }
    fn from_sqlite(value: SqliteValueRef<'_>) -> Result<Self, Reason> {
        <Vec<u8> as Decode<Sqlite>>::decode(value)
    }
    fn from_postgres(value: PgValueRef<'_>) -> Result<Self, Reason> {
        <Vec<u8> as Decode<Postgres>>::decode(value)
    }
}

/// Text columns hold an empty string where there is no JSON yet.
fn json(text: &str) -> Result<Value, Reason> {
    if text.is_empty() {
        Ok(Value::Null)
    } else {
        Ok(serde_json::from_str(text)?)
    }
}

/// Text, words of enum types, and JSON as its text.
fn text<'r>(value: &PgValueRef<'r>) -> Result<&'r str, Reason> {
    let bytes = match (oid(value), value.as_bytes()?) {
        (16 | 17 | 20 | 21 | 23 | 700 | 701 | 1700, _) => return Err(unexpected(value, "text")),
        (3802, [1, rest @ ..]) => rest,
        (_, bytes) => bytes,
    };
    Ok(std::str::from_utf8(bytes)?)
}

fn oid(value: &PgValueRef<'_>) -> u32 {
    value.type_info().oid().map_or(0, |oid| oid.0)
}

fn unexpected(value: &PgValueRef<'_>, wanted: &str) -> Reason {
    format!("{} is not {wanted}", value.type_info().name()).into()
}

/// PostgreSQL's sum of bigints is a numeric: digits in base 10,000, the first with the given weight.
fn whole_numeric(bytes: &[u8]) -> Result<i64, Reason> {
    let mut words = bytes
        .chunks_exact(2)
        .map(|pair| i16::from_be_bytes([pair[0], pair[1]]));
    let mut next = || words.next().ok_or("a numeric that ends early");
    let (count, weight, sign, _scale) = (next()?, next()?, next()?, next()?);
    let mut total: i64 = 0;
    for place in 0..=weight.max(-1) {
        let digit = if place < count { i64::from(next()?) } else { 0 };
        total = total
            .checked_mul(10_000)
            .and_then(|n| n.checked_add(digit))
            .ok_or("a numeric past 64 bits")?;
    }
    Ok(if sign == 0 { total } else { -total })
}
