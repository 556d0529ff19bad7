//! The contract's own rules, played against a toy gate and a few hand-made operations.
use crate::body::Input;
use crate::gate::{Gate, PathValues, Rejection, RequestParts};
use crate::operation::{Access, BodyKind, Check, Class, Operation, Param, Refusal, Scope, Source};
use crate::reply::{Content, Empty, Outcome, Raw, Reply, StatusOk};
use crate::run::{Request, Route, prepare, router};
use axum::body::Body;
use axum::response::Response;
use http::{Method, StatusCode};
use http_body_util::BodyExt;
use model::{Post, WireError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tower::ServiceExt;

const ME: &str = "meeeeeeeeeeeeeeeeeeeeeeeee";

const BASE: Operation = Operation {
    id: "Base",
    tag: "tests",
    method: "GET",
    path: "/api/v4/things",
    params: &[],
    status: 200,
    access: Access::Session,
    refusal: None,
    scope: Scope::Implemented,
    session_required: true,
    mfa_required: true,
    trust_requester: false,
    busy_503: false,
    special_token: false,
    rate: None,
    files: false,
    head: false,
    body_limit: None,
    clients: "",
    mobile: 0,
    body: BodyKind::None,
    body_after_access: false,
};

const fn id(name: &'static str, check: Check) -> Param {
    Param {
        name,
        class: Class::Alnum,
        check,
    }
}

static LIST: Operation = BASE;
static GET_THING: Operation = Operation {
    path: "/api/v4/things/{user_id}",
    params: &[id("user_id", Check::UserId)],
    head: true,
    ..BASE
};
static LOGIN: Operation = Operation {
    method: "POST",
    path: "/api/v4/things/login",
    body: STRICT,
    ..BASE
};
static BY_MAIL: Operation = Operation {
    path: "/api/v4/things/email/{email}",
    params: &[Param {
        name: "email",
        class: Class::Rest,
        check: Check::None,
    }],
    ..BASE
};
static CREATE: Operation = Operation {
    method: "POST",
    status: 201,
    body: STRICT,
    access: Access::Channel {
        from: Source::Body("channel_id"),
        any: &["create_post"],
    },
    ..BASE
};
static IDS: Operation = Operation {
    method: "POST",
    path: "/api/v4/things/ids",
    body: BodyKind::Json {
        list: true,
        lenient: false,
    },
    body_limit: Some(20),
    ..BASE
};
static LOOSE: Operation = Operation {
    method: "PUT",
    body: BodyKind::Json {
        list: false,
        lenient: true,
    },
    ..BASE
};
static PENDING: Operation = Operation {
    path: "/api/v4/pending",
    scope: Scope::Pending,
    ..BASE
};
static LICENSED: Operation = Operation {
    path: "/api/v4/licensed",
    scope: Scope::Licensed(Refusal {
        status: 501,
        id: "api.license_error",
    }),
    ..BASE
};
static LATE: Operation = Operation {
    method: "PATCH",
    body: STRICT,
    body_after_access: true,
    ..CREATE
};
static PANICS: Operation = Operation {
    method: "DELETE",
    ..BASE
};
static PUBLIC: Operation = Operation {
    path: "/files/{file_id}/public",
    params: &[id("file_id", Check::None)],
    access: Access::Public,
    ..BASE
};
const STRICT: BodyKind = BodyKind::Json {
    list: false,
    lenient: false,
};

#[derive(Clone, Default)]
struct Toy {
    deny: bool,
    finished: Arc<AtomicBool>,
}

impl Gate for Toy {
    type Caller = ();
    type Error = (Refusal, String);

    async fn authenticate(
        &self,
        _: &'static Operation,
        parts: &mut RequestParts,
    ) -> Result<(), Self::Error> {
        if parts.headers.contains_key("anonymous") {
            return Err((
                Refusal {
                    status: 401,
                    id: "session",
                },
                String::new(),
            ));
        }
        Ok(())
    }

    async fn authorize(
        &self,
        _: &'static Operation,
        (): &mut (),
        ids: &PathValues,
    ) -> Result<(), Self::Error> {
        if self.deny {
            return Err((
                Refusal {
                    status: 403,
                    id: "denied",
                },
                ids.object().to_owned(),
            ));
        }
        Ok(())
    }

    fn user_id<'a>(&self, (): &'a ()) -> &'a str {
        ME
    }

    fn body_limit(&self, _: &'static Operation) -> usize {
        1000
    }

    fn reject(&self, _: &'static Operation, rejection: Rejection) -> Self::Error {
        (rejection.refusal(), rejection.to_string())
    }

    fn respond_error(
        &self,
        _: &'static Operation,
        _: &RequestParts,
        (refusal, text): Self::Error,
    ) -> Response {
        let mut response = Response::new(Body::from(format!("{} {text}", refusal.id)));
        *response.status_mut() = StatusCode::from_u16(refusal.status).unwrap();
        response
    }

    fn not_found(&self, _: &RequestParts) -> Response {
        let mut response = Response::new(Body::from("api.context.404.app_error"));
        *response.status_mut() = StatusCode::NOT_FOUND;
        response
    }
}

