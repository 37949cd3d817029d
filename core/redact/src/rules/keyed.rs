//! Values that belong to a service's key: `ADAFRUIT_IO_KEY = "…"`, `"adafruit": {"key": "…"}`.

use super::CompiledRule;
use super::compiled::LONGEST_MATCH;
use crate::site::{More, Site};

/// Bytes between the key's word and the separator: the rest of the key.
const LONGEST_KEY: usize = 40;
/// Bytes between the separator and the value: blanks and quotes.
const LONGEST_GAP: usize = 8;

/// The value that is assigned behind the word at the anchor, if the rule's pattern matches it wholly: its first byte
/// and the index after its last.
pub(super) fn examine(rule: &CompiledRule, site: &Site<'_>) -> Result<Option<(usize, usize)>, More> {
    let start = site.at;
    let Some(word) = word_of(rule, site)? else { return Ok(None) };
    let mut index = start + word;
    let key_end = index + LONGEST_KEY;
    loop {
        match site.byte(index)? {
            Some(b'=' | b':' | b'>' | b',' | b'|') => break,
            Some(byte) if index < key_end && is_key(byte) => index += 1,
            _ => return Ok(None),
        }
    }
    let value = index + 1 + site.run(index + 1, LONGEST_GAP, is_gap)?;
    let length = site.run(value, LONGEST_MATCH, is_value)?;
    let text = &site.text[value..value + length];
    Ok(rule.matches_whole(text).then_some((value, value + length)))
}

/// The length of the rule's word that stands at the anchor.
fn word_of(rule: &CompiledRule, site: &Site<'_>) -> Result<Option<usize>, More> {
    for word in &rule.rule.key {
        let text = site.ahead(site.at, word.len())?;
        if text.eq_ignore_ascii_case(word.as_bytes()) {
            return Ok(Some(word.len()));
        }
    }
    Ok(None)
}

fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'-' | b'.' | b' ' | b'"' | b'\'' | b'\\' | b']' | b'\t')
}

fn is_gap(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'`' | b'\\' | b'=' | b'>')
}

fn is_value(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b',' | b';' | b'\\' | b'}' | b']' | b')')
}
