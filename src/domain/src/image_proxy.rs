//! Pictures on other servers, shown through this one (`local`) or another that the administrator runs (`atmos/camo`), so that
//! readers' addresses are not told to whoever has the picture. Messages are stored with the plain addresses.

use std::borrow::Cow;

use bytes::Bytes;
use config::Config;
use futures_util::Stream;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use hmac::{Hmac, KeyInit, Mac};
use model::Post;
use outgoing::Request;
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::text::links;
use sha1::Sha1;
use url::Url;
use url::form_urlencoded;

use crate::App;

const REFUSED: ErrorDef = ErrorDef::new(
    "api.image.get.app_error",
    400,
    "This picture is not to be had here.",
);
const NO_SITE: ErrorDef = ErrorDef::new(
    "model.config.is_valid.site_url.app_error",
    500,
    "The server does not know its own address.",
);

/// The most bytes of a picture.
const MAX_BYTES: u64 = 50 << 20;
/// What is passed on: pictures that browsers only draw.
const PASSED_ON: [&str; 10] = [
    "image/apng",
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "image/vnd.microsoft.icon",
    "image/webp",
    "image/x-icon",
];
const OWN: &str = "/api/v4/image?url=";

/// What `GET /image` answers.
pub enum Picture {
    At(String),
    Here {
        media_type: &'static str,
        length: Option<u64>,
        bytes: BoxStream<'static, std::result::Result<Bytes, outgoing::Error>>,
    },
}

fn is_local(config: &Config) -> bool {
    config.image_proxy.image_proxy_type == "local"
}

fn site(config: &Config) -> &str {
    config.service.site_url.trim_end_matches('/')
}

/// The address readers get a picture by; None where it is the plain one.
pub fn proxied(config: &Config, address: &str) -> Option<String> {
    let proxy = &config.image_proxy;
    let site = site(config);
    if !proxy.enable || !(address.starts_with("http://") || address.starts_with("https://")) {
        return None;
    }
    let within = |base: &str| {
        !base.is_empty()
            && address
                .strip_prefix(base)
                .is_some_and(|rest| rest.starts_with('/'))
    };
    if site.is_empty() || within(site) {
        return None;
    }
    if is_local(config) {
        let encoded: String = form_urlencoded::byte_serialize(address.as_bytes()).collect();
        return Some(format!("{site}{OWN}{encoded}"));
    }
    let base = proxy.remote_image_proxy_url.trim_end_matches('/');
    if base.is_empty() || within(base) {
        return None;
    }
    let mut mac = Hmac::<Sha1>::new_from_slice(proxy.remote_image_proxy_options.as_bytes()).ok()?;
    mac.update(address.as_bytes());
    Some(format!(
        "{base}/{}/{}",
        hex(&mac.finalize().into_bytes()),
        hex(address.as_bytes())
    ))
}

/// The address a picture has elsewhere.
pub fn plain<'a>(config: &Config, address: &'a str) -> Cow<'a, str> {
    let own = address
        .strip_prefix(site(config))
        .and_then(|rest| rest.strip_prefix("/api/v4/image?"));
    if let Some(query) = own
        && let Some((_, url)) =
            form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "url")
    {
        return Cow::Owned(url.into_owned());
    }
    let base = config
        .image_proxy
        .remote_image_proxy_url
        .trim_end_matches('/');
    if !base.is_empty()
        && let Some(path) = address.strip_prefix(base)
        && let Some((_, encoded)) = path.rsplit_once('/')
        && let Some(url) = unhex(encoded)
    {
        return Cow::Owned(url);
    }
    Cow::Borrowed(address)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<String> {
    if text.is_empty() || !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    let pairs = (0..text.len()).step_by(2);
    let bytes: Option<Vec<u8>> = pairs
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect();
    String::from_utf8(bytes?).ok()
}

/// Leads the pictures of a message through the proxy; clients edit the message as it is stored.
pub(crate) fn lead_through(config: &Config, post: &mut Post) {
    if !config.image_proxy.enable {
        return;
    }
    if let Some(message) = links::with_images(&post.message, |url| proxied(config, url)) {
        let source = std::mem::replace(&mut post.message, message);
        if post.message_source.is_empty() {
            post.message_source = source;
        }
    }
}

