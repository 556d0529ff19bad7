//! Asks another server what is behind an address, and keeps what a preview needs of the answer.

use model::PostImage;
use outgoing::{Request, Response};
use tokio::time::Instant;
use url::Url;

use super::{Known, opengraph};
use crate::{App, image_proxy};

/// How much of a page is read: what describes it stands at its beginning.
const PAGE: usize = 2 << 20;
/// How much of a picture is read for its size.
const HEAD: usize = 512 << 10;
/// How much of a GIF is read to count its frames.
const ANIMATION: usize = 10 << 20;

/// None when nobody answered as hoped, or nobody was asked: this server's own pages have no previews.
pub(super) async fn fetch(app: &App, address: &str, deadline: Instant) -> Option<Known> {
    let config = app.config.get();
    let address = image_proxy::plain(&config, address);
    let url = Url::parse(&address).ok()?;
    let own = Url::parse(&config.service.site_url).is_ok_and(|site| site.origin() == url.origin());
    if own || address.len() > 2048 {
        return None;
    }
    let request = Request::get(url.clone())
        .with("accept", "image/*, text/html;q=0.8")
        .with(
            "accept-language",
            &config.localization.default_server_locale,
        )
        .timeout(deadline.saturating_duration_since(Instant::now()));
    let answer = app.outgoing.send(request).await.ok()?;
    if !answer.status.is_success() {
        return None;
    }
    read(answer, url).await
}

async fn read(answer: Response, asked: Url) -> Option<Known> {
    let media_type = answer.content_type();
    let landed = answer.url.clone();
    if media_type.starts_with("image/svg") {
        return Some(Known::Image(PostImage {
            format: "svg".to_owned(),
            ..PostImage::default()
        }));
    }
    if media_type.starts_with("image/") {
        let most = if media_type.starts_with("image/gif") {
            ANIMATION
        } else {
            HEAD
        };
        let bytes = answer.beginning(most).await.ok()?;
        return blob::picture::remote(&bytes).map(|found| {
            Known::Image(PostImage {
                width: i64::from(found.width),
                height: i64::from(found.height),
                format: found.format.to_owned(),
                frame_count: i64::from(found.frames),
            })
        });
    }
    if !media_type.contains("html") {
        return Some(Known::Nothing);
    }
    let bytes = answer.beginning(PAGE).await.ok()?;
    // a page may be long, and others wait for this thread
    let page =
        tokio::task::spawn_blocking(move || opengraph::read(&bytes, &media_type, &asked, &landed));
    Some(page.await.ok()?.map_or(Known::Nothing, Known::Page))
}
