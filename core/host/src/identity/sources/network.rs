//! Addresses of this machine's network cards and of its radio partners.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::identity::gathering::Gathering;

pub(in crate::identity) fn gather(gathering: &mut Gathering<'_>) {
    let root = gathering.root;
    for address in &root.live.hardware_addresses {
        gathering.add_mac_bytes(*address);
    }
    for card in gathering.names("/sys/class/net") {
        for attribute in ["address", "bonding_slave/perm_hwaddr"] {
            let path = format!("/sys/class/net/{card}/{attribute}");
            if let Some(address) = gathering.value(&path, "/sys/class/net/*/address") {
                gathering.add_mac(&address);
            }
        }
    }
    for adapter in gathering.names("/var/lib/bluetooth") {
        gathering.add_mac(&adapter);
    }
    let own = gathering.text("/proc/net/fib_trie").unwrap_or_default();
    for address in own_ipv4(&own) {
        gathering.add_address(&address.to_string());
    }
    let own = gathering.text("/proc/net/if_inet6").unwrap_or_default();
    for address in own_ipv6(&own) {
        gathering.add_address(&address.to_string());
    }
}

/// The addresses that the kernel's routing tables call its own: `|-- 192.0.2.2`, below it `/32 host LOCAL`.
fn own_ipv4(fib_trie: &str) -> Vec<Ipv4Addr> {
    let mut last: Option<Ipv4Addr> = None;
    let mut own = Vec::new();
    for line in fib_trie.lines().map(str::trim) {
        if let Some(address) = line.strip_prefix("|-- ") {
            last = address.parse().ok();
        } else if line == "/32 host LOCAL" {
            own.extend(last);
        }
    }
    own
}

/// Lines of 32 hexadecimal digits, then more: `fe80000000000000… 02 40 20 80 eth0`.
fn own_ipv6(if_inet6: &str) -> impl Iterator<Item = Ipv6Addr> {
    let address = |line: &str| {
        let digits = line.split_whitespace().next().filter(|digits| digits.len() == 32)?;
        u128::from_str_radix(digits, 16).ok().map(Ipv6Addr::from_bits)
    };
    if_inet6.lines().filter_map(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_a_card_has_are_own() {
        let table = "Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
        +-- 10.20.30.0/30 2 0 2
           |-- 10.20.30.0
              /24 link UNICAST
           |-- 10.20.30.2
              /32 host LOCAL
        |-- 10.20.30.255
           /32 link BROADCAST
";
        assert_eq!(own_ipv4(table), [Ipv4Addr::new(10, 20, 30, 2)]);
        assert!(own_ipv4("/32 host LOCAL\n|-- nonsense\n/32 host LOCAL").is_empty());
    }

    #[test]
    fn addresses_of_ipv6_are_read_from_their_digits() {
        let table =
            "fd00000000000000000000000000002a 02 40 00 80 eth0\nshort\n+d000000000000000000000000000002a x\n";
        let own: Vec<_> = own_ipv6(table).collect();
        assert_eq!(own.first(), Some(&"fd00::2a".parse().unwrap()));
    }
}
