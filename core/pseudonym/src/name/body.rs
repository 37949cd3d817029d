//! The body of a pseudonym: numerals of a name, encrypted and spelled in base32.

use std::ops::RangeInclusive;

use super::{MAX_NAME_BYTES, coding};
use crate::cipher::{Ff1, base32};
use crate::unfit::Unfit;

/// How many characters a body has.
pub(crate) const LENGTHS: RangeInclusive<usize> = coding::LEAST..=coding::most(MAX_NAME_BYTES);

/// Encrypts names of all kinds; the kind is the tweak.
pub(crate) struct NameCipher(Ff1);

impl NameCipher {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(Ff1::new(key, 32))
    }

    /// The body of a name.
    pub(crate) fn encrypt(&self, tweak: &[u8], name: &[u8]) -> Result<Vec<u8>, Unfit> {
        if name.len() > MAX_NAME_BYTES {
            return Err(Unfit::TooLong);
        }
        let mut numerals = coding::encode(name);
        self.0.encrypt(tweak, &mut numerals)?;
        Ok(numerals.into_iter().map(base32::character).collect())
    }

    /// The name of a body; `Malformed` if this key never made it.
    pub(crate) fn decrypt(&self, tweak: &[u8], body: &[u8]) -> Result<Vec<u8>, Unfit> {
        let numerals: Option<Vec<u16>> = body.iter().map(|character| base32::numeral(*character)).collect();
        let mut numerals =
            numerals.filter(|numerals| LENGTHS.contains(&numerals.len())).ok_or(Unfit::Malformed)?;
        self.0.decrypt(tweak, &mut numerals)?;
        coding::decode(&numerals)
    }
}
