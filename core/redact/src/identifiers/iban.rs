//! International bank account numbers, by country, length and checksum.

use super::around::{found, is_marked, keep, pass, window};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::kind::Kind;
use crate::site::{More, Site, Verdict};

pub(super) const DETECTOR: Detector = Detector::at("iban", Classes::IBAN, examine);

/// Countries and the length of their numbers, from the registry of SWIFT.
const LENGTHS: &[(&[u8; 2], u8)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    if site.at < site.floor {
        return pass(site);
    }
    let text = window(site, site.at, 64)?;
    let rest = &text[site.at..];
    let Some((_, length)) = LENGTHS.iter().find(|(country, _)| rest.starts_with(*country)) else {
        return pass(site);
    };
    let Some(spelled) = spelled(rest, usize::from(*length)) else { return pass(site) };
    let end = site.at + spelled;
    if is_marked(text, end) {
        return keep(end + 1);
    }
    let joined = text.get(end).is_some_and(u8::is_ascii_alphanumeric);
    if joined || remainder(&rest[..spelled]) != 1 { pass(site) } else { found(Kind::Iban, site.at, end) }
}

/// The bytes that `length` letters and digits take, with single separators between them.
fn spelled(text: &[u8], length: usize) -> Option<usize> {
    let (mut at, mut count) = (0, 0);
    while count < length {
        let byte = *text.get(at)?;
        if byte.is_ascii_digit() || byte.is_ascii_uppercase() {
            count += 1;
        } else if !matches!(byte, b' ' | b'-')
            || !text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric)
            || count < 4
        {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// The number with country and check digits at its end, modulo 97.
fn remainder(text: &[u8]) -> u32 {
    let plain = || text.iter().filter(|byte| byte.is_ascii_alphanumeric());
    plain().skip(4).chain(plain().take(4)).fold(0, |rest, byte| {
        let digit = char::from(*byte).to_digit(36).unwrap_or(0);
        (rest * if digit < 10 { 10 } else { 100 } + digit) % 97
    })
}
