//! Which sockets a policy asks for, and what may be done with them.

use candor_manifest::Network;

use super::allow_list::{AllowList, Argument};
use crate::{Measure, Policy};

/// `IPPROTO_IP`: the usual one of the type.
const USUAL: libc::c_int = 0;
/// Routes and addresses, sockets, firewall, and the families that register by name.
pub(crate) const NETLINK: [libc::c_int; 4] =
    [libc::NETLINK_ROUTE, libc::NETLINK_SOCK_DIAG, libc::NETLINK_NETFILTER, libc::NETLINK_GENERIC];

/// Calls on a socket that name no address.
const ON_SOCKETS: &[i64] = &[
    libc::SYS_recvmsg,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    libc::SYS_getsockopt,
    libc::SYS_setsockopt,
    libc::SYS_shutdown,
];

/// What libpcap asks of an interface: number, name, kind, flags, size of packets, addresses, and what its driver does
/// with packets. None changes anything without `NET_ADMIN`.
const CAPTURE_REQUESTS: [libc::Ioctl; 8] = [
    libc::SIOCGIFINDEX,
    libc::SIOCGIFNAME,
    libc::SIOCGIFHWADDR,
    libc::SIOCGIFFLAGS,
    libc::SIOCGIFMTU,
    libc::SIOCGIFADDR,
    libc::SIOCGIFNETMASK,
    libc::SIOCETHTOOL,
];

/// Allows the sockets that the policy's network and services need: none of most policies.
pub(super) fn allow(list: &mut AllowList, policy: &Policy) {
    let internet = matches!(policy.network, Network::Loopback | Network::Hosts(_));
    let observes = matches!(policy.network, Network::Observe | Network::PacketCapture);
    let services = !policy.unix_sockets.is_empty();
    if policy.firewall_tables {
        return allow_firewall_tables(list);
    }
    if internet || observes || services {
        list.allow(ON_SOCKETS);
    }
    if internet {
        allow_internet(list);
    }
    if observes {
        allow_netlink(list);
        if !policy.execute.is_empty() {
            // Libraries that list devices listen for those that come and go, and list none where they cannot.
            allow_socket(list, libc::AF_NETLINK, libc::SOCK_RAW, libc::NETLINK_KOBJECT_UEVENT);
        }
    }
    if services {
        for kind in [libc::SOCK_STREAM, libc::SOCK_SEQPACKET] {
            allow_socket(list, libc::AF_UNIX, kind, USUAL);
            list.allow_with(libc::SYS_socketpair, &socket(libc::AF_UNIX, kind, USUAL));
        }
        if !internet {
            // It may name an address, which a socket of a service has no use for; an internet socket would send there.
            list.allow(&[libc::SYS_sendmsg]);
        }
    }
    if (internet || services) && !policy.wants(Measure::ExactConnections) {
        list.allow(&[libc::SYS_connect]);
    }
}

/// What recording packets needs. Who has this can send as well: the kernel has no raw socket that only hears.
pub(super) fn allow_capture(list: &mut AllowList) {
    for kind in [libc::SOCK_RAW, libc::SOCK_DGRAM] {
        list.allow_with(libc::SYS_socket, &[is(0, libc::AF_PACKET), kind_is(kind)]);
    }
    // libpcap asks about interfaces on one of these.
    allow_socket(list, libc::AF_INET, libc::SOCK_DGRAM, USUAL);
    list.allow_values(libc::SYS_ioctl, 1, &CAPTURE_REQUESTS.map(|request| request as u32));
}

/// Raw sockets of a protocol of which nothing is ever received. Sending needs an address, which no allowed call has.
fn allow_firewall_tables(list: &mut AllowList) {
    for domain in [libc::AF_INET, libc::AF_INET6] {
        allow_socket(list, domain, libc::SOCK_RAW, libc::IPPROTO_RAW);
    }
    list.allow(&[libc::SYS_getsockopt]);
}

/// Without an address to `sendto`, and without `bind`: only where `connect` leads.
fn allow_internet(list: &mut AllowList) {
    for domain in [libc::AF_INET, libc::AF_INET6] {
        for (kind, protocol) in
            [(libc::SOCK_STREAM, libc::IPPROTO_TCP), (libc::SOCK_DGRAM, libc::IPPROTO_UDP)]
        {
            allow_socket(list, domain, kind, USUAL);
            allow_socket(list, domain, kind, protocol);
        }
    }
}

/// Questions to the kernel. What would change something needs a capability.
fn allow_netlink(list: &mut AllowList) {
    for kind in [libc::SOCK_RAW, libc::SOCK_DGRAM] {
        for protocol in NETLINK {
            allow_socket(list, libc::AF_NETLINK, kind, protocol);
        }
    }
    list.allow(&[libc::SYS_bind, libc::SYS_sendto, libc::SYS_sendmsg]);
}

fn allow_socket(list: &mut AllowList, domain: libc::c_int, kind: libc::c_int, protocol: libc::c_int) {
    list.allow_with(libc::SYS_socket, &socket(domain, kind, protocol));
}

/// The first three arguments of socket(2) and socketpair(2).
fn socket(domain: libc::c_int, kind: libc::c_int, protocol: libc::c_int) -> [Argument; 3] {
    [is(0, domain), kind_is(kind), is(2, protocol)]
}

fn is(argument: u8, value: libc::c_int) -> Argument {
    Argument::Is(argument, value.cast_unsigned())
}

/// The kind of a socket, whatever the flags beside it.
fn kind_is(kind: libc::c_int) -> Argument {
    let flags = libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
    Argument::Masked(1, !flags.cast_unsigned(), kind.cast_unsigned())
}
