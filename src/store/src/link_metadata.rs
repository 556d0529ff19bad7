//! Rows of `linkmetadata`: what was found behind an address in a certain hour.

use serde_json::Value;

use crate::db::Arg;
use crate::{Store, StoreError, args};

#[derive(Clone, Debug, PartialEq)]
pub struct LinkMetadata {
    pub url: String,
    /// The hour in milliseconds since 1970.
    pub hour: i64,
    /// `opengraph`, `image` or `none`.
    pub kind: String,
    pub data: Value,
}

/// The key of a row, as the original makes it: FNV-1 of 32 bits over the hour and the address.
pub fn hash(url: &str, hour: i64) -> i64 {
    let step = |hash: u32, byte: &u8| hash.wrapping_mul(0x0100_0193) ^ u32::from(*byte);
    let begun = hour.to_le_bytes().iter().fold(0x811c_9dc5, step);
    i64::from(url.as_bytes().iter().fold(begun, step))
}

/// What is known of these addresses; another address with the same key is left out by the caller's comparison of `url`.
pub async fn of(store: &Store, wanted: &[(String, i64)]) -> Result<Vec<LinkMetadata>, StoreError> {
    let hashes: Vec<i64> = wanted.iter().map(|(url, hour)| hash(url, *hour)).collect();
    let rows = store
        .db()
        .all(
            "SELECT url, timestamp, type, data FROM linkmetadata WHERE hash = ANY($1)",
            args![hashes],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(LinkMetadata {
                url: row.get("url")?,
                hour: row.get("timestamp")?,
                kind: row.get("type")?,
                data: row.get::<Option<Value>>("data")?.unwrap_or_default(),
            })
        })
        .collect()
}

pub async fn save(store: &Store, found: &LinkMetadata) -> Result<(), StoreError> {
    let data = if found.data.is_null() {
        Arg::json_null()
    } else {
        Arg::json(&found.data)
    };
    store
        .db()
        .exec(
            "INSERT INTO linkmetadata (hash, url, timestamp, type, data) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (hash) DO UPDATE SET url = excluded.url, timestamp = excluded.timestamp, \
             type = excluded.type, data = excluded.data",
            args![hash(&found.url, found.hour), &found.url, found.hour, &found.kind, data],
        )
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn keys_are_those_of_the_original() {
        let key = super::hash("https://example.com/a?b=1", 1_795_417_200_000);
        assert_eq!(key, 63_758_269);
    }
}
