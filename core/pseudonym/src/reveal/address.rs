//! Pseudonyms of addresses.

use std::net::Ipv6Addr;

use super::marked::{Shape, Site};
use super::{Kind, Match};
use crate::address::{
    LONGEST_NETWORK, MacSpelling, last_four, parse_ipv6_pseudonym, parse_octets, prefix_mask, read_kernel,
    write_kernel, write_mac, write_octets,
};
use crate::pseudonyms::Pseudonyms;
use crate::recognise::IPV6_LENGTH;

/// Spellings of MAC addresses with separators: length, digits in a group.
const MAC_LAYOUTS: [(usize, usize); 3] = [(17, 2), (14, 4), (13, 6)];
const BARE_MAC: usize = 12;
/// Before an address of IPv4 in a table of IPv6.
const MAPPED: &[u8] = b"0000000000000000FFFF0000";
/// `255.255.255.255`
const IPV4_LENGTH: usize = 15;
/// `::ffff:255.255.255.255` and all shorter ones, with a colon in front that is none of theirs.
const EXOTIC_LENGTH: usize = 46;
/// 32 digits with dots between them.
const IPV6_ZONE_LENGTH: usize = 63;

impl Pseudonyms {
    /// A pseudonym in a range that nobody uses, which carries no mark.
    pub(super) fn ipv6_match(&self, text: &[u8], start: usize) -> Option<Match> {
        let end = start.checked_add(IPV6_LENGTH)?;
        let pseudonym = parse_ipv6_pseudonym(text.get(start..end)?)?;
        let joined = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b':';
        let before = start.checked_sub(1).and_then(|before| text.get(before));
        if before.is_some_and(u8::is_ascii_alphanumeric) || text.get(end).is_some_and(joined) {
            return None;
        }
        let original = self.ipv6_behind(pseudonym, text.get(end..)?).to_string().into_bytes();
        Some(Match { start, end, kind: Kind::Ipv6, original: Some(original) })
    }

