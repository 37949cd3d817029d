//! Telephone numbers with an area code of two digits: `08-123 456 78` as in Sweden, `06 12 34 56 78` as in France.

use super::{Layout, Number, begins, number};
use crate::identifiers::around::{found_as, is_word, keep, pass};
use crate::identifiers::card::form;
use crate::kind::Kind;
use crate::site::{More, Site, Verdict};

/// Asked at the first digit.
pub(super) fn in_pairs(site: &Site<'_>, text: &[u8]) -> Result<Verdict, More> {
    let at = site.at;
    let national = text[at] == b'0' && matches!(text[at + 1], b'1'..=b'9');
    if !national || at < site.floor || !begins(text, at) {
        return pass(site);
    }
    match number(text, at, is_paired) {
        Number::Done(end) => keep(end),
        Number::Fits(layout) if text[at + 2] == b'-' || !is_among_pairs(site, text, at + layout.length) => {
            found_as(Kind::Phone, at, at + layout.length, form(text, at, at + layout.length))
        }
        _ => pass(site),
    }
}

fn is_paired(shape: &[u8], layout: &Layout) -> bool {
    let groups = || shape[3..].split(|byte| *byte == b' ');
    let digits = |group: &[u8]| group.iter().all(u8::is_ascii_digit);
    if shape.get(2) == Some(&b'-') {
        let lengths = groups().all(|group| digits(group) && (2..=3).contains(&group.len()));
        return lengths && groups().count() > 1 && (8..=10).contains(&layout.digits);
    }
    let pairs = shape.len() == 14 && groups().all(|group| digits(group) && group.len() == 2);
    // `01 02 03 04 05` is a list.
    let value = |group: &[u8]| {
        group.iter().fold(0_u8, |value, digit| value.wrapping_mul(10).wrapping_add(digit - b'0'))
    };
    let counted = || shape.chunks(3).map(|pair| value(pair.get(..2).unwrap_or_default()));
    pairs && !counted().zip(counted().skip(1)).all(|(one, next)| next == one.wrapping_add(1))
}

/// `031-16 10 00`, `0708-12 34 56`: behind the hyphen groups of two or three digits.
pub(super) fn is_behind_dash(shape: &[u8]) -> bool {
    let area = shape.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let Some((b'-', rest)) = shape[area..].split_first() else { return false };
    let fits = |group: &[u8]| (2..=3).contains(&group.len()) && group.iter().all(u8::is_ascii_digit);
    rest.split(|byte| *byte == b' ').count() == 3 && rest.split(|byte| *byte == b' ').all(fits)
}

/// True when more pairs of hexadecimal digits stand before or behind: a dump. What is settled has become something else.
fn is_among_pairs(site: &Site<'_>, text: &[u8], end: usize) -> bool {
    let pair = |digits: &[u8]| digits.iter().filter(|byte| byte.is_ascii_hexdigit()).count() == 2;
    let start = site.at;
    let behind = matches!(text.get(end..end + 3), Some([b' ', digits @ ..]) if pair(digits))
        && !text.get(end + 3).is_some_and(|byte| is_word(*byte));
    let from = start.saturating_sub(3);
    let before = from + 3 == start
        && from >= site.floor
        && matches!(&text[from..start], [digits @ .., b' '] if pair(digits))
        && !site.byte_before(from).is_some_and(is_word);
    before || behind
}
