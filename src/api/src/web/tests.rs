//! What is served outside the API, asked as browsers, apps and crawlers ask.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a panic is how a test reports

use super::router;
use axum::{Router, body::Body, response::Response};
use config::ConfigHandle;
use http::{HeaderMap, Request, StatusCode, header};
use serde_json::json;
use std::{fs, path::Path};
use tower::ServiceExt;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for below in ["i18n", "files", "plugins/x"] {
        fs::create_dir_all(at(below)).unwrap();
    }
    let meta = "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'self' js.stripe.com/v3\">";
    fs::write(
        at("root.html"),
        format!("<head>{meta}<title>Mattermost</title></head>"),
    )
    .unwrap();
    fs::write(at("main.0a1b.js"), "0123456789").unwrap();
    fs::write(at("remote_entry.js"), "entry").unwrap();
    fs::write(at("main.0a1b.css"), "body{}").unwrap();
    fs::write(at("i18n/de.0a1b.json"), "{}").unwrap();
    fs::write(at("manifest.json"), "{}").unwrap();
    fs::write(at("files/a.wasm"), "w").unwrap();
    fs::write(at("plugins/x/main.js"), "p").unwrap();
    folder
}

fn served(client: Option<&Path>) -> Router {
    let client = client.map(|path| path.display().to_string());
    let settings = json!({
        "RustchatSettings": {"ClientDirectory": client.unwrap_or_default()},
        "TeamSettings": {"SiteName": "Crew & Co"},
        "ServiceSettings": {"FrameAncestors": "https://a.example; script-src *"},
    });
    router(ConfigHandle::memory(&settings).unwrap())
}

async fn ask(router: &Router, method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    router.clone().oneshot(request).await.unwrap()
}

async fn text(response: Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await;
    String::from_utf8(bytes.unwrap().to_vec()).unwrap()
}

fn told<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn every_address_is_the_clients_document() {
    let folder = folder();
    let router = served(Some(folder.path()));
    for path in [
        "/",
        "/login",
        "/crew/channels/town-square",
        "/_redirect/pl/x",
        "/admin_console/a",
        "/error?type=x",
        "/plugins",
    ] {
        let response = ask(&router, "GET", path, &[]).await;
        assert_eq!(response.status(), 200, "{path}");
        let headers = response.headers().clone();
        assert_eq!(told(&headers, "content-type"), "text/html; charset=utf-8");
        assert_eq!(
            told(&headers, "cache-control"),
            "no-cache, max-age=31556926, public"
        );
        assert_eq!(told(&headers, "x-frame-options"), "SAMEORIGIN");
        assert_eq!(told(&headers, "referrer-policy"), "no-referrer");
        assert_eq!(
            told(&headers, "content-security-policy"),
            "frame-ancestors 'self' https://a.example; script-src 'self'"
        );
        assert!(told(&headers, "x-version-id").starts_with("11.6.0"));
        let html = text(response).await;
        assert!(html.contains("<title>Crew &amp; Co</title>"), "{html}");
        assert!(html.contains("content=\"script-src 'self'\""), "{html}");
    }
    let head = ask(&router, "HEAD", "/anything", &[]).await;
    assert_eq!(head.status(), 200);
    assert!(head.headers().contains_key(header::ETAG));
    for (method, path) in [("POST", "/login"), ("PUT", "/x"), ("DELETE", "/")] {
        let refused = ask(&router, method, path, &[]).await;
        assert_eq!(refused.status(), 404, "{method} {path}");
        assert_eq!(text(refused).await, "404 page not found\n");
    }
}

#[tokio::test]
async fn an_unchanged_document_is_not_sent_again() {
    let folder = folder();
    let router = served(Some(folder.path()));
    let first = ask(&router, "GET", "/", &[]).await;
    let etag = told(first.headers(), "etag").to_owned();
    let known = [("if-none-match", etag.as_str())];
    assert_eq!(ask(&router, "GET", "/x", &known).await.status(), 304);
    fs::write(folder.path().join("root.html"), "<title>new</title>").unwrap();
    let second = ask(&router, "GET", "/x", &known).await;
    assert_eq!(second.status(), 200);
    assert_eq!(text(second).await, "<title>new</title>");
}

