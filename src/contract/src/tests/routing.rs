//! Which addresses and methods reach an operation, and how their parameters are read.
use super::*;

#[tokio::test]
async fn unknown_paths_methods_slashes_and_patterns_are_not_found() {
    let long = format!("/api/v4/things/{ME}/");
    for (method, path) in [
        ("GET", "/api/v4/unknown"),
        ("GET", "/api/v4/"),
        ("GET", "/api/v3/things"),
        ("GET", "/api/"),
        ("GET", "/api/v4/things/"),
        ("GET", &long),
        ("PATCH", "/api/v4/pending"),
        ("HEAD", "/api/v4/things"),
        ("OPTIONS", "/api/v4/things"),
        ("GET", "/api/v4/things/with-dash"),
        ("GET", "/api/v4/things/%C3%BCn"),
        ("GET", "/api/v4/THINGS"),
        ("POST", "/api/v4/things/me"),
    ] {
        let (status, body) = toy(method, path, "").await;
        assert_eq!(status, 404, "{method} {path}");
        assert!(
            method == "HEAD" || body == "api.context.404.app_error",
            "{method} {path}: {body}"
        );
    }
}

#[tokio::test]
async fn a_literal_segment_shadows_a_parameter_only_for_its_own_methods() {
    assert_eq!(toy("POST", "/api/v4/things/login", "{}").await.0, 200);
    let (status, body) = toy("GET", "/api/v4/things/login", "").await;
    assert_eq!(
        (status, &body[..38]),
        (400, "api.context.invalid_url_param.app_erro")
    );
}

#[tokio::test]
async fn paths_are_decoded_me_is_resolved_and_the_rest_may_have_slashes() {
    assert_eq!(
        toy("GET", "/api/v4/things/me", "").await,
        (200, format!("\"{ME}|0|60\""))
    );
    assert_eq!(
        toy("GET", "/api/v4/things/email/a%40b.example%2Fx", "").await,
        (200, "\"a@b.example/x|0|60\"".into())
    );
    assert_eq!(toy("GET", "/files/abc/public", "").await.0, 200);
    assert_eq!(
        toy("HEAD", "/api/v4/things/me", "").await,
        (200, String::new())
    );
}

#[tokio::test]
async fn untidy_paths_are_redirected() {
    let request = http::Request::get("/api/v4//things/../things?x=1")
        .body(Body::empty())
        .unwrap();
    let response = app(Toy::default()).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 301);
    assert_eq!(response.headers()["location"], "/api/v4/things?x=1");
}

#[tokio::test]
async fn pages_fall_back_and_are_bounded() {
    for (query, answer) in [
        ("page=2&per_page=10", "\"|2|10\""),
        ("page=-1&per_page=-5", "\"|0|60\""),
        ("page=x&per_page=y", "\"|0|60\""),
        ("page=99999999999999999999&per_page=100000", "\"|0|200\""),
    ] {
        assert_eq!(
            toy("GET", &format!("/api/v4/things?{query}"), "").await.1,
            answer,
            "{query}"
        );
    }
}
