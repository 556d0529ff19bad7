//! Rows of a fresh database that differ between installations: roles, generated values, the properties of content flagging.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustchat_core::{clock, ids, roles};
use serde_json::{Value, json};

use crate::args;
use crate::db::{Arg, Tx};
use crate::error::StoreError;

pub(super) async fn rows(tx: &mut Tx) -> Result<(), StoreError> {
    built_in_roles(tx).await?;
    generated_values(tx).await?;
    property_groups(tx).await
}

async fn built_in_roles(tx: &mut Tx) -> Result<(), StoreError> {
    let now = clock::now_ms();
    for role in roles::defaults() {
        // The original writes a space before each permission, the first included.
        let permissions: String = role
            .permissions
            .iter()
            .flat_map(|permission| [" ", permission.as_str()])
            .collect();
        tx.exec(
            "INSERT INTO roles (id, name, displayname, description, createat, updateat, deleteat, permissions, schememanaged, builtin)
             VALUES ($1, $2, $3, $4, $5, $5, 0, $6, $7, $8)",
            args![ids::new_id(), &role.name, &role.display_name, &role.description, now, permissions, role.scheme_managed, role.built_in],
        )
        .await?;
    }
    Ok(())
}

async fn generated_values(tx: &mut Tx) -> Result<(), StoreError> {
    let now = clock::now_ms().to_string();
    let secret = BASE64_STANDARD.encode(rand::random::<[u8; 32]>());
    let values = [
        ("AsymmetricSigningKey", signing_key()?),
        ("DiagnosticId", ids::new_id()),
        (
            "PostActionCookieSecret",
            json!({ "key": secret }).to_string(),
        ),
        ("InstallationDate", now.clone()),
        ("FirstServerRunTimestamp", now),
    ];
    for (name, value) in values {
        tx.exec(
            "INSERT INTO systems (name, value) VALUES ($1, $2)",
            args![name, value],
        )
        .await?;
    }
    Ok(())
}

/// A key on P-256 as the original stores it: the coordinates and the secret as whole numbers of JSON.
fn signing_key() -> Result<String, StoreError> {
    use p256::elliptic_curve::sec1::ToEncodedPoint;
    let secret = loop {
        // Only a handful of the 2^256 values are out of range.
        if let Ok(secret) = p256::SecretKey::from_slice(&rand::random::<[u8; 32]>()) {
            break secret;
        }
    };
    let point = secret.public_key().to_encoded_point(false);
    let (Some(x), Some(y)) = (point.x(), point.y()) else {
        return Err(StoreError::Migration(
            "the signing key has no coordinates".into(),
        ));
    };
    Ok(format!(
        r#"{{"ecdsa_key":{{"curve":"P-256","x":{},"y":{},"d":{}}}}}"#,
        decimal(x),
        decimal(y),
        decimal(&secret.to_bytes())
    ))
}

/// A big-endian number in decimal digits.
fn decimal(bytes: &[u8]) -> String {
    let mut digits = vec![0_u8];
    for &byte in bytes {
        let mut carry = u32::from(byte);
        for digit in &mut digits {
            let value = u32::from(*digit) * 256 + carry;
            *digit = (value % 10) as u8;
            carry = value / 10;
        }
        while carry > 0 {
            digits.push((carry % 10) as u8);
            carry /= 10;
        }
    }
    digits
        .iter()
        .rev()
        .map(|digit| char::from(b'0' + digit))
        .collect()
}

/// `systems` says that content flagging is set up (v5): these are the rows that go with it.
async fn property_groups(tx: &mut Tx) -> Result<(), StoreError> {
    let group = ids::new_id();
    for (id, name) in [
        (&ids::new_id(), "custom_profile_attributes"),
        (&group, "content_flagging"),
    ] {
        tx.exec(
            "INSERT INTO propertygroups (id, name) VALUES ($1, $2)",
            args![id, name],
        )
        .await?;
    }
    let option =
        |(name, color): (&str, &str)| json!({ "id": ids::new_id(), "name": name, "color": color });
    let states = [
        ("Pending", "light_grey"),
        ("Assigned", "dark_blue"),
        ("Removed", "dark_red"),
        ("Retained", "light_blue"),
    ];
    let time = || json!({ "subType": "timestamp" });
    let fields = [
        ("flagged_post_id", "text", Value::Null),
        ("status", "select", json!({ "options": states.map(option) })),
        ("reporting_user_id", "user", Value::Null),
        ("reporting_reason", "select", Value::Null),
        ("reporting_comment", "text", Value::Null),
        ("reporting_time", "text", time()),
        ("reviewer_user_id", "user", json!({ "editable": true })),
        ("actor_user_id", "user", Value::Null),
        ("actor_comment", "text", Value::Null),
        ("action_time", "text", time()),
        ("content_flagging_managed", "text", Value::Null),
    ];
    let now = clock::now_ms();
    for (name, kind, attrs) in fields {
        tx.exec(
            "INSERT INTO propertyfields (id, groupid, name, type, attrs, targetid, targettype, createat, updateat, deleteat)
             VALUES ($1, $2, $3, $4, $5, '', '', $6, $6, 0)",
            args![ids::new_id(), &group, name, Arg::enum_("property_field_type", kind), Arg::json(attrs), now],
        )
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_big_numbers_in_decimal() {
        assert_eq!(decimal(&[0]), "0");
        assert_eq!(decimal(&[1, 0, 0]), "65536");
        assert_eq!(decimal(&[0xff; 16]), u128::MAX.to_string());
    }

    #[test]
    fn keys_are_json() {
        assert!(
            signing_key()
                .unwrap()
                .starts_with(r#"{"ecdsa_key":{"curve":"P-256","x":"#)
        );
    }
}
