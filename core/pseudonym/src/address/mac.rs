//! MAC addresses: all bits but the two that tell universal from local and one from many.

use crate::cipher::Ff1;
use crate::pseudonyms::Pseudonyms;
use crate::recognise::MARK;
use crate::unfit::Unfit;

/// The two lowest bits of the first octet stay.
const KEPT: u64 = 0x0300_0000_0000;
const BITS: usize = 46;

/// How a MAC address is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MacSpelling {
    /// What stands between groups: `:` or `-`, or `.` between groups of four; `None` for twelve digits in a row.
    pub separator: Option<u8>,
    /// Digits in a group: 2, 4 or 6.
    pub group: usize,
    /// Upper-case digits.
    pub upper: bool,
}

impl MacSpelling {
    /// `1a:2b:3c:4d:5e:6f`
    pub const COLONS: Self = Self { separator: Some(b':'), group: 2, upper: false };
    /// `1a2b3c4d5e6f`
    pub const BARE: Self = Self { separator: None, group: 2, upper: false };

    /// Whether devices are spelled like this; groups of two with dots would look like numbers of another kind.
    pub(crate) fn is_valid(self) -> bool {
        matches!(
            (self.separator, self.group),
            (None, 2 | 4 | 6) | (Some(b':' | b'-'), 2 | 4 | 6) | (Some(b'.'), 4)
        )
    }
}

/// Encrypts MAC addresses.
pub(crate) struct MacCipher(Ff1);

impl MacCipher {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(Ff1::new(key, 2))
    }

    fn apply(&self, address: [u8; 6], cipher: impl Fn(&Ff1, &mut [u16]) -> Result<(), Unfit>) -> [u8; 6] {
        let number = address.iter().fold(0, |number, octet| number << 8 | u64::from(*octet));
        let free = (number >> 42) << 40 | number & 0xff_ffff_ffff;
        let mut bits: Vec<u16> = (0..BITS).rev().map(|bit| (free >> bit & 1) as u16).collect();
        // 46 bits are never too short; should they be, nothing of the address may stay.
        if cipher(&self.0, &mut bits).is_err() {
            bits.fill(0);
        }
        let free = bits.iter().fold(0, |number, bit| number << 1 | u64::from(*bit));
        let number = (free >> 40) << 42 | number & KEPT | free & 0xff_ffff_ffff;
        let [_, _, octets @ ..] = number.to_be_bytes();
        octets
    }
}

impl Pseudonyms {
    /// The address that stands for another, without a mark: for binary formats.
    pub fn mac(&self, address: [u8; 6]) -> [u8; 6] {
        self.mac.apply(address, |ff1, bits| ff1.encrypt(b"mac", bits))
    }

    /// The address behind what [`Self::mac`] gave.
    pub fn mac_original(&self, pseudonym: [u8; 6]) -> [u8; 6] {
        self.mac.apply(pseudonym, |ff1, bits| ff1.decrypt(b"mac", bits))
    }

    /// Writes the pseudonym of an address and the mark: `9a:40:17:c2:03:5b~`.
    pub fn mac_text(&self, address: [u8; 6], spelling: MacSpelling, out: &mut Vec<u8>) -> Result<(), Unfit> {
        if !spelling.is_valid() {
            return Err(Unfit::Malformed);
        }
        let start = out.len();
        write(self.mac(address), spelling, out);
        if out[start..].iter().all(u8::is_ascii_digit) {
            // Twelve decimal digits would be read as a number.
            out.insert(start, MARK);
        }
        out.push(MARK);
        Ok(())
    }
}

/// Writes an address as it is.
pub(crate) fn write(address: [u8; 6], spelling: MacSpelling, out: &mut Vec<u8>) {
    let digits = if spelling.upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    let nibbles = address.iter().flat_map(|octet| [octet >> 4, octet & 15]);
    for (index, nibble) in nibbles.enumerate() {
        if index > 0 && index % spelling.group == 0 {
            out.extend(spelling.separator);
        }
        out.push(digits[usize::from(nibble)]);
    }
}
