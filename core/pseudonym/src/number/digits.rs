//! Telephone and card numbers: the digits are encrypted, the layout stays.

use crate::address::last_four;
use crate::cipher::Ff1;
use crate::pseudonyms::Pseudonyms;
use crate::recognise::MARK;
use crate::unfit::Unfit;

/// Card numbers have up to 19 digits, telephone numbers 15.
pub(crate) const MOST_DIGITS: usize = 19;
/// Longer layouts belong to no number.
const MAX_BYTES: usize = 48;
/// Country calling codes of one digit. All others have two or three.
const ONE_DIGIT: &[u8] = b"17";
/// The calling codes of two digits (ITU-T E.164).
const TWO_DIGITS: [&[u8; 2]; 43] = [
    b"20", b"27", b"30", b"31", b"32", b"33", b"34", b"36", b"39", b"40", b"41", b"43", b"44", b"45", b"46",
    b"47", b"48", b"49", b"51", b"52", b"53", b"54", b"55", b"56", b"57", b"58", b"60", b"61", b"62", b"63",
    b"64", b"65", b"66", b"81", b"82", b"84", b"86", b"90", b"91", b"92", b"93", b"94", b"95",
];

/// Encrypts digits of all such numbers, since their pseudonyms look alike.
pub(crate) struct DigitsCipher(Ff1);

impl DigitsCipher {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(Ff1::new(key, 10))
    }

    /// The pseudonym of a number in the same layout, without marks.
    pub(crate) fn encrypt(&self, text: &[u8]) -> Result<Vec<u8>, Unfit> {
        rewrite(text, |tweak, numerals| self.0.encrypt(tweak, numerals))
    }

    /// The number behind a pseudonym without its marks.
    pub(crate) fn decrypt(&self, text: &[u8]) -> Result<Vec<u8>, Unfit> {
        rewrite(text, |tweak, numerals| self.0.decrypt(tweak, numerals))
    }
}

fn rewrite(text: &[u8], cipher: impl Fn(&[u8], &mut [u16]) -> Result<(), Unfit>) -> Result<Vec<u8>, Unfit> {
    if !is_layout(text) {
        return Err(Unfit::Malformed);
    }
    let positions: Vec<usize> = (0..text.len()).filter(|at| text[*at].is_ascii_digit()).collect();
    if positions.len() > MOST_DIGITS {
        return Err(Unfit::TooLong);
    }
    let digits: Vec<u8> = positions.iter().map(|at| text[*at]).collect();
    let code = if text.contains(&b'+') { calling_code(&digits) } else { 0 };
    let mut numerals: Vec<u16> = digits.iter().skip(code).map(|digit| u16::from(digit - b'0')).collect();
    let tweak = [b"digits+", &digits[..code.min(digits.len())]].concat();
    cipher(if code == 0 { b"digits" } else { &tweak }, &mut numerals)?;
    let mut rewritten = text.to_vec();
    for (at, numeral) in positions.into_iter().skip(code).zip(numerals) {
        rewritten[at] = b'0' + (numeral % 10) as u8;
    }
    Ok(rewritten)
}

/// Whether a text is digits with the separators that people put between them, with at most one plus, in front of all digits.
fn is_layout(text: &[u8]) -> bool {
    let opens = text.first().is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'('));
    let closes = text.last().is_some_and(u8::is_ascii_digit);
    let plus = text.iter().rposition(|byte| *byte == b'+');
    let plus_fits = plus.is_none_or(|plus| text[..plus].iter().all(|byte| *byte == b'('));
    let known = |byte: &u8| matches!(byte, b'0'..=b'9' | b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b'+');
    opens && closes && plus_fits && text.len() <= MAX_BYTES && text.iter().all(known)
}

/// Whether a reader sees where it begins: digits in a row, perhaps with a plus.
fn is_in_a_row(text: &[u8]) -> bool {
    text.strip_prefix(b"+").unwrap_or(text).iter().all(u8::is_ascii_digit)
}

/// How many digits the calling code has at the front of an international number.
fn calling_code(digits: &[u8]) -> usize {
    match digits {
        [first, ..] if ONE_DIGIT.contains(first) => 1,
        [first, second, ..] if TWO_DIGITS.contains(&&[*first, *second]) => 2,
        _ => 3,
    }
}

impl Pseudonyms {
    /// Writes the pseudonym of a telephone or card number and the mark: `~+49 5550 113 927~`, `+495550113927~`. Digits change,
    /// layout stays; behind a plus the country's calling code stays too. A number with separators is marked on both sides,
    /// since nothing else shows where it begins.
    ///
    /// Fewer than six digits, not counting a calling code, are [`Unfit::TooShort`]. Groups that come out like an IPv4
    /// address, which is rare, are [`Unfit::Malformed`].
    pub fn digits(&self, text: &[u8], out: &mut Vec<u8>) -> Result<(), Unfit> {
        let pseudonym = self.digits.encrypt(text)?;
        if last_four(&pseudonym).is_some_and(|(start, ..)| start == 0) {
            // It would be read as an IPv4 address.
            return Err(Unfit::Malformed);
        }
        if !is_in_a_row(text) {
            out.push(MARK);
        }
        out.extend(pseudonym);
        out.push(MARK);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calling_codes_end_by_their_own_digits() {
        for (digits, length) in
            [("15550100", 1), ("78120000", 1), ("495550", 2), ("353555", 3), ("8825550", 3), ("", 3)]
        {
            assert_eq!(calling_code(digits.as_bytes()), length, "{digits}");
        }
    }

    #[test]
    fn layouts_are_told_from_other_text() {
        for text in ["123456", "+49 30 123456", "(030) 12-34/5.6", "(+49) 30 123456", "030/123456"] {
            assert!(is_layout(text.as_bytes()), "{text}");
        }
        for text in ["", "+", "12 ", " 12", "12a", "1+2", "++12", "-12", "12)"] {
            assert!(!is_layout(text.as_bytes()), "{text}");
        }
    }
}
