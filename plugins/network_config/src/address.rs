//! Addresses of interfaces: `RTM_GETADDR` of rtnetlink(7).

use std::net::IpAddr;

use serde::Serialize;

use crate::attribute::{Attributes, u32_at};
use crate::netlink::{Answer, Malformed, NetlinkError, Query};

const RTM_NEWADDR: u16 = 20;
const RTM_GETADDR: u16 = 22;
const HEADER_BYTES: usize = 8;

const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
const IFA_BROADCAST: u16 = 4;
const IFA_CACHEINFO: u16 = 6;
const IFA_FLAGS: u16 = 8;

/// Names of the bits `IFA_F_*` of if_addr.h.
const FLAGS: [&str; 12] = [
    "temporary",
    "nodad",
    "optimistic",
    "dad-failed",
    "homeaddress",
    "deprecated",
    "tentative",
    "permanent",
    "managed-temporary",
    "no-prefix-route",
    "autojoin",
    "stable-privacy",
];

/// One address of an interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Address {
    #[serde(skip)]
    pub(crate) index: u32,
    /// The address.
    pub(crate) address: IpAddr,
    /// Bits of it that name the network.
    pub(crate) prefix_length: u8,
    /// The other end, on a link between two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) peer: Option<IpAddr>,
    /// The address that reaches all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) broadcast: Option<IpAddr>,
    /// `global`, `site`, `link`, `host`, `nowhere`.
    pub(crate) scope: &'static str,
    /// `permanent`, `temporary`, `tentative`, `dad-failed` (somebody else has it), `deprecated`, …
    pub(crate) flags: Vec<&'static str>,
    /// Seconds that it stays usable; `None` means for ever.
    pub(crate) valid_seconds: Option<u32>,
    /// Seconds that it stays the one of choice; `None` means for ever.
    pub(crate) preferred_seconds: Option<u32>,
}

/// The addresses of all interfaces, both families.
pub(crate) fn read() -> Result<Answer<Address>, NetlinkError> {
    let query = Query {
        what: "the list of addresses",
        protocol: None,
        kind: RTM_GETADDR,
        payload: vec![0; HEADER_BYTES],
        dump: true,
        limit: 20_000,
    };
    query.ask(|kind, payload| match kind {
        RTM_NEWADDR => parse(payload).map(Some).ok_or(Malformed),
        _ => Ok(None),
    })
}

/// One `struct ifaddrmsg` with its attributes.
pub(crate) fn parse(payload: &[u8]) -> Option<Address> {
    let attributes = Attributes::after(payload, HEADER_BYTES)?;
    let [_, prefix_length, flags, scope] = *payload.first_chunk()?;
    // Between two ends `IFA_ADDRESS` is the other one; elsewhere both are the same, and IPv6 has only this one.
    let remote = attributes.address(IFA_ADDRESS);
    let local = attributes.address(IFA_LOCAL);
    let address = local.or(remote)?;
    let bits = attributes.u32(IFA_FLAGS).unwrap_or(flags.into());
    let lifetime = |at| attributes.get(IFA_CACHEINFO).and_then(|bytes| u32_at(bytes, at));
    Some(Address {
        index: u32_at(payload, 4)?,
        address,
        prefix_length,
        peer: remote.filter(|remote| *remote != address),
        broadcast: attributes.address(IFA_BROADCAST),
        scope: scope_name(scope),
        flags: FLAGS
            .iter()
            .enumerate()
            .filter(|(bit, _)| bits >> bit & 1 == 1)
            .map(|(_, name)| *name)
            .collect(),
        preferred_seconds: lifetime(0).filter(|seconds| *seconds != u32::MAX),
        valid_seconds: lifetime(4).filter(|seconds| *seconds != u32::MAX),
    })
}

/// Values `RT_SCOPE_*`.
pub(crate) fn scope_name(scope: u8) -> &'static str {
    match scope {
        0 => "global",
        200 => "site",
        253 => "link",
        254 => "host",
        255 => "nowhere",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_dhcp_has_its_lifetime_and_broadcast() {
        let bytes = [
            2, 24, 0, 0, 4, 0, 0, 0, // ifaddrmsg
            8, 0, 1, 0, 192, 0, 2, 2, 8, 0, 2, 0, 192, 0, 2, 2, 8, 0, 4, 0, 192, 0, 2,
            255, // three addresses
            20, 0, 6, 0, 0x10, 0x0e, 0, 0, 0x20, 0x1c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // lifetimes
        ];
        let address = parse(&bytes).unwrap();
        assert_eq!(address.address.to_string(), "192.0.2.2");
        assert_eq!((address.prefix_length, address.scope, address.peer), (24, "global", None));
        assert_eq!((address.preferred_seconds, address.valid_seconds), (Some(3600), Some(7200)));
        assert_eq!(address.broadcast.unwrap().to_string(), "192.0.2.255");
    }

    #[test]
    fn the_other_end_of_a_link_is_not_taken_for_the_own_address() {
        let bytes = [2, 32, 0x80, 0, 4, 0, 0, 0, 8, 0, 1, 0, 198, 51, 100, 9, 8, 0, 2, 0, 198, 51, 100, 1];
        let address = parse(&bytes).unwrap();
        assert_eq!(address.address.to_string(), "198.51.100.1");
        assert_eq!(address.peer.unwrap().to_string(), "198.51.100.9");
        assert_eq!(address.flags, ["permanent"]);
    }

    #[test]
    fn an_address_of_a_wrong_length_is_none() {
        assert_eq!(parse(&[2, 24, 0, 0, 4, 0, 0, 0, 7, 0, 1, 0, 192, 0, 2, 0]), None);
    }
}
