//! The contract's own rules, played against a toy gate and a few hand-made operations.
//! The toys are here, the rules in the files beside: routing, bodies, order, the table.
mod bodies;
mod order;
mod queries;
mod routing;
mod table;

use crate::body::Input;
use crate::gate::{Gate, PathValues, Rejection, RequestParts};
use crate::operation::{Access, BodyKind, Check, Class, Operation, Param, Refusal, Scope, Source};
use crate::reply::{Content, Empty, Outcome, Raw, Reply, StatusOk};
use crate::run::{Handler, Request, Route, prepare, router};
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
    bad_body: None,
    body_limit: None,
    clients: "",
    mobile: 0,
    body: BodyKind::None,
    body_after_access: false,
    refuse_null: false,
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
    refuse_null: true,
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
        handler: Handler::Call(|i| {
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
        handler: Handler::Call(|i| {
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
            handler: Handler::Call(|i| {
                prepare(i, |_, (), r: Strings| async move {
                    Ok(Outcome::json(Reply::from(r.0)))
                })
            }),
        },
        Route {
            op: &LOOSE,
            handler: Handler::Call(|i| {
                prepare(i, |_, (), r: Words| async move {
                    Ok(Outcome::json(Reply::from(r.0)))
                })
            }),
        },
        Route {
            op: &PENDING,
            handler: Handler::Pending,
        },
        Route {
            op: &LICENSED,
            handler: Handler::Refuse(|i| JsonPost::decode(i).map(drop)),
        },
        Route {
            op: &PANICS,
            handler: Handler::Call(|i| {
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
