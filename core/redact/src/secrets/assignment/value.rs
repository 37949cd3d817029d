//! Values after a separator.

use super::key_text::{KeyText, Quote};
use super::start::Start;
use super::suspicion::{self, Form};
use super::{Separator, code, exception, list};
use crate::key::Strength;
use crate::mark;
use crate::placeholder::hides_nothing;
use crate::secrets::private_key;
use crate::site::{More, Site, Verdict};
use crate::skip::{Block, Quoted, Skip, Text, Word, nesting};

/// Most white space between separator and value.
const MOST_SPACE: usize = 4096;
/// Longest type between a key and its value: `password: Optional[str] = "x"`.
const LONGEST_TYPE: usize = 48;

/// How a mark is written in the place of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::secrets) enum Mask {
    /// `[removed:password]`
    Plain,
    /// `"[removed:password]"`, where a bracket would open a list.
    Quoted,
    /// In the quotes that the key has.
    As(Quote),
}

impl Mask {
    pub(in crate::secrets) fn text(self, id: &str) -> Vec<u8> {
        match self {
            Self::Plain => mark::removed(id).into_bytes(),
            Self::Quoted => format!("\"{}\"", mark::removed(id)).into_bytes(),
            Self::As(quote) => quote.around(&mark::removed(id)),
        }
    }
}

pub(in crate::secrets) fn after_separator(
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
    let start = after_anchor(site, separator, start)?;
    let start = if separator.colon { start } else { code::own_value(site, key, start)? };
    if site.byte(start)? == Some(b'[') && key.quote.is_none() && !site.in_quotes {
        let found = list::examine(site, key, start)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    if let Some(quote) = Quote::at(site, start)? {
        if key.secret.id != "password" && code::compares(site, separator) {
            return code::literal(site, key, start, true);
        }
        return after_bare_key_quoted(site, key, start, quote);
    }
    if let Some(start) = after_type(site, separator, start)?
        && let Some(quote) = Quote::at(site, start)?
    {
        return after_bare_key_quoted(site, key, start, quote);
    }
    if let Some(start) = code::wrapped(site, separator, start)?
        && let Some(quote) = Quote::at(site, start)?
    {
        return after_bare_key_quoted(site, key, start, quote);
    }
    let Some(skip) = bare_skip(site, key, separator, start, place)? else { return Ok(None) };
    let spaced = start > separator.end;
    let scalar = key.quote.is_none() && !site.in_quotes && key.escape == 0;
    let number = (spaced || place != Start::Running) && is_number(site, start)?;
    let mask = if scalar && ((separator.colon && spaced) || number) { Mask::Quoted } else { Mask::Plain };
    judge(site, key, start, skip, mask)
}

/// The start of the value behind an anchor of YAML: `password: &anchor x`.
fn after_anchor(site: &Site<'_>, separator: &Separator, start: usize) -> Result<usize, More> {
    if !separator.colon || site.byte(start)? != Some(b'&') {
        return Ok(start);
    }
    let name = site.run(start + 1, 64, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))?;
    let blanks = site.run(start + 1 + name, 8, |byte| byte == b' ')?;
    let value = start + 1 + name + blanks;
    let next = site.byte(value)?;
    let behind = name > 0 && blanks > 0 && !ends_line(next) && next != Some(b'=');
    Ok(if behind { value } else { start })
}

/// The start of the value behind a type: `password: str = "x"`.
fn after_type(site: &Site<'_>, separator: &Separator, start: usize) -> Result<Option<usize>, More> {
    if !separator.colon || !site.byte(start)?.is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'&') {
        return Ok(None);
    }
    let in_type = |byte: u8| byte.is_ascii_alphanumeric() || b"_<>[].:&? |'".contains(&byte);
    let equals = start + site.run(start, LONGEST_TYPE, in_type)?;
    let named = site.text[start..equals].iter().any(u8::is_ascii_alphabetic);
    if !named || site.byte(equals)? != Some(b'=') || matches!(site.byte(equals + 1)?, Some(b'=' | b'>')) {
        return Ok(None);
    }
    Ok(Some(equals + 1 + site.run(equals + 1, 16, |byte| byte == b' ')?))
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
    // `case "password": return x`
    if site.text[..key.start].ends_with(b"case \"") || site.text[..key.start].ends_with(b"case '") {
        return Ok(None);
    }
    match site.byte(start)? {
        Some(b'[') => return list::examine(site, key, start),
        // `"adminPassword": {"value": "x"}` of Azure.
        Some(b'{') => return value_of_object(site, key, start),
        byte if ends_line(byte) => return Ok(None),
        _ => {}
    }
    let skip = Skip::Word(Word::new(site.in_quotes && key.quote_nests()));
    let mask = match (key.quote, is_number(site, start)?) {
        (Some(quote), true) => Mask::As(quote),
        _ => Mask::Plain,
    };
    judge(site, key, start, skip, mask)
}

/// The value of an object that has nothing else in it.
fn value_of_object(site: &Site<'_>, key: &KeyText, start: usize) -> Result<Option<Verdict>, More> {
    let gap = |from: usize| site.run(from, 64, |byte| byte.is_ascii_whitespace());
    let name = start + 1 + gap(start + 1)?;
    if key.quote.is_none_or(|quote| quote.backslashes > 0) || !site.starts_with(name, b"\"value\"")? {
        return Ok(None);
    }
    let colon = name + 7 + gap(name + 7)?;
    let value = colon + 1 + gap(colon + 1)?;
    match Quote::at(site, value)? {
        Some(quote) if site.byte(colon)? == Some(b':') && quote.backslashes == 0 => {
            quoted(site, key, value, quote)
        }
        _ => Ok(None),
    }
}

