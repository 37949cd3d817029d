//! Values that follow their key without a separator.

use super::key_text::{KeyText, Quote};
use super::start::Start;
use super::value::{ends_line, judge, quoted};
use crate::mask::MASK;
use crate::site::{More, Site, Verdict};
use crate::skip::{Element, Skip, Text, Word};

/// Configuration directives that are a whole line and mean nothing else.
const DIRECTIVES: &[&str] = &[
    "requirepass",
    "masterauth",
    "bindpw",
    "rootbindpw",
    "rootpw",
    "rocommunity",
    "rwcommunity",
    "trapcommunity",
    "rocommunity6",
    "rwcommunity6",
    "wpa-psk",
    "wpa-passphrase",
    "auth_pass",
    "smtp_pass",
    "preshared-key",
];

/// Most white space before the value.
const MOST_SPACE: usize = 256;
/// Longest element whose closing tag is looked for.
const LONGEST_ELEMENT: usize = 1024;

pub(super) fn examine(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    let before = site.byte_before(key.start);
    if matches!(before, Some(b'<' | b':')) && !key.quoted {
        return element(site, key);
    }
    if key.quoted {
        return argument_list(site, key);
    }
    let space = site.run(key.end, MOST_SPACE, |byte| matches!(byte, b' ' | b'\t'))?;
    let start = key.end + space;
    let next = site.byte(start)?;
    if space == 0 || ends_line(next) {
        return Ok(None);
    }
    if key.hyphens > 0 && starts_option(site, key) {
        return if next == Some(b'-') { Ok(None) } else { separate_value(site, key, start) };
    }
    if is_netrc(site, key) {
        return separate_value(site, key, start);
    }
    directive(site, key, start)
}

/// `--password x`, `--password "x y"`.
fn separate_value(site: &Site<'_>, key: &KeyText, start: usize) -> Result<Option<Verdict>, More> {
    match Quote::at(site, start)? {
        Some(quote) if quote.byte == b'"' && quote.nesting() == 0 && site.in_quotes => Ok(None),
        Some(quote) => quoted(site, key, start, quote),
        None => judge(site, key, start, Skip::Word(Word::new(site.in_quotes)), MASK.as_bytes().to_vec()),
    }
}

fn starts_option(site: &Site<'_>, key: &KeyText) -> bool {
    let before = site.byte_before(key.start - key.hyphens);
    key.hyphens <= 2
        && before
            .is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0 | b'"' | b'\'' | b'`' | b'['))
}

/// `["--password", "x"]`
fn argument_list(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    let Some(key_quote) = key.quote.filter(|_| key.hyphens > 0) else { return Ok(None) };
    if site.byte(key.closed_end)? != Some(b',') {
        return Ok(None);
    }
    let after = key.closed_end + 1;
    let space = site.run(after, MOST_SPACE, |byte| byte.is_ascii_whitespace())?;
    match Quote::at(site, after + space)? {
        Some(quote) if quote == key_quote => quoted(site, key, after + space, quote),
        _ => Ok(None),
    }
}

/// `requirepass x`
fn directive(site: &Site<'_>, key: &KeyText, start: usize) -> Result<Option<Verdict>, More> {
    let name = key.bytes(site);
    if !DIRECTIVES.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name)) {
        return Ok(None);
    }
    let skip = match Start::of(site, key) {
        Start::Line { .. } => Skip::Line,
        Start::EscapedLine { nesting } => Skip::Text(Text::new(b'"', nesting, true, site.in_quotes)),
        Start::Text(_) | Start::Running => return Ok(None),
    };
    judge(site, key, start, skip, MASK.as_bytes().to_vec())
}

/// `machine host login me password x`, the format of `.netrc`, on one line or several.
fn is_netrc(site: &Site<'_>, key: &KeyText) -> bool {
    if key.bytes(site) != b"password" {
        return false;
    }
    let from = key.start.saturating_sub(256);
    let words: Vec<&[u8]> = site.text[from..key.start]
        .rsplit(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
        .take(4)
        .collect();
    match words.as_slice() {
        [_, b"login", b"default", ..] => true,
        [_, b"login", _, machine, ..] => *machine == b"machine",
        _ => false,
    }
}

/// `<password>x</password>`
fn element(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    let prefix =
        site.run_before(key.start, 64, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_'));
    if site.byte_before(key.start - prefix) != Some(b'<') {
        return Ok(None);
    }
    let attributes = site.run(key.end, LONGEST_ELEMENT, |byte| !matches!(byte, b'<' | b'>' | b'\n' | 0))?;
    let tag_end = key.end + attributes;
    if site.byte(tag_end)? != Some(b'>') || site.byte_before(tag_end) == Some(b'/') {
        return Ok(None);
    }
    let mut start = tag_end + 1;
    let space = site.run(start, MOST_SPACE, |byte| byte.is_ascii_whitespace())?;
    if space > 0 && !closes_element(site, key, prefix, start)? {
        return Ok(None);
    }
    start += space;
    let cdata = site.starts_with(start, b"<![CDATA[")?;
    if cdata {
        start += b"<![CDATA[".len();
    }
    let skip = Skip::Element(Element::new(site.in_quotes, cdata));
    judge(site, key, start, skip, MASK.as_bytes().to_vec())
}

/// True when the element's closing tag follows: `<password> [options]` in a usage message has none.
fn closes_element(site: &Site<'_>, key: &KeyText, prefix: usize, from: usize) -> Result<bool, More> {
    let length = site.run(from, LONGEST_ELEMENT, |byte| !matches!(byte, b'<' | 0))?;
    let name = &site.text[key.start - prefix..key.end];
    Ok(site.starts_with(from + length, b"</")? && site.starts_with(from + length + 2, name)?)
}
