//! How IPv4 pseudonyms are written.

use std::net::Ipv4Addr;

use super::prefix::host_mask;
use crate::pseudonyms::Pseudonyms;
use crate::recognise::MARK;
use crate::unfit::Unfit;

/// How the four numbers of an address are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ipv4Spelling {
    /// `10.83.2.77`
    Dotted,
    /// `10-83-2-77`, as in names that providers give
    Dashed,
    /// `77.2.83.10`, in front of `.in-addr.arpa` and nowhere else: by that name it is told from a dotted one
    Reversed,
}

impl Pseudonyms {
    /// Writes the pseudonym of an address and the mark: `10.83.2.77~`.
    pub fn ipv4_text(&self, address: Ipv4Addr, spelling: Ipv4Spelling, out: &mut Vec<u8>) {
        let mut octets = self.ipv4(address).octets();
        if spelling == Ipv4Spelling::Reversed {
            octets.reverse();
        }
        let separator = if spelling == Ipv4Spelling::Dashed { b'-' } else { b'.' };
        write_octets(&octets, separator, out);
        out.push(MARK);
    }

    /// Writes the pseudonym of an address with the length of its prefix: `10.83.2.0~/24` of a network, whose host bits
    /// are zero, and `10.83.2.77~/24` of a machine's address.
    pub fn ipv4_prefix_text(
        &self,
        address: Ipv4Addr,
        prefix_bits: u32,
        out: &mut Vec<u8>,
    ) -> Result<(), Unfit> {
        if prefix_bits > 32 {
            return Err(Unfit::Malformed);
        }
        let host = host_mask(32, prefix_bits) as u32;
        let pseudonym = self.ipv4(address).to_bits();
        let written = if address.to_bits() & host == 0 { pseudonym & !host } else { pseudonym };
        if address.to_bits() & host != 0 && pseudonym & host == 0 {
            // The pseudonym of this machine looks like that of a network.
            out.push(MARK);
        }
        write_octets(&written.to_be_bytes(), b'.', out);
        out.push(MARK);
        push_prefix(prefix_bits, out);
        Ok(())
    }

    /// Writes the pseudonym of a reverse zone of one to four numbers, given in the order of an address: for
    /// `2.0.192.in-addr.arpa` give `[192, 0, 2]`, get `39.17.201~`, and write `.in-addr.arpa` behind it.
    pub fn ipv4_zone_text(&self, octets: &[u8], out: &mut Vec<u8>) -> Result<(), Unfit> {
        let mut address = [0; 4];
        let start =
            address.get_mut(..octets.len()).filter(|start| !start.is_empty()).ok_or(Unfit::Malformed)?;
        start.copy_from_slice(octets);
        let pseudonym = self.ipv4(address.into()).octets();
        let reversed: Vec<u8> = pseudonym.iter().take(octets.len()).rev().copied().collect();
        write_octets(&reversed, b'.', out);
        out.push(MARK);
        Ok(())
    }
}

/// Writes numbers with a separator between them.
pub(crate) fn write_octets(octets: &[u8], separator: u8, out: &mut Vec<u8>) {
    for (index, octet) in octets.iter().enumerate() {
        if index > 0 {
            out.push(separator);
        }
        push_number(u32::from(*octet), out);
    }
}

pub(super) fn push_prefix(bits: u32, out: &mut Vec<u8>) {
    out.push(b'/');
    push_number(bits, out);
}

/// Writes a number below 1000.
fn push_number(number: u32, out: &mut Vec<u8>) {
    let digit = |place: u32| b'0' + (number / place % 10) as u8;
    if number > 99 {
        out.push(digit(100));
    }
    if number > 9 {
        out.push(digit(10));
    }
    out.push(digit(1));
}

/// The four numbers at the end of a text, with dots or with hyphens: where they begin, the separator, the address.
pub(crate) fn last_four(text: &[u8]) -> Option<(usize, u8, Ipv4Addr)> {
    let separator = *text.iter().rev().take(4).find(|byte| matches!(byte, b'.' | b'-'))?;
    let mut start = text.len();
    for index in 0..4 {
        if index > 0 {
            start = start.checked_sub(1).filter(|at| text.get(*at) == Some(&separator))?;
        }
        start -= text.get(..start)?.iter().rev().take_while(|byte| byte.is_ascii_digit()).take(4).count();
    }
    let octets = parse_octets(text.get(start..)?, separator)?;
    let octets: [u8; 4] = octets.try_into().ok()?;
    Some((start, separator, octets.into()))
}

pub(crate) fn parse_octets(text: &[u8], separator: u8) -> Option<Vec<u8>> {
    text.split(|byte| *byte == separator).map(parse_octet).collect()
}

/// A number up to 255 as it is usually written.
fn parse_octet(text: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(text).ok()?;
    let octet: u8 = text.parse().ok()?;
    (octet.to_string() == text).then_some(octet)
}
