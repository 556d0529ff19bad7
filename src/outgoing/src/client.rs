//! Sends requests. Each hop of a redirect is a request of its own, checked as the first one.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use config::ConfigHandle;
use http::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, LOCATION, PROXY_AUTHORIZATION,
};
use http::{Method, StatusCode};
use reqwest::redirect::Policy;
use tokio::time::{Instant, timeout_at};
use url::{Host, Url};

use crate::addresses::is_own;
use crate::resolve::{Guarded, Plain, allowed};
use crate::{Error, Request, Response, Trust};

const USER_AGENT: &str = concat!("rustchat/", env!("CARGO_PKG_VERSION"));
/// Connections kept open to one server, and for how long: an answer rarely has a second one behind it.
const IDLE: usize = 2;
const IDLE_FOR: Duration = Duration::from_secs(30);
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// Cheap to clone. Settings count as they are at each request.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    config: ConfigHandle,
    /// By route and by whether certificates are checked: connections of one kind do not serve another.
    kinds: [OnceLock<reqwest::Client>; 6],
}

/// How a request leaves.
#[derive(Clone, Copy)]
enum Route {
    /// To where somebody's message points: straight, since a proxy would resolve names itself and so reach inner addresses.
    Guarded,
    /// To where an administrator points: through HTTPS_PROXY and the like, where the network wants that.
    Proxied,
    /// To this machine itself, where no proxy gets to.
    Own,
}

impl Route {
    fn of(request: &Request) -> Self {
        let own = match request.url.host() {
            Some(Host::Ipv4(v4)) => v4.is_loopback(),
            Some(Host::Ipv6(v6)) => v6.is_loopback(),
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            None => false,
        };
        match request.trust {
            Trust::Untrusted => Self::Guarded,
            Trust::Administrator if own => Self::Own,
            Trust::Administrator => Self::Proxied,
        }
    }
}

impl Client {
    pub fn new(config: ConfigHandle) -> Self {
        // The library asks for the process's provider; another part of the server may have named the same one.
        let _already = rustls::crypto::ring::default_provider().install_default();
        Self(Arc::new(Inner {
            config,
            kinds: Default::default(),
        }))
    }

    /// Asks, following redirects. The answer's body is yet to be read, within the time left.
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        let deadline = Instant::now() + request.timeout;
        match timeout_at(deadline, self.follow(request, deadline)).await {
            Ok(answer) => answer,
            Err(_elapsed) => Err(Error::TimedOut),
        }
    }

    async fn follow(&self, mut request: Request, deadline: Instant) -> Result<Response, Error> {
        let most = request.redirects;
        for _hop in 0..=most {
            self.check(&request)?;
            let inner = self.ask(&request).await?;
            if most > 0
                && let Some(next) = next(&request.url, &inner)
            {
                redirect(&mut request, inner.status(), next);
                continue;
            }
            return Ok(Response {
                status: inner.status(),
                headers: inner.headers().clone(),
                url: request.url,
                inner,
                deadline,
            });
        }
        Err(Error::TooManyRedirects)
    }

    /// Addresses written as numbers are not resolved, so they are checked here.
    fn check(&self, request: &Request) -> Result<(), Error> {
        if !matches!(request.url.scheme(), "http" | "https") {
            return Err(Error::Scheme);
        }
        let address = match request.url.host() {
            Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
            Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err(Error::Scheme),
        };
        let may = request.trust == Trust::Administrator
            || allowed(&self.0.config).address(address, is_own);
        if may { Ok(()) } else { Err(Error::Refused) }
    }

    async fn ask(&self, request: &Request) -> Result<reqwest::Response, Error> {
        let client = self.kind(Route::of(request))?;
        let mut asked = client
            .request(request.method.clone(), request.url.clone())
            .headers(request.headers.clone());
        if !request.body.is_empty() {
            asked = asked.body(request.body.clone());
        }
        Ok(asked.send().await?)
    }

    fn kind(&self, route: Route) -> Result<&reqwest::Client, Error> {
        let insecure = self
            .0
            .config
            .get()
            .service
            .enable_insecure_outgoing_connections;
        let at = usize::from(insecure)
            + match route {
                Route::Guarded => 0,
                Route::Proxied => 2,
                Route::Own => 4,
            };
        let Some(cell) = self.0.kinds.get(at) else {
            return Err(Error::Failed("no such client".to_owned()));
        };
        if let Some(client) = cell.get() {
            return Ok(client);
        }
        let built = build(&self.0.config, route, insecure)?;
        Ok(cell.get_or_init(|| built))
    }
}

fn build(config: &ConfigHandle, route: Route, insecure: bool) -> Result<reqwest::Client, Error> {
    let builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(CONNECT_WITHIN)
        .pool_max_idle_per_host(IDLE)
        .pool_idle_timeout(IDLE_FOR)
        .tls_danger_accept_invalid_certs(insecure);
    let builder = match route {
        Route::Guarded => builder.no_proxy().dns_resolver(Guarded(config.clone())),
        Route::Proxied => builder.dns_resolver(Plain),
        Route::Own => builder.no_proxy().dns_resolver(Plain),
    };
    Ok(builder.build()?)
}

/// Where a redirecting answer leads.
fn next(from: &Url, answer: &reqwest::Response) -> Option<Url> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = answer.headers().get(LOCATION)?.to_str().ok()?;
    from.join(location).ok()
}

/// Makes the request that a redirect asks for; what is meant for one server is not told to another.
fn redirect(request: &mut Request, status: StatusCode, next: Url) {
    let keeps_method = matches!(status.as_u16(), 307 | 308)
        || request.method == Method::GET
        || request.method == Method::HEAD;
    if !keeps_method {
        request.method = Method::GET;
        request.body = Bytes::new();
        request.headers.remove(CONTENT_TYPE);
        request.headers.remove(CONTENT_LENGTH);
    }
    if request.url.origin() != next.origin() {
        for name in [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION] {
            request.headers.remove(name);
        }
    }
    request.url = next;
}
