//! Prefix-preserving encryption that keeps blocks of addresses where they are.
//!
//! ipcrypt-pfx flips or keeps each bit by what stands before it. Here the flips on the path to a kept block are suppressed.
//! They are always the leading bits, and as many in the pseudonym as in the address; so the inverse knows them.
//!
//! The flips of an address are known all at once, so they are computed here, several AES blocks at a time. The inverse, bit
//! after bit, is that of `ipcrypt-rs`.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::OnceLock;

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes::{Aes128Enc, Block as AesBlock};
use ipcrypt_rs::IpcryptPfx;
use zeroize::Zeroizing;

/// AES blocks that the processor works on at once.
const BATCH: usize = 16;

/// A block of addresses that maps onto itself: its first address, and how many leading bits all of it shares.
#[derive(Clone, Copy)]
pub(super) struct Block {
    pub(super) network: u128,
    pub(super) bits: u32,
}

/// Leading bits of an address of IPv4 whose flips are remembered, for all that begin so.
const REMEMBERED: u32 = 16;

/// ipcrypt-pfx, on addresses as numbers.
pub(super) struct PrefixCipher {
    ciphers: [Aes128Enc; 2],
    inverse: IpcryptPfx,
    /// By the first [`REMEMBERED`] bits of an address of IPv4, their flips. Made when the first one is asked for: a table of
    /// 128 KiB, in less than a millisecond.
    remembered: OnceLock<Vec<u16>>,
}

impl PrefixCipher {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        let mut halves = Zeroizing::new([[0; 16]; 2]);
        halves.as_flattened_mut().copy_from_slice(key);
        // ipcrypt-pfx refuses equal halves, which no derived key has but one in 2^128.
        if halves[0] == halves[1] {
            halves[0][0] ^= 1;
        }
        let mut key = Zeroizing::new([0; 32]);
        key.copy_from_slice(halves.as_flattened());
        Self {
            ciphers: halves.map(|half| Aes128Enc::new(&half.into())),
            inverse: IpcryptPfx::new(*key),
            remembered: OnceLock::new(),
        }
    }

    /// The ciphertext whose first `kept` bits are those of the address.
    pub(super) fn encrypt<A: Address>(&self, address: A, kept: u32) -> A {
        A::from_number(address.number() ^ self.flips(address)).with_leading(address, kept)
    }

    /// The address of a ciphertext whose first `kept` bits were not encrypted.
    pub(super) fn decrypt<A: Address>(&self, pseudonym: A, kept: u32) -> A {
        // Flips of the first bits depend on those bits alone, so any address that begins like this one tells them.
        let leading = A::from_number(pseudonym.number() ^ self.flips(pseudonym));
        A::from_ip(self.inverse.decrypt_ipaddr(pseudonym.with_leading(leading, kept).ip()))
    }

    /// A one for each bit that is flipped.
    fn flips<A: Address>(&self, address: A) -> u128 {
        let (mut flips, mut first) = (0, 0);
        if let Some(start) = address.remembered_part() {
            let remembered = self.remembered.get_or_init(|| self.remember());
            (flips, first) = (u128::from(remembered[usize::from(start)]), REMEMBERED);
        }
        while first < A::BITS {
            let mut prefixes = [0; BATCH];
            let mut prefix = address.padded_prefix(first);
            for (index, place) in (1..).zip(&mut prefixes) {
                *place = prefix;
                prefix = prefix << 1 | address.number() >> (A::BITS - first - index) & 1;
            }
            flips = flips << BATCH | u128::from(self.bits(&prefixes));
            first += BATCH as u32;
        }
        flips
    }

    /// The flip behind each of these prefixes, that of the first in the highest bit.
    fn bits(&self, prefixes: &[u128; BATCH]) -> u16 {
        let mut one: [AesBlock; BATCH] = prefixes.map(|prefix| prefix.to_be_bytes().into());
        let mut other = one;
        self.ciphers[0].encrypt_blocks(&mut one);
        self.ciphers[1].encrypt_blocks(&mut other);
        one.iter().zip(&other).fold(0, |bits, (one, other)| bits << 1 | u16::from((one[15] ^ other[15]) & 1))
    }

    /// The flips of the first bits of all addresses of IPv4, bit after bit.
    fn remember(&self) -> Vec<u16> {
        let mut flips = vec![0_u16];
        for bits in 0..REMEMBERED {
            let mut longer = Vec::with_capacity(2 * flips.len());
            let padded = |prefix: usize| ((prefix as u32) << (31 - bits) << 1).padded_prefix(bits);
            for (from, known) in flips.chunks(BATCH).enumerate().map(|(part, known)| (part * BATCH, known)) {
                let next = self.bits(&std::array::from_fn(|index| padded((from + index) % flips.len())));
                for (index, known) in known.iter().enumerate() {
                    let flip = next >> (BATCH - 1 - index) & 1;
                    longer.extend([known << 1 | flip; 2]);
                }
            }
            flips = longer;
        }
        flips
    }
}

/// An address of either family.
pub(super) trait Address: Copy {
    /// A multiple of [`BATCH`].
    const BITS: u32;

    /// The first [`REMEMBERED`] bits, where flips are remembered.
    fn remembered_part(self) -> Option<u16>;
    fn number(self) -> u128;
    fn from_number(number: u128) -> Self;
    /// The first `bits` bits behind a one, as ipcrypt-pfx gives them to AES.
    fn padded_prefix(self, bits: u32) -> u128;
    fn ip(self) -> IpAddr;
    fn from_ip(ip: IpAddr) -> Self;
    /// This address with the first `count` bits of another.
    fn with_leading(self, other: Self, count: u32) -> Self;
}

