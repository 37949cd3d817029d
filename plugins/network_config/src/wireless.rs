//! Radios: `nl80211` over generic netlink. Names of networks, frequencies and signals; never keys, which the kernel does
//! not tell anyway.
//!
//! Asked only when `/sys` shows a wireless interface: the question alone could make the kernel load its wireless modules.

use rustix::net::netlink;
use serde::Serialize;

use crate::attribute::{Attributes, hardware_address, text};
use crate::netlink::{Answer, Malformed, NetlinkError, Query};

const GENL_ID_CTRL: u16 = 16;
const CTRL_CMD_GETFAMILY: u8 = 3;
const CTRL_ATTR_FAMILY_ID: u16 = 1;
const CTRL_ATTR_FAMILY_NAME: u16 = 2;
const HEADER_BYTES: usize = 4;

const GET_INTERFACE: u8 = 5;
const GET_STATION: u8 = 17;
const ATTR_IFINDEX: u16 = 3;
const ATTR_IFTYPE: u16 = 5;
const ATTR_MAC: u16 = 6;
const ATTR_STA_INFO: u16 = 21;
const ATTR_WIPHY_FREQ: u16 = 38;
const ATTR_SSID: u16 = 52;
const STA_INFO_SIGNAL: u16 = 7;
const STA_INFO_TX_BITRATE: u16 = 8;
const RATE_INFO_BITRATE32: u16 = 5;

/// The radio of an interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Wireless {
    #[serde(skip)]
    index: u32,
    /// `station`, `access-point`, `monitor`, …
    pub(crate) mode: &'static str,
    /// Name of the network that it is in.
    pub(crate) network_name: Option<String>,
    /// Frequency in MHz.
    pub(crate) frequency_megahertz: Option<u32>,
    /// The access point, when it is a station.
    pub(crate) access_point: Option<Station>,
}

/// The other end of a radio link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Station {
    /// Its hardware address.
    pub(crate) hardware_address: Option<String>,
    /// Strength in dBm: -50 is good, -80 is bad.
    pub(crate) signal_dbm: Option<i8>,
    /// Rate of sending, in 100 kbit/s.
    pub(crate) transmit_rate_100kbit: Option<u32>,
}

impl Wireless {
    /// Number of its interface.
    pub(crate) fn index(&self) -> u32 {
        self.index
    }
}

/// All radios, with the access points of those that are stations.
pub(crate) fn read() -> Result<Answer<Wireless>, NetlinkError> {
    let family = family()?;
    let mut radios = query(family, GET_INTERFACE, &[], "the list of radios")
        .ask(|kind, payload| if kind == family { parse(payload).ok_or(Malformed) } else { Ok(None) })?;
    for radio in radios.items.iter_mut().filter(|radio| radio.mode == "station") {
        let mut wanted = vec![8, 0, 3, 0];
        wanted.extend(radio.index.to_ne_bytes());
        let stations = query(family, GET_STATION, &wanted, "the signal of a radio")
            .ask(|kind, payload| if kind == family { Ok(parse_station(payload)) } else { Ok(None) })?;
        radio.access_point = stations.items.into_iter().next();
    }
    Ok(radios)
}

/// The number that generic netlink gave to nl80211 at its start.
fn family() -> Result<u16, NetlinkError> {
    let what = "the list of radios";
    let mut payload = vec![CTRL_CMD_GETFAMILY, 1, 0, 0];
    // The attribute is 4 + 8 bytes: `nl80211` and its zero.
    payload.extend([12, 0]);
    payload.extend(CTRL_ATTR_FAMILY_NAME.to_ne_bytes());
    payload.extend(b"nl80211\0");
    let query =
        Query { what, protocol: Some(netlink::GENERIC), kind: GENL_ID_CTRL, payload, dump: false, limit: 1 };
    let answer = query.ask(|_, payload| {
        let attributes = Attributes::after(payload, HEADER_BYTES).ok_or(Malformed)?;
        Ok(attributes.u16(CTRL_ATTR_FAMILY_ID))
    })?;
    answer.items.first().copied().ok_or(NetlinkError::Garbled { what })
}

fn query(family: u16, command: u8, attributes: &[u8], what: &'static str) -> Query {
    Query {
        what,
        protocol: Some(netlink::GENERIC),
        kind: family,
        payload: [&[command, 0, 0, 0], attributes].concat(),
        dump: true,
        limit: 1_000,
    }
}

/// One answer to `NL80211_CMD_GET_INTERFACE`; the inner `None` is a device that is no network interface.
fn parse(payload: &[u8]) -> Option<Option<Wireless>> {
    let attributes = Attributes::after(payload, HEADER_BYTES)?;
    let mode = match attributes.u32(ATTR_IFTYPE)? {
        1 => "ad-hoc",
        2 => "station",
        3 | 4 => "access-point",
        6 => "monitor",
        7 => "mesh",
        8..=10 => "peer-to-peer",
        _ => "other",
    };
    Some(attributes.u32(ATTR_IFINDEX).map(|index| Wireless {
        index,
        mode,
        network_name: attributes.get(ATTR_SSID).map(text),
        frequency_megahertz: attributes.u32(ATTR_WIPHY_FREQ),
        access_point: None,
    }))
}

/// One answer to `NL80211_CMD_GET_STATION`.
fn parse_station(payload: &[u8]) -> Option<Station> {
    let attributes = Attributes::after(payload, HEADER_BYTES)?;
    let info = attributes.nested(ATTR_STA_INFO);
    Some(Station {
        hardware_address: attributes.get(ATTR_MAC).and_then(hardware_address),
        signal_dbm: info.u8(STA_INFO_SIGNAL).map(u8::cast_signed),
        transmit_rate_100kbit: info.nested(STA_INFO_TX_BITRATE).u32(RATE_INFO_BITRATE32),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made by hand after nl80211.h.
    #[test]
    fn a_radio_tells_its_network_and_frequency() {
        let mut bytes = vec![7, 1, 0, 0, 8, 0, 3, 0, 3, 0, 0, 0, 8, 0, 5, 0, 2, 0, 0, 0];
        bytes.extend([8, 0, 38, 0, 0x85, 9, 0, 0, 8, 0, 52, 0, b'h', b'o', b'm', b'e']);
        let radio = parse(&bytes).unwrap().unwrap();
        assert_eq!((radio.index, radio.mode), (3, "station"));
        assert_eq!((radio.network_name.as_deref(), radio.frequency_megahertz), (Some("home"), Some(2437)));
    }

    #[test]
    fn a_signal_is_a_negative_number() {
        let mut bytes = vec![19, 1, 0, 0, 10, 0, 6, 0, 2, 0, 0, 0, 0, 9, 0, 0];
        bytes.extend([
            24, 0, 21, 0x80, 5, 0, 7, 0, 0xce, 0, 0, 0, 12, 0, 8, 0x80, 8, 0, 5, 0, 0x5e, 0x1a, 0, 0,
        ]);
        let station = parse_station(&bytes).unwrap();
        assert_eq!(station.hardware_address.as_deref(), Some("02:00:00:00:00:09"));
        assert_eq!((station.signal_dbm, station.transmit_rate_100kbit), (Some(-50), Some(6750)));
    }
}
