//! Addresses in the digits of the kernel's tables: each four bytes as one number, the lowest byte first.

use std::io::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::pseudonyms::Pseudonyms;
use crate::recognise::MARK;

impl Pseudonyms {
    /// Writes the pseudonym of an address as `/proc/net/tcp` has it, and the mark: `1FB2A8C0~`.
    pub fn ipv4_kernel_text(&self, address: Ipv4Addr, out: &mut Vec<u8>) {
        write(&self.ipv4(address).octets(), out);
        out.push(MARK);
    }

    /// Writes the pseudonym of an address as `/proc/net/tcp6` has it, and the mark.
    pub fn ipv6_kernel_text(&self, address: Ipv6Addr, out: &mut Vec<u8>) {
        write(&self.ipv6(address).octets(), out);
        out.push(MARK);
    }
}

/// Writes the octets of an address, four at a time.
pub(crate) fn write(octets: &[u8], out: &mut Vec<u8>) {
    for word in octets.chunks_exact(4) {
        let number = word.iter().rev().fold(0_u32, |number, octet| number << 8 | u32::from(*octet));
        // Writing to a `Vec` does not fail.
        let _ = write!(out, "{number:08X}");
    }
}

/// The octets that such digits spell; `None` for other text.
pub(crate) fn read(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'A'..=b'F');
    if !digits.len().is_multiple_of(8) || !digits.iter().all(digit) {
        return None;
    }
    let words =
        digits.chunks_exact(8).map(|word| u32::from_str_radix(std::str::from_utf8(word).ok()?, 16).ok());
    Some(words.collect::<Option<Vec<u32>>>()?.into_iter().flat_map(u32::to_le_bytes).collect())
}
