//! IPv6 addresses: the ranges in use map into ranges that nobody uses, so that a pseudonym is valid and known as one.

use std::net::Ipv6Addr;

use super::Ipv4Cipher;
use super::prefix::{Block, PrefixCipher, host_mask, kept_bits};
use crate::pseudonyms::Pseudonyms;

/// A range of real addresses, and where its pseudonyms lie. The map of ranges is an exchange: it is its own inverse.
pub(super) struct Range {
    real: Block,
    pub(super) pseudonyms: Block,
}

const GLOBAL: Range = Range { real: block(0x2000, 3), pseudonyms: block(0x4000, 3) };
const LOCAL: Range = Range { real: block(0xfd00, 8), pseudonyms: block(0xfc00, 8) };
const LINK: Range = Range { real: block(0xfe80, 64), pseudonyms: block(0xfeb0, 64) };

/// Global unicast, unique local and link-local addresses.
pub(super) const RANGES: [Range; 3] = [GLOBAL, LOCAL, LINK];

/// Each block keeps its place, or exchanges it in [`RANGES`].
const BLOCKS: [Block; 6] =
    [GLOBAL.real, GLOBAL.pseudonyms, LOCAL.real, LOCAL.pseudonyms, LINK.real, LINK.pseudonyms];

/// Multicast keeps flags and scope, which are as long as this.
const MULTICAST_BITS: u32 = 16;

/// Prefixes whose last 32 bits are an IPv4 address: the unspecified, loopback and compatible ones, mapped, translated, NAT64.
const EMBEDDING: [u128; 4] = [0, 0xffff << 32, 0xffff << 48, 0x0064_ff9b << 96];

const fn block(first_group: u16, bits: u32) -> Block {
    Block { network: (first_group as u128) << 112, bits }
}

impl Block {
    pub(super) fn contains(&self, address: u128) -> bool {
        address & !host_mask(128, self.bits) == self.network
    }
}

/// Whether the last 32 bits of an address are an IPv4 address.
pub(super) fn embeds_ipv4(address: u128) -> bool {
    EMBEDDING.contains(&(address & !u128::from(u32::MAX)))
}

/// Encrypts IPv6 addresses.
pub(crate) struct Ipv6Cipher(PrefixCipher);

impl Ipv6Cipher {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(PrefixCipher::new(key))
    }

    pub(crate) fn encrypt(&self, address: u128, ipv4: &Ipv4Cipher) -> u128 {
        if embeds_ipv4(address) {
            return (address & !u128::from(u32::MAX)) | u128::from(ipv4.encrypt(address as u32));
        }
        exchange(self.0.encrypt(address, kept(address)))
    }

    pub(crate) fn decrypt(&self, pseudonym: u128, ipv4: &Ipv4Cipher) -> u128 {
        if embeds_ipv4(pseudonym) {
            return (pseudonym & !u128::from(u32::MAX)) | u128::from(ipv4.decrypt(pseudonym as u32));
        }
        let encrypted = exchange(pseudonym);
        self.0.decrypt(encrypted, kept(encrypted))
    }
}

/// Moves an address of one range to the same place in its partner.
fn exchange(address: u128) -> u128 {
    for Range { real, pseudonyms } in &RANGES {
        if real.contains(address) || pseudonyms.contains(address) {
            return address ^ real.network ^ pseudonyms.network;
        }
    }
    address
}

fn kept(address: u128) -> u32 {
    if address >> 120 == 0xff {
        return MULTICAST_BITS;
    }
    let embedding = EMBEDDING.map(|network| Block { network, bits: 96 });
    kept_bits(address, 128, &BLOCKS).max(kept_bits(address, 128, &embedding))
}

impl Pseudonyms {
    /// The address that stands for another: for binary formats. Within a range prefixes are preserved; 2000::/3 maps to
    /// 4000::/3, fd00::/8 to fc00::/8, fe80::/64 to feb0::/64 and the reverse; an embedded IPv4 address maps as
    /// [`Self::ipv4`] does; all other addresses stay in their block.
    pub fn ipv6(&self, address: Ipv6Addr) -> Ipv6Addr {
        self.ipv6.encrypt(address.to_bits(), &self.ipv4).into()
    }

    /// The address behind what [`Self::ipv6`] gave.
    pub fn ipv6_original(&self, pseudonym: Ipv6Addr) -> Ipv6Addr {
        self.ipv6.decrypt(pseudonym.to_bits(), &self.ipv4).into()
    }
}
