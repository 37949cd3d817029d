//! Names as numerals of radix 32, so that every name has exactly one numeral string and few strings are a name.
//!
//! Bits: one that tells the alphabet, the characters, a one, zeros up to whole numerals and to the least length; then
//! [`CHECK`] numerals of zero. A wrong key gives other bits there.

use crate::unfit::Unfit;

/// Fewest numerals of a name: 50 bits.
pub(crate) const LEAST: usize = 10;
/// Numerals of zero behind each name. One in 32,768 foreign pseudonyms passes them.
const CHECK: usize = 3;
/// Characters of the compact alphabet in one block, which fills [`BLOCK_BITS`].
const BLOCK: usize = 24;
const BLOCK_BITS: usize = 127;
const ALPHABET: &[u8; 39] = b"abcdefghijklmnopqrstuvwxyz0123456789-_.";

/// Most numerals that a name of `bytes` bytes takes.
pub(crate) const fn most(bytes: usize) -> usize {
    (8 * bytes + 2).div_ceil(5) + CHECK
}

/// The numerals of a name.
pub(crate) fn encode(name: &[u8]) -> Vec<u16> {
    let mut bits = Bits::default();
    match compact(name) {
        Some(digits) => {
            bits.push(0, 1);
            for block in digits.chunks(BLOCK) {
                bits.push(block.iter().fold(0, |value, digit| value * 39 + digit), width(block.len()));
            }
        }
        None => {
            bits.push(1, 1);
            for byte in name {
                bits.push(u128::from(*byte), 8);
            }
        }
    }
    bits.push(1, 1);
    let mut numerals = bits.numerals();
    numerals.resize((numerals.len() + CHECK).max(LEAST), 0);
    numerals
}

/// The name of numerals; `Malformed` if no name has these.
pub(crate) fn decode(numerals: &[u16]) -> Result<Vec<u8>, Unfit> {
    let name = decode_leniently(numerals).ok_or(Unfit::Malformed)?;
    if encode(&name) == numerals { Ok(name) } else { Err(Unfit::Malformed) }
}

fn decode_leniently(numerals: &[u16]) -> Option<Vec<u8>> {
    let bits: Vec<bool> =
        numerals.iter().flat_map(|numeral| (0..5).rev().map(move |bit| numeral >> bit & 1 == 1)).collect();
    let last_one = bits.iter().rposition(|bit| *bit)?;
    let (is_bytes, body) = bits.get(..last_one)?.split_first()?;
    if !*is_bytes {
        return decode_compact(body);
    }
    body.chunks(8).map(|byte| (byte.len() == 8).then(|| number(byte) as u8)).collect()
}

fn decode_compact(bits: &[bool]) -> Option<Vec<u8>> {
    let mut name = Vec::new();
    for block in bits.chunks(BLOCK_BITS) {
        let count = (0..=BLOCK).find(|count| width(*count) == block.len())?;
        let mut value = number(block);
        let start = name.len();
        for _ in 0..count {
            name.push(*ALPHABET.get((value % 39) as usize)?);
            value /= 39;
        }
        name[start..].reverse();
    }
    Some(name)
}

/// The digits of a name in the compact alphabet, if it is made of nothing else.
fn compact(name: &[u8]) -> Option<Vec<u128>> {
    let digit = |byte: &u8| ALPHABET.iter().position(|character| character == byte);
    name.iter().map(|byte| digit(byte).map(|digit| digit as u128)).collect()
}

/// Bits that hold `count` characters of the compact alphabet; all counts up to [`BLOCK`] have another width.
fn width(count: usize) -> usize {
    let most = (0..count).fold(1_u128, |product, _| product * 39) - 1;
    128 - most.leading_zeros() as usize
}

fn number(bits: &[bool]) -> u128 {
    bits.iter().fold(0, |value, bit| value << 1 | u128::from(*bit))
}

/// Bits in the order in which they are written.
#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn push(&mut self, value: u128, count: usize) {
        self.0.extend((0..count).rev().map(|bit| value >> bit & 1 == 1));
    }

    fn numerals(&self) -> Vec<u16> {
        let numeral = |bits: &[bool]| (number(bits) as u16) << (5 - bits.len());
        self.0.chunks(5).map(numeral).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_count_of_characters_has_a_width_of_its_own() {
        let widths: HashSet<_> = (0..=BLOCK).map(width).collect();
        assert_eq!(widths.len(), BLOCK + 1);
        assert_eq!(width(BLOCK), BLOCK_BITS);
    }

    #[test]
    fn short_names_take_ten_numerals_and_long_ones_little_more_than_their_length() {
        for (name, numerals) in
            [("", 10), ("a", 10), ("webmaster", 13), ("web-01", 10), ("Bob", 10), ("Jane Doe", 17)]
        {
            assert_eq!(encode(name.as_bytes()).len(), numerals, "{name}");
        }
        assert_eq!(encode(&[b'a'; 48]).len(), 55);
        assert_eq!(encode(&[0xff; 255]).len(), most(255));
    }

    proptest! {
        #[test]
        fn names_read_back(name in prop::collection::vec(any::<u8>(), 0..200), plain in "[a-z0-9_.-]{0,120}") {
            prop_assert_eq!(decode(&encode(&name)), Ok(name));
            prop_assert_eq!(decode(&encode(plain.as_bytes())), Ok(plain.into_bytes()));
        }

        #[test]
        fn numerals_that_are_a_name_are_the_numerals_of_that_name(numerals in prop::collection::vec(0_u16..32, 0..8), zeros in 0_usize..8) {
            let mut numerals = numerals;
            numerals.extend(vec![0; zeros]);
            if let Ok(name) = decode(&numerals) {
                prop_assert_eq!(encode(&name), numerals);
            }
        }
    }
}
