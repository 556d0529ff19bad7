//! Public links: an address that lets anyone read one file, as long as the setting allows it.

use super::{NOT_FOUND, get, load};
use crate::{App, Caller};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustchat_core::error::{ErrorDef, Result};
use sha2::{Digest, Sha256};
use store::files::StoredFile;
use subtle::ConstantTimeEq;

const DISABLED: ErrorDef = ErrorDef::new(
    "api.file.get_public_link.disabled.app_error",
    403,
    "Public links are turned off on this server.",
);
const NO_POST: ErrorDef = ErrorDef::new(
    "api.file.get_public_link.no_post.app_error",
    400,
    "A file that is on no post has no public link.",
);
const WRONG: ErrorDef = ErrorDef::new(
    "api.file.get_file.public_invalid.app_error",
    400,
    "This public link is not valid.",
);

/// The public address of a file the caller may read.
pub async fn link(app: &App, caller: &Caller, id: &str) -> Result<String> {
    let config = app.config.get();
    require_on(app)?;
    let file = get(app, caller, id).await?;
    if file.info.post_id.is_empty() {
        return Err(NO_POST.err());
    }
    let site = config.service.site_url.trim_end_matches('/');
    let hash = hash(id, &config.file.public_link_salt);
    Ok(format!("{site}/files/{id}/public?h={hash}"))
}

/// The file behind a public address.
pub async fn public(app: &App, id: &str, given: &str) -> Result<StoredFile> {
    require_on(app)?;
    let file = load(app, id, &NOT_FOUND).await?;
    let expected = hash(id, &app.config.get().file.public_link_salt);
    let same: bool = expected.as_bytes().ct_eq(given.as_bytes()).into();
    if same { Ok(file) } else { Err(WRONG.err()) }
}

/// Off by setting, and without a salt, with which anyone could make links.
fn require_on(app: &App) -> Result<()> {
    let config = app.config.get();
    if config.file.enable_public_link && !config.file.public_link_salt.is_empty() {
        Ok(())
    } else {
        Err(DISABLED.err())
    }
}

/// The original's form, so that links given out before a change of server stay valid.
fn hash(id: &str, salt: &str) -> String {
    let digest = Sha256::new()
        .chain_update(salt.as_bytes())
        .chain_update(id.as_bytes())
        .finalize();
    URL_SAFE_NO_PAD.encode(digest)
}
