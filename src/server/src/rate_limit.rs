//! `RateLimitSettings`: how many requests a second one client may send. Not the counting of wrong passwords.

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use config::{Config, ConfigHandle, settings::RateLimitSettings};
use moka::{ops::compute::Op, sync::Cache};
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// What is known of each client: the time its allowance will be whole again. Keys are hashed, for they may be tokens.
#[derive(Clone)]
pub(crate) struct Limiter(Arc<Inner>);

struct Inner {
    config: ConfigHandle,
    clients: Cache<u64, Duration>,
    hasher: RandomState,
    begun: Instant,
}

/// The verdict on one request.
#[derive(Debug, PartialEq)]
struct Verdict {
    allowed: bool,
    remaining: u32,
    /// Until the allowance is whole again.
    reset: Duration,
    /// Until the next request would be allowed.
    retry: Duration,
}

impl Limiter {
    pub(crate) fn new(config: ConfigHandle) -> Self {
        let most = config.get().rate_limit.memory_store_size;
        Self(Arc::new(Inner {
            config,
            clients: Cache::new(u64::try_from(most).unwrap_or_default().clamp(1, 1_000_000)),
            hasher: RandomState::new(),
            begun: Instant::now(),
        }))
    }

    fn judge(&self, settings: &RateLimitSettings, client: u64, now: Duration) -> Verdict {
        let per_second = u32::try_from(settings.per_sec).unwrap_or(u32::MAX).max(1);
        let burst = u32::try_from(settings.max_burst).unwrap_or_default();
        let mut verdict = None;
        self.0.clients.entry(client).and_compute_with(|entry| {
            let whole_at = entry.map_or(now, |entry| entry.into_value());
            let (found, then) = step(per_second, burst, whole_at, now);
            verdict = Some(found);
            Op::Put(then)
        });
        verdict.unwrap_or(Verdict {
            allowed: true,
            remaining: 0,
            reset: Duration::ZERO,
            retry: Duration::ZERO,
        })
    }

    fn client(&self, config: &Config, request: &Request) -> u64 {
        let settings = &config.rate_limit;
        let mut parts: [&[u8]; 3] = [b"", b"", b""];
        let address = address(config, request);
        if settings.vary_by_remote_addr {
            parts[0] = address.as_bytes();
        }
        let headers = request.headers();
        if settings.vary_by_user {
            parts[1] = token(headers).unwrap_or_default().as_bytes();
        }
        if !settings.vary_by_header.is_empty() {
            let value = headers.get(settings.vary_by_header.as_str());
            parts[2] = value.map_or(b"", |value| value.as_bytes());
        }
        self.0.hasher.hash_one(parts)
    }
}

/// One request at `now` of a client whose allowance is whole at `whole_at`, and when it is whole after it.
/// Each request costs the time in which one becomes allowed; a client may be in debt by `burst` of them.
fn step(per_second: u32, burst: u32, whole_at: Duration, now: Duration) -> (Verdict, Duration) {
    let cost = Duration::from_secs(1) / per_second;
    let most = cost.saturating_mul(burst.saturating_add(1));
    let then = whole_at.max(now) + cost;
    let debt = then - now;
    if debt > most {
        let verdict = Verdict {
            allowed: false,
            remaining: 0,
            reset: whole_at.saturating_sub(now),
            retry: debt - most,
        };
        return (verdict, whole_at);
    }
    let left = (most - debt).as_nanos() / cost.as_nanos().max(1);
    let verdict = Verdict {
        allowed: true,
        remaining: u32::try_from(left).unwrap_or(u32::MAX),
        reset: debt,
        retry: Duration::ZERO,
    };
    (verdict, then)
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter();
    let cookie = cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix("MMAUTHTOKEN="));
    let bearer = || {
        let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        value.split_once(' ').map(|(_, token)| token.trim())
    };
    cookie.or_else(bearer)
}

/// The client's address: from a header an administrator said to trust, else the connection's.
fn address(config: &Config, request: &Request) -> String {
    let trusted = config
        .service
        .trusted_proxy_ip_header
        .iter()
        .filter_map(|name| request.headers().get(name.as_str())?.to_str().ok())
        .find_map(|value| value.split(',').next()?.trim().parse::<IpAddr>().ok());
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    trusted
        .or_else(|| peer.map(|info| info.0.ip()))
        .map(|ip| ip.to_string())
        .unwrap_or_default()
}

/// Refuses what comes too fast, and tells every client where it stands.
pub(crate) async fn limit(
    State(limiter): State<Limiter>,
    request: Request,
    next: Next,
) -> Response {
    let config = limiter.0.config.get();
    if !config.rate_limit.enable {
        return next.run(request).await;
    }
    let client = limiter.client(&config, &request);
    let verdict = limiter.judge(&config.rate_limit, client, limiter.0.begun.elapsed());
    let mut response = if verdict.allowed {
        next.run(request).await
    } else {
        tracing::debug!("a client sends too many requests");
        (StatusCode::TOO_MANY_REQUESTS, "limit exceeded\n").into_response()
    };
    let headers = response.headers_mut();
    headers.insert(LIMIT, HeaderValue::from(config.rate_limit.per_sec));
    headers.insert(REMAINING, HeaderValue::from(verdict.remaining));
    headers.insert(RESET, HeaderValue::from(whole_seconds(verdict.reset)));
    if !verdict.allowed {
        headers.insert(
            header::RETRY_AFTER,
            HeaderValue::from(whole_seconds(verdict.retry)),
        );
    }
    response
}

/// Rounded up, so that who waits that long has waited enough.
fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn limiter(clients: i64) -> Limiter {
        let settings =
            json!({"RateLimitSettings": {"PerSec": 10, "MaxBurst": 2, "MemoryStoreSize": clients}});
        Limiter::new(ConfigHandle::memory(&settings).unwrap())
    }

    #[test]
    fn a_burst_is_allowed_and_then_the_rate() {
        let limiter = limiter(10);
        let settings = limiter.0.config.get().rate_limit.clone();
        let at = |ms| limiter.judge(&settings, 1, Duration::from_millis(ms));
        assert_eq!(
            [at(0).remaining, at(0).remaining, at(0).remaining],
            [2, 1, 0]
        );
        let refused = at(0);
        assert!(!refused.allowed);
        assert_eq!(refused.retry, Duration::from_millis(100));
        assert!(!at(99).allowed);
        assert!(at(100).allowed);
        assert!(!at(150).allowed);
        assert_eq!(at(10_000).remaining, 2);
    }

    #[test]
    fn clients_do_not_count_for_each_other_and_only_some_are_kept() {
        let limiter = limiter(5);
        let settings = limiter.0.config.get().rate_limit.clone();
        for client in 0..1000 {
            assert!(limiter.judge(&settings, client, Duration::ZERO).allowed);
        }
        limiter.0.clients.run_pending_tasks();
        assert!(limiter.0.clients.entry_count() <= 5);
    }
}
