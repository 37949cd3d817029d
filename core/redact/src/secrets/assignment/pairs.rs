//! Names and values that are a pair: `<add key="Password" value="x"/>`, `{"name": "PASSWORD", "value": "x"}`,
//! `- name: DB_PASSWORD` and `value: x` on the next line, in either order.

use super::element;
use super::key_text::KeyText;
use super::{Separator, after_key, value};
use crate::key::Strength;
use crate::site::{More, Site, Verdict};

/// Keys that introduce a name.
const NAMES: &[&[u8]] =
    &[b"name", b"key", b"variable", b"property", b"field", b"param", b"option", b"setting", b"id"];
/// Keys that introduce the value.
const VALUES: &[&[u8]] = &[b"value", b"val", b"content", b"defaultvalue", b"default_value", b"default"];

/// How far the value may be from its name, either way.
const LONGEST_DISTANCE: usize = 200;
/// Most line breaks in between.
const MOST_LINES: usize = 3;

/// The value that belongs to the name at `key`.
pub(super) fn examine(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    if key.secret.strength == Strength::Weak {
        return Ok(None);
    }
    if site.byte_before(key.start) == Some(b'>') {
        return element::after_named(site, key);
    }
    let declared = key.quoted && site.text[..key.start].ends_with(b"variable \"");
    if !declared && !is_name(site, key) {
        return Ok(None);
    }
    let site = &outside(site, key);
    if declared {
        // `variable "db_password" {` and its default.
        return match value_after(site, &KeyText { closed_end: key.closed_end + 2, ..*key })? {
            Some(at) if site.starts_with(key.closed_end, b" {")? => examine_value(site, key, at),
            _ => Ok(None),
        };
    }
    if key.quoted && site.byte(key.closed_end)? == Some(b'>') {
        return element::content(site, key, key.closed_end + 1, b"entry");
    }
    match value_after(site, key)? {
        Some(at) => examine_value(site, key, at),
        None => Ok(None),
    }
}

/// The site with the quotes as they are outside the name.
fn outside<'a>(site: &Site<'a>, key: &KeyText) -> Site<'a> {
    let in_quotes = site.in_quotes && (!key.quoted || key.quote_nests());
    Site { in_quotes, ..*site }
}

/// True when `name:`, `key=` or the like stands before the name.
fn is_name(site: &Site<'_>, key: &KeyText) -> bool {
    let mut end = key.start - key.quote.map_or(0, super::key_text::Quote::length);
    end -= site.run_before(end, 16, |byte| matches!(byte, b' ' | b'\t'));
    if !matches!(site.byte_before(end), Some(b':' | b'=')) {
        return false;
    }
    end -= 1;
    end -= site.run_before(end, 16, |byte| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'\\'));
    let length = site.run_before(end, 16, |byte| byte.is_ascii_alphabetic());
    let word = &site.text[end - length..end];
    NAMES.iter().any(|name| name.eq_ignore_ascii_case(word))
}

fn examine_value(site: &Site<'_>, name: &KeyText, at: usize) -> Result<Option<Verdict>, More> {
    let Ok(mut key) = KeyText::around(&Site { at, end: at + 1, ..*site })? else { return Ok(None) };
    key.secret = name.secret;
    match Separator::at(site, after_key(site, &key)?)? {
        Some(separator) => Ok(match value::after_separator(site, &key, &separator)? {
            Some(Verdict::Remove { start, .. }) if start < site.floor => None,
            Some(Verdict::Pass { resume }) if resume <= site.at => None,
            found => found,
        }),
        None => Ok(None),
    }
}

/// The index of the key of a value behind the name.
fn value_after(site: &Site<'_>, key: &KeyText) -> Result<Option<usize>, More> {
    let mut lines = 0;
    let mut index = key.closed_end;
    while index < key.closed_end + LONGEST_DISTANCE {
        match site.byte(index)? {
            None | Some(0 | b'{' | b'}' | b'<' | b'>') => return Ok(None),
            Some(b'\n') => {
                lines += 1;
                let blanks = site.run(index + 1, 64, |byte| byte == b' ')?;
                if lines > MOST_LINES || site.byte(index + 1 + blanks)? == Some(b'-') {
                    return Ok(None);
                }
            }
            Some(byte) if byte.is_ascii_alphabetic() => {
                let length = site.run(index, 32, |byte| byte.is_ascii_alphanumeric() || byte == b'_')?;
                if introduces_value(site, index, length)? {
                    return Ok(Some(index));
                }
                index += length;
                continue;
            }
            _ => {}
        }
        index += 1;
    }
    Ok(None)
}

/// The detector of values that stand before their name, on the same line or the one before. It is asked at `value`.
pub(in crate::secrets) fn value_before_name(site: &Site<'_>) -> Result<Verdict, More> {
    let pass = Verdict::Pass { resume: site.at + 1 };
    let length = site.run(site.at, 6, |byte| byte.is_ascii_alphanumeric())?;
    if length != 5 || !introduces_value(site, site.at, length)? {
        return Ok(pass);
    }
    let Some(name) = name_behind(site, site.at + length)? else { return Ok(pass) };
    let Ok(mut name) = KeyText::around(&Site { at: name, end: name + 1, ..*site })? else { return Ok(pass) };
    match name.classify(site) {
        Some(secret) if secret.strength == Strength::Strong => name.secret = secret,
        _ => return Ok(pass),
    }
    if Separator::at(site, after_key(site, &name)?)?.is_some() {
        return Ok(pass);
    }
    Ok(examine_value(site, &name, site.at)?.unwrap_or(pass))
}

/// The first letter of the name that stands behind the value, on its line or the next: `name: DB_PASSWORD`.
fn name_behind(site: &Site<'_>, from: usize) -> Result<Option<usize>, More> {
    let gap = |byte: u8| matches!(byte, b' ' | b'\t' | b'"' | b'\'');
    let mut lines = 0;
    let mut index = from;
    while index < from + LONGEST_DISTANCE {
        match site.byte(index)? {
            None | Some(0 | b'{' | b'}' | b'<' | b'>') => return Ok(None),
            Some(b'\n') if lines == 1 => return Ok(None),
            Some(b'\n') => lines = 1,
            Some(byte) if byte.is_ascii_alphanumeric() => {
                let length = site.run(index, 64, |byte| byte.is_ascii_alphanumeric() || byte == b'_')?;
                let word = &site.text[index..index + length];
                let separator = index + length + site.run(index + length, 4, gap)?;
                let is_name = NAMES.iter().any(|name| name.eq_ignore_ascii_case(word));
                if is_name && matches!(site.byte(separator)?, Some(b':' | b'=')) {
                    return Ok(Some(separator + 1 + site.run(separator + 1, 8, gap)?));
                }
                index += length;
                continue;
            }
            _ => {}
        }
        index += 1;
    }
    Ok(None)
}

/// True for `value` with a separator after it.
fn introduces_value(site: &Site<'_>, index: usize, length: usize) -> Result<bool, More> {
    let word = &site.text[index..index + length];
    if !VALUES.iter().any(|known| known.eq_ignore_ascii_case(word)) {
        return Ok(false);
    }
    let gap = site.run(index + length, 8, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b' '))?;
    Ok(matches!(site.byte(index + length + gap)?, Some(b':' | b'=')))
}
