//! Places on Earth: behind a key, in pairs, in degrees, by ISO 6709 and in the sentences of GPS receivers.

use std::sync::LazyLock;

use super::around::{NEAR, found_as, is_marked, is_word, keep, pass, window};
use super::labelled::{Keys, Opening, key_length};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::kind::Kind;
use crate::site::{Form, More, Site, Verdict};

pub(super) const LABELLED: Detector = Detector::at_words(
    "coordinates-labelled",
    &[
        "lat=",
        "lat:",
        "lat ",
        "lat\"",
        "lat\\",
        "lat'",
        "lat>",
        "lat]",
        "lon=",
        "lon:",
        "lon ",
        "lon\"",
        "lon\\",
        "lon'",
        "lon>",
        "lon]",
        "lng=",
        "lng:",
        "lng ",
        "lng\"",
        "lng\\",
        "lng'",
        "lng>",
        "lng]",
        "long=",
        "long:",
        "long ",
        "long\"",
        "long\\",
        "long'",
        "long>",
        "long]",
        "latitude",
        "longitude",
        "gps_lat",
        "gps_lon",
        "gpslat",
        "gpslon",
        "gps lat",
        "gps lon",
        "geo_lat",
        "geo_lon",
        "geo.lat",
        "geo.lon",
        "geo lat",
        "geo lon",
    ],
    labelled,
);
pub(super) const PAIRS: Detector = Detector::at("coordinates", Classes::FRACTION, pair);
pub(super) const DEGREES: Detector =
    Detector::at("coordinates-degrees", Classes::DEGREE.or(Classes::FRACTION), degrees);
pub(super) const DEGREE: Detector = Detector::at_words(
    "coordinates-degree",
    &["0°", "1°", "2°", "3°", "4°", "5°", "6°", "7°", "8°", "9°"],
    degrees,
);
pub(super) const SIGNED: Detector = Detector::at("coordinates-signed", Classes::PLUS_DIGIT, signed);

const KEYS: &[&str] = &[
    "lat",
    "lon",
    "lng",
    "long",
    "latitude",
    "longitude",
    "gps latitude",
    "gps longitude",
    "geo lat",
    "geo lon",
];

static KEYS_BY_LETTER: LazyLock<Keys> = LazyLock::new(|| Keys::new(KEYS));

/// Digits behind the point from which on a place is meant and no city.
const PRECISE: usize = 4;

/// A decimal number.
#[derive(Clone, Copy)]
struct Decimal {
    start: usize,
    end: usize,
    whole: u32,
    places: usize,
}

impl Decimal {
    /// The number at `start`: sign, one to three digits, point, digits.
    fn read(text: &[u8], start: usize) -> Option<Self> {
        let sign = usize::from(matches!(text.get(start), Some(b'-' | b'+')));
        let digits = |from: usize| {
            text.get(from..)
                .map_or(0, |rest| rest.iter().take(20).take_while(|byte| byte.is_ascii_digit()).count())
        };
        let whole = digits(start + sign);
        let point = start + sign + whole;
        let places = digits(point + 1);
        if !(1..=3).contains(&whole) || text.get(point) != Some(&b'.') || !(1..=17).contains(&places) {
            return None;
        }
        let value =
            text[start + sign..point].iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
        Some(Self { start, end: point + 1 + places, whole: value, places })
    }

    /// The number that ends at `end`, if it begins a word.
    fn before(text: &[u8], end: usize) -> Option<Self> {
        let length = text[..end]
            .iter()
            .rev()
            .take(24)
            .take_while(|byte| byte.is_ascii_digit() || **byte == b'.')
            .count();
        let sign = (end - length).checked_sub(1).is_some_and(|index| matches!(text[index], b'-' | b'+'));
        Self::read(text, end - length - usize::from(sign)).filter(|decimal| decimal.end == end)
    }
}

/// `lat=59.3293`, `"latitude": 59.3293`
fn labelled(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(key) = key_length(site, &KEYS_BY_LETTER)? else { return pass(site) };
    let Some(opening) = Opening::read(site, site.at + key)? else { return pass(site) };
    if opening.separator.is_none() {
        return pass(site);
    }
    let text = window(site, opening.start, 32)?;
    let Some(number) =
        Decimal::read(text, opening.start).filter(|number| number.places >= 2 && number.whole <= 180)
    else {
        return pass(site);
    };
    let goes_on = match text.get(number.end) {
        Some(b'.') => text.get(number.end + 1).is_some_and(u8::is_ascii_digit),
        Some(next) => next.is_ascii_alphanumeric(),
        None => false,
    };
    if is_marked(text, number.end) || goes_on {
        return pass(site);
    }
    found_as(Kind::Coordinates, number.start, number.end, opening.form_of(&text[number.start..number.end]))
}

/// One number of `59.3293, 18.0686`: exactly two, a latitude and a longitude in one order or the other.
fn pair(site: &Site<'_>) -> Result<Verdict, More> {
    let text = window(site, site.at, NEAR)?;
    let places = text[site.at + 1..].iter().take(18).take_while(|byte| byte.is_ascii_digit()).count();
    if places < PRECISE {
        return pass(site);
    }
    let end = site.at + 1 + places;
    let Some(number) = Decimal::before(text, end).filter(|number| number.start >= site.floor) else {
        return pass(site);
    };
    let Some(other) = after(text, end).or_else(|| before(text, number.start)) else { return pass(site) };
    let (low, high) = (number.whole.min(other.whole), number.whole.max(other.whole));
    let (first, second) = if other.start > number.start { (number, other) } else { (other, number) };
    let longer = after(text, second.end).is_some() || before(text, first.start).is_some();
    // Short fractions in brackets are places on a screen.
    let brackets = text[..first.start].last() == Some(&b'(') && text.get(second.end) == Some(&b')');
    let longer = longer || (brackets && number.places.max(other.places) == PRECISE);
    let meant = high > 0 && low < 90 && high < 180 && other.places >= PRECISE && !longer;
    if !meant || !stands_alone(text, first.start, second.end) {
        return pass(site);
    }
    found_as(Kind::Coordinates, number.start, number.end, list_form(text, first.start, second.end))
}

