//! Telephone numbers: international ones, those of North America by their groups, local ones by groups or key.

mod pairs;

use std::sync::LazyLock;

use super::around::{NEAR, found_as, in_columns, is_done, is_marked, is_one_of, is_word, keep, pass, window};
use super::card::form;
use super::labelled::{Keys, Opening, key_length};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::kind::Kind;
use crate::site::{More, Site, Verdict};

pub(super) const INTERNATIONAL: Detector = Detector::at("phone", Classes::PLUS_DIGIT, international);
pub(super) const LOCAL: Detector = Detector::at("phone-local", Classes::PHONE, local);
pub(super) const LABELLED: Detector = Detector::at_words(
    "phone-labelled",
    &[
        "tel=",
        "tel:",
        "tel ",
        "tel\"",
        "tel\\",
        "tel'",
        "tel>",
        "tel]",
        "tel.",
        "telephone",
        "telefon",
        "telefax",
        "telnr",
        "phone=",
        "phone:",
        "phone ",
        "phone\"",
        "phone\\",
        "phone'",
        "phone>",
        "phone]",
        "phone_",
        "phonen",
        "phone-",
        "mobile=",
        "mobile:",
        "mobile ",
        "mobile\"",
        "mobile\\",
        "mobile'",
        "mobile>",
        "mobile]",
        "mobile_",
        "mobilen",
        "mobile-",
        "mobil=",
        "mobil:",
        "mobil ",
        "mobil\"",
        "mobil\\",
        "mobil'",
        "mobil>",
        "mobil]",
        "mobilnummer",
        "fax=",
        "fax:",
        "fax ",
        "fax\"",
        "fax\\",
        "fax'",
        "fax>",
        "fax]",
        "fax_n",
        "faxn",
        "cell=",
        "cell:",
        "cell ",
        "cell\"",
        "cell\\",
        "cell'",
        "cell>",
        "cell]",
        "cellph",
        "cell_p",
        "call ",
        "call:",
        "ring ",
        "ring:",
        "msisdn",
        "handy:",
        "handy ",
        "handy=",
        "facsimile",
        "dial ",
    ],
    labelled,
);

const KEYS: &[&str] = &[
    "tel",
    "tel.",
    "telephone",
    "telephone number",
    "telefon",
    "phone",
    "phone number",
    "phone no",
    "mobile",
    "mobile phone",
    "mobile number",
    "mobil",
    "mobilnummer",
    "telefonnummer",
    "fax",
    "fax number",
    "telefax",
    "cell",
    "cell phone",
    "cellphone",
    "call",
    "ring",
    "msisdn",
    "handy",
    "facsimile telephone number",
    "dial",
    "tel nr",
    "telefono",
];

static KEYS_BY_LETTER: LazyLock<Keys> = LazyLock::new(|| Keys::new(KEYS));
/// Keys that are words of sentences too: the number behind must look like one by itself.
const SENTENCE: &[&str] = &["call", "ring", "cell", "dial", "mobile", "mobil", "handy"];

/// Longest number with its separators.
const LONGEST: usize = 40;

/// A number as it is written.
#[derive(Clone, Copy, Default)]
struct Layout {
    length: usize,
    digits: usize,
    groups: usize,
}

/// Most groups of digits.
const MOST_GROUPS: usize = 8;

/// The beginnings of `text` that end a group of digits, the shortest first. Single separators stand between groups, and
/// one group may be in brackets.
fn layouts(text: &[u8]) -> ([Layout; MOST_GROUPS], usize) {
    let mut all = [Layout::default(); MOST_GROUPS];
    let mut count = 0;
    let (mut in_group, mut gap, mut digits) = (false, 0, 0);
    for (index, byte) in text.iter().take(LONGEST).enumerate() {
        match byte {
            b'0'..=b'9' => {
                if !in_group && count == MOST_GROUPS {
                    break;
                }
                count += usize::from(!in_group);
                digits += 1;
                all[count - 1] = Layout { length: index + 1, digits, groups: count };
                (in_group, gap) = (true, 0);
            }
            b'+' if index == 0 => {}
            b'(' if digits > 4 => break,
            b')' if digits > 5 && !text[..index].contains(&b'(') => break,
            b' ' | b'-' | b'.' | b'/' | b'(' | b')' if gap < 2 && !(gap == 1 && text[index - 1] == *byte) => {
                gap += 1;
                in_group = false;
            }
            _ => break,
        }
    }
    (all, count)
}

