//! Listening and connected sockets: the `inet_diag` part of sock_diag(7).
//!
//! The kernel may load its small diagnosing module for the first such question, as it does for `ss`.

use std::collections::HashMap;
use std::net::IpAddr;

use candor_plugin::SocketOwners;
use rustix::net::netlink;
use serde::Serialize;

use crate::attribute::{address, u32_at};
use crate::link::named;
use crate::netlink::{Answer, Malformed, NetlinkError, Query};

const SOCK_DIAG_BY_FAMILY: u16 = 20;
const TCP: u8 = 6;
const UDP: u8 = 17;
/// Most sockets of one protocol and family.
const LIMIT: usize = 100_000;

const STATES: [&str; 13] = [
    "unknown",
    "established",
    "syn-sent",
    "syn-received",
    "fin-wait-1",
    "fin-wait-2",
    "time-wait",
    "closed",
    "close-wait",
    "last-ack",
    "listening",
    "closing",
    "syn-received",
];

/// One socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Socket {
    /// `tcp` or `udp`.
    pub(crate) protocol: &'static str,
    /// `ipv4` or `ipv6`; one for IPv6 may serve IPv4 too.
    pub(crate) family: &'static str,
    /// `listening`, `established`, `time-wait`, …; of UDP `unconnected` or `connected`.
    pub(crate) state: &'static str,
    /// Own address; `0.0.0.0` and `::` are any.
    pub(crate) local_address: IpAddr,
    /// Own port.
    pub(crate) local_port: u16,
    /// The other end, when there is one.
    pub(crate) remote_address: Option<IpAddr>,
    /// The other end's port.
    pub(crate) remote_port: Option<u16>,
    /// Number of the interface that it is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) interface_index: Option<u32>,
    /// Bytes that the program has not read yet; connections that wait, when listening.
    pub(crate) receive_queue: u32,
    /// Bytes that the other end has not confirmed yet; most connections that may wait, when listening.
    pub(crate) send_queue: u32,
    /// User id of its owner.
    pub(crate) user_id: u32,
    /// Name of its owner, when the machine's own list of users has it.
    pub(crate) user_name: Option<String>,
    /// The kernel's number of it; 0 when no process holds it any longer.
    pub(crate) inode: u32,
    /// Processes that hold it; empty when none does or none could be told.
    pub(crate) processes: Vec<Process>,
}

/// A process that holds a socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Process {
    /// Process id.
    pub(crate) pid: u32,
    /// Short name, never the command line.
    pub(crate) name: String,
}

/// One list of the kernel's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List {
    /// In the plural, for notes: `TCP sockets over IPv4`.
    pub(crate) name: &'static str,
    family: u8,
    protocol: u8,
}

/// The lists that are asked for, one after the other.
pub(crate) const LISTS: [List; 4] = [
    List { name: "TCP sockets over IPv4", family: 2, protocol: TCP },
    List { name: "TCP sockets over IPv6", family: 10, protocol: TCP },
    List { name: "UDP sockets over IPv4", family: 2, protocol: UDP },
    List { name: "UDP sockets over IPv6", family: 10, protocol: UDP },
];

impl List {
    /// Asks the kernel.
    pub(crate) fn read(self) -> Result<Answer<Socket>, NetlinkError> {
        // `struct inet_diag_req_v2`: family, protocol, no extensions, every state, any address.
        let mut payload = vec![0; 56];
        payload[0] = self.family;
        payload[1] = self.protocol;
        payload[4..8].copy_from_slice(&u32::MAX.to_ne_bytes());
        let query = Query {
            what: self.name,
            protocol: Some(netlink::SOCK_DIAG),
            kind: SOCK_DIAG_BY_FAMILY,
            payload,
            dump: true,
            limit: LIMIT,
        };
        query.ask(|kind, payload| match kind {
            SOCK_DIAG_BY_FAMILY => parse(self.protocol, payload).map(Some).ok_or(Malformed),
            _ => Ok(None),
        })
    }
}

/// One `struct inet_diag_msg`.
pub(crate) fn parse(protocol: u8, payload: &[u8]) -> Option<Socket> {
    let [family, state, ..] = *payload.first_chunk::<72>()?;
    let port = |at: usize| Some(u16::from_be_bytes(payload.get(at..at + 2)?.try_into().ok()?));
    let (family, size) = match family {
        2 => ("ipv4", 4),
        10 => ("ipv6", 16),
        _ => return None,
    };
    let remote_port = port(6)?;
    let remote = address(payload.get(24..24 + size)?)?;
    let connected = remote_port != 0 || !remote.is_unspecified();
    Some(Socket {
        protocol: if protocol == TCP { "tcp" } else { "udp" },
        family,
        state: state_name(protocol, state),
        local_address: address(payload.get(8..8 + size)?)?,
        local_port: port(4)?,
        remote_address: connected.then_some(remote),
        remote_port: connected.then_some(remote_port),
        interface_index: u32_at(payload, 40).filter(|index| *index != 0),
        receive_queue: u32_at(payload, 56)?,
        send_queue: u32_at(payload, 60)?,
        user_id: u32_at(payload, 64)?,
        user_name: None,
        inode: u32_at(payload, 68)?,
        processes: Vec::new(),
    })
}

