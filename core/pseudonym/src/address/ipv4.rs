//! IPv4 addresses, with the reserved blocks kept.

use std::net::Ipv4Addr;

use super::prefix::{Block, PrefixCipher, kept_bits};
use crate::pseudonyms::Pseudonyms;

/// IANA's special-purpose blocks: what is private or reserved stays so, what is public stays public.
const RESERVED: [Block; 15] = [
    block([0, 0, 0, 0], 8),
    block([10, 0, 0, 0], 8),
    block([100, 64, 0, 0], 10),
    block([127, 0, 0, 0], 8),
    block([169, 254, 0, 0], 16),
    block([172, 16, 0, 0], 12),
    block([192, 0, 0, 0], 24),
    block([192, 0, 2, 0], 24),
    block([192, 88, 99, 0], 24),
    block([192, 168, 0, 0], 16),
    block([198, 18, 0, 0], 15),
    block([198, 51, 100, 0], 24),
    block([203, 0, 113, 0], 24),
    block([224, 0, 0, 0], 4),
    block([240, 0, 0, 0], 4),
];

const fn block(network: [u8; 4], bits: u32) -> Block {
    Block { network: u32::from_be_bytes(network) as u128, bits }
}

/// Encrypts IPv4 addresses.
pub(crate) struct Ipv4Cipher(PrefixCipher);

impl Ipv4Cipher {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(PrefixCipher::new(key))
    }

    pub(crate) fn encrypt(&self, address: u32) -> u32 {
        self.0.encrypt(address, kept(address))
    }

    pub(crate) fn decrypt(&self, pseudonym: u32) -> u32 {
        self.0.decrypt(pseudonym, kept(pseudonym))
    }
}

fn kept(address: u32) -> u32 {
    kept_bits(address.into(), 32, &RESERVED)
}

impl Pseudonyms {
    /// The address that stands for another, without a mark: for binary formats. Addresses that share a prefix have
    /// pseudonyms that share a prefix of the same length, and reserved blocks map onto themselves.
    pub fn ipv4(&self, address: Ipv4Addr) -> Ipv4Addr {
        self.ipv4.encrypt(address.to_bits()).into()
    }

    /// The address behind what [`Self::ipv4`] gave.
    pub fn ipv4_original(&self, pseudonym: Ipv4Addr) -> Ipv4Addr {
        self.ipv4.decrypt(pseudonym.to_bits()).into()
    }
}
