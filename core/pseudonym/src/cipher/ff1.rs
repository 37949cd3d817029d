//! FF1 (NIST SP 800-38G) with AES-256 on numerals of one radix.

use aes::Aes256Enc;
use fpe::ff1::{FF1, FlexibleNumeralString, NumeralStringError};

use super::numerals::Numerals;
use crate::unfit::Unfit;

/// A permutation of all numeral strings of each length, chosen by key and tweak.
pub(crate) struct Ff1 {
    cipher: FF1<Aes256Enc>,
    radix: u32,
}

#[derive(Clone, Copy)]
enum Direction {
    Forth,
    Back,
}

impl Ff1 {
    /// For numerals below `radix`, a constant from 2 to 65536.
    pub(crate) fn new(key: &[u8; 32], radix: u32) -> Self {
        #[expect(clippy::expect_used, reason = "the radixes are constants of this crate")]
        let cipher = FF1::new(key, radix).expect("a radix from 2 to 65536");
        Self { cipher, radix }
    }

    /// Replaces numerals by their ciphertext.
    pub(crate) fn encrypt(&self, tweak: &[u8], numerals: &mut [u16]) -> Result<(), Unfit> {
        self.apply(Direction::Forth, tweak, numerals)
    }

    /// Replaces ciphertext by its numerals.
    pub(crate) fn decrypt(&self, tweak: &[u8], numerals: &mut [u16]) -> Result<(), Unfit> {
        self.apply(Direction::Back, tweak, numerals)
    }

    fn apply(&self, direction: Direction, tweak: &[u8], numerals: &mut [u16]) -> Result<(), Unfit> {
        let Some(short) = Numerals::pack(numerals, self.radix) else {
            return self.apply_to_long(direction, tweak, numerals);
        };
        let result = match direction {
            Direction::Forth => self.cipher.encrypt(tweak, &short),
            Direction::Back => self.cipher.decrypt(tweak, &short),
        };
        result.map_err(unfit)?.unpack(numerals, self.radix);
        Ok(())
    }

    fn apply_to_long(&self, direction: Direction, tweak: &[u8], numerals: &mut [u16]) -> Result<(), Unfit> {
        let long = FlexibleNumeralString::from(numerals.to_vec());
        let result = match direction {
            Direction::Forth => self.cipher.encrypt(tweak, &long),
            Direction::Back => self.cipher.decrypt(tweak, &long),
        };
        numerals.copy_from_slice(&Vec::from(result.map_err(unfit)?));
        Ok(())
    }
}

fn unfit(error: NumeralStringError) -> Unfit {
    match error {
        NumeralStringError::TooShort { .. } => Unfit::TooShort,
        NumeralStringError::TooLong { .. } => Unfit::TooLong,
        NumeralStringError::InvalidForRadix(_) => Unfit::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: [u8; 32] = [
        0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c, 0xef,
        0x43, 0x59, 0xd8, 0xd5, 0x80, 0xaa, 0x4f, 0x7f, 0x03, 0x6d, 0x6f, 0x04, 0xfc, 0x6a, 0x94,
    ];

    fn numerals(text: &str) -> Vec<u16> {
        text.chars().map(|character| character.to_digit(36).unwrap() as u16).collect()
    }

    /// Samples 7 to 9 of NIST's examples for FF1.
    #[test]
    fn follows_the_published_samples_for_aes_256() {
        let tweaks: [&[u8]; 3] = [b"", b"9876543210", b"7777pqrs777"];
        let samples = [
            (10, tweaks[0], "0123456789", "6657667009"),
            (10, tweaks[1], "0123456789", "1001623463"),
            (36, tweaks[2], "0123456789abcdefghi", "xs8a0azh2avyalyzuwd"),
        ];
        for (radix, tweak, plain, secret) in samples {
            let ff1 = Ff1::new(&KEY, radix);
            let mut value = numerals(plain);
            ff1.encrypt(tweak, &mut value).unwrap();
            assert_eq!(value, numerals(secret));
            ff1.decrypt(tweak, &mut value).unwrap();
            assert_eq!(value, numerals(plain));
        }
    }

    proptest! {
        #[test]
        fn short_strings_take_the_same_way_as_long_ones(
            radix in prop::sample::select(vec![2_u32, 10, 16, 32, 36]),
            seed in prop::collection::vec(any::<u16>(), 20..60),
        ) {
            let ff1 = Ff1::new(&KEY, radix);
            let plain: Vec<u16> = seed.iter().map(|numeral| numeral % radix as u16).collect();
            let (mut one, mut other) = (plain.clone(), plain.clone());
            ff1.encrypt(b"tweak", &mut one).unwrap();
            ff1.apply_to_long(Direction::Forth, b"tweak", &mut other).unwrap();
            prop_assert_eq!(&one, &other);
            ff1.decrypt(b"tweak", &mut one).unwrap();
            prop_assert_eq!(one, plain);
        }
    }

    #[test]
    fn fewer_than_a_million_values_are_too_few() {
        let mut five = numerals("12345");
        assert_eq!(Ff1::new(&KEY, 10).encrypt(b"", &mut five), Err(Unfit::TooShort));
    }
}
