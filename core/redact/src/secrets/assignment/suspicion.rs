//! Whether a value is a secret: by the name of its key, its shape and what stands around it.

use super::key_text::KeyText;
use crate::key::Strength;
use crate::secrets::label::is_label;
use crate::secrets::reference::{is_expression, is_type_name, is_variable, names_secret};
use crate::secrets::shape::{Place, is_hex, is_path, looks_random};
use crate::site::{JUDGED, More, Site};
use crate::skip::Skip;

/// How the value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::secrets) enum Form {
    /// The rest of a line.
    Line,
    /// A word in running text.
    Word,
    /// Inside quotes, or the text of an element.
    Quoted,
    /// The rest of a quoted text, or a block of lines.
    Text,
}

impl Form {
    pub(in crate::secrets) fn of(skip: &Skip) -> Self {
        match skip {
            Skip::Line => Self::Line,
            Skip::Word(_) => Self::Word,
            Skip::Quoted(_) | Skip::Element(_) => Self::Quoted,
            _ => Self::Text,
        }
    }
}

/// True for a value that ends before `resume` and is a secret.
pub(in crate::secrets) fn is_secret(
    site: &Site<'_>,
    key: &KeyText,
    form: Form,
    value: &[u8],
    resume: usize,
) -> Result<bool, More> {
    if key.secret.strength == Strength::Weak {
        return Ok(is_random(site, key, value.trim_ascii()));
    }
    let name = key.bytes(site);
    let next = site.byte(resume)?;
    let benign = match form {
        Form::Line | Form::Word => {
            is_expression(value, next, form == Form::Word && is_spaced(site, key))
                || is_type_after_colon(site, key, value)
                || is_passed_on(site, key, value, next)
        }
        Form::Quoted => is_label(value, name) || is_type_name(value, b""),
        Form::Text => false,
    };
    let sentence = form == Form::Line && value.contains(&b' ') && is_label(value, name);
    Ok(!(benign || sentence || says_no_secret(site, key, form, value)))
}

/// True for a value longer than [`JUDGED`] that is a secret. That of a strong key is.
pub(in crate::secrets) fn is_long_secret(site: &Site<'_>, key: &KeyText, start: usize) -> Result<bool, More> {
    Ok(key.secret.strength == Strength::Strong || is_random(site, key, site.ahead(start, JUDGED)?))
}

/// True when the value of a weak key looks random and is no hash where the key says that it is one.
fn is_random(site: &Site<'_>, key: &KeyText, value: &[u8]) -> bool {
    let colon = site.text.get(key.end) == Some(&b':') && site.byte_before(key.start) == Some(b' ');
    let hash = (matches!(key.secret.id, "secret" | "cookie") || colon) && is_hex(value);
    let query = matches!(site.byte_before(key.start), Some(b'?' | b'&' | b';'))
        && site.text.get(key.end) == Some(&b'=');
    let place = if query { Place::Query } else { Place::Anywhere };
    // `;jsessionid=…?page=1`
    let value = value.split(|byte| *byte == b'?').next().filter(|_| query).unwrap_or(value);
    if is_one_time_code(site, key, value) {
        return true;
    }
    !hash && !value.starts_with(b"0x") && looks_random(value, place) || is_basic_credentials(key, value)
}

/// `otp=429137`, `verification code: 429137`
fn is_one_time_code(site: &Site<'_>, key: &KeyText, value: &[u8]) -> bool {
    let name = key.bytes(site);
    let last = name.rsplit(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default();
    let named =
        key.secret.id == "pin" || last.eq_ignore_ascii_case(b"otp") || last.eq_ignore_ascii_case(b"totp");
    named && (4..=8).contains(&value.len()) && value.iter().all(u8::is_ascii_digit)
}

/// `auth` of a file of Docker: Base64 of `user:password`.
fn is_basic_credentials(key: &KeyText, value: &[u8]) -> bool {
    key.secret.id == "authorization" && crate::secrets::headers::is_basic(value)
}

/// `token: Token`, `password: str,`
fn is_type_after_colon(site: &Site<'_>, key: &KeyText, value: &[u8]) -> bool {
    let separator = site.text[key.closed_end..].iter().find(|byte| !matches!(byte, b' ' | b'\t'));
    separator == Some(&b':') && is_type_name(value, key.bytes(site))
}

/// True for a variable in the place of a value: `token = next_token`, `f(password=db_password)`, `password = pw;`.
fn is_passed_on(site: &Site<'_>, key: &KeyText, value: &[u8], next: Option<u8>) -> bool {
    let spaced = is_spaced(site, key);
    // `self.password = password`
    let name = key.bytes(site);
    let member = name.len() > value.len()
        && name.ends_with(value)
        && matches!(name[name.len() - value.len() - 1], b'.' | b'_' | b'>');
    if spaced && member {
        return true;
    }
    let argument = matches!(next, Some(b')' | b',')) && site.text[key.end..].first() == Some(&b'=');
    if is_variable(value) {
        return spaced || argument;
    }
    let bare = value.strip_prefix(b"*").or(value.strip_prefix(b"&")).unwrap_or(value);
    let statement = bare.strip_suffix(b";").filter(|_| spaced && next != Some(b';'));
    let letters = |name: &[u8]| name.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    statement.is_some_and(letters) || (next == Some(b')') && argument && value == key.bytes(site))
}

/// `token = x`: a blank stands before the separator.
fn is_spaced(site: &Site<'_>, key: &KeyText) -> bool {
    site.text.get(key.closed_end) == Some(&b' ')
}

/// `SET_TOKEN = 'SET_TOKEN'`, `API_KEY=YOUR_API_KEY`, `TOKEN_KEY = "auth-token"`: the name of a secret where the secret would be.
fn names_itself(value: &[u8], key: &[u8]) -> bool {
    let capitals = value.iter().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'-'));
    value.len() > 8 && capitals && value.contains(&b'_') && names_secret(value)
        || value.len() > 4 && value.eq_ignore_ascii_case(key) && key.contains(&b'_')
}

/// True for a version: `^1.2`, `10.31.2`.
fn is_version(value: &[u8]) -> bool {
    let number = value.strip_prefix(b"^").or(value.strip_prefix(b"~")).unwrap_or(value);
    let dots = number.iter().filter(|byte| **byte == b'.').count();
    let least = if number.len() < value.len() { 1 } else { 2 };
    dots >= least && number.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

/// True for a value that cannot be a secret of this kind: a count of tokens, the path of a key, a word of prose.
fn says_no_secret(site: &Site<'_>, key: &KeyText, form: Form, value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let colon = site.text.get(key.end) == Some(&b':') && key.quote.is_none();
    let message = form == Form::Word && colon && key.bytes(site) == b"passwd";
    let letters = value.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'-');
    if is_version(value) || (message && letters) || names_itself(value, key.bytes(site)) {
        return true;
    }
    // `id-token: write`, `token: read` of a workflow's permissions.
    if colon && form == Form::Line && key.bytes(site) == b"id-token" {
        return matches!(value, b"write" | b"read" | b"none");
    }
    if matches!(key.secret.id, "password" | "passphrase" | "psk" | "community" | "pin") {
        return false;
    }
    // `"output_token": "nextToken"`
    if is_variable(value) && key.quote.is_some() {
        return true;
    }
    let named = key.secret.id == "credential" && value.iter().all(u8::is_ascii_lowercase);
    let prose = colon && letters && (form == Form::Word || named);
    let count = value.len() <= 4 && value.iter().all(u8::is_ascii_digit);
    prose || count || is_path(value)
}
