//! What source code does with a secret besides assigning it.
//!
//! | form | example |
//! |---|---|
//! | setter | `ds.setPassword("x")`, `.withPassword("x")`, `builder.password("x")` |
//! | comparison | `password != "x"`, `password.equals("x")`, `[ "$PASSWORD" = "x" ]` |
//! | value to fall back on | `process.env.DB_PASSWORD \|\| 'x'`, `ENV['PW'] \|\|= 'x'`, `getenv('PW') ?: 'x'` |
//! | value in a call | `String password = new String("x")`, `[]byte("x")` |
//! | one of several | `user, password = "me", "x"`, `my ($user, $password) = ('me', 'x')` |
//! | beside it | `strcmp(password, "x")`, `{password, "x"}`, `"x".equals(password)`, `fill('#password', 'x')` |

use super::Separator;
use super::key_text::{KeyText, Quote};
use super::value::quoted;
use crate::key::{Strength, classify};
use crate::mark;
use crate::placeholder::hides_nothing;
use crate::secrets::reference::{is_variable, names_secret};
use crate::site::{JUDGED, More, Site, Verdict};
use crate::skip::Skip;

/// Most blanks around an operator.
const MOST_BLANKS: usize = 8;
/// Shortest token or key in a comparison or call.
const SHORTEST_TOKEN: usize = 6;

/// Behind these stands the secret in a comparison, or the value that is used when there is no other.
const OPERATORS: &[&[u8]] = &[
    b"!==",
    b"!=",
    b"===",
    b"==",
    b"||=",
    b"??=",
    b"||",
    b"??",
    b"?:",
    b"or ",
    b"<-",
    b".unwrap_or(",
    b"string =",
    b"As String =",
    b"eq ",
    b"ne ",
    b"-eq ",
    b"-ne ",
    b"=",
];
/// Longest of them.
const LONGEST_OPERATOR: usize = 11;

/// Methods that compare.
const COMPARISONS: &[&[u8]] = &[
    b".equals",
    b".equalsIgnoreCase",
    b".Equals",
    b".contentEquals",
    b".compareTo",
    b".compareToIgnoreCase",
    b".toEqual",
];
/// Functions that compare their first two arguments, and such as copy the second into the first.
const FUNCTIONS_OF_TWO: &[&[u8]] = &[
    b"strcmp",
    b"strncmp",
    b"strcasecmp",
    b"stricmp",
    b"memcmp",
    b"strcpy",
    b"strcat",
    b"strncpy",
    b"strlcpy",
    b"lstrcpy",
    b"compare_digest",
    b"hash_equals",
    b"secureCompare",
    b"safeEqual",
    b"timingSafeEqual",
    b"equals",
    b"Equals",
    b"equalsIgnoreCase",
    b"put",
    b"set",
    b"setProperty",
    b"setHeader",
];
/// Methods that type a text into a field.
const TYPING: &[&[u8]] = &[
    b"sendKeys",
    b"send_keys",
    b"type",
    b"fill",
    b"setValue",
    b"set_value",
    b"set_text",
    b"setText",
    b"val",
    b"input",
    b"typeText",
    b"fill_in",
];

/// What makes a secret of a text.
const WRAPPERS: &[&[u8]] = &[
    b"new String",
    b"String",
    b"[]byte",
    b"String.from",
    b"String::from",
    b"Buffer.from",
    b"bytes",
    b"str",
    b"Some",
    b"SecretStr",
    b"SecretString",
    b"Secret",
    b"SecretString::new",
    b"Secret::new",
    b"std::string",
    b"std::wstring",
    b"QString",
    b"QStringLiteral",
    b"QLatin1String",
    b"QByteArray",
    b"_T",
    b"TEXT",
    b"strdup",
    b"g_strdup",
    b"bytearray",
    b"b64decode",
    b"base64.b64decode",
    b"base64_decode",
    b"atob",
    b"SecretStr.new",
    b"Some(String::from",
    b"Sensitive",
];
/// Longest of them.
const LONGEST_WRAPPER: usize = 24;
/// How far before a key its function is looked for.
const LONGEST_CALL: usize = 64;

