//! Values that follow their key without a separator.

use super::key_text::{KeyText, Quote};
use super::start::Start;
use super::value::{Mask, ends_line, judge, quoted};
use super::{arguments, code, element, words};
use crate::key::Strength;
use crate::mark;
use crate::secrets::reference::names_secret;
use crate::site::{More, Site, Verdict};
use crate::skip::{Skip, Text, Word};

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

/// Bytes of a quoted value within which a mark is looked for.
const LONGEST_MARKED: usize = 12;
/// Most white space before the value.
const MOST_SPACE: usize = 256;

pub(super) fn examine(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    let before = site.byte_before(key.start);
    if matches!(before, Some(b'<' | b':')) && !key.quoted {
        return element::examine(site, key);
    }
    if key.quoted {
        return arguments::examine(site, key);
    }
    if site.byte(key.end)? == Some(b'(') {
        return match code::call(site, key)? {
            None => function_of_sql(site, key),
            found => Ok(found),
        };
    }
    if let Some(found) = code::after_operator(site, key)? {
        return Ok(Some(found));
    }
    let space = site.run(key.end, MOST_SPACE, |byte| matches!(byte, b' ' | b'\t'))?;
    let start = key.end + space;
    let next = site.byte(start)?;
    if space == 0 || ends_line(next) {
        return Ok(None);
    }
    if key.hyphens > 0 && key.secret.strength == Strength::Strong && starts_option(site, key) {
        return if next == Some(b'-') { Ok(None) } else { separate_value(site, key, start) };
    }
    if next == Some(b'|') {
        return table_cell(site, key, start + 1);
    }
    if let Some(start) = after_account(site, key, start)? {
        return quoted(site, key, start, Quote { byte: b'\'', backslashes: 0 });
    }
    match lead(site, key) {
        b"ENV" | b"setenv" | b"#define" => rest_of_line(site, key, start),
        _ => match Quote::at(site, start)? {
            // A rule has removed the hash in `IDENTIFIED BY PASSWORD '*…'`.
            Some(_) if mark::is_in(site.ahead(start, LONGEST_MARKED)?) => Ok(None),
            // `ALTER ROLE me WITH PASSWORD 'x'`
            Some(quote) if quote.byte == b'\'' && key.bytes(site).eq_ignore_ascii_case(b"password") => {
                quoted(site, key, start, quote)
            }
            _ => match directive(site, key, start)? {
                None => match words::examine(site, key, start)? {
                    None => prose(site, key, start),
                    found => Ok(found),
                },
                found => Ok(found),
            },
        },
    }
}

/// The index of the quote in `SET PASSWORD FOR 'me'@'%' = 'x'`.
fn after_account(site: &Site<'_>, key: &KeyText, start: usize) -> Result<Option<usize>, More> {
    if !key.bytes(site).eq_ignore_ascii_case(b"password")
        || !site.ahead(start, 4)?.eq_ignore_ascii_case(b"for ")
    {
        return Ok(None);
    }
    let account = site.run(start, MOST_SPACE, |byte| !matches!(byte, b'=' | b';' | b'\n'))?;
    let value = start + account + 1;
    let quote = value + site.run(value, 8, |byte| byte == b' ')?;
    Ok((site.byte(value - 1)? == Some(b'=') && site.byte(quote)? == Some(b'\'')).then_some(quote))
}

/// `PASSWORD('x')`
fn function_of_sql(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    match Quote::at(site, key.end + 1)? {
        Some(quote) if quote.byte == b'\'' && key.bytes(site).eq_ignore_ascii_case(b"password") => {
            quoted(site, key, key.end + 1, quote)
        }
        _ => Ok(None),
    }
}

/// `the password is x`, ``with password `x` ``: a word of a sentence that nobody would say.
fn prose(site: &Site<'_>, key: &KeyText, start: usize) -> Result<Option<Verdict>, More> {
    if key.secret.id != "password" {
        return Ok(None);
    }
    let ahead = site.ahead(start, 4)?;
    let verb =
        [&b"is "[..], b"was "].iter().find(|verb| ahead.starts_with(verb)).map_or(0, |verb| verb.len());
    let tick = usize::from(site.byte(start + verb)? == Some(b'`'));
    let value_start = start + verb + tick;
    let length =
        site.run(value_start, 64, |byte| byte.is_ascii_graphic() && !b"`\"'<>(),;:=[]{}\\".contains(&byte))?;
    let value = &site.text[value_start..value_start + length];
    let value = value.strip_suffix(b".").unwrap_or(value);
    let count = |wanted: fn(&u8) -> bool| value.iter().filter(|byte| wanted(byte)).count();
    let (lower, upper, digits) =
        (count(u8::is_ascii_lowercase), count(u8::is_ascii_uppercase), count(u8::is_ascii_digit));
    let said = verb + tick > 0;
    let odd = digits > 0 && lower + upper > 0 && (upper > 0 && lower > 0 || said);
    if value.len() < 6 || !odd || value.contains(&b'/') {
        return Ok(None);
    }
    judge(site, key, value_start, Skip::Exactly(value.len()), Mask::Plain)
}

