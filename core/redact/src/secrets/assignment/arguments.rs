//! Values that are the next argument: `["--password", "x"]`, `define('DB_PASSWORD', 'x')`.

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
];

/// The value behind `"key",`.
pub(super) fn examine(site: &Site<'_>, key: &KeyText) -> Result<Option<Verdict>, More> {
    let Some(key_quote) = key.quote else { return Ok(None) };
    if site.byte(key.closed_end)? != Some(b',')
        || !(key.hyphens > 0 || is_argument_of_setter(site, key, key_quote))
    {
        return Ok(None);
    }
    let after = key.closed_end + 1;
    let space = site.run(after, MOST_SPACE, |byte| byte.is_ascii_whitespace())?;
    match Quote::at(site, after + space)? {
        Some(quote) if quote == key_quote => quoted(site, key, after + space, quote),
        _ => Ok(None),
    }
}

/// `setProperty("password",`
fn is_argument_of_setter(site: &Site<'_>, key: &KeyText, quote: Quote) -> bool {
    let open = key.start - quote.length();
    if site.byte_before(open) != Some(b'(') {
        return false;
    }
    let length = site.run_before(open - 1, 40, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let name = &site.text[open - 1 - length..open - 1];
    let first = name.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
    let last = name.iter().rposition(|byte| *byte == b'_').map_or(0, |index| index + 1);
    SETTERS.contains(&&name[..first]) || SETTERS.iter().any(|word| word.eq_ignore_ascii_case(&name[last..]))
}
