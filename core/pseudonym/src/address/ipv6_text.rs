//! How IPv6 pseudonyms are written: in full and in upper case, which no program does by itself.

use std::io::Write;
use std::net::Ipv6Addr;

use super::ipv4_text::push_prefix;
use super::ipv6::RANGES;
use super::prefix::host_mask;
use crate::pseudonyms::Pseudonyms;
use crate::recognise::{IPV6_LENGTH, MARK};
use crate::unfit::Unfit;

/// Networks up to this length are written with their host bits zero. In longer ones an address could look like that too.
pub(crate) const LONGEST_NETWORK: u32 = 96;

impl Pseudonyms {
    /// Writes the pseudonym of an address: `4A31:90C2:…`, eight full groups without a mark; of an address out of the
    /// ranges in use compressed, in lower case, and with the mark: `::ffff:10.83.2.77~`.
    pub fn ipv6_text(&self, address: Ipv6Addr, out: &mut Vec<u8>) {
        write_address(self.ipv6(address), out);
    }

    /// Writes the pseudonym of an address with the length of its prefix. The host bits of a network are zero.
    pub fn ipv6_prefix_text(
        &self,
        address: Ipv6Addr,
        prefix_bits: u32,
        out: &mut Vec<u8>,
    ) -> Result<(), Unfit> {
        if prefix_bits > 128 {
            return Err(Unfit::Malformed);
        }
        let host = host_mask(128, prefix_bits);
        let mut pseudonym = self.ipv6(address).to_bits();
        let is_network = prefix_bits <= LONGEST_NETWORK && address.to_bits() & host == 0;
        // A prefix shorter than its range could leave the range.
        if is_network && in_ranges(pseudonym & !host) == in_ranges(pseudonym) {
            pseudonym &= !host;
        }
        write_address(pseudonym.into(), out);
        push_prefix(prefix_bits, out);
        Ok(())
    }

    /// Writes the pseudonym of a reverse zone of the first `nibbles` digits of an address, last digit first, in lower case
    /// and with the mark: `1.3.a.4~`. Write `.ip6.arpa` behind it; by that name it is known.
    pub fn ipv6_zone_text(&self, address: Ipv6Addr, nibbles: usize, out: &mut Vec<u8>) -> Result<(), Unfit> {
        if !(1..=32).contains(&nibbles) {
            return Err(Unfit::Malformed);
        }
        let zone = address.to_bits() & !host_mask(128, 4 * nibbles as u32);
        let pseudonym = self.ipv6(zone.into()).to_bits();
        for index in (0..nibbles).rev() {
            let digit = (pseudonym >> (124 - 4 * index)) as u32 & 15;
            out.extend(char::from_digit(digit, 16).map(|digit| digit as u8));
            out.push(b'.');
        }
        out.pop();
        out.push(MARK);
        Ok(())
    }
}

fn write_address(pseudonym: Ipv6Addr, out: &mut Vec<u8>) {
    if in_ranges(pseudonym.to_bits()) {
        write_spelled_out(pseudonym, out);
    } else {
        // Writing to a `Vec` does not fail.
        let _ = write!(out, "{pseudonym}");
        out.push(MARK);
    }
}

fn write_spelled_out(pseudonym: Ipv6Addr, out: &mut Vec<u8>) {
    for (index, group) in pseudonym.segments().into_iter().enumerate() {
        if index > 0 {
            out.push(b':');
        }
        for place in [12, 8, 4, 0] {
            out.push(b"0123456789ABCDEF"[usize::from(group >> place & 15)]);
        }
    }
}

fn in_ranges(pseudonym: u128) -> bool {
    RANGES.iter().any(|range| range.pseudonyms.contains(pseudonym))
}

/// The address that a text spells, if it is a pseudonym.
pub(crate) fn parse(text: &[u8]) -> Option<Ipv6Addr> {
    if text.len() != IPV6_LENGTH {
        return None;
    }
    let mut address = 0;
    for (index, byte) in text.iter().enumerate() {
        match byte {
            b':' if index % 5 == 4 => {}
            b'0'..=b'9' | b'A'..=b'F' if index % 5 != 4 => {
                address = address << 4 | u128::from(char::from(*byte).to_digit(16)?);
            }
            _ => return None,
        }
    }
    in_ranges(address).then(|| address.into())
}
