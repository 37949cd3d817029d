//! UUIDs, and machine ids, which are UUIDs without hyphens: 30 of the 32 digits.

use crate::cipher::Ff1;
use crate::pseudonyms::Pseudonyms;
use crate::recognise::MARK;
use crate::unfit::Unfit;

const DIGITS: usize = 32;
/// Digits that tell version and variant.
const KEPT: [usize; 2] = [12, 16];
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// Encrypts UUIDs.
pub(crate) struct UuidCipher(Ff1);

impl UuidCipher {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(Ff1::new(key, 16))
    }

    /// The pseudonym of a UUID in the same layout and case, without a mark.
    pub(crate) fn encrypt(&self, text: &[u8]) -> Result<Vec<u8>, Unfit> {
        rewrite(text, |numerals| self.0.encrypt(b"uuid", numerals))
    }

    /// The UUID behind a pseudonym without its mark.
    pub(crate) fn decrypt(&self, text: &[u8]) -> Result<Vec<u8>, Unfit> {
        rewrite(text, |numerals| self.0.decrypt(b"uuid", numerals))
    }
}

fn rewrite(text: &[u8], cipher: impl Fn(&mut [u16]) -> Result<(), Unfit>) -> Result<Vec<u8>, Unfit> {
    let digits = digit_positions(text).ok_or(Unfit::Malformed)?;
    let free: Vec<usize> =
        digits.iter().enumerate().filter(|(index, _)| !KEPT.contains(index)).map(|(_, at)| *at).collect();
    let mut numerals: Vec<u16> = free.iter().map(|at| digit(text[*at])).collect();
    cipher(&mut numerals)?;
    let upper = text.iter().any(u8::is_ascii_uppercase) && !text.iter().any(u8::is_ascii_lowercase);
    let mut rewritten = text.to_ascii_lowercase();
    for (at, numeral) in free.into_iter().zip(numerals) {
        rewritten[at] = b"0123456789abcdef"[usize::from(numeral & 15)];
    }
    if upper {
        rewritten.make_ascii_uppercase();
    }
    Ok(rewritten)
}

/// Where the 32 digits stand; `None` if the text is no UUID.
fn digit_positions(text: &[u8]) -> Option<Vec<usize>> {
    let is_hyphen = |at: usize| text.len() == DIGITS + HYPHENS.len() && HYPHENS.contains(&at);
    if !matches!(text.len(), 32 | 36) {
        return None;
    }
    let well_formed =
        |(at, byte): (usize, &u8)| if is_hyphen(at) { *byte == b'-' } else { byte.is_ascii_hexdigit() };
    text.iter().enumerate().all(well_formed).then(|| (0..text.len()).filter(|at| !is_hyphen(*at)).collect())
}

fn digit(byte: u8) -> u16 {
    char::from(byte).to_digit(16).unwrap_or(0) as u16
}

impl Pseudonyms {
    /// Writes the pseudonym of a UUID with hyphens, or of the 32 digits of a machine id, and the mark. Version and variant
    /// stay. The same digits have the same pseudonym with hyphens and without.
    pub fn uuid(&self, text: &[u8], out: &mut Vec<u8>) -> Result<(), Unfit> {
        out.extend(self.uuid.encrypt(text)?);
        out.push(MARK);
        Ok(())
    }
}
