//! Network interfaces: `RTM_GETLINK` of rtnetlink(7).

use serde::Serialize;

use crate::address::Address;
use crate::attribute::{Attributes, hardware_address, u16_at, u32_at, u64_at};
use crate::device::Device;
use crate::netlink::{Answer, Malformed, NetlinkError, Query};
use crate::wireless::Wireless;

const RTM_NEWLINK: u16 = 16;
const RTM_GETLINK: u16 = 18;
const HEADER_BYTES: usize = 16;

const IFLA_ADDRESS: u16 = 1;
const IFLA_IFNAME: u16 = 3;
const IFLA_MTU: u16 = 4;
const IFLA_LINK: u16 = 5;
const IFLA_QDISC: u16 = 6;
const IFLA_MASTER: u16 = 10;
const IFLA_TXQLEN: u16 = 13;
const IFLA_OPERSTATE: u16 = 16;
const IFLA_LINKINFO: u16 = 18;
const IFLA_IFALIAS: u16 = 20;
const IFLA_STATS64: u16 = 23;
const IFLA_PROMISCUITY: u16 = 30;
const IFLA_CARRIER: u16 = 33;
const IFLA_CARRIER_CHANGES: u16 = 35;
const IFLA_PERM_ADDRESS: u16 = 54;
const IFLA_INFO_KIND: u16 = 1;
const IFLA_INFO_DATA: u16 = 2;
const IFLA_INFO_SLAVE_KIND: u16 = 4;

/// Names of the bits in `ifi_flags`, netdevice(7).
const FLAGS: [&str; 19] = [
    "up",
    "broadcast",
    "debug",
    "loopback",
    "point-to-point",
    "notrailers",
    "running",
    "noarp",
    "promiscuous",
    "all-multicast",
    "master",
    "slave",
    "multicast",
    "portsel",
    "automedia",
    "dynamic",
    "lower-up",
    "dormant",
    "echo",
];

/// Values of `IF_OPER_*`, RFC 2863.
const STATES: [&str; 7] = ["unknown", "not-present", "down", "lower-layer-down", "testing", "dormant", "up"];

/// One network interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Interface {
    /// The kernel's number; other lists refer to it.
    pub(crate) index: u32,
    /// `eth0`.
    pub(crate) name: String,
    /// The administrator's description of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) alias: Option<String>,
    /// Hardware type: `ethernet`, `loopback`, `infiniband`, `tunnel`, …, or `type-N` of if_arp.h.
    pub(crate) hardware: String,
    /// Software kind: `bridge`, `bond`, `vlan`, `veth`, `wireguard`; `None` for real hardware.
    pub(crate) kind: Option<String>,
    /// The kind of the master that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) member_of_kind: Option<String>,
    /// Hardware address.
    pub(crate) hardware_address: Option<String>,
    /// The address that the hardware was made with, where another one is in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) permanent_hardware_address: Option<String>,
    /// `up`, `down`, `lower-layer-down`, …: RFC 2863. Loopback and tunnels say `unknown`.
    pub(crate) state: &'static str,
    /// Names of the flags of netdevice(7).
    pub(crate) flags: Vec<&'static str>,
    /// Whether a signal is on the wire; `None` where the kernel does not tell.
    pub(crate) carrier: Option<bool>,
    /// How often the signal came or went since the interface exists.
    pub(crate) carrier_changes: Option<u32>,
    /// Largest packet in bytes.
    pub(crate) mtu_bytes: Option<u32>,
    /// Queueing discipline: `fq_codel`.
    pub(crate) queueing: Option<String>,
    /// Longest queue in packets.
    pub(crate) transmit_queue_packets: Option<u32>,
    /// How many programs record all of its traffic.
    pub(crate) promiscuity: Option<u32>,
    /// Number of the bridge, bond or VRF that it belongs to.
    pub(crate) master_index: Option<u32>,
    /// Number of the interface that it lies on (VLAN) or is paired with (veth).
    pub(crate) lower_index: Option<u32>,
    /// What is particular to its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) details: Option<Details>,
    /// Traffic since the interface exists.
    pub(crate) counters: Option<Counters>,
    /// Its addresses.
    pub(crate) addresses: Vec<Address>,
    /// What the device below it says.
    pub(crate) device: Device,
    /// Its radio, when it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wireless: Option<Wireless>,
}

