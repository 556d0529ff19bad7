//! How bodies are read, refused and bounded.
use super::*;

#[tokio::test]
async fn bodies_are_read_as_the_original_reads_them() {
    let message = |(status, body): (u16, String)| {
        assert_eq!(status, 201, "{body}");
        serde_json::from_str::<Post>(&body).unwrap().message
    };
    let create = |body: &'static str| toy("POST", "/api/v4/things", body);
    assert_eq!(
        message(create(r#"{"message": "first"} {"message": "second"}"#).await),
        "first"
    );
    assert_eq!(
        message(create(r#"{"message": "a", "message": "b"}"#).await),
        "b"
    );
    assert_eq!(
        message(create(r#"{"MESSAGE": "any case", "unknown": 1}"#).await),
        "any case"
    );
    assert_eq!(message(create("null").await), "");
    for bad in ["{", "", "[]", "\"text\"", r#"{"channel_id": 5}"#, "a=b"] {
        let (status, body) = create(bad).await;
        assert_eq!(status, 400, "{bad}");
        assert!(
            body.starts_with("api.context.invalid_body_param.app_error"),
            "{bad}: {body}"
        );
    }
}

#[tokio::test]
async fn lists_have_an_error_of_their_own_and_lenient_bodies_none() {
    assert_eq!(
        toy("POST", "/api/v4/things/ids", r#"["a"]"#).await,
        (200, r#"["a"]"#.into())
    );
    for bad in ["{not", r#"{"a": 1}"#, "[1]"] {
        let (status, body) = toy("POST", "/api/v4/things/ids", bad).await;
        assert_eq!(
            (status, body.starts_with("api.payload.parse.error")),
            (400, true),
            "{bad}: {body}"
        );
    }
    assert_eq!(
        toy("PUT", "/api/v4/things", "{not").await,
        (200, "{}".into())
    );
    assert_eq!(
        toy("PUT", "/api/v4/things", r#"{"roles": 5}"#).await,
        (200, r#"{"roles":""}"#.into())
    );
}

#[tokio::test]
async fn null_is_refused_where_the_operation_says_so() {
    let (status, body) = toy("PATCH", "/api/v4/things", "null").await;
    assert_eq!(
        (
            status,
            body.starts_with("api.context.invalid_body_param.app_error")
        ),
        (400, true),
        "{body}"
    );
}

#[tokio::test]
async fn bodies_are_bounded() {
    let (status, body) = toy(
        "POST",
        "/api/v4/things/ids",
        r#"["aaaaaaaaaaaaaaaaaaaaaaa"]"#,
    )
    .await;
    assert_eq!(
        (
            status,
            body.starts_with("api.context.request_body_too_large.app_error")
        ),
        (413, true)
    );
    assert_eq!(
        toy(
            "POST",
            "/api/v4/things",
            &format!("{{\"message\": \"{}\"}}", "x".repeat(1000))
        )
        .await
        .0,
        413
    );
    // A lenient body that is too long is an empty one.
    assert_eq!(
        toy(
            "PUT",
            "/api/v4/things",
            &format!("{{\"a\": \"{}\"}}", "x".repeat(1000))
        )
        .await,
        (200, "{}".into())
    );
}
