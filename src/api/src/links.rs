//! What is on other servers: pictures through the image proxy, and where addresses lead.

use crate::{Api, Refused};
use axum::body::Body;
use contract::{GetImageByUrl, GetRedirectLocation, Raw, Reply};
use domain::image_proxy::{self, Picture};
use domain::{Caller, previews};
use http::{StatusCode, header};
use rustchat_core::common;
use std::collections::BTreeMap;

/// A picture from elsewhere loads and runs nothing.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox";

impl contract::Links for Api {
    async fn get_image_by_url(&self, _caller: Caller, req: GetImageByUrl) -> Result<Raw, Refused> {
        let url = req.url.unwrap_or_default();
        Ok(match image_proxy::get(self.app(), &url).await? {
            Picture::At(address) => Raw::new("application/json", "")
                .status(StatusCode::FOUND)
                .with_header(header::LOCATION, address),
            Picture::Here {
                media_type,
                length,
                bytes,
            } => {
                let answer = Raw::new(media_type, Body::from_stream(bytes))
                    .with_header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
                    .with_header(header::CONTENT_SECURITY_POLICY, POLICY)
                    .with_header(header::CACHE_CONTROL, "max-age=2592000, private");
                match length {
                    Some(length) => answer.with_header(header::CONTENT_LENGTH, length.to_string()),
                    None => answer,
                }
            }
        })
    }

    async fn get_redirect_location(
        &self,
        _caller: Caller,
        req: GetRedirectLocation,
    ) -> Result<Reply<BTreeMap<String, String>>, Refused> {
        let url = req.url.unwrap_or_default();
        if url.is_empty() {
            return Err(common::invalid_body("url").into());
        }
        let location = previews::redirect_of(self.app(), &url).await;
        Ok(BTreeMap::from([("location".to_owned(), location)]).into())
    }
}