struct Path(String, i64, i64);
impl Request for Path {
    fn decode(input: Input) -> Result<Self, WireError> {
        let name = if input.path.values.is_empty() {
            String::new()
        } else {
            input.path.values[0].1.clone()
        };
        Ok(Self(name, input.page("page"), input.per_page("per_page")))
    }
}

struct JsonPost(Post);
impl Request for JsonPost {
    fn decode(mut input: Input) -> Result<Self, WireError> {
        Ok(Self(input.body()?))
    }
}

struct Strings(Vec<String>);
impl Request for Strings {
    fn decode(mut input: Input) -> Result<Self, WireError> {
        Ok(Self(input.body()?))
    }
}

struct Words(std::collections::BTreeMap<String, String>);
impl Request for Words {
    fn decode(mut input: Input) -> Result<Self, WireError> {
        Ok(Self(input.body()?))
    }
}

fn show(path: &Path) -> Reply<String> {
    Reply::from(format!("{}|{}|{}", path.0, path.1, path.2)).etag("\"v1\"")
}

fn echo(op: &'static Operation) -> Route<Toy> {
    Route {
        op,
        call: Some(|i| {
            prepare(
                i,
                |_, (), r: Path| async move { Ok(Outcome::json(show(&r))) },
            )
        }),
    }
}

fn post(op: &'static Operation) -> Route<Toy> {
    Route {
        op,
        call: Some(|i| {
            prepare(i, |_, (), r: JsonPost| async move {
                Ok(Outcome::json(Reply::from(r.0)))
            })
        }),
    }
}

fn app(toy: Toy) -> axum::Router {
    let routes = vec![
        echo(&LIST),
        echo(&GET_THING),
        echo(&BY_MAIL),
        echo(&PUBLIC),
        post(&LOGIN),
        post(&CREATE),
        post(&LATE),
        Route {
            op: &IDS,
            call: Some(|i| {
                prepare(i, |_, (), r: Strings| async move {
                    Ok(Outcome::json(Reply::from(r.0)))
                })
            }),
        },
        Route {
            op: &LOOSE,
            call: Some(|i| {
                prepare(i, |_, (), r: Words| async move {
                    Ok(Outcome::json(Reply::from(r.0)))
                })
            }),
        },
        Route {
            op: &PENDING,
            call: None,
        },
        Route {
            op: &LICENSED,
            call: None,
        },
        Route {
            op: &PANICS,
            call: Some(|i| {
                prepare(i, |_, (), r: Path| async move {
                    assert!(r.1 == 0, "a handler that fails");
                    Ok(Outcome::empty(Reply::from(Empty)))
                })
            }),
        },
    ];
    router(toy, routes)
}

async fn ask(app: axum::Router, method: &str, path: &str, body: &str) -> (u16, String) {
    let request = http::Request::builder()
        .method(method)
        .uri(path)
        .body(Body::from(body.to_owned()))
        .unwrap();
    let response = app.oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

async fn toy(method: &str, path: &str, body: &str) -> (u16, String) {
    ask(app(Toy::default()), method, path, body).await
}

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
        (200, "{}".into())
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
        call: Some(|i| {
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

/// Every row of the extracted route table is in `OPERATIONS`, and nothing else below `/api/v4` is.
#[test]
fn operations_are_the_servers_routes() {
    let table = include_str!("../../../spec/facts/routes.tsv");
    let mut left: Vec<&Operation> = crate::OPERATIONS.iter().collect();
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let (method, path) = (cells[0], cells[1]);
        // One route for teams and channels there, two operations here.
        let here: Vec<String> = if path.contains("{syncable_type}") {
            [("teams", "{team_id}"), ("channels", "{channel_id}")]
                .map(|(kind, id)| {
                    path.replace("{syncable_type}", kind)
                        .replace("{syncable_id}", id)
                })
                .to_vec()
        } else {
            vec![path.to_owned()]
        };
        for path in here {
            let found = crate::OPERATIONS.iter().find(|op| {
                op.path == path
                    && (op.method == method || (method == "HEAD" && op.method == "GET" && op.head))
            });
            let found = found.unwrap_or_else(|| panic!("{method} {path} is not in OPERATIONS"));
            left.retain(|op| op.id != found.id);
        }
    }
    left.retain(|op| op.path.starts_with("/api/v4"));
    assert!(
        left.is_empty(),
        "not routes of the server: {:?}",
        left.iter().map(|op| op.id).collect::<Vec<_>>()
    );
}

#[test]
fn ids_are_unique_and_the_mobile_endpoints_are_there() {
    let ids: std::collections::BTreeSet<&str> = crate::OPERATIONS.iter().map(|op| op.id).collect();
    assert_eq!(ids.len(), crate::OPERATIONS.len());
    assert!(
        crate::operation("CreatePost")
            .is_some_and(|op| op.mutates() && op.clients.contains("mobile"))
    );
    let mobile: std::collections::BTreeSet<u16> = crate::OPERATIONS
        .iter()
        .map(|op| op.mobile)
        .filter(|n| *n > 0)
        .collect();
    println!("mobile endpoints in the table: {mobile:?}");
    assert!(mobile.len() >= 38, "{mobile:?}");
}
