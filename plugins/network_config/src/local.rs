//! What counts as an address of the local network, for the option `lan_addresses = "omit"`.
//!
//! An address is of the local network when any of this holds:
//! - it lies in a range for private use: RFC 1918, RFC 6598 (shared by carriers), link-local of both families, unique
//!   local and the old site-local of IPv6;
//! - the machine has it, or it lies in a prefix that is on one of its links, public or not;
//! - it is a gateway, a neighbour or the other end of a link;
//! - it is of IPv6 and carries such an address of IPv4 inside (mapped, NAT64, 6to4, ISATAP);
//! - it is the multicast address of IPv6 that carries the last 24 bits of a neighbour's.
//!
//! Loopback, unspecified and other multicast addresses are the same on every machine and stay, as do public addresses
//! that are on no link: a name server of a provider, the far end of a connection.

use std::collections::{BTreeMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::address::Address;
use crate::neighbour::Neighbour;
use crate::route::Route;

/// Shorter prefixes on a link (a tunnel that takes everything) say nothing of what is near.
const SHORTEST_V4: u8 = 8;
const SHORTEST_V6: u8 = 32;

/// The addresses of the local network.
#[derive(Debug, Default)]
pub(crate) struct LocalNetwork {
    /// By family and length of the prefix.
    prefixes: BTreeMap<(bool, u8), HashSet<u128>>,
}

impl LocalNetwork {
    /// Learns from the machine's own lists.
    pub(crate) fn learn(&mut self, addresses: &[Address], routes: &[Route], neighbours: &[Neighbour]) {
        for address in addresses.iter().filter(|address| !address.address.is_loopback()) {
            self.add(address.address, address.prefix_length);
            for single in [Some(address.address), address.peer, address.broadcast].into_iter().flatten() {
                self.add_single(single);
            }
            if let Some(peer) = address.peer {
                self.add(peer, address.prefix_length);
            }
        }
        for route in routes {
            self.learn_route(route);
        }
        for neighbour in neighbours {
            self.add_single(neighbour.address);
        }
    }

    fn learn_route(&mut self, route: &Route) {
        for address in route.hops.iter().filter_map(|hop| hop.gateway).chain(route.preferred_source) {
            self.add_single(address);
        }
        let on_link = match route.kind {
            // IPv6 calls the scope of such routes global.
            "unicast" => !route.hops.is_empty() && route.hops.iter().all(|hop| hop.gateway.is_none()),
            "local" | "broadcast" | "anycast" => true,
            _ => false,
        };
        if let (true, Some((address, length))) = (on_link, route.prefix) {
            self.add(address, length);
        }
    }

    fn add(&mut self, address: IpAddr, length: u8) {
        let shortest = if address.is_ipv4() { SHORTEST_V4 } else { SHORTEST_V6 };
        if length >= shortest && !is_everywhere(address) {
            let masked = masked(address, length);
            self.prefixes.entry((address.is_ipv4(), length)).or_default().insert(masked);
        }
    }

    fn add_single(&mut self, address: IpAddr) {
        self.add(address, if address.is_ipv4() { 32 } else { 128 });
    }

    /// Whether the address is one of the local network.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        if let IpAddr::V6(v6) = address
            && let Some(v4) = inner(v6)
            && self.contains_plain(v4.into())
        {
            return true;
        }
        self.contains_plain(address)
    }

    fn contains_plain(&self, address: IpAddr) -> bool {
        if is_everywhere(address) {
            return false;
        }
        let in_range = match address {
            IpAddr::V4(v4) => is_private_v4(v4),
            IpAddr::V6(v6) => is_private_v6(v6),
        };
        in_range
            || self.prefixes.iter().any(|((is_ipv4, length), networks)| {
                *is_ipv4 == address.is_ipv4() && networks.contains(&masked(address, *length))
            })
    }

    /// Whether a whole prefix, as in the names of reverse lookups, lies in or reaches into the local network.
    pub(crate) fn meets(&self, address: IpAddr, length: u8) -> bool {
        self.contains(address)
            || self.prefixes.iter().any(|((is_ipv4, known), networks)| {
                *is_ipv4 == address.is_ipv4()
                    && *known >= length
                    && length >= 8
                    && networks
                        .iter()
                        .any(|network| mask_bits(*network, *is_ipv4, length) == masked(address, length))
            })
    }
}