/// Undoes `lead_through` in what a client sends.
pub(crate) fn straighten(config: &Config, message: &mut String) {
    let plain = |url: &str| match plain(config, url) {
        Cow::Owned(plain) => Some(plain),
        Cow::Borrowed(_) => None,
    };
    if let Some(straight) = links::with_images(message, plain) {
        *message = straight;
    }
}

/// The picture at an address, if the proxy is on.
pub async fn get(app: &App, address: &str) -> Result<Picture> {
    let config = app.config.get();
    if !config.image_proxy.enable || address.is_empty() {
        return Err(REFUSED.err());
    }
    let site = Url::parse(&config.service.site_url).map_err(|error| NO_SITE.caused_by(error))?;
    let url = site
        .join(address)
        .map_err(|error| REFUSED.caused_by(error))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(REFUSED.err());
    }
    if url.origin() == site.origin() {
        return Ok(Picture::At(url.into()));
    }
    if !is_local(&config) {
        return match proxied(&config, url.as_str()) {
            Some(address) => Ok(Picture::At(address)),
            None => Err(REFUSED.err()),
        };
    }
    fetch(app, url).await
}

async fn fetch(app: &App, url: Url) -> Result<Picture> {
    let request = Request::get(url).with("accept", "image/*");
    let answer = app.outgoing.send(request).await.map_err(unavailable)?;
    let media_type = answer.content_type();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let known = PASSED_ON.iter().find(|known| **known == essence);
    let (true, Some(media_type)) = (answer.status.is_success(), known) else {
        return Err(REFUSED.err());
    };
    let length = answer.length();
    if length.is_some_and(|length| length > MAX_BYTES) {
        return Err(REFUSED.err());
    }
    Ok(Picture::Here {
        media_type,
        length,
        bytes: stream(answer).boxed(),
    })
}

fn stream(
    answer: outgoing::Response,
) -> impl Stream<Item = std::result::Result<Bytes, outgoing::Error>> + Send + 'static {
    answer.stream(MAX_BYTES)
}

fn unavailable(error: outgoing::Error) -> AppError {
    REFUSED.caused_by(error).with_status(500)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::config::ConfigHandle;
    use serde_json::json;
    use std::sync::Arc;

    fn config(kind: &str) -> Arc<Config> {
        let settings = json!({
            "ServiceSettings": {"SiteURL": "http://chat.example"},
            "ImageProxySettings": {
                "Enable": true, "ImageProxyType": kind, "RemoteImageProxyURL": "https://camo.example/", "RemoteImageProxyOptions": "key",
            },
        });
        ConfigHandle::memory(&settings).unwrap().get()
    }

    #[test]
    fn there_and_back() {
        for kind in ["local", "atmos/camo"] {
            let config = config(kind);
            let address = "http://p.example/a b.png?x=1&y=\u{fc}";
            let through = proxied(&config, address).unwrap();
            assert_eq!(plain(&config, &through), address, "{through}");
            assert_eq!(proxied(&config, &through), None);
            for own in [
                "/static/own.png",
                "http://chat.example/x.png",
                "data:image/png;base64,x",
            ] {
                assert_eq!(proxied(&config, own), None);
                assert_eq!(plain(&config, own), own);
            }
        }
        let local = proxied(&config("local"), "http://p.example/a.png").unwrap();
        assert_eq!(
            local,
            "http://chat.example/api/v4/image?url=http%3A%2F%2Fp.example%2Fa.png"
        );
    }

    #[test]
    fn messages_are_shown_and_stored() {
        let config = config("local");
        let message = "![a](http://p.example/a.png) http://p.example/b.png";
        let mut post = Post {
            message: message.to_owned(),
            ..Post::default()
        };
        lead_through(&config, &mut post);
        assert_eq!(post.message_source, message);
        assert!(
            post.message
                .starts_with("![a](http://chat.example/api/v4/image?url=")
                && post.message.ends_with(" http://p.example/b.png")
        );
        straighten(&config, &mut post.message);
        assert_eq!(post.message, message);
    }
}
