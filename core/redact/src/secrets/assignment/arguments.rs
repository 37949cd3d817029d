//! Values that are the next argument: `["--password", "x"]`, `define('DB_PASSWORD', 'x')`.

use super::code;
use super::key_text::{KeyText, Quote};
use super::value::quoted;
use crate::site::{More, Site, Verdict};

/// Most white space before the value.
const MOST_SPACE: usize = 256;

/// Last words of the names of functions that take a name and a value.
const SETTERS: &[&[u8]] = &[
    b"define",
    b"set",
    b"put",
    b"add",
    b"env",
    b"setenv",
    b"putenv",
    b"append",
    b"header",
    b"property",
    b"with",
    b"setdefault",
    b"get",
    b"getenv",
    b"fetch",
    b"option",
    b"String",
];

/// Arguments that name the value to fall back on.
const DEFAULTS: &[&[u8]] = &[b"default=", b"default: ", b"default = ", b"default => ", b"default_value="];
/// How far behind the key they are looked for.
const LONGEST_DISTANCE: usize = 160;
/// How far before the key its function is looked for.
const LONGEST_CALL: usize = 64;

/// The value behind `"key",`.
pub(super) fn examine(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    let Some(key_quote) = key.quote else { return Ok(None) };
    if let Some(found) = code::after_operator(site, key)? {
        return Ok(Some(found));
    }
    if site.byte(key.closed_end)? != Some(b',')
        || !(key.hyphens > 0 || is_argument_of_setter(site, key, key_quote))
    {
        return Ok(None);
    }
    let after = key.closed_end + 1;
    let space = site.run(after, MOST_SPACE, |byte| byte.is_ascii_whitespace())?;
    match Quote::at(site, after + space)? {
        Some(quote) if quote == key_quote => quoted(site, key, after + space, quote),
        _ => default(site, key, after),
    }
}

/// `"--password", type=str, default="x")`
fn default(site: &Site<'_>, key: &KeyText, after: usize) -> Result<Option<Verdict>, More> {
    let length = site.run(after, LONGEST_DISTANCE, |byte| !matches!(byte, b'\n' | b')' | 0))?;
    let rest = &site.text[after..after + length];
    let found = DEFAULTS.iter().find_map(|name| memchr::memmem::find(rest, name).map(|at| at + name.len()));
    let Some(start) = found.map(|found| after + found) else { return Ok(None) };
    match Quote::at(site, start)? {
        Some(quote) => quoted(site, key, start, quote),
        None => Ok(None),
    }
}

/// `setProperty("password",`, `config.set("section", "password",`
fn is_argument_of_setter(site: &Site<'_>, key: &KeyText, quote: Quote) -> bool {
    let end = key.start - quote.length();
    let in_arguments = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.$&\"', ".contains(&byte);
    let open = end - site.run_before(end, LONGEST_CALL, in_arguments);
    let before = site.text[open..end].trim_ascii();
    if site.byte_before(open) != Some(b'(') || !(before.is_empty() || before.ends_with(b",")) {
        return false;
    }
    let length = site.run_before(open - 1, 40, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let name = &site.text[open - 1 - length..open - 1];
    let first = name.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
    let last = name.iter().rposition(|byte| *byte == b'_').map_or(0, |index| index + 1);
    SETTERS.contains(&&name[..first]) || SETTERS.iter().any(|word| word.eq_ignore_ascii_case(&name[last..]))
}