/// The number behind `,` and at most one blank.
fn after(text: &[u8], end: usize) -> Option<Decimal> {
    let rest = text.get(end..)?.strip_prefix(b",")?;
    Decimal::read(text, end + 1 + usize::from(rest.first() == Some(&b' ')))
}

/// The number before `,` and at most one blank.
fn before(text: &[u8], start: usize) -> Option<Decimal> {
    let comma = text[..start].strip_suffix(b" ").unwrap_or(&text[..start]);
    let end = comma.strip_suffix(b",")?.len();
    Decimal::before(text, end)
}

fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    let joined = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%');
    let before = start.checked_sub(1).is_some_and(|index| joined(&text[index]) || text[index] == b'-');
    let after = text.get(end).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'%');
    !before && !after && !text[..start].ends_with(b"matrix(") && !text[..start].ends_with(b"translate(")
}

/// Both numbers of a list of JSON are put in quotes.
fn list_form(text: &[u8], start: usize, end: usize) -> Form {
    let opens = text[..start].trim_ascii_end().last() == Some(&b'[');
    let closes = text[end..].iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b']');
    if opens && closes { Form::Number } else { Form::Usual }
}

/// `59°19′45″N`, and the `5321.6802,N` of GPS receivers.
fn degrees(site: &Site<'_>) -> Result<Verdict, More> {
    let sign = site.at - usize::from(site.byte_before(site.at) == Some(0xC2));
    let at = sign - site.run_before(sign, 6, |byte| byte.is_ascii_digit());
    let text = window(site, at, NEAR)?;
    let rest = &text[at..];
    let whole = rest.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
    let length = match rest.get(whole) {
        Some(0xC2 | 0xB0) if (1..=3).contains(&whole) => degree_length(rest, whole),
        Some(b'.') if matches!(whole, 4 | 5) => sentence_length(rest, whole),
        _ => return pass(site),
    };
    let joined = at.checked_sub(1).is_some_and(|index| is_word(text[index]) || text[index] == b'.');
    let Some(length) = length.filter(|_| at >= site.floor && !joined) else { return pass(site) };
    if is_marked(text, at + length) {
        return keep(at + length + 1);
    }
    found_as(Kind::Coordinates, at, at + length, Form::Usual)
}

/// The length of `59°19′45.2″N`; minutes or a fraction, and the direction, must be there.
fn degree_length(text: &[u8], whole: usize) -> Option<usize> {
    let mut at = whole;
    let mut numbers = 1;
    loop {
        let sign = text.get(at..)?;
        let blank = |length: usize| length + usize::from(sign.get(length) == Some(&b' '));
        at += match sign {
            [0xC2, 0xB0, ..] => blank(2),
            // Latin-1.
            [0xB0, ..] => blank(1),
            [0xE2, 0x80, 0xB2 | 0xB3 | 0x99 | 0x9D, ..] => blank(3),
            [b'\\', rest @ ..] => {
                let slashes = 1 + rest.iter().take(3).take_while(|byte| **byte == b'\\').count();
                if sign.get(slashes) != Some(&b'"') {
                    return None;
                }
                blank(slashes + 1)
            }
            [b'\'' | b'"', ..] => blank(1),
            _ => return None,
        };
        let next = text.get(at..)?;
        if matches!(next.first(), Some(b'N' | b'S' | b'E' | b'W' | b'O'))
            && !next.get(1).is_some_and(u8::is_ascii_alphanumeric)
        {
            return (numbers > 1).then_some(at + 1);
        }
        let digits = next.iter().take(10).take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        if digits == 0 || numbers == 3 {
            return None;
        }
        numbers += 1;
        at += digits;
    }
}

/// The length of `5321.6802` before `,N` or `,E`.
fn sentence_length(text: &[u8], whole: usize) -> Option<usize> {
    let places = text.get(whole + 1..)?.iter().take(8).take_while(|byte| byte.is_ascii_digit()).count();
    let end = whole + 1 + places;
    let direction = text.get(end..end + 3)?;
    let fits = matches!((whole, direction), (4, [b',', b'N' | b'S', b',']) | (5, [b',', b'E' | b'W', b',']));
    (fits && places >= 2).then_some(end)
}

/// `+59.3293+018.0686/`
fn signed(site: &Site<'_>) -> Result<Verdict, More> {
    let start = site.at;
    let text = window(site, start, NEAR)?;
    let Some(latitude) = Decimal::read(text, start).filter(|number| number.places >= 2 && number.whole <= 90)
    else {
        return pass(site);
    };
    let Some(longitude) =
        Decimal::read(text, latitude.end).filter(|number| matches!(text[number.start], b'+' | b'-'))
    else {
        return pass(site);
    };
    let mut end = longitude.end;
    if let Some(height) = Decimal::read(text, end).filter(|number| matches!(text[number.start], b'+' | b'-'))
    {
        end = height.end;
    }
    let follows = text.get(end).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'.');
    let behind = start.checked_sub(1).is_some_and(|index| is_marked(text, index));
    let place = longitude.whole <= 180 && !follows && !behind && start >= site.floor;
    if place { found_as(Kind::Coordinates, start, end, Form::Usual) } else { pass(site) }
}
