//! The installation's signing key: apps believe a notification only if it is signed with the key their server told them.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use p256::PublicKey;
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use p256::pkcs8::EncodePublicKey;
use rustchat_core::error::Result;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Signs notifications. Without a key in the database nothing is signed, and no key is told.
#[derive(Default)]
pub struct Signer(Option<SigningKey>);

/// The row as it is stored: numbers too large for JSON readers that think in floats, so they stay text here.
#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    ecdsa_key: Key<'a>,
}

#[derive(Deserialize)]
struct Key<'a> {
    #[serde(borrow)]
    d: &'a RawValue,
}

impl Signer {
    pub async fn load(store: &store::Store) -> Result<Self> {
        let row = store::systems::get(store, "AsymmetricSigningKey").await?;
        let key = row.as_deref().and_then(read);
        if row.is_some() && key.is_none() {
            tracing::error!(
                "the signing key in the database cannot be read: notifications are not signed"
            );
        }
        Ok(Self(key))
    }

    /// What clients are told of the key.
    pub fn public_key(&self) -> String {
        let der = self.0.as_ref().and_then(|key| {
            PublicKey::from(key.verifying_key())
                .to_public_key_der()
                .ok()
        });
        der.map(|der| STANDARD.encode(der.as_bytes()))
            .unwrap_or_default()
    }

    /// A signed statement that this server sent this notification to this device.
    pub(super) fn sign(&self, ack_id: &str, device_id: &str) -> String {
        let Some(key) = &self.0 else {
            return String::new();
        };
        let claims = serde_json::json!({ "ack_id": ack_id, "device_id": device_id });
        let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","typ":"JWT"}"#);
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature: Signature = key.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

fn read(row: &str) -> Option<SigningKey> {
    let row: Row<'_> = serde_json::from_str(row).ok()?;
    SigningKey::from_slice(&bytes(row.ecdsa_key.d.get())?).ok()
}

/// A number in decimal digits as 32 bytes, the largest first.
fn bytes(digits: &str) -> Option<[u8; 32]> {
    let mut out = [0_u8; 32];
    for digit in digits.chars() {
        let mut carry = digit.to_digit(10)?;
        for byte in out.iter_mut().rev() {
            let value = u32::from(*byte) * 10 + carry;
            *byte = (value & 255) as u8;
            carry = value >> 8;
        }
        if carry > 0 {
            return None;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier;
    use p256::pkcs8::DecodePublicKey;

    #[test]
    fn decimal_digits_become_bytes() {
        let mut expected = [0; 32];
        expected[30] = 1;
        expected[31] = 2;
        assert_eq!(bytes("258"), Some(expected));
        assert_eq!(bytes("12x"), None);
        assert_eq!(bytes(&"9".repeat(80)), None);
    }

    #[test]
    fn clients_can_check_a_signature() {
        let signer = Signer(read(
            r#"{"ecdsa_key":{"curve":"P-256","x":1,"y":2,"d":3735928559}}"#,
        ));
        let token = signer.sign("ack", "device");
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let der = STANDARD.decode(signer.public_key()).unwrap();
        let key = VerifyingKey::from(PublicKey::from_public_key_der(&der).unwrap());
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        key.verify(
            signed.as_bytes(),
            &Signature::from_slice(&signature).unwrap(),
        )
        .unwrap();
        let claims = signed.split_once('.').unwrap().1;
        assert_eq!(
            URL_SAFE_NO_PAD.decode(claims).unwrap(),
            br#"{"ack_id":"ack","device_id":"device"}"#
        );
        assert_eq!(Signer::default().sign("a", "b"), "");
    }
}
