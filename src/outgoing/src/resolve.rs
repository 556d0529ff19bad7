//! Names to addresses, leaving out those that may not be asked: what is connected to is what was checked.

use std::net::SocketAddr;
use std::sync::Arc;

use config::ConfigHandle;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::addresses::{Allowed, is_own};
use crate::error::NothingAllowed;

/// Resolves for requests that nobody vouches for.
pub(crate) struct Guarded(pub ConfigHandle);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = allowed(&self.0);
        Box::pin(async move {
            let found = lookup(name.as_str()).await?;
            if allowed.host(name.as_str()) {
                return Ok(boxed(found));
            }
            let may: Vec<SocketAddr> = found
                .into_iter()
                .filter(|one| allowed.address(one.ip(), is_own))
                .collect();
            if may.is_empty() {
                return Err(NothingAllowed.into());
            }
            Ok(boxed(may))
        })
    }
}

/// Resolves for requests to addresses that the administrator has set.
pub(crate) struct Plain;

impl Resolve for Plain {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move { Ok(boxed(lookup(name.as_str()).await?)) })
    }
}

/// What the settings allow now.
pub(crate) fn allowed(config: &ConfigHandle) -> Arc<Allowed> {
    let config = config.get();
    Arc::new(Allowed::parse(
        &config.service.allowed_untrusted_internal_connections,
    ))
}

async fn lookup(name: &str) -> std::io::Result<Vec<SocketAddr>> {
    Ok(tokio::net::lookup_host((name, 0)).await?.collect())
}

fn boxed(addresses: Vec<SocketAddr>) -> Addrs {
    Box::new(addresses.into_iter())
}
