//! `user%40example.com`: percent-encoding, as in URLs and forms.

use super::span;
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::site::{Encoding, More, Site, Verdict};

pub(super) const DETECTOR: Detector = Detector::at("percent-encoding", Classes::PERCENT, examine);

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let escape = site.ahead(site.at, 3)?;
    // A space hides nothing from the other detectors.
    if byte_of(escape).is_none_or(|byte| byte <= b' ' || byte == 0x7F) {
        return Ok(Verdict::Pass { resume: site.at + 1 });
    }
    let span = span::around(site, in_component)?;
    Ok(Verdict::Encoded { start: span.start, end: span.end, encoding: Encoding::Percent })
}

/// Bytes of one component of a URL, raw or encoded.
fn in_component(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || b"%._~+-!*@:/$".contains(&byte)
}

/// `%40` → `@`
fn byte_of(escape: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = escape else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// The bytes that `text` stands for.
pub(crate) fn decode(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        match byte_of(rest) {
            Some(byte) => {
                decoded.push(byte);
                rest = &rest[3..];
            }
            None => {
                decoded.push(*first);
                rest = after;
            }
        }
    }
    decoded
}

/// `decoded` in percent-encoding. What stood raw in `original` is written raw.
pub(crate) fn encode(decoded: &[u8], original: &[u8]) -> Vec<u8> {
    let mut raw = [false; 256];
    for byte in 0..=u8::MAX {
        raw[usize::from(byte)] = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    }
    let mut rest = original;
    while let Some((first, after)) = rest.split_first() {
        if byte_of(rest).is_some() {
            rest = &rest[3..];
        } else {
            raw[usize::from(*first)] = true;
            rest = after;
        }
    }
    raw[usize::from(b'%')] = false;
    let mut encoded = Vec::with_capacity(decoded.len() * 2);
    for byte in decoded {
        if raw[usize::from(*byte)] {
            encoded.push(*byte);
        } else {
            encoded.extend(format!("%{byte:02X}").into_bytes());
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_decoded_is_encoded_again() {
        for text in ["a%40b.c", "%2Fhome%2Fx", "100%25", "%C3%A5/x"] {
            assert_eq!(encode(&decode(text.as_bytes()), text.as_bytes()), text.as_bytes());
        }
        assert_eq!(decode(b"a%4"), b"a%4");
        assert_eq!(decode(b"%zz%41"), b"%zzA");
    }
}
