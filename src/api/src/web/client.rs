//! A Mattermost web client served from its folder. The folder is only read: what the original writes into `root.html` is
//! done on the way out (`root_page`).

use super::root_page::{checked, titled};
use super::{HTML, Web, missing};
use axum::{
    body::Body,
    extract::{Path as UrlPath, Request, State},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use config::Config;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};
use tower::ServiceExt;
use tower_http::services::ServeDir;

/// A year, in the original's seconds.
const FOREVER: &str = "max-age=31556926, public";
const CHECK_FIRST: &str = "no-cache, max-age=31556926, public";
const NOT_KEPT: &str = "no-cache, public";
/// A document longer than this is not the client's.
const MOST: u64 = 4 << 20;

/// A client's folder. Links in it are followed only as long as they stay in it.
pub(super) struct Client {
    folder: PathBuf,
    files: ServeDir,
    kept: Mutex<Option<Arc<Document>>>,
}

/// `root.html` as it is sent, with what it was made of.
pub(super) struct Document {
    modified: Option<SystemTime>,
    length: u64,
    site_name: String,
    description: String,
    etag: HeaderValue,
    html: Bytes,
}

impl Client {
    pub(super) fn new(folder: PathBuf) -> Self {
        if !folder.join("root.html").is_file() {
            tracing::warn!(folder = %folder.display(), "RustchatSettings.ClientDirectory has no root.html: no web client is served");
        }
        let files = ServeDir::new(&folder)
            .append_index_html_on_directories(false)
            .redirect_to_trailing_slash(false)
            .ignore_multi_range_requests(true)
            .precompressed_gzip();
        Self {
            folder,
            files,
            kept: Mutex::default(),
        }
    }

    /// The client's document, if there is one.
    pub(super) async fn document(&self, config: &Config) -> Option<Arc<Document>> {
        let path = self.folder.join("root.html");
        if !self.holds(&path).await {
            return None;
        }
        let facts = tokio::fs::metadata(&path).await.ok()?;
        if !facts.is_file() || facts.len() > MOST {
            return None;
        }
        let site_name = &config.team.site_name;
        let description = &config.team.custom_description_text;
        let kept = self.kept().clone();
        if let Some(kept) = kept
            && kept.modified == facts.modified().ok()
            && kept.length == facts.len()
            && kept.site_name == *site_name
            && kept.description == *description
        {
            return Some(kept);
        }
        let found = tokio::fs::read_to_string(&path).await;
        let found = found
            .inspect_err(
                |error| tracing::error!(%error, "root.html of the web client cannot be read"),
            )
            .ok()?;
        let html = titled(&checked(found), site_name, description);
        let digest = hex(&Sha256::digest(&html)[..16]);
        let document = Arc::new(Document {
            modified: facts.modified().ok(),
            length: facts.len(),
            site_name: site_name.clone(),
            description: description.clone(),
            etag: HeaderValue::from_str(&format!("W/\"{digest}\"")).ok()?,
            html: html.into(),
        });
        *self.kept() = Some(Arc::clone(&document));
        Some(document)
    }

    /// Whether what is at a path, if anything is, lies in the folder in the end.
    async fn holds(&self, path: &Path) -> bool {
        let (folder, path) = (self.folder.clone(), path.to_owned());
        let within = move || match path.canonicalize() {
            Ok(real) => folder
                .canonicalize()
                .is_ok_and(|folder| real.starts_with(folder)),
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        };
        tokio::task::spawn_blocking(within).await.unwrap_or(false)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Option<Arc<Document>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends the document, or that the browser's own is still good.
pub(super) fn root(document: Arc<Document>, asked: &HeaderMap) -> Response {
    let known = asked.get(header::IF_NONE_MATCH);
    let same = known
        .and_then(|known| known.to_str().ok())
        .is_some_and(|known| {
            let etag = document.etag.to_str().unwrap_or_default();
            known.trim() == "*" || known.split(',').any(|one| one.trim() == etag)
        });
    let mut response = if same {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = [(header::CONTENT_TYPE, HTML)];
        (kind, document.html.clone()).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, document.etag.clone());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CHECK_FIRST));
    if let Some(modified) = document.modified
        && let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(modified))
    {
        headers.insert(header::LAST_MODIFIED, date);
    }
    response
}

/// A file of the client: `/static/x` is `x` in its folder.
pub(super) async fn file(
    State(web): State<Web>,
    UrlPath(path): UrlPath<String>,
    mut request: Request,
) -> Response {
    let found = match (&web.client, relative(request.uri())) {
        // plugins have folders of their own, which this server does not have
        (Some(client), Some(uri))
            if matches!(*request.method(), Method::GET | Method::HEAD)
                && !path.starts_with("plugins/") =>
        {
            *request.uri_mut() = uri;
            served(client, request).await
        }
        _ => None,
    };
    let mut response = found.unwrap_or_else(missing);
    let cache = match response.status() {
        StatusCode::NOT_FOUND => NOT_KEPT,
        _ if path.ends_with("remote_entry.js") || path == "root.html" => CHECK_FIRST,
        _ => FOREVER,
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    name_charset(headers);
    response
}

async fn served(client: &Client, request: Request) -> Option<Response> {
    let name = plain_name(request.uri().path())?;
    // the compressed form beside a file may be sent in its place
    for name in [name.clone(), format!("{name}.gz")] {
        if !client.holds(&client.folder.join(name)).await {
            return None;
        }
    }
    let answer = client.files.clone().oneshot(request).await.ok()?;
    let found = answer.status() != StatusCode::NOT_FOUND;
    found.then(|| answer.map(Body::new))
}

/// The address below the folder.
fn relative(uri: &Uri) -> Option<Uri> {
    uri.path().strip_prefix("/static")?.parse().ok()
}

/// The name of a file below the folder; none for one that may mean another place, on whatever system.
fn plain_name(path: &str) -> Option<String> {
    let path = percent_decode_str(path.trim_start_matches('/'))
        .decode_utf8()
        .ok()?;
    let odd = |part: &str| matches!(part, "" | "." | "..") || part.contains(['\\', ':', '\0']);
    (!path.split('/').any(odd)).then(|| path.into_owned())
}

/// Texts are UTF-8; JSON is sent under exactly its plain name, which the client compares with.
fn name_charset(headers: &mut HeaderMap) {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    if let Some(kind) = kind
        && kind.starts_with("text/")
        && !kind.contains("charset")
        && let Ok(kind) = HeaderValue::from_str(&format!("{kind}; charset=utf-8"))
    {
        headers.insert(header::CONTENT_TYPE, kind);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_below_the_folder() {
        for (path, name) in [
            ("/main.js", Some("main.js")),
            ("/files/a%20b.png", Some("files/a b.png")),
            ("/a/../b", None),
            ("/a/%2e%2e/b", None),
            ("/%2E%2E/b", None),
            ("/a%2f..%2fb", None),
            ("/./a", None),
            ("/a//b", None),
            ("/a%00.js", None),
            ("/..%5cb", None),
            ("/C:/b", None),
            ("/%ff", None),
            ("/", None),
        ] {
            assert_eq!(plain_name(path).as_deref(), name, "{path}");
        }
    }
}
