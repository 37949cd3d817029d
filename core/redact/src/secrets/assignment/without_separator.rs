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
    "defauthpassphrase",
    "defprivpassphrase",
    "defcommunity",
    "rootpwmodpw",
    "cachemgr_passwd",
];

/// Words of command lines before the name of a setting and its value.
const BEFORE_SETTING: &[&[u8]] =
    &[b"aws configure set", b"git config", b"git config --global", b"snap set", b"heroku config:set"];

/// Bytes of a quoted value within which a mark is looked for.
const LONGEST_MARKED: usize = 12;
/// Most white space before the value.
const MOST_SPACE: usize = 256;

pub(super) fn examine(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    let before = site.byte_before(key.start);
    if matches!(before, Some(b'<' | b':')) && !key.quoted {
        let found = element::examine(site, key)?;
        if found.is_some() || before == Some(b'<') {
            return Ok(found);
        }
    }
    if key.secret.strength == Strength::Strong
        && let Some(found) = code::beside(site, key)?
    {
        return Ok(Some(found));
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
    // `${PASSWORD}    x` of Robot Framework.
    if site.starts_with(key.end, b"}  ")?
        && lead(site, key) == b"${"
        && key.secret.strength == Strength::Strong
    {
        let start = key.end + 1 + site.run(key.end + 1, MOST_SPACE, |byte| byte == b' ')?;
        let length = site.run(start, MOST_SPACE, |byte| byte > b' ')?;
        return if length > 0 {
            judge(site, key, start, Skip::Exactly(length), Mask::Plain)
        } else {
            Ok(None)
        };
    }
    if site.starts_with(key.end, b"\nV ")? && site.text[..key.start].ends_with(b"\n") {
        return of_subversion(site, key);
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
        b"ENV" | b"setenv" | b"#define" | b"SetEnv" | b"env" => rest_of_line(site, key, start),
        lead if BEFORE_SETTING.contains(&lead) => rest_of_line(site, key, start),
        _ => match Quote::at(site, start)? {
            // A rule has removed the hash in `IDENTIFIED BY PASSWORD '*…'`.
            Some(_) if mark::is_in(site.ahead(start, LONGEST_MARKED)?) => Ok(None),
            // `ALTER ROLE me WITH PASSWORD 'x'`
            Some(quote) if quote.byte == b'\'' && key.bytes(site).eq_ignore_ascii_case(b"password") => {
                quoted(site, key, start, quote)
            }
            Some(quote) if site.text[..key.start].ends_with(b"-SecureString -AsPlainText ") => {
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
        Some(quote)
            if (quote.byte == b'\'' || !site.in_quotes)
                && key.bytes(site).eq_ignore_ascii_case(b"password") =>
        {
            code::literal(site, key, key.end + 1, quote.byte == b'\'')
        }
        _ => Ok(None),
    }
}

/// What stands between the name of a secret and its value in a sentence.
const VERBS: &[&[u8]] = &[
    b"is ",
    b"was ",
    b"is: ",
    b"lautet ",
    b"lautet: ",
    b"ist ",
    b"war ",
    b"= ",
    b"- ",
    "\u{2192} ".as_bytes(),
    "\u{2013} ".as_bytes(),
    b"-> ",
    b"es ",
    b"est ",
];

/// `the password is x`, ``with password `x` ``: a word of a sentence that nobody would say.
fn prose(site: &Site<'_>, key: &KeyText, start: usize) -> Result<Option<Verdict>, More> {
    let password = matches!(key.secret.id, "password" | "passphrase" | "psk");
    let code = key.secret.id == "pin";
    if key.secret.strength == Strength::Weak && !code {
        return Ok(None);
    }
    let ahead = site.ahead(start, 10)?;
    let verb = VERBS.iter().find(|verb| ahead.starts_with(verb)).map_or(0, |verb| verb.len());
    let quote =
        site.byte(start + verb)?.filter(|byte| *byte == b'`' || verb > 0 && matches!(byte, b'"' | b'\''));
    let value_start = start + verb + usize::from(quote.is_some());
    let length =
        site.run(value_start, 64, |byte| byte.is_ascii_graphic() && !b"`\"'<>(),;:=[]{}\\".contains(&byte))?;
    // What goes on is a token, which a rule knows whole.
    if length == 64 {
        return Ok(None);
    }
    let value = &site.text[value_start..value_start + length];
    let value = value.strip_suffix(b".").unwrap_or(value);
    let count = |wanted: fn(&u8) -> bool| value.iter().filter(|byte| wanted(byte)).count();
    let (lower, upper, digits) =
        (count(u8::is_ascii_lowercase), count(u8::is_ascii_uppercase), count(u8::is_ascii_digit));
    let said = verb + usize::from(quote.is_some()) > 0;
    let closed = quote.is_some() && site.byte(value_start + value.len())? == quote;
    let odd = digits > 0 && lower + upper > 0 && (upper > 0 && lower > 0 || said || is_setting(site, key));
    let plain = !value.contains(&b'/');
    // `your verification code is 429137`, `PSK → 493059156`
    let figures = digits == value.len() && verb > 0 && digits >= if code { 4 } else { 6 } && digits <= 20;
    if figures && (code || password) {
        return Ok(Some(remove_exactly(key, value_start, digits)));
    }
    let least = if password { 6 } else { 12 };
    if plain && (odd && value.len() >= least || password && closed && verb > 0 && value.len() >= 4) {
        return judge(site, key, value_start, Skip::Exactly(value.len()), Mask::Plain);
    }
    if password { announced(site, key, start) } else { Ok(None) }
}

fn remove_exactly(key: &KeyText, start: usize, length: usize) -> Verdict {
    let mask = Mask::Plain.text(key.secret.id);
    Verdict::Remove { id: key.secret.id, start, mask, skip: Skip::Exactly(length) }
}

/// True for the name of a setting, which is no word of a sentence: `wifi-sec.psk`, `DB_PASS`.
fn is_setting(site: &Site<'_>, key: &KeyText) -> bool {
    let name = key.bytes(site);
    key.hyphens == 0 && name.iter().any(|byte| matches!(byte, b'.' | b'_')) && !site.in_quotes
}

/// Words about passwords that a program has made up or asks for.
const MADE: &[&[u8]] = &[
    b"enerated",
    b"emporary",
    b"nitial",
    b"new ",
    b"New ",
    b"following",
    b"efault",
    b"reset",
    b"one-time",
    b"for the ",
    b"for 'http",
    b"f\xC3\xBCr d",
];

/// `A temporary password is generated for root@localhost: x`: the last word of a line, behind a colon.
fn announced(site: &Site<'_>, key: &KeyText, start: usize) -> Result<Option<Verdict>, More> {
    let length = site.run(start, MOST_SPACE, |byte| byte >= b' ' && byte != b'=')?;
    if !ends_line(site.byte(start + length)?) {
        return Ok(None);
    }
    let rest = site.text[start..start + length].trim_ascii_end();
    let Some(colon) = memchr::memmem::rfind(rest, b": ") else { return Ok(None) };
    let value = &rest[colon + 2..];
    let odd = value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic)
        || value.iter().any(|byte| b"!#$%*+?^~,".contains(byte));
    let word = value.iter().all(|byte| byte.is_ascii_graphic() && !b"\"'()<>{}".contains(byte));
    if !odd || !word || value.len() < 6 {
        return Ok(None);
    }
    let told = &site.text[key.start.saturating_sub(24)..start + colon];
    if !MADE.iter().any(|word| memchr::memmem::find(told, word).is_some()) {
        return Ok(None);
    }
    judge(site, key, start + colon + 2, Skip::Exactly(value.len()), Mask::Plain)
}

/// The line behind `K 8`, `password`, `V 7`, as Subversion keeps its passwords.
fn of_subversion(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    let digits = site.run(key.end + 3, 4, |byte| byte.is_ascii_digit())?;
    let start = key.end + 3 + digits + 1;
    let length = site.run(start, MOST_SPACE, |byte| byte >= b' ')?;
    if digits == 0 || site.byte(start - 1)? != Some(b'\n') || length == 0 {
        return Ok(None);
    }
    judge(site, key, start, Skip::Exactly(length), Mask::Plain)
}

/// The word before the key, when that is the first of the line.
fn lead<'a>(site: &Site<'a>, key: &KeyText) -> &'a [u8] {
    let before = &site.text[key.start.saturating_sub(64)..key.start];
    let line = before.iter().rposition(|byte| *byte == b'\n').map_or(before, |end| &before[end + 1..]);
    line.trim_ascii()
}

/// `ENV PASSWORD x y`, `#define PASSWORD "x"`
fn rest_of_line(site: &Site<'_>, key: &KeyText, start: usize) -> Result<Option<Verdict>, More> {
    if key.secret.strength == Strength::Weak && Quote::at(site, start)?.is_none() {
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
        Start::Line { .. } if key.secret.id == "community" || name == b"cachemgr_passwd" => {
            Skip::Word(Word::new(site.in_quotes))
        }
        Start::Line { .. } => Skip::Line,
        Start::EscapedLine { nesting } => Skip::Text(Text::new(b'"', nesting, true, site.in_quotes)),
        Start::Text(_) | Start::Running => return Ok(None),
    };
    judge(site, key, start, skip, Mask::Plain)
}
