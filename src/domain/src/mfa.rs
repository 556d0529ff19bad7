//! Signing in with a second factor: the six digits of an authenticator app (TOTP, RFC 6238, SHA-1, 30 seconds).

use crate::mail::{Site, letters};
use crate::{app::App, users};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use model::{MfaSecret, Session, User};
use rustchat_core::{
    clock,
    error::{AppError, ErrorDef, Result},
    roles,
};
use sha1::Sha1;
use store::cache::Kind;
use subtle::ConstantTimeEq;

const DISABLED: ErrorDef = ErrorDef::new(
    "mfa.mfa_disabled.app_error",
    501,
    "Multi-factor authentication is switched off on this server.",
);
const OTHER_SERVICE: ErrorDef = ErrorDef::new(
    "api.user.activate_mfa.email_and_ldap_only.app_error",
    400,
    "The sign-in provider of this account has factors of its own.",
);
const BAD_TOKEN: ErrorDef = ErrorDef::new(
    "mfa.activate.bad_token.app_error",
    401,
    "The code is not valid.",
);
const TOKEN_NEEDED: ErrorDef = ErrorDef::new(
    "mfa.validate_token.authenticate.app_error",
    400,
    "A code of the authenticator app is needed.",
);
const BAD_CODE: ErrorDef = ErrorDef::new(
    "api.user.check_user_mfa.bad_code.app_error",
    401,
    "The code of the authenticator app is not valid.",
);
const QR_CODE: ErrorDef = ErrorDef::new(
    "mfa.generate_qr_code.create_code.app_error",
    500,
    "The QR code could not be drawn.",
);

const REQUIRED: ErrorDef = ErrorDef::new(
    "api.context.mfa_required.app_error",
    403,
    "Set up multi-factor authentication first; this server asks everybody for it.",
);

const SECRET_BYTES: usize = 20;
const STEP: i64 = 30 * clock::SECOND;
const DIGITS: u32 = 1_000_000;
/// Steps before and after now whose codes count, for clocks that are off.
const DRIFT: i64 = 1;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Refuses who has to set up a second factor and has not. Integrations and accounts of providers have none here.
pub fn require_set_up(app: &App, session: &Session, user: &User) -> Result<()> {
    let config = app.config.get();
    let service = &config.service;
    let asked = service.enable_multifactor_authentication
        && service.enforce_multifactor_authentication
        && (config.guest_accounts.enforce_multifactor_authentication
            || !roles::contains(&user.roles, roles::SYSTEM_GUEST));
    let has_factor = user.mfa_active || user.is_bot || session.is_oauth;
    let ours = matches!(user.auth_service.as_str(), "" | "email" | "ldap");
    if asked && ours && !has_factor {
        return Err(REQUIRED.err());
    }
    Ok(())
}

fn require_enabled(app: &App) -> Result<()> {
    if app.config.get().service.enable_multifactor_authentication {
        Ok(())
    } else {
        Err(DISABLED.err())
    }
}

/// A new secret for an authenticator app. It counts once it was proven with `activate`.
pub async fn generate(app: &App, user_id: &str) -> Result<MfaSecret> {
    let user = users::get(app, user_id).await?;
    require_enabled(app)?;
    let secret = encode(&rand::random::<[u8; SECRET_BYTES]>());
    let issuer = app.config.get().team.site_name.clone();
    let address: String = url::form_urlencoded::byte_serialize(user.email.as_bytes()).collect();
    let issuer: String = url::form_urlencoded::byte_serialize(issuer.as_bytes()).collect();
    let link = format!("otpauth://totp/{issuer}:{address}?issuer={issuer}&secret={secret}");
    let picture = app.studio.qr_code(link).await;
    let picture = picture.map_err(|error| QR_CODE.caused_by(error))?;
    store(app, user_id, false, &secret).await?;
    Ok(MfaSecret {
        secret,
        qr_code: BASE64.encode(picture),
    })
}

async fn store(app: &App, user_id: &str, active: bool, secret: &str) -> Result<()> {
    store::users::set_mfa(app.store.db(), user_id, active, secret, clock::now_ms()).await?;
    app.store.cache().invalidate(Kind::User, user_id);
    Ok(())
}

