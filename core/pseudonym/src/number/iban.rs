//! International bank account numbers: the country stays, the rest is encrypted.

use crate::cipher::Ff1;
use crate::pseudonyms::Pseudonyms;
use crate::recognise::MARK;
use crate::unfit::Unfit;

const SHORTEST: usize = 15;
const LONGEST: usize = 34;
/// With separators between all groups of four.
pub(crate) const MAX_BYTES: usize = LONGEST + LONGEST / 2;

/// Encrypts IBANs.
pub(crate) struct IbanCipher(Ff1);

impl IbanCipher {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(Ff1::new(key, 36))
    }

    /// The pseudonym of an IBAN in the same layout, without marks.
    pub(crate) fn encrypt(&self, text: &[u8]) -> Result<Vec<u8>, Unfit> {
        rewrite(text, |country, numerals| self.0.encrypt(country, numerals))
    }

    /// The IBAN behind a pseudonym without its marks.
    pub(crate) fn decrypt(&self, text: &[u8]) -> Result<Vec<u8>, Unfit> {
        rewrite(text, |country, numerals| self.0.decrypt(country, numerals))
    }
}

fn rewrite(text: &[u8], cipher: impl Fn(&[u8], &mut [u16]) -> Result<(), Unfit>) -> Result<Vec<u8>, Unfit> {
    if !is_iban(text) {
        return Err(Unfit::Malformed);
    }
    let mut rewritten = text.to_ascii_uppercase();
    let country = [b"iban", &rewritten[..2]].concat();
    let positions: Vec<usize> = (2..text.len()).filter(|at| rewritten[*at].is_ascii_alphanumeric()).collect();
    let numeral = |at: &usize| char::from(rewritten[*at]).to_digit(36).unwrap_or(0) as u16;
    let mut numerals: Vec<u16> = positions.iter().map(numeral).collect();
    cipher(&country, &mut numerals)?;
    for (at, numeral) in positions.into_iter().zip(numerals) {
        rewritten[at] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[usize::from(numeral % 36)];
    }
    Ok(rewritten)
}

/// Whether a text has the shape of an IBAN and could not be read as 32 hexadecimal digits.
fn is_iban(text: &[u8]) -> bool {
    let known = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-');
    let length = text.iter().filter(|byte| byte.is_ascii_alphanumeric()).count();
    let hexadecimal = text.len() == 32 && length == 32 && text.iter().take(2).all(u8::is_ascii_hexdigit);
    let country = text.get(..2).is_some_and(|country| country.iter().all(u8::is_ascii_alphabetic));
    let ends = text.last().is_some_and(u8::is_ascii_alphanumeric);
    country
        && ends
        && !hexadecimal
        && (SHORTEST..=LONGEST).contains(&length)
        && text.len() <= MAX_BYTES
        && text.iter().all(known)
}

impl Pseudonyms {
    /// Writes the pseudonym of an IBAN, in upper case, and the mark: `DE5K0Q…~`. The country and the layout stay. With
    /// separators it is marked on both sides, since nothing else shows where it begins.
    pub fn iban(&self, text: &[u8], out: &mut Vec<u8>) -> Result<(), Unfit> {
        let pseudonym = self.iban.encrypt(text)?;
        if !text.iter().all(u8::is_ascii_alphanumeric) {
            out.push(MARK);
        }
        out.extend(pseudonym);
        out.push(MARK);
        Ok(())
    }
}