/// What stands at `start`.
enum Number {
    /// A pseudonym that ends there.
    Done(usize),
    /// A number of that length.
    Fits(Layout),
    Nothing,
}

/// The longest of the numbers at `start` that `fits` and is not part of something longer.
fn number(text: &[u8], start: usize, fits: impl Fn(&[u8], &Layout) -> bool) -> Number {
    let (all, count) = layouts(&text[start.min(text.len())..]);
    let all = &all[..count];
    if let Some(done) = all.iter().find(|layout| is_marked(text, start + layout.length)) {
        return Number::Done(start + done.length + 1);
    }
    let found = all.iter().rev().find(|layout| {
        let end = start + layout.length;
        ends(text, end) && fits(&text[start..end], layout)
    });
    found.map_or(Number::Nothing, |layout| Number::Fits(*layout))
}

/// True when nothing follows at `end` that the number would be part of.
fn ends(text: &[u8], end: usize) -> bool {
    match text.get(end) {
        Some(b'.' | b'-' | b':') => !text.get(end + 1).is_some_and(u8::is_ascii_digit),
        Some(b'/' | b'%' | b'_' | b'=' | b'*') => false,
        Some(byte) => !byte.is_ascii_alphanumeric(),
        None => true,
    }
}

/// `+46 70 123 45 67`
fn international(site: &Site<'_>) -> Result<Verdict, More> {
    if !matches!(site.byte(site.at + 1)?, Some(b'1'..=b'9')) || site.at < site.floor {
        return pass(site);
    }
    let text = window(site, site.at, NEAR)?;
    let start = if site.byte_before(site.at) == Some(b'(')
        && text[site.at..].iter().take(6).any(|byte| *byte == b')')
    {
        (site.at - 1).max(site.floor)
    } else {
        site.at
    };
    let behind_mark = start.checked_sub(1).is_some_and(|index| is_marked(text, index));
    match number(text, site.at, is_international) {
        Number::Done(end) => keep(end),
        Number::Fits(layout) if !behind_mark => {
            let end = site.at + layout.length;
            found_as(Kind::Phone, start, end, form(text, start, end))
        }
        _ => pass(site),
    }
}

/// A country's calling code and as many digits as its numbers have.
fn is_international(shape: &[u8], layout: &Layout) -> bool {
    let fits = match shape.iter().find(|byte| byte.is_ascii_digit()) {
        Some(b'1' | b'7') => layout.digits == 11,
        _ => (9..=15).contains(&layout.digits) || (layout.digits == 8 && layout.groups > 2),
    };
    let points = shape.iter().filter(|byte| **byte == b'.').count();
    let fraction = points == 1 && !shape.iter().any(|byte| matches!(byte, b' ' | b'-' | b'('));
    fits && !fraction
}

/// `415-555-0100`, `(030) 123456`, `0046 70 123 45 67`
fn local(site: &Site<'_>) -> Result<Verdict, More> {
    let at = site.at;
    let text = window(site, at, NEAR)?;
    let first = text[at..].iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
    if first == 2 {
        return pairs::in_pairs(site, text);
    }
    if !(3..=5).contains(&first) || !matches!(text.get(at + first), Some(b' ' | b'-' | b'/' | b')')) {
        return pass(site);
    }
    let bracket = text.get(at + first) == Some(&b')') && site.byte_before(at) == Some(b'(');
    // Without brackets local numbers begin with a zero, or are American with hyphens.
    let american = first == 3 && text.get(at + 3) == Some(&b'-') && text[at] >= b'2';
    if !bracket && text[at] != b'0' && !american {
        return pass(site);
    }
    let (layout, american) = match number(text, at, |shape, layout| is_local(shape, layout, bracket)) {
        Number::Done(end) => return keep(end),
        Number::Fits(layout) => (layout, is_american(&text[at..at + layout.length], bracket)),
        Number::Nothing => return pass(site),
    };
    let mut start = at - usize::from(bracket);
    let long_distance = text[..start].ends_with(b"1-") || text[..start].ends_with(b"1 ");
    if american && !bracket && long_distance && start >= site.floor + 2 && begins(text, start - 2) {
        start -= 2;
    }
    let end = at + layout.length;
    if start < site.floor || !begins(text, start) || in_columns(text, start, end) {
        return pass(site);
    }
    found_as(Kind::Phone, start, end, form(text, start, end))
}

