//! Windows security identifiers of a domain or machine: `S-1-5-21-…`.

use std::io::Write;

use crate::cipher::Ff1;
use crate::pseudonyms::Pseudonyms;
use crate::recognise::MARK;
use crate::unfit::Unfit;

const PREFIX: &[u8] = b"S-1-5-21-";
/// Numbers that name the domain; what follows them is kept.
const DOMAIN: usize = 3;
/// Longer ones do not exist.
const MAX_BYTES: usize = 128;

/// Encrypts the domain in SIDs.
pub(crate) struct SidCipher(Ff1);

impl SidCipher {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(Ff1::new(key, 16))
    }

    /// The pseudonym of a SID, without a mark.
    pub(crate) fn encrypt(&self, text: &[u8]) -> Result<Vec<u8>, Unfit> {
        rewrite(text, |numerals| self.0.encrypt(b"sid", numerals))
    }

    /// The SID behind a pseudonym without its mark.
    pub(crate) fn decrypt(&self, text: &[u8]) -> Result<Vec<u8>, Unfit> {
        rewrite(text, |numerals| self.0.decrypt(b"sid", numerals))
    }
}

fn rewrite(text: &[u8], cipher: impl Fn(&mut [u16]) -> Result<(), Unfit>) -> Result<Vec<u8>, Unfit> {
    let mut numbers = parse(text).ok_or(Unfit::Malformed)?;
    let nibbles =
        |number: &u32| (0..8).rev().map(|index| (number >> (4 * index) & 15) as u16).collect::<Vec<_>>();
    let mut numerals: Vec<u16> = numbers.iter().take(DOMAIN).flat_map(nibbles).collect();
    cipher(&mut numerals)?;
    for (number, nibbles) in numbers.iter_mut().zip(numerals.chunks(8)) {
        *number = nibbles.iter().fold(0, |number, nibble| number << 4 | u32::from(*nibble));
    }
    let mut rewritten = PREFIX[..PREFIX.len() - 1].to_vec();
    for number in numbers {
        // Writing to a `Vec` does not fail.
        let _ = write!(rewritten, "-{number}");
    }
    Ok(rewritten)
}

/// The numbers behind `S-1-5-21-`: those of the domain, and what it numbers within.
fn parse(text: &[u8]) -> Option<Vec<u32>> {
    let (prefix, numbers) = text.split_at_checked(PREFIX.len())?;
    if text.len() > MAX_BYTES || !prefix.eq_ignore_ascii_case(PREFIX) {
        return None;
    }
    let numbers: Option<Vec<u32>> = std::str::from_utf8(numbers).ok()?.split('-').map(canonical).collect();
    numbers.filter(|numbers| numbers.len() >= DOMAIN)
}

/// A number as it is usually written, so that it can be given back.
fn canonical(number: &str) -> Option<u32> {
    let plain =
        number.bytes().all(|byte| byte.is_ascii_digit()) && (number == "0" || !number.starts_with('0'));
    if plain { number.parse().ok() } else { None }
}

impl Pseudonyms {
    /// Writes the pseudonym of a SID that begins with `S-1-5-21-` and the mark. The three numbers of the domain are
    /// encrypted, and what follows them, such as `-500`, is kept.
    pub fn sid(&self, text: &[u8], out: &mut Vec<u8>) -> Result<(), Unfit> {
        out.extend(self.sid.encrypt(text)?);
        out.push(MARK);
        Ok(())
    }
}