/// The word before the key, when that is the first of the line.
fn lead<'a>(site: &Site<'a>, key: &KeyText) -> &'a [u8] {
    let before = &site.text[key.start.saturating_sub(64)..key.start];
    let line = before.iter().rposition(|byte| *byte == b'\n').map_or(before, |end| &before[end + 1..]);
    line.trim_ascii()
}

/// `ENV PASSWORD x y`, `#define PASSWORD "x"`
fn rest_of_line(site: &Site<'_>, key: &KeyText, start: usize) -> Result<Option<Verdict>, More> {
    if key.secret.strength == Strength::Weak {
        return judge(site, key, start, Skip::Word(Word::new(site.in_quotes)), Mask::Plain);
    }
    match Quote::at(site, start)? {
        Some(quote) if !site.in_quotes => quoted(site, key, start, quote),
        None if !site.in_quotes => judge(site, key, start, Skip::Line, Mask::Plain),
        _ => Ok(None),
    }
}

/// `| password | x1 |`: the next cell of a table, unless that holds a mere word.
fn table_cell(site: &Site<'_>, key: &KeyText, bar: usize) -> Result<Option<Verdict>, More> {
    let start = bar + site.run(bar, MOST_SPACE, |byte| byte == b' ')?;
    let length = site.run(start, MOST_SPACE, |byte| byte > b' ' && byte != b'|')?;
    let gap = site.run(start + length, MOST_SPACE, |byte| byte == b' ')?;
    let value = &site.text[start..start + length];
    // `varchar(255)`
    let is_type = value.ends_with(b")") && value.first().is_some_and(u8::is_ascii_alphabetic);
    let is_word = is_type || value.iter().all(|byte| byte.is_ascii_alphabetic() || b"-:_`*".contains(byte));
    let next = site.byte(start + length + gap)?;
    // `password | x1` of `psql`, one column a line.
    let ends =
        next == Some(b'|') || (ends_line(next) && matches!(site.byte_before(key.start), None | Some(b'\n')));
    if is_word || !ends || key.secret.strength == Strength::Weak {
        return Ok(None);
    }
    judge(site, key, start, Skip::Exactly(length), Mask::Plain)
}

/// `--password x`, `--password "x y"`.
fn separate_value(site: &Site<'_>, key: &KeyText, start: usize) -> Result<Option<Verdict>, More> {
    match Quote::at(site, start)? {
        Some(quote) if quote.byte == b'"' && quote.nesting() == 0 && site.in_quotes => Ok(None),
        Some(quote) => quoted(site, key, start, quote),
        None if is_metavariable(site, key, start)? => Ok(None),
        None => judge(site, key, start, Skip::Word(Word::new(site.in_quotes)), Mask::Plain),
    }
}

/// `--password PASSWORD`, `--token string`: text that explains an option.
fn is_metavariable(site: &Site<'_>, key: &KeyText, start: usize) -> Result<bool, More> {
    let length = site.run(start, 32, |byte| byte.is_ascii_alphabetic() || byte == b'_')?;
    let word = &site.text[start..start + length];
    let name = key.bytes(site);
    let upper = word.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    let same = name.len() >= length && name[name.len() - length..].eq_ignore_ascii_case(word);
    let ends = !site
        .byte(start + length)?
        .is_some_and(|byte| byte.is_ascii_graphic() && !matches!(byte, b']' | b')' | b'>' | b',' | b'}'));
    Ok(length > 0
        && ends
        && ((upper && (same || names_secret(word)))
            || matches!(word, b"string" | b"value" | b"VALUE" | b"STRING" | b"stringArray")))
}

fn starts_option(site: &Site<'_>, key: &KeyText) -> bool {
    let before = site.byte_before(key.start - key.hyphens);
    key.hyphens <= 2
        && site.text[key.start - key.hyphens..key.start].iter().all(|byte| *byte == b'-')
        && before
            .is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0 | b'"' | b'\'' | b'`' | b'['))
}

/// `requirepass x`
fn directive(site: &Site<'_>, key: &KeyText, start: usize) -> Result<Option<Verdict>, More> {
    let name = key.bytes(site);
    if !DIRECTIVES.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name)) {
        return Ok(None);
    }
    let skip = match Start::of(site, key) {
        Start::Line { .. } if key.secret.id == "community" => Skip::Word(Word::new(site.in_quotes)),
        Start::Line { .. } => Skip::Line,
        Start::EscapedLine { nesting } => Skip::Text(Text::new(b'"', nesting, true, site.in_quotes)),
        Start::Text(_) | Start::Running => return Ok(None),
    };
    judge(site, key, start, skip, Mask::Plain)
}