fn is_local(shape: &[u8], layout: &Layout, bracket: bool) -> bool {
    is_american(shape, bracket) || is_trunk(shape, layout, bracket)
}

fn begins(text: &[u8], start: usize) -> bool {
    match start.checked_sub(1).map(|index| text[index]) {
        Some(b'-' | b'.' | b'/' | b'_' | b'+' | b'#' | b'$' | b'=') => {
            text[start - 1] == b'='
                || !start.checked_sub(2).is_some_and(|index| is_word(text[index]) || text[index] == b'~')
                    && text[start - 1] == b'/'
        }
        Some(byte) => !is_word(byte) && byte != b'~',
        None => true,
    }
}

/// Three, three and four digits; neither area nor exchange begins with 0 or 1.
fn is_american(shape: &[u8], bracket: bool) -> bool {
    let rest = match (bracket, shape) {
        (true, [_, _, _, b')', b' ', rest @ ..] | [_, _, _, b')', rest @ ..]) => rest,
        (false, [_, _, _, b'-', rest @ ..]) => rest,
        _ => return false,
    };
    let [exchange @ .., dash, a, b, c, d] = rest else { return false };
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    matches!(dash, b'-' | b' ')
        && exchange.len() == 3
        && digits(exchange)
        && digits(&[*a, *b, *c, *d])
        && matches!(exchange[0], b'2'..=b'9')
        && matches!(shape[0], b'2'..=b'9')
}

/// A trunk or international prefix and groups of digits: `0171 1234567`, `(030) 123456`, `0046 70 123 45 67`.
fn is_trunk(shape: &[u8], layout: &Layout, bracket: bool) -> bool {
    let international = shape.starts_with(b"00") && matches!(shape.get(2), Some(b'1'..=b'9'));
    let national = matches!(shape, [b'0', b'1'..=b'9', ..]);
    let second =
        shape.iter().skip_while(|byte| byte.is_ascii_digit()).skip_while(|byte| !byte.is_ascii_digit());
    let second = second.take_while(|byte| byte.is_ascii_digit()).count();
    let dots = shape.contains(&b'.');
    // `0100 0200 0300` is a list.
    let parts = || shape.split(|byte| !byte.is_ascii_digit()).filter(|part| !part.is_empty());
    let list = layout.groups > 1 && parts().all(|part| part[0] == b'0' && part.len() == 4);
    if list {
        return false;
    }
    let fits = if pairs::is_behind_dash(shape) {
        (9..=10).contains(&layout.digits)
    } else if bracket {
        (8..=12).contains(&layout.digits)
    } else {
        (9..=12).contains(&layout.digits) && second >= 3 && layout.groups <= 3
    };
    !dots && (national && fits || international && (10..=15).contains(&layout.digits) && layout.groups > 2)
}

/// `Phone: 030 123456`, `mobile=01711234567`
fn labelled(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(key) = key_length(site, &KEYS_BY_LETTER)? else { return pass(site) };
    let Some(opening) = Opening::read(site, site.at + key)? else { return pass(site) };
    let start = opening.start;
    let text = window(site, start, NEAR)?;
    if is_done(text, start) {
        return pass(site);
    }
    let open = usize::from(text.get(start) == Some(&b'('));
    let word = &site.text[site.at..site.at + key];
    let sentence = opening.separator.is_none() && is_one_of(word, SENTENCE);
    match number(text, start + open, |shape, layout| is_labelled(shape, layout, open > 0, sentence)) {
        Number::Fits(layout) => {
            let end = start + open + layout.length;
            found_as(Kind::Phone, start, end, opening.form_of(&text[start..end]))
        }
        _ => pass(site),
    }
}

/// Anything of the right length but dates and addresses; in a sentence only what looks like a number by itself.
fn is_labelled(shape: &[u8], layout: &Layout, bracket: bool, sentence: bool) -> bool {
    let alone = matches!(shape[0], b'+' | b'0') || (layout.groups > 1 && layout.digits > 8);
    let balanced = (bracket || shape.contains(&b'(')) == shape.contains(&b')');
    let year = shape.starts_with(b"20") && matches!(shape.get(4), Some(b'-' | b'.' | b'/'));
    let points = shape.iter().filter(|byte| **byte == b'.').count();
    let quad = points == 3 && !shape.contains(&b' ');
    let date = year && layout.digits == 8;
    (alone || !sentence) && balanced && !date && !quad && (6..=15).contains(&layout.digits)
}