/// `password != "x"`, `PW || 'x'`, `CURLOPT_PASSWORD, "x"`: a value behind the key, which has no separator.
pub(super) fn after_operator(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    let mut after = key.closed_end;
    let expands = site.byte(after)? == Some(b'"') && is_expanded(site, key);
    after += usize::from(expands);
    after += site.run(after, 2, |byte| matches!(byte, b')' | b']'))?;
    after += site.run(after, MOST_BLANKS, |byte| byte == b' ')?;
    let length =
        if site.byte(after)? == Some(b',') && key.quote.is_none() && key.bytes(site).starts_with(b"CURLOPT_")
        {
            1
        } else {
            let ahead = site.ahead(after, LONGEST_OPERATOR)?;
            let operator = OPERATORS.iter().find(|operator| ahead.starts_with(operator));
            operator
                .filter(|operator| expands || !operator.starts_with(b"="))
                .map_or(0, |operator| operator.len())
        };
    if length == 0 {
        return Ok(None);
    }
    let start = after + length + site.run(after + length, MOST_BLANKS, |byte| byte == b' ')?;
    let in_quotes = site.in_quotes && !expands && (!key.quoted || key.quote_nests());
    literal(&Site { in_quotes, ..*site }, key, start, true)
}

/// `"$PASSWORD"` of a shell, whose quotes are around the variable.
pub(super) fn is_expanded(site: &Site<'_>, key: &KeyText) -> bool {
    site.text[..key.start].ends_with(b"\"$")
}

/// `token == "x"`: what stands before the separator's end compares.
pub(super) fn compares(site: &Site<'_>, separator: &Separator) -> bool {
    site.text[..separator.end].ends_with(b"==")
}

/// `setPassword("x")`, `.password("x")`
pub(super) fn call(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    let name = key.bytes(site);
    let last = name.iter().rposition(|byte| *byte == b'.').map_or(0, |dot| dot + 1);
    let member = last > 0 || matches!(site.byte_before(key.start), Some(b'.' | b'>' | b':'));
    let lower = name[last..].to_ascii_lowercase();
    let sets = lower.starts_with(b"set") || lower.starts_with(b"with");
    let builds =
        member && matches!(lower.as_slice(), b"password" | b"passwd" | b"passphrase" | b"secret" | b"apikey");
    if !(sets || builds) || key.secret.strength == Strength::Weak {
        return Ok(None);
    }
    // `set_password("service", "me", "x")`: one of several, of which another detector knows which.
    if let Some(quote) = Quote::at(site, key.end + 1)? {
        let inside = key.end + 1 + quote.length();
        let length = site.run(inside, JUDGED, |byte| byte != quote.byte && byte >= b' ')?;
        if sets && site.byte(inside + length + 1)? == Some(b',') {
            return Ok(None);
        }
    }
    literal(site, key, key.end + 1, sets && key.secret.id == "password")
}

/// `password.equals("x")`: the key with the name of a method behind it.
pub(super) fn comparison(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    let name = key.bytes(site);
    let Some(method) = COMPARISONS.iter().find(|method| name.ends_with(method)) else { return Ok(None) };
    let compared = classify(&name[..name.len() - method.len()]);
    match compared.filter(|secret| secret.strength == Strength::Strong) {
        Some(secret) if site.byte(key.end)? == Some(b'(') => {
            literal(site, &KeyText { secret, ..*key }, key.end + 1, true)
        }
        _ => Ok(None),
    }
}

/// The text in quotes at `start`, when it is no word that a program would compare a token with. Where `words` count, those
/// of a password do.
pub(super) fn literal(
    site: &Site<'_>,
    key: &KeyText,
    start: usize,
    words: bool,
) -> Result<Option<Verdict>, More> {
    let Some(quote) = Quote::at(site, start)? else { return Ok(None) };
    if quote.byte == b'"' && quote.nesting() == 0 && site.in_quotes {
        return Ok(None);
    }
    let inside = start + quote.length();
    let length = site.run(inside, JUDGED, |byte| byte != quote.byte && byte != b'\\' && byte >= b' ')?;
    let value = &site.text[inside..inside + length];
    if may_be_literal(key, value, words) { quoted(site, key, start, quote) } else { Ok(None) }
}

