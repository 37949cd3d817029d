//! Names and addresses of people in vCards and calendars: `FN:Jane Doe`, `N:Doe;Jane;;;`, `ADR;TYPE=HOME:…`,
//! `ATTENDEE;CN=Jane Doe:mailto:…`.

use super::around::{found, holds_pseudonym, line_start, pass, stands_at};
use crate::detector::Detector;
use crate::kind::Kind;
use crate::site::{More, Site, Verdict};

pub(super) const DETECTOR: Detector = Detector::at_words(
    "vcard",
    &["fn:", "fn;", "n:", "n;", "adr:", "adr;", "label;", "attendee;", "organizer;"],
    examine,
);

/// Longest value that is looked at.
const LONGEST: usize = 192;
/// Keys that begin a line, and what stands behind them.
const KEYS: &[(&[u8], Kind)] = &[
    (b"FN", Kind::Person),
    (b"N", Kind::Person),
    (b"ADR", Kind::Coordinates),
    (b"LABEL", Kind::Coordinates),
];

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    if line_start(site, site.at, 16) != Some(site.at) {
        return pass(site);
    }
    let text = site.ahead(site.at, LONGEST)?;
    let Some(end) =
        text.iter().position(|byte| matches!(byte, b'\r' | b'\n')).or(site.last.then_some(text.len()))
    else {
        return pass(site);
    };
    let line = &text[..end];
    if line.starts_with(b"ATTENDEE;") || line.starts_with(b"ORGANIZER;") {
        return participant(site, line);
    }
    let name = line.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let Some((_, kind)) = KEYS.iter().find(|(key, _)| *key == &line[..name]) else { return pass(site) };
    let Some(colon) = line.iter().position(|byte| *byte == b':') else { return pass(site) };
    let value = &line[colon + 1..];
    let parameters = &line[name..colon];
    let fits = parameters.is_empty() || parameters.starts_with(b";") && !parameters.contains(&b' ');
    // `N:` and `FN:` stand in other files too: there the value has no capital, or goes on like a sentence or number.
    let first = value.first().is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80 || *byte == b';');
    let parts = value.iter().filter(|byte| **byte == b';').count();
    let whole = if line.starts_with(b"FN") { is_full_name(value) } else { parts >= 2 };
    let letters = value.iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
    if !fits || !first || !whole || !letters || holds_pseudonym(value) {
        return pass(site);
    }
    let trailing = value.iter().rev().take_while(|byte| **byte == b';').count();
    let leading = value.iter().take_while(|byte| **byte == b';').count();
    let start = site.at + colon + 1;
    found(*kind, start + leading, start + value.len() - trailing)
}

fn is_full_name(value: &[u8]) -> bool {
    let words = value.split(|byte| *byte == b' ').count();
    let letters =
        value.iter().all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80 || b" .-'\\,".contains(byte));
    letters && (1..=6).contains(&words)
}

/// `;CN=Jane Doe` or `;CN="Jane Doe"` before the `:` of an address.
fn participant(site: &Site<'_>, line: &[u8]) -> Result<Verdict, More> {
    let Some(key) = memchr::memmem::find(line, b";CN=") else { return pass(site) };
    let quote = usize::from(line.get(key + 4) == Some(&b'"'));
    let start = key + 4 + quote;
    let value = &line[start..];
    let length = value.iter().take_while(|byte| !matches!(byte, b'"' | b':' | b';')).count();
    let value = &value[..length];
    let name = is_full_name(value) && !stands_at(value, 0, b"mailto") && !holds_pseudonym(value);
    if name && length > 0 {
        found(Kind::Person, site.at + start, site.at + start + length)
    } else {
        pass(site)
    }
}
