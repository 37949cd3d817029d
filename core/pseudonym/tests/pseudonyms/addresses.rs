//! Addresses: all come back, prefixes stay prefixes, blocks stay where they are.

use std::net::{Ipv4Addr, Ipv6Addr};

use candor_pseudonym::{Ipv4Spelling, MacSpelling, recognise};
use proptest::prelude::*;

use crate::support::{after, assert_reveals, before, config, pseudonyms, written};

/// First address and prefix of each block that maps onto itself.
const RESERVED: [([u8; 4], u32); 15] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

/// Addresses of all ranges, the rare ones as often as the common ones.
fn ipv6() -> impl Strategy<Value = Ipv6Addr> {
    let first = prop::sample::select(vec![
        0x2001_u16, 0x2a02, 0x3fff, 0xfd00, 0xfdff, 0xfe80, 0xfec0, 0x0064, 0xff02, 0x4abc, 0xfc12, 0xfeb0,
        0, 0x8000,
    ]);
    let link = any::<u64>().prop_map(|id| Ipv6Addr::from_bits(0xfe80 << 112 | u128::from(id)));
    let mapped = any::<u32>().prop_map(|ipv4| Ipv6Addr::from_bits(0xffff << 32 | u128::from(ipv4)));
    prop_oneof![
        (first, any::<u128>())
            .prop_map(|(first, rest)| Ipv6Addr::from_bits(u128::from(first) << 112 | rest >> 16)),
        link,
        mapped,
        any::<u128>().prop_map(Ipv6Addr::from_bits),
    ]
}