fn state_name(protocol: u8, state: u8) -> &'static str {
    match (protocol, state) {
        (UDP, 1) => "connected",
        (UDP, 7) => "unconnected",
        _ => named(&STATES, state.into()),
    }
}

/// Puts the names of users and processes to the sockets.
pub(crate) fn name_owners(
    sockets: &mut [Socket],
    users: &HashMap<u32, String>,
    owners: Option<&SocketOwners>,
) {
    let mut held: HashMap<u64, Vec<Process>> = HashMap::new();
    for owner in owners.iter().flat_map(|owners| &owners.owners) {
        held.entry(owner.inode).or_default().push(Process { pid: owner.pid, name: owner.name.clone() });
    }
    for socket in sockets {
        socket.user_name = users.get(&socket.user_id).cloned();
        if socket.inode != 0 {
            socket.processes = held.get(&socket.inode.into()).cloned().unwrap_or_default();
        }
    }
}

/// Listening ones first, then by protocol and port: what a reader looks for.
pub(crate) fn sort(sockets: &mut [Socket]) {
    sockets.sort_by_key(|socket| {
        (socket.state != "listening", socket.protocol, socket.family, socket.local_port, socket.remote_port)
    });
}

/// User ids and names of `/etc/passwd`; the first line of an id counts, as for getpwuid(3).
pub(crate) fn users(passwd: &str) -> HashMap<u32, String> {
    let mut users = HashMap::new();
    for line in passwd.lines() {
        let mut fields = line.split(':');
        if let (Some(name), Some(id)) = (fields.next(), fields.nth(1).and_then(|id| id.parse().ok())) {
            users.entry(id).or_insert_with(|| name.to_owned());
        }
    }
    users
}

#[cfg(test)]
mod tests {
    use super::*;
    use candor_plugin::SocketOwner;

    fn listening() -> Vec<u8> {
        let mut bytes = vec![2, 10, 0, 0, 0, 22, 0, 0, 198, 51, 100, 1];
        bytes.resize(72, 0);
        bytes[60..64].copy_from_slice(&128_u32.to_ne_bytes());
        bytes[64..68].copy_from_slice(&1000_u32.to_ne_bytes());
        bytes[68..72].copy_from_slice(&4242_u32.to_ne_bytes());
        bytes
    }

    #[test]
    fn a_listening_socket_has_a_port_and_no_other_end() {
        let socket = parse(TCP, &listening()).unwrap();
        assert_eq!((socket.state, socket.local_port, socket.remote_port), ("listening", 22, None));
        assert_eq!(socket.local_address.to_string(), "198.51.100.1");
        assert_eq!((socket.send_queue, socket.user_id, socket.inode), (128, 1000, 4242));
    }

    #[test]
    fn a_cut_socket_is_no_socket() {
        assert_eq!(parse(TCP, &listening()[..71]), None);
    }

    #[test]
    fn owners_are_named_by_the_number_of_the_socket() {
        let mut sockets = [parse(TCP, &listening()).unwrap()];
        let owners = SocketOwners {
            owners: vec![SocketOwner { inode: 4242, pid: 7, name: "sshd".to_owned() }],
            restricted: false,
        };
        let users = users(
            "root:x:0:0::/root:/bin/sh\nbroken\nada:x:1000:1000::/home/ada:/bin/sh\nsame:x:1000:1::/:/\n",
        );
        name_owners(&mut sockets, &users, Some(&owners));
        assert_eq!(sockets[0].user_name.as_deref(), Some("ada"));
        assert_eq!(sockets[0].processes, [Process { pid: 7, name: "sshd".to_owned() }]);
    }

    #[test]
    fn a_socket_that_nobody_holds_gets_no_owner() {
        let mut bytes = listening();
        bytes[68..72].fill(0);
        let mut sockets = [parse(TCP, &bytes).unwrap()];
        let owners = SocketOwners {
            owners: vec![SocketOwner { inode: 0, pid: 7, name: "x".to_owned() }],
            restricted: false,
        };
        name_owners(&mut sockets, &HashMap::new(), Some(&owners));
        assert_eq!(sockets[0].processes, []);
    }
}
