//! The order of a request, what is answered by rule, and what a handler's answer becomes.
use super::*;

#[tokio::test]
async fn access_is_asked_after_the_body_unless_said_otherwise() {
    let deny = || {
        app(Toy {
            deny: true,
            ..Toy::default()
        })
    };
    assert_eq!(
        ask(deny(), "POST", "/api/v4/things", r#"{"Channel_Id": "c1"}"#).await,
        (403, "denied c1".into())
    );
    assert_eq!(ask(deny(), "POST", "/api/v4/things", "{").await.0, 400);
    assert_eq!(ask(deny(), "PATCH", "/api/v4/things", "{").await.0, 403);
    assert_eq!(ask(deny(), "GET", "/api/v4/things/short", "").await.0, 400);
}

#[tokio::test]
async fn pending_and_licensed_operations_answer_by_rule() {
    assert_eq!(toy("GET", "/api/v4/pending", "").await.0, 501);
    assert!(
        toy("GET", "/api/v4/pending", "")
            .await
            .1
            .starts_with("rustchat.operation.pending")
    );
    let (status, body) = toy("GET", "/api/v4/licensed", "").await;
    assert_eq!((status, body.starts_with("api.license_error")), (501, true));
    assert_eq!(
        ask(
            app(Toy {
                deny: true,
                ..Toy::default()
            }),
            "GET",
            "/api/v4/licensed",
            ""
        )
        .await
        .0,
        403
    );
    for path in ["/api/v4/pending", "/api/v4/licensed"] {
        let request = http::Request::get(path)
            .header("anonymous", "1")
            .body(Body::empty())
            .unwrap();
        assert_eq!(
            app(Toy::default()).oneshot(request).await.unwrap().status(),
            401
        );
    }
}

#[tokio::test]
async fn an_etag_the_client_knows_is_not_sent_again() {
    let request = http::Request::get("/api/v4/things")
        .header("if-none-match", "\"v1\"")
        .body(Body::empty())
        .unwrap();
    let response = app(Toy::default()).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 304);
    assert!(
        response
            .into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes()
            .is_empty()
    );
}

#[tokio::test]
async fn a_handler_that_dies_is_an_error_and_not_a_lost_connection() {
    assert_eq!(toy("DELETE", "/api/v4/things?page=0", "").await.0, 200);
    let (status, body) = toy("DELETE", "/api/v4/things?page=1", "").await;
    assert_eq!(
        (status, body.starts_with("rustchat.operation.failed")),
        (500, true)
    );
}

#[tokio::test]
async fn a_change_is_finished_though_the_client_hangs_up() {
    static SLOW: Operation = Operation {
        method: "POST",
        ..BASE
    };
    let service = Toy::default();
    let route = Route {
        op: &SLOW,
        handler: Handler::Call(|i| {
            prepare(i, |toy: Toy, (), _: Path| async move {
                tokio::time::sleep(std::time::Duration::from_millis(30)).await;
                toy.finished.store(true, Ordering::SeqCst);
                Ok(Outcome::json(Reply::from(StatusOk::default())))
            })
        }),
    };
    let app = router(service.clone(), vec![route]);
    let request = http::Request::builder()
        .method(Method::POST)
        .uri("/api/v4/things")
        .body(Body::empty())
        .unwrap();
    let asked =
        tokio::time::timeout(std::time::Duration::from_millis(5), app.oneshot(request)).await;
    assert!(asked.is_err(), "the client gave up");
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert!(service.finished.load(Ordering::SeqCst));
}

#[test]
fn answers_have_the_operations_status_and_the_right_type() {
    let response = Outcome::json(Reply::from(StatusOk::default()))
        .into_response(201)
        .unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["content-type"]
        ),
        (201, &"application/json".parse().unwrap())
    );
    let reply: Reply<Vec<i64>> = Reply::json("[1]").status(StatusCode::ACCEPTED);
    assert_eq!(reply.body, Content::Json("[1]".into()));
    assert_eq!(
        Outcome::json(reply).into_response(200).unwrap().status(),
        202
    );
    let raw = Raw::new("image/png", "x").with_header(http::header::CACHE_CONTROL, "private");
    assert_eq!(
        Outcome::raw(raw).into_response(200).unwrap().headers()["content-type"],
        "image/png"
    );
    let none = Outcome::json(Reply::from(1).status(StatusCode::NO_CONTENT))
        .into_response(200)
        .unwrap();
    assert!(!none.headers().contains_key("content-type"));
}