fn common_prefix(one: u128, other: u128) -> u32 {
    (one ^ other).leading_zeros()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn ipv4_addresses_come_back(address in any::<u32>(), bits in 0_u32..=32, before in before(), after in after()) {
        let p = pseudonyms(1);
        let address = Ipv4Addr::from_bits(address);
        prop_assert_eq!(p.ipv4_original(p.ipv4(address)), address);
        prop_assert_eq!(p.ipv4(p.ipv4_original(address)), address);
        for (spelling, original) in [
            (Ipv4Spelling::Dotted, address.to_string()),
            (Ipv4Spelling::Dashed, address.to_string().replace('.', "-")),
        ] {
            let pseudonym = written(|out| { p.ipv4_text(address, spelling, out); Ok(()) });
            assert_reveals(&before, &pseudonym, &original, &after)?;
            assert_reveals("dhcp-", &pseudonym, &original, ":443")?;
        }
        let machine = written(|out| p.ipv4_prefix_text(address, bits, out));
        assert_reveals(&before, &machine, &format!("{address}/{bits}"), &after)?;
        let network = Ipv4Addr::from_bits(address.to_bits() & u32::MAX.checked_shl(32 - bits).unwrap_or(0));
        let pseudonym = written(|out| p.ipv4_prefix_text(network, bits, out));
        assert_reveals(&before, &pseudonym, &format!("{network}/{bits}"), &after)?;
    }

    #[test]
    fn reverse_zones_come_back(address in any::<u32>(), octets in 1_usize..=4, ipv6 in ipv6(), nibbles in 1_usize..=32) {
        let p = pseudonyms(1);
        let address = address.to_be_bytes();
        let pseudonym = written(|out| p.ipv4_zone_text(&address[..octets], out)) + ".in-addr.arpa";
        let labels: Vec<String> = address[..octets].iter().rev().map(u8::to_string).collect();
        assert_reveals("PTR ", &pseudonym, &format!("{}.in-addr.arpa", labels.join(".")), ".")?;
        let pseudonym = written(|out| p.ipv6_zone_text(ipv6, nibbles, out)) + ".ip6.arpa";
        let digits: Vec<String> = format!("{:032x}", ipv6.to_bits())[..nibbles].chars().rev().map(String::from).collect();
        assert_reveals("PTR ", &pseudonym, &format!("{}.ip6.arpa", digits.join(".")), ".")?;
    }

    #[test]
    fn a_reversed_address_is_a_zone_of_four(address in any::<u32>()) {
        let p = pseudonyms(1);
        let zone = written(|out| p.ipv4_zone_text(&address.to_be_bytes(), out));
        let reversed = written(|out| { p.ipv4_text(address.into(), Ipv4Spelling::Reversed, out); Ok(()) });
        prop_assert_eq!(zone, reversed);
    }

    #[test]
    fn ipv4_prefixes_stay_prefixes(one in any::<u32>(), shared in 0_u32..32, other in any::<u32>()) {
        let p = pseudonyms(1);
        let mask = u32::MAX >> shared;
        let other = (one & !mask) | (other & mask);
        let cipher = |address: u32| u128::from(p.ipv4(address.into()).to_bits());
        prop_assert_eq!(common_prefix(one.into(), other.into()), common_prefix(cipher(one), cipher(other)));
    }

    #[test]
    fn reserved_ipv4_blocks_stay_and_nothing_enters_them(address in any::<u32>(), (network, bits) in prop::sample::select(RESERVED.to_vec())) {
        let p = pseudonyms(1);
        let mask = u32::MAX << (32 - bits);
        let network = u32::from_be_bytes(network);
        let within = network | (address & !mask);
        prop_assert_eq!(p.ipv4(within.into()).to_bits() & mask, network);
        let cipher = p.ipv4(address.into()).to_bits();
        prop_assert_eq!(cipher & mask == network, address & mask == network);
    }

    #[test]
    fn ipv6_addresses_come_back(address in ipv6(), bits in 0_u32..=128, before in before(), after in after()) {
        let p = pseudonyms(1);
        prop_assert_eq!(p.ipv6_original(p.ipv6(address)), address);
        prop_assert_eq!(p.ipv6(p.ipv6_original(address)), address);
        let pseudonym = written(|out| { p.ipv6_text(address, out); Ok(()) });
        prop_assert_eq!(recognise::is_ipv6_pseudonym(pseudonym.as_bytes()), !pseudonym.ends_with('~'));
        assert_reveals(&before, &pseudonym, &address.to_string(), &after)?;
        assert_reveals("[", &pseudonym, &address.to_string(), "]:443")?;
        let pseudonym = written(|out| p.ipv6_prefix_text(address, bits, out));
        assert_reveals(&before, &pseudonym, &format!("{address}/{bits}"), &after)?;
        let network = Ipv6Addr::from_bits(address.to_bits() & u128::MAX.checked_shl(128 - bits).unwrap_or(0));
        let pseudonym = written(|out| p.ipv6_prefix_text(network, bits, out));
        assert_reveals(&before, &pseudonym, &format!("{network}/{bits}"), &after)?;
    }

    #[test]
    fn ipv6_prefixes_stay_prefixes_within_their_range(one in ipv6(), shared in 64_u32..128, other in any::<u128>()) {
        let p = pseudonyms(1);
        let mask = u128::MAX >> shared;
        let other = (one.to_bits() & !mask) | (other & mask);
        let cipher = |address: u128| p.ipv6(address.into()).to_bits();
        prop_assert_eq!(common_prefix(one.to_bits(), other), common_prefix(cipher(one.to_bits()), cipher(other)));
    }

    #[test]
    fn ipv6_ranges_in_use_map_into_ranges_that_nobody_uses(rest in any::<u128>(), ipv4 in any::<u32>()) {
        let p = pseudonyms(1);
        let cipher = |address: u128| p.ipv6(address.into()).to_bits();
        prop_assert_eq!(cipher(1 << 125 | rest >> 3) >> 125, 2);
        prop_assert_eq!(cipher(0xfd << 120 | rest >> 8) >> 120, 0xfc);
        prop_assert_eq!(cipher(0xfe80 << 112 | rest >> 64) >> 64, 0xfeb0 << 48);
        prop_assert_eq!(cipher(0xff02 << 112 | rest >> 16) >> 112, 0xff02);
        prop_assert_eq!(cipher(0xffff << 32 | u128::from(ipv4)), 0xffff << 32 | u128::from(p.ipv4(ipv4.into()).to_bits()));
    }

    #[test]
    fn macs_come_back(octets in any::<[u8; 6]>(), upper in any::<bool>(), before in before(), after in after()) {
        let p = pseudonyms(1);
        let pseudonym = p.mac(octets);
        prop_assert_eq!(p.mac_original(pseudonym), octets);
        prop_assert_eq!(pseudonym[0] & 3, octets[0] & 3);
        for (separator, group) in [(Some(b':'), 2), (Some(b'-'), 2), (Some(b'.'), 4), (Some(b':'), 4), (Some(b'-'), 6), (None, 2)] {
            let spelling = MacSpelling { separator, group, upper };
            let pseudonym = written(|out| p.mac_text(octets, spelling, out));
            let revealed = p.reveal(format!("{before}{pseudonym}{after}").as_bytes());
            prop_assert_eq!(revealed.found.len(), 1);
            let original = revealed.found[0].original.clone().unwrap();
            let digits: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
            let plain: Vec<u8> = original.to_ascii_lowercase().into_iter().filter(u8::is_ascii_hexdigit).collect();
            prop_assert_eq!(plain, digits.into_bytes(), "{}", pseudonym);
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_kernels_digits_come_back(ipv4 in any::<u32>().prop_map(Ipv4Addr::from), ipv6 in ipv6()) {
        let digits = |octets: &[u8]| -> String {
            octets.chunks(4).flat_map(|word| word.iter().rev()).map(|octet| format!("{octet:02X}")).collect()
        };
        let line = |four: &str, six: &str, mark: &str| {
            format!("   1: {four}{mark}:0016 0000000000000000FFFF0000{four}{mark}:01BB {six}{mark}:0050 eth0\t{four}{mark}\t0001")
        };
        let hidden = |text: &[u8]| String::from_utf8_lossy(text.strip_suffix(b"~").unwrap_or_default()).into_owned();
        let (mut four, mut six) = (Vec::new(), Vec::new());
        pseudonyms(1).ipv4_kernel_text(ipv4, &mut four);
        pseudonyms(1).ipv6_kernel_text(ipv6, &mut six);
        prop_assume!(!digits(&ipv6.octets()).starts_with("0000000000000000FFFF0000"));
        prop_assert_eq!(hidden(&four), digits(&pseudonyms(1).ipv4(ipv4).octets()));
        let text = line(&hidden(&four), &hidden(&six), "~");
        let revealed = pseudonyms(1).reveal(text.as_bytes());
        prop_assert_eq!(revealed.display(), line(&digits(&ipv4.octets()), &digits(&ipv6.octets()), ""));
    }
}
