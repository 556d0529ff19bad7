//! Which addresses belong to the inner network, and which of them the administrator lets requests go to all the same.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Special purposes by the registries of IANA: this host, private, shared (CGNAT), loopback, link-local (with the metadata of
/// clouds), protocol assignments, documentation, benchmarks, multicast, reserved, broadcast.
const INNER_V4: &[([u8; 4], u8)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

/// Unspecified, loopback and IPv4-compatible, local NAT64, discard, protocol assignments (Teredo), documentation, segment
/// routing, unique local, link-local, site-local, multicast.
const INNER_V6: &[(Ipv6Addr, u8)] = &[
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0, 0, 0), 96),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48),
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
    (Ipv6Addr::new(0x5f00, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8),
];

/// Whether an address is not of the public internet. What an IPv6 address carries inside it is looked at as well.
pub(crate) fn is_inner(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => INNER_V4
            .iter()
            .any(|(net, length)| v4_net(*net, *length).is_some_and(|net| net.contains(&v4))),
        IpAddr::V6(v6) => {
            if let Some(v4) = carried(v6) {
                return is_inner(IpAddr::V4(v4));
            }
            INNER_V6
                .iter()
                .filter_map(|(net, length)| Ipv6Net::new(*net, *length).ok())
                .any(|net| net.contains(&v6))
        }
    }
}

fn v4_net(net: [u8; 4], length: u8) -> Option<Ipv4Net> {
    Ipv4Net::new(Ipv4Addr::from(net), length).ok()
}

/// The IPv4 address within: mapped, NAT64, 6to4.
fn carried(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    if let Some(v4) = v6.to_ipv4_mapped() {
        return Some(v4);
    }
    let parts = v6.segments();
    let joined = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match parts {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(joined(high, low)),
        [0x2002, high, low, ..] => Some(joined(high, low)),
        _ => None,
    }
}

/// What `ServiceSettings.AllowedUntrustedInternalConnections` names: hosts, addresses and networks.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    hosts: HashSet<String>,
    nets: Vec<IpNet>,
}

impl Allowed {
    /// Words separated by blanks or commas.
    pub fn parse(text: &str) -> Self {
        let mut allowed = Self::default();
        for word in text
            .split([' ', ',', '\t', '\r', '\n'])
            .filter(|word| !word.is_empty())
        {
            if let Ok(net) = word.parse::<IpNet>() {
                allowed.nets.push(net);
            } else if let Ok(address) = word.parse::<IpAddr>() {
                allowed.nets.push(IpNet::from(address));
            } else {
                allowed.hosts.insert(word.to_ascii_lowercase());
            }
        }
        allowed
    }

    /// A host that may be asked wherever it is.
    pub fn host(&self, name: &str) -> bool {
        !self.hosts.is_empty()
            && self
                .hosts
                .contains(&name.trim_end_matches('.').to_ascii_lowercase())
    }

    /// `own` says whether this machine has the address.
    pub(crate) fn address(&self, address: IpAddr, own: impl Fn(IpAddr) -> bool) -> bool {
        let plain = address.to_canonical();
        let named = |one: IpAddr| self.nets.iter().any(|net| net.contains(&one));
        !(is_inner(address) || own(plain)) || named(plain) || named(address)
    }
}

/// Whether an interface of this machine has the address: its services may be open to itself alone.
pub(crate) fn is_own(address: IpAddr) -> bool {
    if_addrs::get_if_addrs()
        .is_ok_and(|interfaces| interfaces.iter().any(|one| one.ip() == address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn may(allowed: &str, address: &str) -> bool {
        Allowed::parse(allowed).address(address.parse().unwrap(), |_| false)
    }

    #[test]
    fn inner_addresses_are_refused() {
        for inner in [
            "127.0.0.1",
            "127.255.0.9",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.100.100.200",
            "224.0.0.1",
            "239.1.1.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "240.0.0.1",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:c0a8:101::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "100::1",
        ] {
            assert!(!may("", inner), "{inner}");
        }
        for outer in [
            "1.1.1.1",
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
        ] {
            assert!(may("", outer), "{outer}");
        }
    }

    #[test]
    fn the_administrator_allows_some() {
        let setting = "127.0.0.1, 10.1.0.0/16\tintra.example.COM fd00::/8";
        for address in ["127.0.0.1", "::ffff:127.0.0.1", "10.1.200.3", "fd00::7"] {
            assert!(may(setting, address), "{address}");
        }
        for address in ["127.0.0.2", "10.2.0.1", "::1", "169.254.169.254"] {
            assert!(!may(setting, address), "{address}");
        }
        let allowed = Allowed::parse(setting);
        assert!(allowed.host("Intra.example.com") && allowed.host("intra.example.com."));
        assert!(!allowed.host("x.intra.example.com") && !allowed.host("example.com"));
    }

    #[test]
    fn own_addresses_are_inner() {
        let public: IpAddr = "8.8.4.4".parse().unwrap();
        assert!(!Allowed::default().address(public, |_| true));
        assert!(Allowed::parse("8.8.4.4").address(public, |_| true));
    }

    proptest! {
        #[test]
        fn a_mapped_address_is_as_good_as_the_plain_one(bits: u32) {
            let v4 = Ipv4Addr::from(bits);
            prop_assert_eq!(is_inner(IpAddr::V4(v4)), is_inner(IpAddr::V6(v4.to_ipv6_mapped())));
        }

        #[test]
        fn any_setting_is_read(text in ".{0,80}") {
            Allowed::parse(&text);
        }
    }
}
