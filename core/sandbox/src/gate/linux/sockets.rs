//! Which sockets the host makes for a confined process. The filter has seen the same numbers before; it is asked twice on
//! purpose, as the host may make any socket.

use crate::Policy;
use crate::platform::NETLINK;

/// The sockets of one policy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sockets {
    any: bool,
    command: bool,
    firewall_tables: bool,
    services: bool,
}

impl Sockets {
    /// As a policy says.
    pub(super) fn of(policy: &Policy) -> Self {
        Self {
            any: policy.takes_sockets(),
            command: !policy.execute.is_empty(),
            firewall_tables: policy.firewall_tables,
            services: !policy.unix_sockets.is_empty(),
        }
    }

    /// Whether a socket of this kind, without flags, is made.
    pub(super) fn allow(self, domain: i32, kind: i32, protocol: i32) -> bool {
        self.any
            && match (domain, kind) {
                (libc::AF_NETLINK, libc::SOCK_RAW | libc::SOCK_DGRAM) => {
                    NETLINK.contains(&protocol) || (self.command && protocol == libc::NETLINK_KOBJECT_UEVENT)
                }
                (libc::AF_INET | libc::AF_INET6, libc::SOCK_RAW) => {
                    self.firewall_tables && protocol == libc::IPPROTO_RAW
                }
                (libc::AF_UNIX, libc::SOCK_STREAM | libc::SOCK_SEQPACKET) => self.services && protocol == 0,
                _ => false,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sockets_that_ask_are_made() {
        let worker = Sockets { any: true, command: false, firewall_tables: false, services: false };
        assert!(worker.allow(libc::AF_NETLINK, libc::SOCK_RAW, libc::NETLINK_ROUTE));
        for (domain, kind, protocol) in [
            (libc::AF_NETLINK, libc::SOCK_RAW, libc::NETLINK_AUDIT),
            (libc::AF_NETLINK, libc::SOCK_RAW, libc::NETLINK_KOBJECT_UEVENT),
            (libc::AF_NETLINK, libc::SOCK_STREAM, libc::NETLINK_ROUTE),
            (libc::AF_INET, libc::SOCK_STREAM, 0),
            (libc::AF_INET, libc::SOCK_RAW, libc::IPPROTO_RAW),
            (libc::AF_PACKET, libc::SOCK_RAW, 0),
            (libc::AF_UNIX, libc::SOCK_STREAM, 0),
        ] {
            assert!(!worker.allow(domain, kind, protocol), "{domain} {kind} {protocol}");
        }
        let tool = Sockets { command: true, firewall_tables: true, ..worker };
        assert!(tool.allow(libc::AF_INET6, libc::SOCK_RAW, libc::IPPROTO_RAW));
        assert!(!tool.allow(libc::AF_INET6, libc::SOCK_RAW, libc::IPPROTO_ICMPV6));
        assert!(!Sockets { any: false, ..tool }.allow(libc::AF_NETLINK, libc::SOCK_RAW, libc::NETLINK_ROUTE));
    }
}
