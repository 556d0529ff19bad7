//! Reading a form that carries one picture: what icons and profile pictures are uploaded as.

use crate::Refused;
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

/// The file called `image` of a form, of at most this many bytes.
pub(crate) async fn picture(body: RawBody, most: i64, errors: &Errors) -> Result<Bytes, Refused> {
    let most = u64::try_from(most).unwrap_or_default().saturating_add(FORM);
    if body.content_length.is_some_and(|length| length > most) {
        return Err(errors.too_large.err().into());
    }
    let boundary = body
        .content_type
        .as_deref()
        .and_then(|kind| multer::parse_boundary(kind).ok());
    let boundary = boundary.ok_or_else(|| Refused::from(errors.parse.err()))?;
    let limits = multer::SizeLimit::new().whole_stream(most);
    let constraints = multer::Constraints::new().size_limit(limits);
    let stream = body.stream.into_data_stream();
    let mut form = multer::Multipart::with_constraints(stream, boundary, constraints);
    while let Some(field) = form
        .next_field()
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