/// From now on sign-ins need a code; this one proves that the app has the secret.
pub async fn activate(app: &App, user_id: &str, code: &str) -> Result<()> {
    let user = users::get(app, user_id).await?;
    if !matches!(user.auth_service.as_str(), "" | "ldap") {
        return Err(OTHER_SERVICE.err());
    }
    require_enabled(app)?;
    if matching_step(&user.mfa_secret, code).is_none() {
        return Err(BAD_TOKEN.err());
    }
    store(app, user_id, true, &user.mfa_secret).await?;
    tell(app, &user, true);
    Ok(())
}

fn tell(app: &App, user: &User, active: bool) {
    let site = Site::of(&app.config.get());
    app.mail.send_to(user, letters::mfa_changed(&site, active));
}

/// From now on the password is enough.
pub async fn deactivate(app: &App, user_id: &str) -> Result<()> {
    let user = users::get(app, user_id).await?;
    if user.mfa_active || !user.mfa_secret.is_empty() {
        store(app, user_id, false, "").await?;
        tell(app, &user, false);
    }
    Ok(())
}

/// Checks the second factor of a sign-in, where the account has one. A code works once.
pub(crate) async fn check(app: &App, user: &User, code: &str) -> Result<()> {
    if !user.mfa_active || !app.config.get().service.enable_multifactor_authentication {
        return Ok(());
    }
    if code.is_empty() {
        return Err(TOKEN_NEEDED.err());
    }
    let step = matching_step(&user.mfa_secret, code).ok_or_else(|| BAD_CODE.err())?;
    let oldest = clock::now_ms() / STEP - DRIFT;
    if !store::users::use_mfa_step(app.store.db(), &user.id, step, oldest).await? {
        return Err(BAD_CODE.err());
    }
    Ok(())
}

/// Whether a sign-in was refused because no code was given yet.
pub(crate) fn is_question(error: &AppError) -> bool {
    error.is(&TOKEN_NEEDED)
}

/// The time step whose code this is.
fn matching_step(secret: &str, code: &str) -> Option<i64> {
    let key = decode(secret)?;
    let now = clock::now_ms() / STEP;
    let mut found = None;
    for step in now - DRIFT..=now + DRIFT {
        let expected = format!("{:06}", totp(&key, step)?);
        // all are compared, so that the time does not tell which one matched
        if bool::from(expected.as_bytes().ct_eq(code.as_bytes())) {
            found = Some(step);
        }
    }
    found
}

fn totp(key: &[u8], step: i64) -> Option<u32> {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).ok()?;
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest.last()? & 15);
    let word: [u8; 4] = digest.get(offset..offset + 4)?.try_into().ok()?;
    Some((u32::from_be_bytes(word) & 0x7fff_ffff) % DIGITS)
}

fn encode(bytes: &[u8]) -> String {
    let (mut out, mut bits, mut count) = (String::new(), 0u32, 0);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            out.push(char::from(BASE32[((bits >> count) & 31) as usize]));
        }
    }
    if count > 0 {
        out.push(char::from(BASE32[((bits << (5 - count)) & 31) as usize]));
    }
    out
}

/// None for an empty or unreadable secret.
fn decode(text: &str) -> Option<Vec<u8>> {
    let (mut out, mut bits, mut count) = (Vec::new(), 0u32, 0);
    for c in text.trim_end_matches('=').bytes() {
        let value = BASE32
            .iter()
            .position(|known| known.eq_ignore_ascii_case(&c))?;
        bits = (bits << 5) | u32::try_from(value).ok()?;
        count += 5;
        if count >= 8 {
            count -= 8;
            out.push(((bits >> count) & 255) as u8);
        }
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_standard() {
        let key = b"12345678901234567890";
        for (seconds, code) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (2_000_000_000, 279_037),
        ] {
            assert_eq!(totp(key, seconds / 30), Some(code));
        }
    }

    #[test]
    fn secrets_survive_the_encoding() {
        assert_eq!(
            encode(b"12345678901234567890"),
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        );
        assert_eq!(
            decode("gezdgnbvgy3tqojqgezdgnbvgy3tqojq").unwrap(),
            b"12345678901234567890"
        );
        assert!(decode("").is_none() && decode("1!").is_none());
    }

    #[test]
    fn an_account_without_a_secret_has_no_codes() {
        assert_eq!(matching_step("", "000000"), None);
    }
}
