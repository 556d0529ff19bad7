//! Reading a form that carries one picture: what icons and profile pictures are uploaded as.

use crate::Refused;
use crate::multipart::Parts;
use bytes::Bytes;
use contract::RawBody;
use rustchat_core::error::ErrorDef;

/// What a refusal is called by the operation.
pub(crate) struct Errors {
    pub parse: ErrorDef,
    pub no_file: ErrorDef,
    pub too_large: ErrorDef,
}

/// What of a form is read at most, beside the file.
const FORM: u64 = 1 << 20;

/// Bytes of a picture at most, whatever the limit of files is: a picture is held in memory, where a file is not.
const PICTURE: u64 = 20 << 20;

/// The file called `image` of a form, of at most this many bytes.
pub(crate) async fn picture(body: RawBody, most: i64, errors: &Errors) -> Result<Bytes, Refused> {
    let most = u64::try_from(most)
        .unwrap_or_default()
        .min(PICTURE)
        .saturating_add(FORM);
    if body.content_length.is_some_and(|length| length > most) {
        return Err(errors.too_large.err().into());
    }
    let mut form =
        Parts::open(body, Some(most)).ok_or_else(|| Refused::from(errors.parse.err()))?;
    while let Some(field) = form
        .next()
        .await
        .map_err(|error| Refused::from(errors.parse.caused_by(error)))?
    {
        if field.name() == Some("image") && field.file_name().is_some() {
            let bytes = field.bytes().await;
            return bytes.map_err(|error| errors.too_large.caused_by(error).into());
        }
    }
    Err(errors.no_file.err().into())
}
