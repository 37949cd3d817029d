//! Lists of plain values: `"passwords": ["x", "y"]`.

use super::key_text::{KeyText, Quote};
use super::value::{Mask, follows_value};
use crate::key::Strength;
use crate::site::{More, Site, Verdict};
use crate::skip::{Skip, nesting};

/// Longest list that is removed as a whole.
const LONGEST: usize = 4096;

/// Replaces a list of plain values by one string. A list of objects stays: the objects' own keys decide.
pub(super) fn examine(site: &Site<'_>, key: &KeyText, start: usize) -> Result<Option<Verdict>, More> {
    let first = start + 1 + site.run(start + 1, 64, |byte| byte.is_ascii_whitespace())?;
    // A key without quotes: the list's own are what a string is written with.
    let own = if key.quote.is_some() { key.quote } else { Quote::at(site, first)? };
    let Some(quote) = own.filter(|_| key.secret.strength == Strength::Strong) else { return Ok(None) };
    let Some(end) = list_end(site, start + 1, quote)? else { return Ok(None) };
    let is_empty = site.text[start + 1..end - 1].trim_ascii().is_empty();
    if is_empty || !follows_value(site.byte(end)?) {
        return Ok(None);
    }
    let mask = Mask::As(quote).text(key.secret.id);
    Ok(Some(Verdict::Remove { id: key.secret.id, start, mask, skip: Skip::Exactly(end - start) }))
}

/// The index after the `]` of a list whose first value starts at `from`.
fn list_end(site: &Site<'_>, from: usize, quote: Quote) -> Result<Option<usize>, More> {
    let (mut in_string, mut backslashes) = (false, 0);
    for index in from..from + LONGEST {
        let Some(byte) = site.byte(index)? else { return Ok(None) };
        if byte == b'\\' {
            backslashes += 1;
            continue;
        }
        let level = nesting(std::mem::take(&mut backslashes));
        if byte == quote.byte && level <= quote.nesting() {
            if level < quote.nesting() {
                return Ok(None);
            }
            in_string = !in_string;
            continue;
        }
        let plain = byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || b",+-.".contains(&byte);
        match byte {
            0 => return Ok(None),
            b'\n' if in_string => return Ok(None),
            _ if in_string || plain => {}
            b']' => return Ok(Some(index + 1)),
            _ => return Ok(None),
        }
    }
    Ok(None)
}