/// What is particular to the kind of an interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Details {
    /// IEEE 802.1Q.
    Vlan {
        /// 1–4094.
        id: u16,
    },
    /// RFC 7348.
    Vxlan {
        /// Network identifier.
        id: u32,
    },
    /// A software switch.
    Bridge {
        /// Whether it runs a spanning tree.
        spanning_tree: bool,
        /// Whether it separates VLANs.
        vlan_filtering: bool,
    },
    /// Several interfaces used as one.
    Bond {
        /// `active-backup`, `802.3ad`, …
        mode: &'static str,
    },
}

/// Traffic of an interface since it exists: packets, bytes and faults, named as in the kernel's if_link.h.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Counters {
    rx_packets: u64,
    tx_packets: u64,
    rx_bytes: u64,
    tx_bytes: u64,
    rx_errors: u64,
    tx_errors: u64,
    rx_dropped: u64,
    tx_dropped: u64,
    multicast_packets: u64,
    collisions: u64,
    rx_crc_errors: u64,
    rx_missed_errors: u64,
    tx_carrier_errors: u64,
}

/// All interfaces of this network namespace.
pub(crate) fn read() -> Result<Answer<Interface>, NetlinkError> {
    let query = Query {
        what: "the list of interfaces",
        protocol: None,
        kind: RTM_GETLINK,
        payload: vec![0; HEADER_BYTES],
        dump: true,
        limit: 10_000,
    };
    query.ask(|kind, payload| match kind {
        RTM_NEWLINK => parse(payload).map(Some).ok_or(Malformed),
        _ => Ok(None),
    })
}

/// One `struct ifinfomsg` with its attributes.
pub(crate) fn parse(payload: &[u8]) -> Option<Interface> {
    let attributes = Attributes::after(payload, HEADER_BYTES)?;
    let flags = u32_at(payload, 8)?;
    let info = attributes.nested(IFLA_LINKINFO);
    let kind = info.text(IFLA_INFO_KIND);
    let address = attributes.get(IFLA_ADDRESS).and_then(hardware_address);
    let permanent = attributes.get(IFLA_PERM_ADDRESS).and_then(hardware_address);
    Some(Interface {
        index: u32_at(payload, 4)?,
        name: attributes.text(IFLA_IFNAME)?,
        alias: attributes.text(IFLA_IFALIAS),
        hardware: hardware(u16_at(payload, 2)?),
        details: kind.as_deref().and_then(|kind| details(kind, info.nested(IFLA_INFO_DATA))),
        kind,
        member_of_kind: info.text(IFLA_INFO_SLAVE_KIND),
        permanent_hardware_address: permanent.filter(|permanent| Some(permanent) != address.as_ref()),
        hardware_address: address,
        state: named(&STATES, attributes.u8(IFLA_OPERSTATE).unwrap_or(0).into()),
        flags: FLAGS
            .iter()
            .enumerate()
            .filter(|(bit, _)| flags >> bit & 1 == 1)
            .map(|(_, name)| *name)
            .collect(),
        carrier: attributes.u8(IFLA_CARRIER).map(|value| value != 0),
        carrier_changes: attributes.u32(IFLA_CARRIER_CHANGES),
        mtu_bytes: attributes.u32(IFLA_MTU),
        queueing: attributes.text(IFLA_QDISC),
        transmit_queue_packets: attributes.u32(IFLA_TXQLEN),
        promiscuity: attributes.u32(IFLA_PROMISCUITY),
        master_index: attributes.u32(IFLA_MASTER),
        lower_index: attributes.u32(IFLA_LINK).filter(|index| *index != 0),
        counters: attributes.get(IFLA_STATS64).and_then(counters),
        addresses: Vec::new(),
        device: Device::default(),
        wireless: None,
    })
}

