//! What is left of the network, by what a policy declares.

use candor_manifest::{Capability, Network, PathPattern};
use candor_sandbox::{EnforcementLevel, Measure, Policy};

use crate::attempts::{call, socket};
use crate::child::{Answers, run_child};
use crate::kinds::Kind;

const STREAM: i32 = libc::SOCK_STREAM;
const DATAGRAM: i32 = libc::SOCK_DGRAM;

/// A policy that reaches this of the network, with connections answered where it has any.
fn policy(kind: Kind, network: Network) -> Policy {
    let mut policy = kind.policy();
    policy.measures.remove(&Measure::OwnNetwork);
    if matches!(network, Network::Loopback | Network::Hosts(_)) {
        policy.measures.insert(Measure::ExactConnections);
    }
    Policy { network, ..policy }
}

/// Which kinds of sockets can be made, and what can be done with one that is made.
fn sockets() -> Answers {
    let netlink = |protocol| socket(libc::AF_NETLINK, libc::SOCK_RAW, protocol);
    let mut address = [0_u8; 16];
    address[0] = 2;
    let address = address.as_ptr();
    [
        ("tcp", socket(libc::AF_INET, STREAM, 0)),
        ("tcp 6", socket(libc::AF_INET6, STREAM | libc::SOCK_NONBLOCK, libc::IPPROTO_TCP)),
        ("udp", socket(libc::AF_INET, DATAGRAM, 0)),
        ("ping", socket(libc::AF_INET, DATAGRAM, libc::IPPROTO_ICMP)),
        ("raw", socket(libc::AF_INET, libc::SOCK_RAW, libc::IPPROTO_TCP)),
        ("unix", socket(libc::AF_UNIX, STREAM, 0)),
        ("unix datagram", socket(libc::AF_UNIX, DATAGRAM, 0)),
        ("packet", socket(libc::AF_PACKET, libc::SOCK_RAW, 0)),
        ("route", netlink(libc::NETLINK_ROUTE)),
        ("audit", netlink(libc::NETLINK_AUDIT)),
        ("events", netlink(libc::NETLINK_KOBJECT_UEVENT)),
        ("bind", call!(libc::SYS_bind, 99, address, 16)),
        ("listen", call!(libc::SYS_listen, 99, 1)),
        ("accept", call!(libc::SYS_accept4, 99, 0, 0, 0)),
        ("connect", call!(libc::SYS_connect, 99, address, 16)),
        ("send", call!(libc::SYS_sendto, 99, address, 1, 0, 0, 0)),
        ("send to", call!(libc::SYS_sendto, 99, address, 1, 0, address, 16)),
        ("send a message", call!(libc::SYS_sendmsg, 99, [0_u64; 7].as_ptr(), 0)),
        ("send messages", call!(libc::SYS_sendmmsg, 99, [0_u64; 8].as_ptr(), 1, 0)),
        ("ask an interface", call!(libc::SYS_ioctl, 99, libc::SIOCGIFINDEX, 0)),
        ("change an interface", call!(libc::SYS_ioctl, 99, libc::SIOCSIFFLAGS, 0)),
    ]
    .map(|(name, answer)| (name.to_owned(), answer))
    .to_vec()
}

/// Runs it and checks that exactly these answers are no refusal. A call on a descriptor that is not open answers `EBADF`
/// once it is let through; a connection or socket that nobody makes, `EACCES`.
fn only(kind: Kind, policy: &Policy, allowed: &[&str]) {
    let outcome = run_child(kind, policy, sockets);
    let enforcement = &outcome.confined.enforcement;
    assert_eq!(enforcement.level, EnforcementLevel::Full, "{kind:?}: {}", enforcement.sentence());
    for (name, answer) in &outcome.answers {
        let expected = match name.as_str() {
            name if !allowed.contains(&name) => "EPERM",
            "connect" => "EACCES",
            "route" if policy.takes_sockets() => "EACCES",
            "bind" | "send" | "send to" | "send a message" | "ask an interface" => "EBADF",
            _ => "done",
        };
        assert_eq!(answer, expected, "{kind:?}, {}: {name}", policy.network);
    }
}

#[test]
fn without_a_declared_network_there_is_no_socket() {
    for kind in Kind::all() {
        only(kind, &kind.policy(), &["send"]);
    }
}

#[test]
fn who_observes_asks_the_kernel_only() {
    for kind in Kind::all() {
        let allowed = ["route", "bind", "send", "send to", "send a message"];
        only(kind, &policy(kind, Network::Observe), &allowed);
    }
}

#[test]
fn who_reads_the_older_firewall_asks_nothing_else_and_sends_nothing() {
    for kind in Kind::all() {
        let policy = Policy { firewall_tables: true, ..policy(kind, Network::Observe) };
        only(kind, &policy, &["send"]);
    }
}

#[test]
fn connections_are_made_by_the_host_and_nothing_is_sent_elsewhere() {
    for kind in Kind::all() {
        for network in [Network::Loopback, Network::Hosts(vec!["example.org:443".to_owned()])] {
            only(kind, &policy(kind, network), &["tcp", "tcp 6", "udp", "connect", "send"]);
        }
    }
}

#[test]
fn services_are_reached_through_the_host() {
    for kind in Kind::all() {
        let mut policy = kind.policy();
        policy.unix_sockets = vec![PathPattern::new("/run/service.sock").unwrap()];
        policy.measures.insert(Measure::ExactConnections);
        only(kind, &policy, &["unix", "connect", "send", "send a message"]);
        // A message could name an internet address.
        policy.network = Network::Loopback;
        policy.measures.remove(&Measure::OwnNetwork);
        only(kind, &policy, &["unix", "tcp", "tcp 6", "udp", "connect", "send"]);
    }
}

#[test]
fn who_records_packets_gets_what_the_library_for_it_asks() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("not run: only root has the capability to record packets");
        return;
    }
    let mut policy = policy(Kind::Root, Network::PacketCapture);
    policy.capabilities = ["NET_RAW".parse::<Capability>().unwrap()].into();
    let allowed = ["udp", "packet", "route", "bind", "send", "send to", "send a message", "ask an interface"];
    only(Kind::Root, &policy, &allowed);
}

#[test]
fn without_answers_connections_are_made_natively() {
    for kind in Kind::all() {
        let mut policy = policy(kind, Network::Loopback);
        policy.measures.remove(&Measure::ExactConnections);
        let outcome = run_child(kind, &policy, || {
            let mut address = [0_u8; 16];
            address[..8].copy_from_slice(&[2, 0, 0, 1, 127, 0, 0, 1]);
            // SAFETY: the address is sixteen bytes long and lives until the call returns.
            let refused = unsafe {
                let socket = libc::socket(libc::AF_INET, STREAM, 0);
                libc::connect(socket, address.as_ptr().cast(), 16);
                std::io::Error::last_os_error().raw_os_error() == Some(libc::ECONNREFUSED)
            };
            vec![("refused by nobody but the other end".to_owned(), refused.to_string())]
        });
        assert_eq!(outcome.answer("refused by nobody but the other end"), "true", "{kind:?}");
    }
}