#[tokio::test]
async fn files_have_their_kind_and_may_be_kept() {
    let folder = folder();
    let router = served(Some(folder.path()));
    let forever = "max-age=31556926, public";
    for (path, kind, cache) in [
        ("main.0a1b.js", "text/javascript; charset=utf-8", forever),
        ("main.0a1b.css", "text/css; charset=utf-8", forever),
        ("i18n/de.0a1b.json", "application/json", forever),
        ("manifest.json", "application/json", forever),
        ("files/a.wasm", "application/wasm", forever),
        (
            "remote_entry.js?bt=1",
            "text/javascript; charset=utf-8",
            "no-cache, max-age=31556926, public",
        ),
    ] {
        let response = ask(&router, "GET", &format!("/static/{path}"), &[]).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(told(response.headers(), "content-type"), kind, "{path}");
        assert_eq!(told(response.headers(), "cache-control"), cache, "{path}");
        assert_eq!(
            told(response.headers(), "x-content-type-options"),
            "nosniff"
        );
    }
}

#[tokio::test]
async fn parts_and_conditions_are_honoured() {
    let folder = folder();
    let router = served(Some(folder.path()));
    let path = "/static/main.0a1b.js";
    let part = ask(&router, "GET", path, &[("range", "bytes=2-4")]).await;
    assert_eq!(part.status(), 206);
    assert_eq!(told(part.headers(), "content-range"), "bytes 2-4/10");
    assert_eq!(text(part).await, "234");
    let head = ask(&router, "HEAD", path, &[]).await;
    assert_eq!(told(head.headers(), "content-length"), "10");
    let modified = told(head.headers(), "last-modified").to_owned();
    let etag = told(head.headers(), "etag").to_owned();
    for (name, value) in [("if-modified-since", modified), ("if-none-match", etag)] {
        let response = ask(&router, "GET", path, &[(name, &value)]).await;
        assert_eq!(response.status(), 304, "{name}: {value}");
    }
}

#[tokio::test]
async fn nothing_outside_the_folder_is_reached() {
    let folder = folder();
    let inner = folder.path().join("files");
    let router = served(Some(&inner));
    for path in [
        "/static/../root.html",
        "/static/%2e%2e/root.html",
        "/static/..%2froot.html",
        "/static/%2e%2e%2froot.html",
        "/static//etc/passwd",
        "/static/%2fetc/passwd",
        "/static/..%5croot.html",
        "/static/a.wasm%00",
        "/static/a.wasm/x",
        "/static/",
        "/static/i18n",
    ] {
        let response = ask(&router, "GET", path, &[]).await;
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(text(response).await, "404 page not found\n", "{path}");
    }
    let router = served(Some(folder.path()));
    for (method, path) in [
        ("GET", "/static/plugins/x/main.js"),
        ("GET", "/static/%70lugins/x/main.js"),
        ("GET", "/static/i18n"),
        ("GET", "/static/i18n/"),
        ("GET", "/static/nothing.js"),
        ("POST", "/static/main.0a1b.js"),
    ] {
        let response = ask(&router, method, path, &[]).await;
        assert_eq!(response.status(), 404, "{method} {path}");
        let headers = response.headers();
        assert_eq!(told(headers, "cache-control"), "no-cache, public", "{path}");
        assert_eq!(told(headers, "content-type"), "text/plain; charset=utf-8");
    }
}

