//! Values after a separator.

use super::key_text::{KeyText, Quote};
use super::start::Start;
use super::{Separator, exception, list};
use crate::mask::{MASK, hides_nothing};
use crate::rules::private_key;
use crate::site::{More, Site, Verdict};
use crate::skip::{Block, Quoted, Skip, Text, Word, nesting};

/// Most white space between separator and value.
const MOST_SPACE: usize = 4096;

pub(super) fn after_separator(
    site: &Site<'_>,
    key: &KeyText,
    separator: &Separator,
) -> Result<Option<Verdict>, More> {
    let space = |byte: u8| matches!(byte, b' ' | b'\t') || (key.quoted && matches!(byte, b'\n' | b'\r'));
    let start = separator.end + site.run(separator.end, MOST_SPACE, space)?;
    if key.quoted {
        return after_quoted_key(site, key, start);
    }
    let place = Start::of(site, key);
    if !exception::separator_counts(site, key, separator, place)? || ends_line(site.byte(start)?) {
        return Ok(None);
    }
    if let Some(quote) = Quote::at(site, start)? {
        return after_bare_key_quoted(site, key, start, quote);
    }
    let Some(skip) = bare_skip(site, separator, start, place)? else { return Ok(None) };
    judge(site, key, start, skip, MASK.as_bytes().to_vec())
}

/// `"password": …`
fn after_quoted_key(site: &Site<'_>, key: &KeyText, start: usize) -> Result<Option<Verdict>, More> {
    // Python writes `b'…'` and `u'…'`.
    let prefix = match site.byte(start)? {
        Some(b'b' | b'u' | b'r' | b'f') => usize::from(Quote::at(site, start + 1)?.is_some()),
        _ => 0,
    };
    if let Some(quote) = Quote::at(site, start + prefix)? {
        let is_outer = |own: Quote| own.byte == quote.byte && quote.nesting() < own.nesting();
        let closes_text = quote.byte == b'"' && quote.nesting() == 0 && site.in_quotes && key.quote_nests();
        if closes_text || key.quote.is_some_and(is_outer) {
            return Ok(None);
        }
        return quoted(site, key, start + prefix, quote);
    }
    match site.byte(start)? {
        Some(b'[') => return list::examine(site, key, start),
        Some(b'{') => return Ok(None),
        byte if ends_line(byte) => return Ok(None),
        _ => {}
    }
    let skip = Skip::Word(Word::new(site.in_quotes && key.quote_nests()));
    let mask = match (key.quote, is_number(site, start)?) {
        (Some(quote), true) => quote.around(MASK),
        _ => MASK.as_bytes().to_vec(),
    };
    judge(site, key, start, skip, mask)
}

/// True for a number as JSON has it, which is replaced by a string. What follows it must be able to follow a string.
fn is_number(site: &Site<'_>, start: usize) -> Result<bool, More> {
    let digits =
        site.run(start, 64, |byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))?;
    Ok(digits > 0 && follows_value(site.byte(start + digits)?))
}

impl KeyText {
    /// True when the key's quotes stand inside another quoted text.
    fn quote_nests(&self) -> bool {
        self.quote.is_some_and(|quote| quote.nesting() > 0 || quote.byte == b'\'')
    }
}

/// `password="x y"`; but in `"Enter password:", …` the quote closes the text.
fn after_bare_key_quoted(
    site: &Site<'_>,
    key: &KeyText,
    start: usize,
    quote: Quote,
) -> Result<Option<Verdict>, More> {
    let inside = start + quote.length();
    let closes_text = if quote.byte == b'"' && quote.nesting() == 0 {
        site.in_quotes
    } else {
        let next = site.byte(inside)?;
        ends_line(next) || matches!(next, Some(b',' | b'}' | b']' | b')'))
    };
    if closes_text { Ok(None) } else { quoted(site, key, start, quote) }
}