/// True for a number as JSON has it, which is replaced by a string. What follows it must be able to follow a string.
fn is_number(site: &Site<'_>, start: usize) -> Result<bool, More> {
    let digits =
        site.run(start, 64, |byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))?;
    Ok(digits > 0 && follows_value(site.byte(start + digits)?))
}

impl KeyText {
    /// True when the key's quotes stand inside another quoted text.
    pub(super) fn quote_nests(&self) -> bool {
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
pub(in crate::secrets) fn quoted(
    site: &Site<'_>,
    key: &KeyText,
    start: usize,
    quote: Quote,
) -> Result<Option<Verdict>, More> {
    let inside = start + quote.length();
    let in_text = site.in_quotes && (!key.quoted || key.quote_nests());
    let in_quotes = in_text && quote.byte == b'\'';
    let skip = Skip::Quoted(Quoted::new(quote.byte, nesting(quote.backslashes), in_quotes));
    judge(site, key, inside, skip, Mask::Plain)
}

/// How a value without quotes ends.
fn bare_skip(
    site: &Site<'_>,
    key: &KeyText,
    separator: &Separator,
    start: usize,
    place: Start,
) -> Result<Option<Skip>, More> {
    // The body of a vault is looked for by itself.
    if opens_structure(site, start)? || site.starts_with(start, b"!vault")? {
        return Ok(None);
    }
    Ok(Some(match place {
        Start::Line { .. } | Start::EscapedLine { .. } if key.secret.strength == Strength::Weak => {
            Skip::Word(Word::new(site.in_quotes))
        }
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
pub(in crate::secrets) fn judge(
    site: &Site<'_>,
    key: &KeyText,
    start: usize,
    skip: Skip,
    mask: Mask,
) -> Result<Option<Verdict>, More> {
    if private_key::starts_at(site, start)? {
        return Ok(None);
    }
    if let Some(end) = site.mark_end(start)? {
        return Ok(Some(Verdict::Pass { resume: end.max(key.end) }));
    }
    if let Some(end) = placeholder_end(site, start)? {
        return Ok(Some(Verdict::Pass { resume: end.max(key.end) }));
    }
    let form = Form::of(&skip);
    match site.value(start, &skip)? {
        // Attributes of an element are looked at, for nothing was removed.
        Some((value, resume)) if hides_nothing(value) && !passes_attributes(&site.text[key.end..start]) => {
            Ok(Some(Verdict::Pass { resume: resume.max(key.end) }))
        }
        Some((value, _))
            if hides_nothing(value)
                || (form != Form::Quoted && exception::is_no_secret(key.bytes(site), value)) =>
        {
            Ok(None)
        }
        Some((value, resume)) if !suspicion::is_secret(site, key, form, value, resume)? => Ok(None),
        None if !suspicion::is_long_secret(site, key, start)? => Ok(None),
        _ => Ok(Some(Verdict::Remove { id: key.secret.id, start, mask: mask.text(key.secret.id), skip })),
    }
}

/// The index after `[REDACTED]`, `<PASSWORD>` and the like at `start`.
fn placeholder_end(site: &Site<'_>, start: usize) -> Result<Option<usize>, More> {
    let close = match site.byte(start)? {
        Some(b'[') => b']',
        Some(b'<') => b'>',
        Some(b'(') => b')',
        _ => return Ok(None),
    };
    let length = site.run(start + 1, 40, |byte| byte != close && byte != b'\n')? + 2;
    let end = start + length;
    let text = site.text.get(start..end).unwrap_or_default();
    Ok((text.last() == Some(&close) && hides_nothing(text)).then_some(end))
}

/// True when the rest of an XML tag, and no separator, stands between key and value.
fn passes_attributes(between: &[u8]) -> bool {
    let first = between.trim_ascii_start().first();
    between.contains(&b'>') && !matches!(first, Some(b'=' | b':' | b']' | b'%' | b'"' | b'\'' | b'\\'))
}

/// True for what can follow a value in JSON.
pub(in crate::secrets) fn follows_value(byte: Option<u8>) -> bool {
    ends_line(byte) || matches!(byte, Some(b' ' | b'\t' | b',' | b'}' | b']'))
}

/// True at the end of a line or of the artifact.
pub(in crate::secrets) fn ends_line(byte: Option<u8>) -> bool {
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
    let mut start = start;
    if site.byte(start)? == Some(b'!') {
        start += site.run(start, 32, |byte| byte.is_ascii_graphic())?;
        start += site.run(start, 8, |byte| byte == b' ')?;
    }
    if !matches!(site.byte(start)?, Some(b'|' | b'>')) {
        return Ok(false);
    }
    let indicators = site.run(start + 1, 2, |byte| matches!(byte, b'+' | b'-' | b'0'..=b'9'))?;
    let after = start + 1 + indicators;
    let blanks = site.run(after, 64, |byte| matches!(byte, b' ' | b'\t'))?;
    let next = site.byte(after + blanks)?;
    Ok(ends_line(next) || (blanks > 0 && next == Some(b'#')))
}
