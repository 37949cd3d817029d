//! The hosts that a manifest names, and the addresses that they have.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Mutex, PoisonError};

/// Named hosts. Their addresses are asked for when somebody first wants to connect.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    named: Vec<(String, Option<u16>)>,
    /// Empty until they are known.
    addresses: Mutex<Vec<(IpAddr, Option<u16>)>>,
}

impl Hosts {
    /// Those of a manifest: `name` or `name:port`.
    pub(super) fn new(texts: &[String]) -> Self {
        Self { named: texts.iter().map(|text| split(text)).collect(), addresses: Mutex::default() }
    }

    /// Whether this is an address of one of them, at a port that is named where one is. May ask the name service.
    pub(super) fn include(&self, address: SocketAddr) -> bool {
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if addresses.is_empty() {
            *addresses = self.named.iter().flat_map(look_up).collect();
        }
        addresses.iter().any(|&(ip, port)| {
            ip == address.ip().to_canonical() && port.is_none_or(|port| port == address.port())
        })
    }
}

fn look_up((name, port): &(String, Option<u16>)) -> Vec<(IpAddr, Option<u16>)> {
    let found = (name.as_str(), port.unwrap_or(0)).to_socket_addrs();
    found.into_iter().flatten().map(|address| (address.ip().to_canonical(), *port)).collect()
}

/// Splits off the port. An IPv6 address has brackets where a port follows.
fn split(text: &str) -> (String, Option<u16>) {
    let bare = |name: &str| name.trim_start_matches('[').trim_end_matches(']').to_owned();
    match text.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => match port.parse() {
            Ok(port) => (bare(name), Some(port)),
            Err(_) => (bare(text), None),
        },
        _ => (bare(text), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_its_addresses_at_its_port() {
        let hosts = Hosts::new(&["127.0.0.5:80".to_owned(), "[::1]:443".to_owned(), "127.0.0.6".to_owned()]);
        for (address, expected) in [
            ("127.0.0.5:80", true),
            ("127.0.0.5:81", false),
            ("127.0.0.6:9", true),
            ("[::1]:443", true),
            ("[::ffff:127.0.0.6]:9", true),
            ("127.0.0.1:80", false),
        ] {
            assert_eq!(hosts.include(address.parse().unwrap()), expected, "{address}");
        }
        assert!(!Hosts::default().include("127.0.0.1:80".parse().unwrap()));
    }

    #[test]
    fn names_and_ports_are_told_apart() {
        for (text, name, port) in [
            ("example.org", "example.org", None),
            ("example.org:8080", "example.org", Some(8080)),
            ("fe80::1", "fe80::1", None),
            ("[fe80::1]", "fe80::1", None),
            ("[fe80::1]:22", "fe80::1", Some(22)),
        ] {
            assert_eq!(split(text), (name.to_owned(), port), "{text}");
        }
    }
}