/// A value in quotes that starts at `start` with `quote`.
pub(super) fn quoted(
    site: &Site<'_>,
    key: &KeyText,
    start: usize,
    quote: Quote,
) -> Result<Option<Verdict>, More> {
    let inside = start + quote.length();
    let in_text = site.in_quotes && (!key.quoted || key.quote_nests());
    let in_quotes = in_text && quote.byte == b'\'';
    let skip = Skip::Quoted(Quoted::new(quote.byte, nesting(quote.backslashes), in_quotes));
    judge(site, key, inside, skip, MASK.as_bytes().to_vec())
}

/// How a value without quotes ends.
fn bare_skip(
    site: &Site<'_>,
    separator: &Separator,
    start: usize,
    place: Start,
) -> Result<Option<Skip>, More> {
    if opens_structure(site, start)? {
        return Ok(None);
    }
    Ok(Some(match place {
        Start::Line { indent } if separator.colon && opens_block(site, start)? => {
            Skip::Block(Block::new(indent))
        }
        Start::Line { .. } => Skip::Line,
        Start::EscapedLine { nesting } => Skip::Text(Text::new(b'"', nesting, true, site.in_quotes)),
        Start::Text(quote) => {
            Skip::Text(Text::new(quote.byte, quote.nesting(), separator.colon, site.in_quotes))
        }
        Start::Running => Skip::Word(Word::new(site.in_quotes)),
    }))
}

/// Removes the value unless it hides nothing or is an exception.
pub(super) fn judge(
    site: &Site<'_>,
    key: &KeyText,
    start: usize,
    skip: Skip,
    mask: Vec<u8>,
) -> Result<Option<Verdict>, More> {
    if private_key::starts_at(site, start)? {
        return Ok(None);
    }
    match site.value(start, &skip)? {
        // The same is passed over as when the value was removed. Attributes of an element are looked at unless it was.
        Some((value, resume))
            if hides_nothing(value)
                && (value.starts_with(MASK.as_bytes()) || !passes_attributes(&site.text[key.end..start])) =>
        {
            Ok(Some(Verdict::Pass { resume: resume.max(key.end) }))
        }
        Some((value, _)) if hides_nothing(value) || exception::is_no_secret(key.bytes(site), value) => {
            Ok(None)
        }
        _ => Ok(Some(Verdict::Remove { start, mask, skip })),
    }
}

/// True when the rest of an XML tag, and no separator, stands between key and value.
fn passes_attributes(between: &[u8]) -> bool {
    let first = between.trim_ascii_start().first();
    between.contains(&b'>') && !matches!(first, Some(b'=' | b':' | b']' | b'%' | b'"' | b'\'' | b'\\'))
}

/// True for what can follow a value in JSON.
pub(super) fn follows_value(byte: Option<u8>) -> bool {
    ends_line(byte) || matches!(byte, Some(b' ' | b'\t' | b',' | b'}' | b']'))
}

/// True at the end of a line or of the artifact.
pub(super) fn ends_line(byte: Option<u8>) -> bool {
    matches!(byte, None | Some(b'\n' | b'\r' | 0))
}

/// `{` or `[` that opens an object or a list, whose own keys decide; not LDAP's `{SSHA}…`.
fn opens_structure(site: &Site<'_>, start: usize) -> Result<bool, More> {
    if !matches!(site.byte(start)?, Some(b'{' | b'[')) {
        return Ok(false);
    }
    let next = site.byte(start + 1)?;
    Ok(ends_line(next)
        || matches!(next, Some(b' ' | b'\t' | b'}' | b']' | b'"' | b'\'' | b'\\' | b'{' | b'[')))
}

/// `|`, `>-`, `|2+`: the header of a block scalar, alone on its line.
fn opens_block(site: &Site<'_>, start: usize) -> Result<bool, More> {
    if !matches!(site.byte(start)?, Some(b'|' | b'>')) {
        return Ok(false);
    }
    let indicators = site.run(start + 1, 2, |byte| matches!(byte, b'+' | b'-' | b'0'..=b'9'))?;
    let after = start + 1 + indicators;
    let blanks = site.run(after, 64, |byte| matches!(byte, b' ' | b'\t'))?;
    let next = site.byte(after + blanks)?;
    Ok(ends_line(next) || (blanks > 0 && next == Some(b'#')))
}
