//! A numeral string whose halves are integers of at most 96 bits: the common, short values without big integers.

use fpe::ff1::{NumeralString, Operations};

/// Halves up to this width leave room for the sum of FF1's round function in 128 bits.
const HALF_BITS: f64 = 96.0;

/// A short numeral string, as two numbers.
pub(super) struct Numerals {
    front: Half,
    back: Half,
}

/// One half: a number of `count` numerals.
#[derive(Clone, Copy)]
pub(super) struct Half {
    value: u128,
    count: usize,
}

impl Numerals {
    /// Takes numerals below `radix`, most significant first; `None` if they are too many.
    pub(super) fn pack(numerals: &[u16], radix: u32) -> Option<Self> {
        let (front, back) = numerals.split_at(numerals.len() / 2);
        if back.len() as f64 * f64::from(radix).log2() > HALF_BITS {
            return None;
        }
        Some(Self { front: Half::pack(front, radix), back: Half::pack(back, radix) })
    }

    /// Writes the numerals over those it was made of.
    pub(super) fn unpack(&self, numerals: &mut [u16], radix: u32) {
        let (front, back) = numerals.split_at_mut(numerals.len() / 2);
        self.front.unpack(front, radix);
        self.back.unpack(back, radix);
    }
}

impl Half {
    fn pack(numerals: &[u16], radix: u32) -> Self {
        let value =
            numerals.iter().fold(0, |value: u128, numeral| value * u128::from(radix) + u128::from(*numeral));
        Self { value, count: numerals.len() }
    }

    fn unpack(self, numerals: &mut [u16], radix: u32) {
        let mut value = self.value;
        for numeral in numerals.iter_mut().rev() {
            // Division of 64 bits is much faster.
            let (quotient, remainder) = match u64::try_from(value) {
                Ok(value) => (u128::from(value / u64::from(radix)), (value % u64::from(radix)) as u16),
                Err(_) => (value / u128::from(radix), (value % u128::from(radix)) as u16),
            };
            (*numeral, value) = (remainder, quotient);
        }
    }
}

impl NumeralString for Numerals {
    type Ops = Half;

    fn is_valid(&self, radix: u32) -> bool {
        let fits = |half: &Half| half.value < modulus(radix, half.count);
        fits(&self.front) && fits(&self.back)
    }

    fn numeral_count(&self) -> usize {
        self.front.count + self.back.count
    }

    fn split(&self) -> (Half, Half) {
        (self.front, self.back)
    }

    fn concat(front: Half, back: Half) -> Self {
        Self { front, back }
    }
}

impl Operations for Half {
    type Bytes = BigEndian;

    fn numeral_count(&self) -> usize {
        self.count
    }

    fn to_be_bytes(&self, _radix: u32, length: usize) -> BigEndian {
        BigEndian { bytes: self.value.to_be_bytes(), start: 16_usize.saturating_sub(length) }
    }

    fn add_mod_exp(self, other: impl Iterator<Item = u8>, radix: u32, count: usize) -> Self {
        let modulus = modulus(radix, count);
        Self { value: (self.value + number(other) % modulus) % modulus, count }
    }

    fn sub_mod_exp(self, other: impl Iterator<Item = u8>, radix: u32, count: usize) -> Self {
        let modulus = modulus(radix, count);
        Self { value: (self.value + modulus - number(other) % modulus) % modulus, count }
    }
}

/// A number in as many bytes as FF1 asks for; a half of 96 bits never needs more than 16.
pub(super) struct BigEndian {
    bytes: [u8; 16],
    start: usize,
}

impl AsRef<[u8]> for BigEndian {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }
}

fn modulus(radix: u32, count: usize) -> u128 {
    (0..count).fold(1, |product, _| product * u128::from(radix))
}

fn number(bytes: impl Iterator<Item = u8>) -> u128 {
    bytes.fold(0, |number, byte| number << 8 | u128::from(byte))
}
