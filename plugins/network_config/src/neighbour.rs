//! Neighbours on the links (ARP and neighbour discovery): `RTM_GETNEIGH` of rtnetlink(7).

use std::net::IpAddr;

use serde::Serialize;

use crate::attribute::{Attributes, hardware_address, u16_at, u32_at};
use crate::netlink::{Answer, Malformed, NetlinkError, Query};

const RTM_NEWNEIGH: u16 = 28;
const RTM_GETNEIGH: u16 = 30;
const HEADER_BYTES: usize = 12;
const NDA_DST: u16 = 1;
const NDA_LLADDR: u16 = 2;
const NOARP: u16 = 0x40;
const ROUTER: u8 = 0x80;

/// One machine that was seen on a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Neighbour {
    /// Its address.
    pub(crate) address: IpAddr,
    /// Its hardware address, when it answered.
    pub(crate) hardware_address: Option<String>,
    /// Number of the interface on which it was seen.
    pub(crate) interface_index: u32,
    /// `reachable`, `stale`, `incomplete` (asked), `failed` (no answer), `permanent`, …
    pub(crate) state: &'static str,
    /// Whether it said of itself that it forwards packets.
    pub(crate) is_router: bool,
}

/// The neighbours of both families.
pub(crate) fn read() -> Result<Answer<Neighbour>, NetlinkError> {
    let query = Query {
        what: "the list of neighbours",
        protocol: None,
        kind: RTM_GETNEIGH,
        payload: vec![0; HEADER_BYTES],
        dump: true,
        limit: 20_000,
    };
    query.ask(|kind, payload| match kind {
        RTM_NEWNEIGH => parse(payload).ok_or(Malformed),
        _ => Ok(None),
    })
}

/// One `struct ndmsg`; the inner `None` is an entry without an address (a bridge's) or that needs no asking (a multicast's).
pub(crate) fn parse(payload: &[u8]) -> Option<Option<Neighbour>> {
    let attributes = Attributes::after(payload, HEADER_BYTES)?;
    let state = u16_at(payload, 8)?;
    let interface_index = u32_at(payload, 4)?;
    let is_router = payload.get(10)? & ROUTER != 0;
    // On tunnels every destination has an entry that needs no asking, however far away it is.
    let address = attributes.address(NDA_DST).filter(|_| state != NOARP);
    Some(address.map(|address| Neighbour {
        address,
        hardware_address: attributes.get(NDA_LLADDR).and_then(hardware_address),
        interface_index,
        state: state_name(state),
        is_router,
    }))
}

/// Values `NUD_*`.
fn state_name(state: u16) -> &'static str {
    match state {
        0x00 => "none",
        0x01 => "incomplete",
        0x02 => "reachable",
        0x04 => "stale",
        0x08 => "delay",
        0x10 => "probe",
        0x20 => "failed",
        0x80 => "permanent",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_router_that_did_not_answer_has_no_hardware_address() {
        let mut bytes = vec![10, 0, 0, 0, 4, 0, 0, 0, 0x20, 0, 0x80, 1, 20, 0, 1, 0];
        bytes.extend([0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        let neighbour = parse(&bytes).unwrap().unwrap();
        assert_eq!(neighbour.address.to_string(), "fd00::1");
        assert_eq!((neighbour.state, neighbour.is_router), ("failed", true));
        assert_eq!(neighbour.hardware_address, None);
    }

    #[test]
    fn entries_without_an_address_or_that_need_no_asking_are_passed_over() {
        assert_eq!(parse(&[7, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0]), Some(None));
        assert_eq!(parse(&[2, 0, 0, 0, 4, 0, 0, 0, 0x40, 0, 0, 0, 8, 0, 1, 0, 8, 8, 8, 8]), Some(None));
        assert_eq!(parse(&[7, 0, 0]), None);
    }
}