    pub(super) fn ipv6_shape(&self, site: Site<'_>) -> Option<Shape> {
        let (mut start, mut run) =
            site.run(EXOTIC_LENGTH, |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b':' | b'.'))?;
        if run.starts_with(b":::") || run.starts_with(b":") && !run.starts_with(b"::") {
            (start, run) = (start + 1, &run[1..]);
        }
        let text = std::str::from_utf8(run).ok()?;
        let pseudonym: Ipv6Addr = text.parse().ok()?;
        if pseudonym.to_string() != text {
            return None;
        }
        let original = self.ipv6_behind(pseudonym, site.after).to_string().into_bytes();
        Some(Shape { start, kind: Kind::Ipv6, original })
    }

    /// The address, or the network if the text goes on with the length of a prefix and there are no host bits.
    fn ipv6_behind(&self, pseudonym: Ipv6Addr, after: &[u8]) -> Ipv6Addr {
        let original = self.ipv6_original(pseudonym);
        match prefix_length(after, LONGEST_NETWORK) {
            Some(bits) if pseudonym.to_bits() & prefix_mask(128, bits) == 0 => {
                (original.to_bits() & !prefix_mask(128, bits)).into()
            }
            _ => original,
        }
    }

    pub(super) fn ipv6_zone(&self, site: Site<'_>) -> Option<Shape> {
        if !begins_with(site.after, b".ip6.arpa") {
            return None;
        }
        let (start, run) =
            site.run(IPV6_ZONE_LENGTH, |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'.'))?;
        let digits: Option<Vec<u8>> = run.split(|byte| *byte == b'.').map(single).collect();
        let digits = digits.filter(|digits| digits.len() <= 32)?;
        let number = digits.iter().rev().try_fold(0_u128, |number, digit| {
            Some(number << 4 | u128::from(char::from(*digit).to_digit(16)?))
        })?;
        let pseudonym = number.checked_shl(4 * (32 - digits.len() as u32))?;
        let original = self.ipv6_original(pseudonym.into()).to_bits();
        let nibbles =
            (0..digits.len()).rev().map(|index| format!("{:x}", original >> (124 - 4 * index) & 15));
        let original = nibbles.collect::<Vec<_>>().join(".").into_bytes();
        Some(Shape { start, kind: Kind::Ipv6, original })
    }

    /// Three or fewer numbers are a zone only; four may be any of three spellings.
    pub(super) fn ipv4_zone(&self, site: Site<'_>) -> Option<Shape> {
        if !begins_with(site.after, b".in-addr.arpa") {
            return None;
        }
        let (start, run) = site.run(IPV4_LENGTH, |byte| matches!(byte, b'0'..=b'9' | b'.'))?;
        let mut octets = parse_octets(run, b'.').filter(|octets| octets.len() <= 4)?;
        octets.reverse();
        let mut pseudonym = [0; 4];
        pseudonym.get_mut(..octets.len())?.copy_from_slice(&octets);
        let original = self.ipv4_original(pseudonym.into()).octets();
        let reversed: Vec<u8> = original.iter().take(octets.len()).rev().copied().collect();
        Some(Shape { start, kind: Kind::Ipv4, original: spelled(&reversed, b'.') })
    }

    pub(super) fn ipv4_shape(&self, site: Site<'_>) -> Option<Shape> {
        let (start, separator, pseudonym) = last_four(site.before)?;
        let original = self.ipv4_original(pseudonym).to_bits();
        let original = match prefix_length(site.after, 32).map(|bits| prefix_mask(32, bits) as u32) {
            Some(host) if separator == b'.' && pseudonym.to_bits() & host == 0 => original & !host,
            _ => original,
        };
        Some(Shape { start, kind: Kind::Ipv4, original: spelled(&original.to_be_bytes(), separator) })
    }

    /// An address whose pseudonym would pass for that of a network.
    pub(super) fn enclosed_ipv4(&self, site: Site<'_>) -> Option<Shape> {
        let (start, separator, pseudonym) = last_four(site.before)?;
        let original = spelled(&self.ipv4_original(pseudonym).octets(), b'.');
        (start == 0 && separator == b'.' && prefix_length(site.after, 32).is_some()).then_some(Shape {
            start,
            kind: Kind::Ipv4,
            original,
        })
    }

    /// The digits of the kernel's tables: a port or a tab stands behind them, as behind no other digits.
    pub(super) fn kernel_shape(&self, site: Site<'_>) -> Option<Shape> {
        let port = matches!(site.after, [b':', port @ ..] if port.iter().take(5).take_while(|byte| byte.is_ascii_hexdigit()).count() == 4);
        if !port && !site.after.starts_with(b"\t") {
            return None;
        }
        let run = site.before.iter().rev().take(33).take_while(|byte| byte.is_ascii_hexdigit()).count();
        let short = run == 8 || run == 32 && site.before[site.before.len() - 32..].starts_with(MAPPED);
        let length = if short { 8 } else { 32 };
        let start = site.before.len().checked_sub(length)?;
        let octets = read_kernel(&site.before[start..]).filter(|_| short || run == 32)?;
        let mut original = Vec::with_capacity(length);
        let kind = match (<[u8; 4]>::try_from(octets.as_slice()), <[u8; 16]>::try_from(octets.as_slice())) {
            (Ok(octets), _) => {
                write_kernel(&self.ipv4_original(octets.into()).octets(), &mut original);
                Kind::Ipv4
            }
            (_, Ok(octets)) => {
                write_kernel(&self.ipv6_original(octets.into()).octets(), &mut original);
                Kind::Ipv6
            }
            _ => return None,
        };
        Some(Shape { start, kind, original })
    }

    pub(super) fn mac_shape(&self, site: Site<'_>) -> Option<Shape> {
        let separated = MAC_LAYOUTS.into_iter().find_map(|(length, group)| {
            let (start, text) = site.last(length)?;
            self.mac_behind(start, text, text.get(group).copied(), group)
        });
        separated.or_else(|| {
            let (start, text) = site.last(BARE_MAC)?;
            if text.iter().all(u8::is_ascii_digit) {
                return None;
            }
            self.mac_behind(start, text, None, 2)
        })
    }

    /// Twelve decimal digits.
    pub(super) fn enclosed_mac(&self, site: Site<'_>) -> Option<Shape> {
        let bare = site.before.len() == BARE_MAC && site.before.iter().all(u8::is_ascii_digit);
        if bare { self.mac_behind(0, site.before, None, 2) } else { None }
    }

    fn mac_behind(&self, start: usize, text: &[u8], separator: Option<u8>, group: usize) -> Option<Shape> {
        let spelling = MacSpelling { separator, group, upper: text.iter().any(u8::is_ascii_uppercase) };
        if !spelling.is_valid() {
            return None;
        }
        let number =
            text.iter().filter(|byte| Some(**byte) != separator).try_fold(0_u64, |number, digit| {
                Some(number << 4 | u64::from(char::from(*digit).to_digit(16)?))
            })?;
        let [_, _, octets @ ..] = number.to_be_bytes();
        let mut respelled = Vec::with_capacity(text.len());
        write_mac(octets, spelling, &mut respelled);
        if respelled != text {
            return None;
        }
        let mut original = Vec::with_capacity(text.len());
        write_mac(self.mac_original(octets), spelling, &mut original);
        Some(Shape { start, kind: Kind::Mac, original })
    }
}

fn spelled(octets: &[u8], separator: u8) -> Vec<u8> {
    let mut text = Vec::new();
    write_octets(octets, separator, &mut text);
    text
}

/// The length in `/24` at the front of a text, up to `most` bits.
fn prefix_length(text: &[u8], most: u32) -> Option<u32> {
    let digits = text.strip_prefix(b"/")?;
    let length = digits.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    let bits: u32 = std::str::from_utf8(digits.get(..length)?).ok()?.parse().ok()?;
    (bits <= most).then_some(bits)
}

fn begins_with(text: &[u8], prefix: &[u8]) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn single(label: &[u8]) -> Option<u8> {
    match label {
        [digit] => Some(*digit),
        _ => None,
    }
}