/// `struct rtnl_link_stats64`: newer kernels append to it.
fn counters(bytes: &[u8]) -> Option<Counters> {
    let at = |index: usize| u64_at(bytes, index * 8);
    Some(Counters {
        rx_packets: at(0)?,
        tx_packets: at(1)?,
        rx_bytes: at(2)?,
        tx_bytes: at(3)?,
        rx_errors: at(4)?,
        tx_errors: at(5)?,
        rx_dropped: at(6)?,
        tx_dropped: at(7)?,
        multicast_packets: at(8)?,
        collisions: at(9)?,
        rx_crc_errors: at(12)?,
        rx_missed_errors: at(15)?,
        tx_carrier_errors: at(17)?,
    })
}

fn details(kind: &str, data: Attributes<'_>) -> Option<Details> {
    const BOND_MODES: [&str; 7] =
        ["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"];
    match kind {
        "vlan" => data.u16(1).map(|id| Details::Vlan { id }),
        "vxlan" => data.u32(1).map(|id| Details::Vxlan { id }),
        "bridge" => Some(Details::Bridge {
            spanning_tree: data.u32(5)? != 0,
            vlan_filtering: data.u8(7).unwrap_or(0) != 0,
        }),
        "bond" => Some(Details::Bond { mode: named(&BOND_MODES, data.u8(1)?.into()) }),
        _ => None,
    }
}

fn hardware(kind: u16) -> String {
    let name = match kind {
        1 => "ethernet",
        24 => "firewire",
        32 => "infiniband",
        280 => "can",
        512 => "ppp",
        768 | 776 | 769 => "tunnel",
        772 => "loopback",
        778 => "gre",
        801..=803 => "wireless",
        823 => "gre6",
        824 => "netlink",
        65534 => "none",
        other => return format!("type-{other}"),
    };
    name.to_owned()
}

/// The name at a place, or `other` for what is newer than this list.
pub(crate) fn named(names: &[&'static str], place: usize) -> &'static str {
    names.get(place).copied().unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An interface as Linux writes it, the counters and everything behind them left out.
    const ETH0: &[u8] = &[
        0, 0, 1, 0, 4, 0, 0, 0, 0x43, 0x10, 1, 0, 0, 0, 0, 0, // ifinfomsg
        9, 0, 3, 0, b'e', b't', b'h', b'0', 0, 0, 0, 0, // name
        8, 0, 4, 0, 0x78, 5, 0, 0, // mtu 1400
        5, 0, 16, 0, 6, 0, 0, 0, // operstate up
        10, 0, 1, 0, 2, 0xfc, 0, 0, 0, 1, 0, 0, // address
    ];

    #[test]
    fn an_interface_has_its_name_state_and_address() {
        let interface = parse(ETH0).unwrap();
        assert_eq!(interface.name, "eth0");
        assert_eq!((interface.index, interface.mtu_bytes), (4, Some(1400)));
        assert_eq!((interface.hardware.as_str(), interface.state), ("ethernet", "up"));
        assert_eq!(interface.hardware_address.as_deref(), Some("02:fc:00:00:00:01"));
        assert_eq!(interface.flags, ["up", "broadcast", "running", "multicast", "lower-up"]);
        assert_eq!(interface.counters, None, "absent is not zero");
    }

    #[test]
    fn a_vlan_tells_its_number_and_what_it_lies_on() {
        let mut bytes = vec![0, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        bytes.extend([8, 0, 3, 0, b'v', b'7', 0, 0, 8, 0, 5, 0, 4, 0, 0, 0]);
        bytes.extend([28, 0, 18, 0, 9, 0, 1, 0, b'v', b'l', b'a', b'n', 0, 0, 0, 0]);
        bytes.extend([12, 0, 2, 0, 6, 0, 1, 0, 7, 0, 0, 0]);
        let interface = parse(&bytes).unwrap();
        assert_eq!(interface.details, Some(Details::Vlan { id: 7 }));
        assert_eq!((interface.kind.as_deref(), interface.lower_index), (Some("vlan"), Some(4)));
    }

    #[test]
    fn a_cut_interface_is_no_interface() {
        assert_eq!(parse(&ETH0[..15]), None);
        assert_eq!(parse(&ETH0[..16]), None, "without a name");
    }
}
