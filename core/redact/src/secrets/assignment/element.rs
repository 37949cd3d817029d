//! Elements of XML: `<password>x</password>`.

use super::key_text::KeyText;
use super::value::{Mask, judge};
use crate::mark;
use crate::site::{More, Site, Verdict};
use crate::skip::{Element, Skip};

/// Most white space before the value.
const MOST_SPACE: usize = 256;
/// Elements that hold the value of the element around them.
const INNER: &[&[u8]] = &[b"<Value>", b"<value>", b"<key>", b"<string>"];
/// Longest element whose closing tag is looked for.
const LONGEST_ELEMENT: usize = 1024;

/// `<password>x</password>`
pub(super) fn examine(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    let prefix =
        site.run_before(key.start, 64, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_'));
    if site.byte_before(key.start - prefix) != Some(b'<') {
        return Ok(None);
    }
    // `make_unique<Password>` is a type, and so it is when something before it has been removed.
    if site
        .byte_before(key.start - prefix - 1)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b']'))
    {
        return Ok(None);
    }
    let attributes = site.run(key.end, LONGEST_ELEMENT, |byte| !matches!(byte, b'<' | b'>' | b'\n' | 0))?;
    let tag_end = key.end + attributes;
    if site.byte(tag_end)? != Some(b'>') || site.byte_before(tag_end) == Some(b'/') {
        return Ok(None);
    }
    content(site, key, tag_end + 1, &site.text[key.start - prefix..key.end])
}

/// `</key><string>x</string>` and `</name><value>x</value>` behind the name of a secret.
pub(super) fn after_named(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    if !site.starts_with(key.end, b"</")? {
        return Ok(None);
    }
    let closing = site.run(key.end + 2, 32, |byte| byte.is_ascii_alphanumeric() || byte == b':')?;
    let open = key.end + 2 + closing + 1;
    let start = open + site.run(open, MOST_SPACE, |byte| byte.is_ascii_whitespace())?;
    let named = [&b"name"[..], b"key", b"Name", b"Key"].contains(&&site.text[key.end + 2..open - 1]);
    if !named || site.byte(open - 1)? != Some(b'>') || site.byte(start)? != Some(b'<') {
        return Ok(None);
    }
    let tag = site.run(start + 1, 32, |byte| byte.is_ascii_alphanumeric())?;
    let name = &site.text[start + 1..start + 1 + tag];
    if !matches!(name, b"value" | b"string" | b"Value" | b"data") {
        return Ok(None);
    }
    let attributes =
        site.run(start + 1 + tag, MOST_SPACE, |byte| !matches!(byte, b'<' | b'>' | b'\n' | 0))?;
    let tag_end = start + 1 + tag + attributes;
    if site.byte(tag_end)? != Some(b'>') || site.byte_before(tag_end) == Some(b'/') {
        return Ok(None);
    }
    content(site, key, tag_end + 1, name)
}

/// The text of the element `name`, from `start` on.
pub(super) fn content(
    site: &Site<'_>,
    key: &KeyText,
    mut start: usize,
    name: &[u8],
) -> Result<Option<Verdict>, More> {
    let space = site.run(start, MOST_SPACE, |byte| byte.is_ascii_whitespace())?;
    if space > 0 && !closes_element(site, name, start)? {
        return Ok(None);
    }
    start += space;
    if name.ends_with(b"user-pass") {
        return user_and_password(site, key, start);
    }
    // `<Password><Value>x</Value>`
    for inner in INNER {
        if site.starts_with(start, inner)? {
            start += inner.len();
        }
    }
    let cdata = site.starts_with(start, b"<![CDATA[")?;
    if cdata {
        start += b"<![CDATA[".len();
    }
    let skip = Skip::Element(Element::new(site.in_quotes, cdata));
    judge(site, key, start, skip, Mask::Plain)
}

/// `<auth-user-pass>` of OpenVPN: the user on a line and the password on the next.
fn user_and_password(site: &Site<'_>, key: &KeyText, start: usize) -> Result<Option<Verdict>, More> {
    let length = site.run(start, LONGEST_ELEMENT, |byte| !matches!(byte, b'<' | 0))?;
    let text = site.text[start..start + length].trim_ascii_end();
    if mark::is_in(text) || !text.contains(&b'\n') {
        return Ok(None);
    }
    let removed = mark::removed(key.secret.id);
    let mask = format!("{removed}\n{removed}").into_bytes();
    Ok(Some(Verdict::Remove { id: key.secret.id, start, mask, skip: Skip::Exactly(text.len()) }))
}

/// True when the element's closing tag follows: `<password> [options]` in a usage message has none.
fn closes_element(site: &Site<'_>, name: &[u8], from: usize) -> Result<bool, More> {
    let length = site.run(from, LONGEST_ELEMENT, |byte| !matches!(byte, b'<' | 0))?;
    Ok(site.starts_with(from + length, b"</")? && site.starts_with(from + length + 2, name)?)
}
