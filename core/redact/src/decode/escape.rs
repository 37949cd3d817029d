//! `user\u0040example.com`: the `\u` escapes of JSON and its relatives.

use super::span;
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::site::{Encoding, More, Site, Verdict};

pub(super) const DETECTOR: Detector = Detector::at("unicode-escape", Classes::ESCAPE, examine);

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let escape = site.ahead(site.at, 6)?;
    // Control characters, and the brackets and quotes that encoders escape to be safe in HTML, hide nothing.
    if unit_of(escape).is_none_or(|unit| unit <= 0x22 || matches!(unit, 0x27 | 0x3C | 0x3E | 0x5C | 0x7F)) {
        return Ok(Verdict::Pass { resume: site.at + 1 });
    }
    let span = span::around(site, |byte| byte > b' ' && !matches!(byte, b'"' | 0x7F))?;
    Ok(Verdict::Encoded { start: span.start, end: span.end, encoding: Encoding::Escape })
}

/// `\u0040` → 0x40
fn unit_of(escape: &[u8]) -> Option<u16> {
    let [b'\\', b'u', digits @ ..] = escape else { return None };
    let digits = std::str::from_utf8(digits.get(..4)?).ok()?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

/// The character that starts `text`, if it is escaped and printable, and the length of its escape.
fn escaped(text: &[u8]) -> Option<(char, usize)> {
    let first = unit_of(text)?;
    let pair = text.get(6..).and_then(unit_of).map(|second| [first, second]);
    if let Some(Some(Ok(character))) = pair.map(|pair| char::decode_utf16(pair).next())
        && character.len_utf16() == 2
    {
        return Some((character, 12));
    }
    let character = char::from_u32(u32::from(first))?;
    (!character.is_control() && !matches!(character, '"' | '\\')).then_some((character, 6))
}

/// The text that `text` stands for. Other escapes stay as they are.
pub(crate) fn decode(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.first() {
        let taken = if let Some((character, length)) = escaped(rest) {
            decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            length
        } else if *first == b'\\' && rest.len() > 1 {
            decoded.extend_from_slice(&rest[..2]);
            2
        } else {
            decoded.push(*first);
            1
        };
        rest = &rest[taken..];
    }
    decoded
}

/// `decoded` as it can stand in a string of JSON: what is not ASCII is escaped.
pub(crate) fn encode(decoded: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(decoded.len());
    for chunk in decoded.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character.is_ascii() {
                encoded.push(character as u8);
            } else {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    encoded.extend(format!("\\u{unit:04x}").into_bytes());
                }
            }
        }
        encoded.extend_from_slice(chunk.invalid());
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_seen_through_and_others_stay() {
        assert_eq!(decode(br"a\u0040b"), b"a@b");
        assert_eq!(decode(br"\u00c5sa \ud83d\ude00"), "Åsa 😀".as_bytes());
        assert_eq!(decode(br"\\u0040\n\u0022\u12"), br"\\u0040\n\u0022\u12");
        assert_eq!(decode(br"\ud83d\u0041"), br"\ud83dA");
        assert_eq!(encode("Å😀x".as_bytes()), br"\u00c5\ud83d\ude00x");
    }
}