/// True for a text that may be the secret that the key names, and not a word that a program knows.
fn may_be_literal(key: &KeyText, value: &[u8], words: bool) -> bool {
    let letters = value.iter().all(|byte| byte.is_ascii_alphabetic() || b"_-. ".contains(byte));
    let short = value.len() < SHORTEST_TOKEN || letters;
    let word = if key.secret.id == "password" { !words && letters } else { short };
    // `"password" in x or "DB_PASSWORD" in y`
    let name = value.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_') && names_secret(value);
    !(word || name || value.is_empty() || is_variable(value) || value.starts_with(b"$"))
}

/// `password, "x")` behind `strcmp(`, `kApiKey{"x"}`, `{password, "x"}` of Erlang, and a field into which a program types:
/// `By.id("password")).sendKeys("x")`, `page.fill('#password', 'x')`.
pub(super) fn beside(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    let blanks = |from: usize| site.run(from, MOST_BLANKS, |byte| byte == b' ');
    let next = site.byte(key.closed_end)?;
    if key.quote.is_none() && next == Some(b'{') {
        return literal(site, key, key.end + 1, true);
    }
    if key.quote.is_none() && next == Some(b',') {
        let start = key.end + 1 + blanks(key.end + 1)?;
        if site.byte_before(key.start) == Some(b'{') {
            let binary = if site.starts_with(start, b"<<")? { 2 } else { 0 };
            return literal(site, key, start + binary, true);
        }
        let in_expression = |byte: u8| byte.is_ascii_alphanumeric() || b"_.$->&*[]".contains(&byte);
        let lead = site.run_before(key.start, LONGEST_CALL, in_expression);
        if names_function(site, key.start - lead, FUNCTIONS_OF_TWO) {
            return literal(site, key, start, true);
        }
    }
    typed(site, key)
}