impl Address for u32 {
    const BITS: u32 = 32;

    fn remembered_part(self) -> Option<u16> {
        Some((self >> (32 - REMEMBERED)) as u16)
    }

    fn number(self) -> u128 {
        self.into()
    }

    fn from_number(number: u128) -> Self {
        number as u32
    }

    fn padded_prefix(self, bits: u32) -> u128 {
        // IPv4 takes the place of ::ffff:0:0/96.
        (1 << 96 | 0xffff) << bits | u128::from(self) >> (32 - bits)
    }

    fn ip(self) -> IpAddr {
        IpAddr::V4(self.into())
    }

    fn from_ip(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(ip) => ip.to_bits(),
            IpAddr::V6(ip) => ip.to_bits() as u32,
        }
    }

    fn with_leading(self, other: Self, count: u32) -> Self {
        let rest = host_mask(32, count) as Self;
        (other & !rest) | (self & rest)
    }
}

impl Address for u128 {
    const BITS: u32 = 128;

    fn remembered_part(self) -> Option<u16> {
        None
    }

    fn number(self) -> u128 {
        self
    }

    fn from_number(number: u128) -> Self {
        number
    }

    fn padded_prefix(self, bits: u32) -> u128 {
        1 << bits | self.checked_shr(128 - bits).unwrap_or(0)
    }

    fn ip(self) -> IpAddr {
        IpAddr::V6(self.into())
    }

    fn from_ip(ip: IpAddr) -> Self {
        match ip {
            // The crate gives ciphertexts that fall into ::ffff:0:0/96 as IPv4.
            IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
            IpAddr::V6(ip) => Ipv6Addr::to_bits(ip),
        }
    }

    fn with_leading(self, other: Self, count: u32) -> Self {
        let rest = host_mask(128, count);
        (other & !rest) | (self & rest)
    }
}

/// Ones in all bits behind the first `prefix` of `width` bits.
pub(crate) fn host_mask(width: u32, prefix: u32) -> u128 {
    let bits = width.saturating_sub(prefix);
    u128::MAX.checked_shr(128 - bits).unwrap_or(0)
}

/// How many leading bits of an address, a number of `width` bits, lie on the path to one of the blocks.
pub(super) fn kept_bits(address: u128, width: u32, blocks: &[Block]) -> u32 {
    let on_path = |block: &Block| {
        let common = (address ^ block.network).leading_zeros() - (128 - width);
        (common + 1).min(block.bits)
    };
    blocks.iter().map(on_path).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors that ipcrypt's specification publishes for ipcrypt-pfx.
    #[test]
    fn follows_the_published_vectors() {
        const KEY: [u8; 32] = [
            0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10,
            0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe, 0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01,
        ];
        let cipher = PrefixCipher::new(&KEY);
        for (plain, secret) in [
            ("0.0.0.0", "151.82.155.134"),
            ("255.255.255.255", "94.185.169.89"),
            ("192.0.2.1", "100.115.72.131"),
            ("2001:db8::1", "c180:5dd4:2587:3524:30ab:fa65:6ab6:f88"),
        ] {
            match (plain.parse().unwrap(), secret.parse().unwrap()) {
                (IpAddr::V4(plain), IpAddr::V4(secret)) => {
                    assert_eq!(cipher.encrypt(plain.to_bits(), 0), secret.to_bits());
                    assert_eq!(cipher.decrypt(secret.to_bits(), 0), plain.to_bits());
                }
                (IpAddr::V6(plain), IpAddr::V6(secret)) => {
                    assert_eq!(cipher.encrypt(plain.to_bits(), 0), secret.to_bits());
                    assert_eq!(cipher.decrypt(secret.to_bits(), 0), plain.to_bits());
                }
                _ => unreachable!("both are of one family"),
            }
        }
    }

    #[test]
    fn agrees_with_ipcrypt() {
        let key = std::array::from_fn(|index| (index * 37) as u8);
        let (cipher, ipcrypt) = (PrefixCipher::new(&key), IpcryptPfx::new(key));
        for seed in 0..500_u128 {
            let address = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
            assert_eq!(cipher.encrypt(address, 0).ip(), ipcrypt.encrypt_ipaddr(address.ip()));
            let short = (address >> 64) as u32;
            assert_eq!(cipher.encrypt(short, 0).ip(), ipcrypt.encrypt_ipaddr(short.ip()));
        }
    }

    #[test]
    fn bits_on_the_path_to_a_block_are_counted() {
        let blocks = [Block { network: 0x0a00_0000, bits: 8 }, Block { network: 0xc0a8_0000, bits: 16 }];
        let kept = |address: [u8; 4]| kept_bits(u32::from_be_bytes(address).into(), 32, &blocks);
        assert_eq!(kept([10, 1, 2, 3]), 8);
        assert_eq!(kept([192, 168, 5, 5]), 16);
        assert_eq!(kept([192, 169, 5, 5]), 16, "the last bit of the path is what keeps it out of the block");
        assert_eq!(kept([11, 0, 0, 0]), 8);
        assert_eq!(kept([128, 0, 0, 0]), 2);
        assert_eq!(host_mask(32, 24), 0xff);
        assert_eq!(host_mask(32, 32), 0);
        assert_eq!(host_mask(128, 0), u128::MAX);
    }
}