/// The same on every machine.
fn is_everywhere(address: IpAddr) -> bool {
    let carries_neighbour = matches!(address, IpAddr::V6(v6) if is_solicited_node(v6));
    address.is_loopback()
        || address.is_unspecified()
        || (address.is_multicast() && !carries_neighbour)
        || address == IpAddr::V4(Ipv4Addr::BROADCAST)
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    address.is_private() || address.is_link_local() || (first == 100 && (64..128).contains(&second))
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let first = address.segments()[0];
    first & 0xfe00 == 0xfc00 || first & 0xff80 == 0xfe80 || is_solicited_node(address)
}

/// `ff02::1:ffXX:XXXX`, RFC 4291 section 2.7.1.
fn is_solicited_node(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    parts[..7] == [0xff02, 0, 0, 0, 0, 1, parts[6]] && parts[6] >> 8 == 0xff
}

/// The address of IPv4 that one of IPv6 carries.
fn inner(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let parts = address.segments();
    let join = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match parts {
        [0, 0, 0, 0, 0, 0, 0, _] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] => Some(join(high, low)),
        [0x64, 0xff9b, .., high, low] => Some(join(high, low)),
        [0x2002, high, low, ..] => Some(join(high, low)),
        [.., 0 | 0x200, 0x5efe, high, low] => Some(join(high, low)),
        _ => None,
    }
}

fn masked(address: IpAddr, length: u8) -> u128 {
    let bits = match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    };
    mask_bits(bits, address.is_ipv4(), length)
}

fn mask_bits(bits: u128, is_ipv4: bool, length: u8) -> u128 {
    let width: u32 = if is_ipv4 { 32 } else { 128 };
    let drop = width.saturating_sub(length.into());
    bits.checked_shr(drop).and_then(|kept| kept.checked_shl(drop)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network() -> LocalNetwork {
        let mut network = LocalNetwork::default();
        network.add("198.51.100.7".parse().unwrap(), 24);
        network.add("2001:db8:5::7".parse().unwrap(), 64);
        network.add("203.0.113.5".parse().unwrap(), 0);
        network
    }

    #[test]
    fn private_ranges_and_prefixes_on_a_link_are_local() {
        let network = network();
        for text in [
            "10.1.2.3",
            "172.31.0.1",
            "192.168.0.1",
            "169.254.1.1",
            "100.64.0.1",
            "100.127.255.255",
            "fe80::1",
            "fd12::1",
            "fc00::1",
            "fec0::1",
            "198.51.100.200",
            "2001:db8:5::99",
            "::ffff:10.1.2.3",
            "64:ff9b::10.1.2.3",
            "2002:c0a8:1::1",
            "2001:db8::5efe:10.0.0.1",
            "::10.1.2.3",
            "ff02::1:ff00:7",
            "::ffff:198.51.100.3",
        ] {
            assert!(network.contains(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn public_loopback_and_multicast_addresses_stay() {
        let network = network();
        for text in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "127.0.0.53",
            "::1",
            "::",
            "0.0.0.0",
            "224.0.0.251",
            "255.255.255.255",
            "ff02::fb",
            "2001:4860:4860::8888",
            "2001:db8:6::1",
            "203.0.113.5",
            "::ffff:8.8.8.8",
            "::ffff:127.0.0.1",
        ] {
            assert!(!network.contains(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn a_part_of_an_address_meets_what_it_may_stand_for() {
        let network = network();
        assert!(network.meets("198.51.0.0".parse().unwrap(), 16));
        assert!(network.meets("192.168.0.0".parse().unwrap(), 16));
        assert!(!network.meets("198.52.0.0".parse().unwrap(), 16));
    }
}
