//! Routes: `RTM_GETROUTE` of rtnetlink(7), all tables.

use std::net::IpAddr;

use serde::Serialize;

use crate::address::scope_name;
use crate::attribute::{Attributes, address, aligned, u16_at, u32_at};
use crate::link::named;
use crate::netlink::{Answer, Malformed, NetlinkError, Query};

const RTM_NEWROUTE: u16 = 24;
const RTM_GETROUTE: u16 = 26;
const HEADER_BYTES: usize = 12;
/// A route server holds a million of them, which nobody reads in a report.
const LIMIT: usize = 20_000;

const RTA_DST: u16 = 1;
const RTA_SRC: u16 = 2;
const RTA_OIF: u16 = 4;
const RTA_GATEWAY: u16 = 5;
const RTA_PRIORITY: u16 = 6;
const RTA_PREFSRC: u16 = 7;
const RTA_METRICS: u16 = 8;
const RTA_MULTIPATH: u16 = 9;
const RTA_TABLE: u16 = 15;
const RTA_VIA: u16 = 18;
const RTAX_MTU: u16 = 2;

const KINDS: [&str; 12] = [
    "unspecified",
    "unicast",
    "local",
    "broadcast",
    "anycast",
    "multicast",
    "blackhole",
    "unreachable",
    "prohibit",
    "throw",
    "nat",
    "xresolve",
];

/// One route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Route {
    /// `ipv4` or `ipv6`.
    pub(crate) family: &'static str,
    /// Where it leads: `198.51.100.0/24`, or `default`.
    pub(crate) destination: String,
    /// Only for packets from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<String>,
    /// `unicast`, `local`, `blackhole`, `unreachable`, …
    pub(crate) kind: &'static str,
    /// `main`, `local`, `default` or a number.
    pub(crate) table: String,
    /// Who made it: `kernel`, `static`, `dhcp`, `ra`, `boot`, …
    pub(crate) made_by: String,
    /// `global`, `link`, `host`.
    pub(crate) scope: &'static str,
    /// The lowest wins.
    pub(crate) metric: Option<u32>,
    /// Own address that packets get.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) preferred_source: Option<IpAddr>,
    /// Largest packet, where the route limits it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mtu_bytes: Option<u32>,
    /// Where packets go next; several share the load.
    pub(crate) hops: Vec<Hop>,
    /// The destination as numbers, for the notion of the local network.
    #[serde(skip)]
    pub(crate) prefix: Option<(IpAddr, u8)>,
}

/// Where packets of a route go next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Hop {
    /// The next router; `None` when the destination is on the link itself.
    pub(crate) gateway: Option<IpAddr>,
    /// Number of the interface.
    pub(crate) interface_index: Option<u32>,
    /// Its share among several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) weight: Option<u16>,
}

/// The routes of one family (2 is IPv4, 10 is IPv6) in all tables.
pub(crate) fn read(family: u8) -> Result<Answer<Route>, NetlinkError> {
    let mut payload = vec![0; HEADER_BYTES];
    payload[0] = family;
    let query = Query {
        what: if family == 2 { "the list of IPv4 routes" } else { "the list of IPv6 routes" },
        protocol: None,
        kind: RTM_GETROUTE,
        payload,
        dump: true,
        limit: LIMIT,
    };
    // A kernel without IPv6 answers with the lists of the families that it has.
    query.ask(|kind, payload| match kind {
        _ if payload.first() != Some(&family) => Ok(None),
        RTM_NEWROUTE => parse(payload).map(Some).ok_or(Malformed),
        _ => Ok(None),
    })
}

/// One `struct rtmsg` with its attributes.
pub(crate) fn parse(payload: &[u8]) -> Option<Route> {
    let attributes = Attributes::after(payload, HEADER_BYTES)?;
    let [family, to_bits, from_bits, _, table, protocol, scope, kind] = *payload.first_chunk()?;
    let to = attributes.address(RTA_DST);
    Some(Route {
        family: family_name(family)?,
        destination: to.map_or_else(|| "default".to_owned(), |to| format!("{to}/{to_bits}")),
        from: attributes.address(RTA_SRC).map(|from| format!("{from}/{from_bits}")),
        kind: named(&KINDS, kind.into()),
        table: table_name(attributes.u32(RTA_TABLE).unwrap_or(table.into())),
        made_by: maker(protocol),
        scope: scope_name(scope),
        metric: attributes.u32(RTA_PRIORITY),
        preferred_source: attributes.address(RTA_PREFSRC),
        mtu_bytes: attributes.nested(RTA_METRICS).u32(RTAX_MTU),
        hops: hops(attributes),
        prefix: to.map(|to| (to, to_bits)),
    })
}