/// True when one of `functions` is called with what starts at `start`.
fn names_function(site: &Site<'_>, start: usize, functions: &[&[u8]]) -> bool {
    let Some(open) = start.checked_sub(1).filter(|open| site.text[*open] == b'(') else { return false };
    let length = site.run_before(open, LONGEST_CALL, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
    functions.contains(&&site.text[open - length..open])
}

/// The text that is typed into the field that a selector in quotes names.
fn typed(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    if key.secret.id != "password" || key.hyphens > 0 {
        return Ok(None);
    }
    let closing = site.run(key.end, 5, |byte| b"\"']) ".contains(&byte))?;
    let tail = &site.text[key.end..key.end + closing];
    let Some(quote) = tail.iter().rev().find(|byte| matches!(byte, b'"' | b'\'')) else { return Ok(None) };
    let mut end = key.end + closing;
    let selector = site
        .run_before(key.start, LONGEST_CALL, |byte| byte >= b' ' && byte != *quote && !b"()".contains(&byte));
    if site.byte_before(key.start - selector) != Some(*quote) {
        return Ok(None);
    }
    let opens = key.start - selector - 1;
    if site.byte(end)? == Some(b',') && names_function(site, opens, TYPING) {
        end += 1;
    } else if site.byte(end)? == Some(b'.') && tail.contains(&b')') {
        let method = site.run(end + 1, LONGEST_WRAPPER, |byte| byte.is_ascii_alphabetic() || byte == b'_')?;
        if !TYPING.contains(&&site.text[end + 1..end + 1 + method])
            || site.byte(end + 1 + method)? != Some(b'(')
        {
            return Ok(None);
        }
        end += method + 2;
    } else {
        return Ok(None);
    }
    let start = end + site.run(end, MOST_BLANKS, |byte| byte == b' ')?;
    let outside = Site { in_quotes: false, ..*site };
    literal(&outside, &KeyText { quoted: false, ..*key }, start, true)
}

/// The text in quotes before the key, with which that is compared: `"x".equals(password)`, `strcmp("x", password)`,
/// `'x' === password`.
pub(super) fn before(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    let next = site.byte(key.closed_end)?;
    if key.quote.is_some()
        || key.hyphens > 0
        || !matches!(next, Some(b')' | b' ' | b',' | b'.' | b'[' | b';'))
    {
        return Ok(None);
    }
    let in_expression = |byte: u8| byte.is_ascii_alphanumeric() || b"_.$->&*@".contains(&byte);
    let start = key.start - site.run_before(key.start, LONGEST_CALL, in_expression);
    let trimmed = site.text[..start].trim_ascii_end();
    if !matches!(trimmed.last(), Some(b'=' | b',' | b'(')) {
        return Ok(None);
    }
    let Some(quote_end) = compared_before(site, start, trimmed) else { return Ok(None) };
    let Some(quote @ (b'"' | b'\'')) = site.byte_before(quote_end) else { return Ok(None) };
    let end = quote_end - 1;
    let length = site.run_before(end, JUDGED, |byte| byte != quote && byte >= b' ' && byte != b'\\');
    let from = end - length;
    let value = &site.text[from..end];
    if site.byte_before(from) != Some(quote)
        || from < site.floor
        || mark::is_in(value)
        || hides_nothing(value)
    {
        return Ok(None);
    }
    let Some(secret) = key.classify(site).filter(|secret| secret.strength == Strength::Strong) else {
        return Ok(None);
    };
    if !may_be_literal(&KeyText { secret, ..*key }, value, true) {
        return Ok(None);
    }
    let mask = mark::removed(secret.id).into_bytes();
    Ok(Some(Verdict::Remove { id: secret.id, start: from, mask, skip: Skip::Exactly(length) }))
}

/// The index behind the quote that closes what is compared with the expression at `start`; `trimmed` is the text before
/// that, without blanks at its end.
fn compared_before(site: &Site<'_>, start: usize, trimmed: &[u8]) -> Option<usize> {
    if let Some(text) =
        [&b"==="[..], b"!==", b"==", b"!="].iter().find_map(|operator| trimmed.strip_suffix(*operator))
    {
        return Some(text.trim_ascii_end().len());
    }
    if let Some(text) = trimmed.strip_suffix(b",") {
        let quote = text.last().filter(|byte| matches!(byte, b'"' | b'\''))?;
        let open = memchr::memrchr(*quote, &text[text.len().saturating_sub(JUDGED)..text.len() - 1])?;
        let open = text.len().saturating_sub(JUDGED) + open;
        return names_function(site, open, FUNCTIONS_OF_TWO).then_some(text.len());
    }
    let call = trimmed.strip_suffix(b"(").filter(|_| trimmed.len() == start)?;
    COMPARISONS.iter().find_map(|method| call.strip_suffix(*method)).map(<[u8]>::len)
}

/// The index of the quote in `new String("x")`, `[]byte("x")`.
pub(super) fn wrapped(site: &Site<'_>, separator: &Separator, start: usize) -> Result<Option<usize>, More> {
    let in_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_.[]: ".contains(&byte);
    let length = site.run(start, LONGEST_WRAPPER, in_name)?;
    let name = &site.text[start..start + length];
    let opens = length > 0 && site.byte(start + length)? == Some(b'(');
    // `=>` is an arm of a match too.
    let known = match site.text[..separator.end].ends_with(b"=>") {
        true => name == b"Sensitive",
        false => WRAPPERS.contains(&name),
    };
    Ok((opens && known).then_some(start + length + 1))
}

/// The index of the value that belongs to the key in `user, password = "me", "x"`.
pub(super) fn own_value(site: &Site<'_>, key: &KeyText, start: usize) -> Result<usize, More> {
    let in_names = |byte: u8| byte.is_ascii_alphanumeric() || b"_.$@, ".contains(&byte);
    let lead = site.run_before(key.start, JUDGED, in_names);
    let names = &site.text[key.start - lead..key.start];
    let names = names.strip_suffix(b"$").unwrap_or(names);
    let bracket = site.byte_before(key.start - lead) == Some(b'(');
    let begins = bracket || matches!(site.byte_before(key.start - lead), None | Some(b'\n'));
    let opens = usize::from(bracket && site.byte(start)? == Some(b'('));
    if !(names.ends_with(b",") || names.ends_with(b", ")) || !begins || bracket != (opens == 1) {
        return Ok(start);
    }
    let mut own = start + opens;
    for _ in names.iter().filter(|byte| **byte == b',') {
        let Some(quote) = Quote::at(site, own)? else { return Ok(start) };
        let inside = own + quote.length();
        let length = site.run(inside, JUDGED, |byte| byte != quote.byte && byte != b'\n')?;
        let end = inside + length + 1;
        if site.byte(end)? != Some(b',') {
            return Ok(start);
        }
        own = end + 1 + site.run(end + 1, MOST_BLANKS, |byte| byte == b' ')?;
    }
    Ok(own)
}