#[tokio::test]
async fn without_a_client_the_root_is_the_start_page() {
    let empty = tempfile::tempdir().unwrap();
    for router in [served(None), served(Some(empty.path()))] {
        let start = ask(&router, "GET", "/", &[]).await;
        assert_eq!(start.status(), 200);
        assert_eq!(
            told(start.headers(), "content-type"),
            "text/html; charset=utf-8"
        );
        assert_eq!(told(start.headers(), "x-frame-options"), "DENY");
        let policy = told(start.headers(), "content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert_eq!(ask(&router, "HEAD", "/", &[]).await.status(), 200);
        let browser = ask(&router, "GET", "/login", &[("accept", "text/html,*/*")]).await;
        assert_eq!(browser.status(), StatusCode::NOT_FOUND);
        assert!(text(browser).await.contains("href=\"/\""));
        let program = ask(&router, "GET", "/login", &[]).await;
        assert_eq!(text(program).await, "404 page not found\n");
    }
}

#[tokio::test]
async fn crawlers_providers_and_plugins_have_their_answers() {
    let router = served(None);
    let robots = ask(&router, "GET", "/robots.txt", &[]).await;
    assert_eq!(
        told(robots.headers(), "content-type"),
        "text/plain; charset=utf-8"
    );
    assert_eq!(text(robots).await, "User-agent: *\nDisallow: /\n");
    for (path, status) in [
        ("/unsupported_browser.js", 200),
        ("/oauth/gitlab/login", 501),
        ("/oauth/nobody/mobile_login", 501),
        ("/login/gitlab/complete", 307),
        ("/login/gitlab/complete?code=x", 501),
        ("/login/sso/saml", 302),
        ("/plugins/x", 404),
        ("/plugins/x/api/v1/hello", 404),
        ("/plugins/x/public/a.png", 404),
        ("/api/v5/x", 404),
    ] {
        assert_eq!(
            ask(&router, "GET", path, &[]).await.status(),
            status,
            "{path}"
        );
    }
    let location = ask(&router, "GET", "/login/%2f%2fevil.example/complete", &[]).await;
    assert_eq!(
        told(location.headers(), "location"),
        "/error?type=oauth_missing_code"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn links_that_leave_the_folder_lead_nowhere() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.js"), "secret").unwrap();
    fs::write(outside.path().join("secret.js.gz"), "secret").unwrap();
    let at = |name: &str| folder.path().join(name);
    symlink(outside.path().join("secret.js"), at("out.js")).unwrap();
    symlink(outside.path(), at("out")).unwrap();
    symlink(outside.path().join("secret.js.gz"), at("manifest.json.gz")).unwrap();
    symlink(at("main.0a1b.js"), at("in.js")).unwrap();
    let link = tempfile::tempdir().unwrap().path().join("client");
    fs::create_dir_all(link.parent().unwrap()).unwrap();
    symlink(folder.path(), &link).unwrap();
    for client in [folder.path(), link.as_path()] {
        let router = served(Some(client));
        let gzip = [("accept-encoding", "gzip")];
        for path in [
            "/static/out.js",
            "/static/out/secret.js",
            "/static/manifest.json",
            "/static/../root.html",
            "/static/i18n/%2e%2e/main.0a1b.js",
            "/static/i18n%2f..%2fmain.0a1b.js",
            "/static/..%5c..%5csecret",
            "/static/C:/secret",
            "/static/main.0a1b.js%00",
        ] {
            let refused = ask(&router, "GET", path, &gzip).await;
            assert_eq!(refused.status(), 404, "{path}");
            assert_eq!(text(refused).await, "404 page not found\n", "{path}");
        }
        let found = ask(&router, "GET", "/static/in.js", &[]).await;
        assert_eq!(text(found).await, "0123456789");
    }
    fs::remove_file(at("root.html")).unwrap();
    fs::write(outside.path().join("page.html"), "<title>secret</title>").unwrap();
    symlink(outside.path().join("page.html"), at("root.html")).unwrap();
    let page = ask(&served(Some(folder.path())), "GET", "/", &[]).await;
    assert!(!text(page).await.contains("secret"));
    fs::remove_file(&link).unwrap();
}
