//! Opens the listening socket that `ServiceSettings.ListenAddress` asks for.

use anyhow::{Context, Result, bail};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::net::{TcpListener, lookup_host};

/// `host:port`; without a host (`:8065`) on every address, IPv6 included where there is any.
pub(crate) async fn bind(address: &str) -> Result<TcpListener> {
    let failed = || format!("cannot listen on ServiceSettings.ListenAddress {address:?}");
    if let Some(port) = address.strip_prefix(':') {
        let port: u16 = port.parse().with_context(failed)?;
        let everywhere = match TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).await {
            Ok(listener) => Ok(listener),
            Err(_) => TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await,
        };
        return everywhere.with_context(failed);
    }
    let addresses: Vec<SocketAddr> = lookup_host(address).await.with_context(failed)?.collect();
    if addresses.is_empty() {
        bail!("{}: it names no address", failed());
    }
    TcpListener::bind(addresses.as_slice())
        .await
        .with_context(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn addresses() {
        let first = bind("127.0.0.1:0").await.unwrap();
        assert!(
            bind(&first.local_addr().unwrap().to_string())
                .await
                .is_err()
        );
        assert!(bind(":0").await.is_ok());
        let error = bind("nonsense").await.unwrap_err();
        assert!(format!("{error:#}").contains("ServiceSettings.ListenAddress"));
    }
}
