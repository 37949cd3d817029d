//! Numbers of payment cards: an issuer's range, a length of that issuer and the checksum of Luhn.

use super::around::{NEAR, found_as, in_columns, is_marked, keep, pass, pass_to, window};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::kind::Kind;
use crate::site::{Form, More, Site, Verdict};

pub(super) const DETECTOR: Detector = Detector::at("card", Classes::LONG_NUMBER, examine);

/// Ranges of the first six digits, and lengths.
const ISSUERS: &[(u32, u32, &[usize])] = &[
    (300_000, 305_999, &[14]),
    (340_000, 349_999, &[15]),
    (352_800, 358_999, &[16, 17, 18, 19]),
    (360_000, 369_999, &[14]),
    (370_000, 379_999, &[15]),
    (380_000, 399_999, &[14]),
    (400_000, 499_999, &[13, 16, 19]),
    (500_000, 509_999, &[16, 18, 19]),
    (510_000, 559_999, &[16]),
    (560_000, 589_999, &[16, 18, 19]),
    (601_100, 601_199, &[16, 19]),
    (620_000, 629_999, &[16, 17, 18, 19]),
    (630_000, 639_999, &[16, 18, 19]),
    (644_000, 659_999, &[16, 19]),
    (670_000, 679_999, &[16, 18, 19]),
    (222_100, 272_099, &[16]),
];

/// Groups as they are printed on cards.
const LAYOUTS: &[&[usize]] = &[&[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 4, 3], &[4, 3, 3, 3]];

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let at = site.at;
    if !matches!(site.text[at], b'2'..=b'6') || at < site.floor {
        return pass(site);
    }
    let text = window(site, at, NEAR)?;
    let rest = &text[at..];
    let first = rest.iter().take(20).take_while(|byte| byte.is_ascii_digit()).count();
    let length = match (first, rest.get(first)) {
        (4, Some(separator @ (b' ' | b'-'))) => match grouped(rest, *separator) {
            Some(length) => length,
            None => return pass(site),
        },
        (13..=19, _) => first,
        _ => return pass_to(site, at + first),
    };
    let end = at + length;
    if is_marked(text, end) {
        return keep(end + 1);
    }
    let digits: Vec<u8> =
        rest[..length].iter().filter(|byte| byte.is_ascii_digit()).map(|digit| digit - b'0').collect();
    if !stands_alone(text, at, end) || !is_issued(&digits, length > digits.len()) || !passes_luhn(&digits) {
        return pass(site);
    }
    found_as(Kind::Card, at, end, form(text, at, end))
}

/// The length of a number in printed groups.
fn grouped(text: &[u8], separator: u8) -> Option<usize> {
    LAYOUTS.iter().find_map(|layout| {
        let mut at = 0;
        for (index, group) in layout.iter().enumerate() {
            if index > 0 {
                if text.get(at) != Some(&separator) {
                    return None;
                }
                at += 1;
            }
            if !text.get(at..at + group)?.iter().all(u8::is_ascii_digit) {
                return None;
            }
            at += group;
        }
        let continues = text.get(at).is_some_and(u8::is_ascii_digit)
            || (text.get(at) == Some(&separator) && text.get(at + 1).is_some_and(u8::is_ascii_digit));
        (!continues).then_some(at)
    })
}

/// True when no letter, digit, fraction or hyphen joins the number.
fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    let digit =
        |index: Option<usize>| index.and_then(|index| text.get(index)).is_some_and(u8::is_ascii_digit);
    let before = match start.checked_sub(1).map(|index| text[index]) {
        Some(b'.' | b'-') => !digit(start.checked_sub(2)),
        Some(b' ') => !in_columns(text, start, end),
        Some(byte) => byte != b'_' && byte != b'+',
        None => true,
    };
    let after = match text.get(end) {
        Some(b'.' | b'-') => !text.get(end + 1).is_some_and(u8::is_ascii_alphanumeric),
        Some(byte) => !byte.is_ascii_alphanumeric() && *byte != b'_',
        None => true,
    };
    before && after
}

/// Without groups only the two lengths that nearly all cards have.
fn is_issued(digits: &[u8], grouped: bool) -> bool {
    let first = digits.iter().take(6).fold(0, |number, digit| number * 10 + u32::from(*digit));
    let usual = grouped || matches!(digits.len(), 15 | 16);
    let varied = digits.iter().skip(6).any(|digit| *digit != digits[6]);
    usual
        && varied
        && ISSUERS
            .iter()
            .any(|(from, to, lengths)| (*from..=*to).contains(&first) && lengths.contains(&digits.len()))
}

fn passes_luhn(digits: &[u8]) -> bool {
    let weighed = |(place, digit): (usize, &u8)| match (place % 2, u32::from(*digit) * 2) {
        (0, _) => u32::from(*digit),
        (_, double) => double / 10 + double % 10,
    };
    digits.iter().rev().enumerate().map(weighed).sum::<u32>().is_multiple_of(10)
}

/// A bare number of JSON or TOML gets quotes.
pub(super) fn form(text: &[u8], start: usize, end: usize) -> Form {
    let bare = text[start..end].iter().all(u8::is_ascii_digit);
    let blanks = text[..start].iter().rev().take(8).take_while(|byte| **byte == b' ').count();
    let separator = (start - blanks).checked_sub(1).map(|index| text[index]);
    let key = (start - blanks).checked_sub(2).map(|index| text[index]);
    let json = separator == Some(b':') && key == Some(b'"');
    let toml = separator == Some(b'=') && key == Some(b' ') && blanks > 0;
    if bare && (json || toml || in_list(text, start - blanks, end)) { Form::Number } else { Form::Usual }
}

/// An element of a list: `[4539…, 5425…]`.
fn in_list(text: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).map(|index| text[index]);
    let after = text[end..].iter().find(|byte| **byte != b' ');
    matches!((before, after), (Some(b'['), Some(b',' | b']')) | (Some(b','), Some(b']')))
}
