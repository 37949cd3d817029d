//! What source code does with a secret besides assigning it.
//!
//! | form | example |
//! |---|---|
//! | setter | `ds.setPassword("x")`, `.withPassword("x")`, `builder.password("x")` |
//! | comparison | `password != "x"`, `password.equals("x")`, `[ "$PASSWORD" = "x" ]` |
//! | value to fall back on | `process.env.DB_PASSWORD \|\| 'x'`, `ENV['PW'] \|\|= 'x'`, `getenv('PW') ?: 'x'` |
//! | value in a call | `String password = new String("x")`, `[]byte("x")` |
//! | one of several | `user, password = "me", "x"` |

use super::Separator;
use super::key_text::{KeyText, Quote};
use super::value::quoted;
use crate::key::{Strength, classify};
use crate::secrets::reference::{is_variable, names_secret};
use crate::site::{JUDGED, More, Site, Verdict};

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
    b"=",
];
/// Longest of them.
const LONGEST_OPERATOR: usize = 11;

/// Methods that compare.
const COMPARISONS: &[&[u8]] = &[b".equals", b".equalsIgnoreCase", b".Equals", b".contentEquals", b".toEqual"];

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
];
/// Longest of them.
const LONGEST_WRAPPER: usize = 24;

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
    let letters = value.iter().all(|byte| byte.is_ascii_alphabetic() || b"_-. ".contains(byte));
    let short = value.len() < SHORTEST_TOKEN || letters;
    let word = if key.secret.id == "password" { !words && letters } else { short };
    // `"password" in x or "DB_PASSWORD" in y`
    let name = value.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_') && names_secret(value);
    if word || name || value.is_empty() || is_variable(value) || value.starts_with(b"$") {
        return Ok(None);
    }
    quoted(site, key, start, quote)
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
    if !names.ends_with(b", ") || !matches!(site.byte_before(key.start - lead), None | Some(b'\n')) {
        return Ok(start);
    }
    let mut own = start;
    for _ in names.iter().filter(|byte| **byte == b',') {
        let Some(quote) = Quote::at(site, own)? else { return Ok(start) };
        let inside = own + quote.length();
        let length = site.run(inside, JUDGED, |byte| byte != quote.byte && byte != b'\n')?;
        let end = inside + length + 1;
        if !site.starts_with(end, b", ")? {
            return Ok(start);
        }
        own = end + 2;
    }
    Ok(own)
}