fn hops(attributes: Attributes<'_>) -> Vec<Hop> {
    let Some(mut list) = attributes.get(RTA_MULTIPATH) else {
        let single = hop(attributes, attributes.u32(RTA_OIF), None);
        return if single.gateway.is_none() && single.interface_index.is_none() {
            Vec::new()
        } else {
            vec![single]
        };
    };
    let mut hops = Vec::new();
    // `struct rtnexthop`: length, flags, weight less one, interface; then attributes.
    while let Some(length) = u16_at(list, 0).map(usize::from) {
        let Some(one) = list.get(..length).filter(|one| one.len() >= 8) else {
            break;
        };
        hops.push(hop(Attributes(&one[8..]), u32_at(one, 4), Some(u16::from(one[3]) + 1)));
        list = list.get(aligned(length)..).unwrap_or_default();
    }
    hops
}

fn hop(attributes: Attributes<'_>, interface_index: Option<u32>, weight: Option<u16>) -> Hop {
    // `RTA_VIA` is a router of the other family: two bytes of family, then its address.
    let other_family = || attributes.get(RTA_VIA).and_then(|via| address(via.get(2..)?));
    Hop { gateway: attributes.address(RTA_GATEWAY).or_else(other_family), interface_index, weight }
}

/// `ipv4` or `ipv6`; `None` for others.
pub(crate) fn family_name(family: u8) -> Option<&'static str> {
    match family {
        2 => Some("ipv4"),
        10 => Some("ipv6"),
        _ => None,
    }
}

/// The tables that every kernel has by name, others by number.
pub(crate) fn table_name(table: u32) -> String {
    match table {
        253 => "default".to_owned(),
        254 => "main".to_owned(),
        255 => "local".to_owned(),
        other => other.to_string(),
    }
}

/// Values `RTPROT_*`.
pub(crate) fn maker(protocol: u8) -> String {
    let name = match protocol {
        0 => "unspecified",
        1 => "redirect",
        2 => "kernel",
        3 => "boot",
        4 => "static",
        9 => "ra",
        11 => "zebra",
        12 => "bird",
        16 => "dhcp",
        18 => "keepalived",
        42 => "babel",
        186 => "bgp",
        187 => "isis",
        188 => "ospf",
        189 => "rip",
        other => return other.to_string(),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `default via 192.0.2.1 dev eth0`, as Linux writes it.
    const DEFAULT: &[u8] = &[
        2, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0, 8, 0, 15, 0, 254, 0, 0, 0, 8, 0, 5, 0, 192, 0, 2, 1, 8, 0, 4,
        0, 4, 0, 0, 0,
    ];

    #[test]
    fn the_default_route_names_its_gateway() {
        let route = parse(DEFAULT).unwrap();
        assert_eq!((route.destination.as_str(), route.table.as_str()), ("default", "main"));
        assert_eq!((route.made_by.as_str(), route.kind), ("boot", "unicast"));
        assert_eq!(route.hops[0].gateway.unwrap().to_string(), "192.0.2.1");
        assert_eq!(route.hops[0].interface_index, Some(4));
    }

    #[test]
    fn a_route_over_two_links_has_two_hops_with_their_weights() {
        let mut bytes = DEFAULT[..20].to_vec();
        bytes.extend([36, 0, 9, 0]);
        bytes.extend([16, 0, 0, 0, 3, 0, 0, 0, 8, 0, 5, 0, 192, 0, 2, 1]);
        bytes.extend([16, 0, 0, 9, 5, 0, 0, 0, 8, 0, 5, 0, 192, 0, 2, 9]);
        let hops = parse(&bytes).unwrap().hops;
        assert_eq!(hops.len(), 2);
        assert_eq!((hops[0].weight, hops[1].weight), (Some(1), Some(10)));
        assert_eq!(hops[1].gateway.unwrap().to_string(), "192.0.2.9");
    }

    #[test]
    fn a_list_of_hops_that_lies_about_its_length_ends() {
        let mut bytes = DEFAULT[..20].to_vec();
        bytes.extend([12, 0, 9, 0, 0, 0, 0, 0, 3, 0, 0, 0]);
        assert_eq!(parse(&bytes).unwrap().hops, []);
    }
}
