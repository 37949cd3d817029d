//! Values that stand where a secret would, and hide nothing.

use std::net::{IpAddr, Ipv4Addr};

use candor_pseudonym::recognise::{MARK, is_name_pseudonym};

use crate::mark::end_of_mark;

/// Words in brackets that other tools put in a secret's place: `<hidden>`, `[FILTERED]`, `(redacted)`.
const PLACEHOLDERS: &[&str] = &[
    "redacted",
    "hidden",
    "removed",
    "masked",
    "filtered",
    "omitted",
    "sanitized",
    "scrubbed",
    "secret",
    "password",
    "passwd",
    "token",
    "none",
    "null",
    "nil",
    "empty",
    "unset",
    "not set",
    "not shown",
];

/// Values that say that there is no secret, or whether there is one.
const NO_SECRET: &[&str] = &[
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "null",
    "none",
    "nil",
    "undefined",
    "~",
    "(null)",
    "redacted",
    // What stands between columns.
    "|",
];

/// True for a value that hides nothing: empty, a truth value, masked by us or by others, or a mere reference to
/// where the secret is (`${DB_PASSWORD}`, `{{ password }}`).
pub(crate) fn hides_nothing(value: &[u8]) -> bool {
    let trimmed = value.trim_ascii_end();
    let value = trimmed[..trimmed.len() - trailing_backslashes(trimmed)].trim_ascii();
    if value.is_empty() || end_of_mark(value, 0) == Some(value.len()) || is_pseudonym(value) {
        return true;
    }
    let Ok(value) = std::str::from_utf8(value) else { return false };
    NO_SECRET.iter().any(|word| value.eq_ignore_ascii_case(word))
        || is_masked(value)
        || is_placeholder(value)
        || is_reference(value)
        || is_substitution(value)
}

/// `******`, `xxxxxx`, `****abcd`: masked by somebody else.
fn is_masked(value: &str) -> bool {
    let is_mask = |letter: char| matches!(letter, '*' | '•' | '●' | '…');
    let masked = value.chars().filter(|letter| is_mask(*letter)).count();
    let rest = value.chars().count() - masked;
    let one_letter = |wanted: char| value.len() >= 3 && value.chars().all(|letter| letter == wanted);
    (masked > 0 && rest == 0)
        || (masked >= 4 && rest <= 4)
        || ['x', 'X', '.', '-', '?', '_'].into_iter().any(one_letter)
}

/// `user-px-k3q5zt7acm`, `10.83.2.77~`. What merely ends like one, `hunter22~`, is none.
fn is_pseudonym(value: &[u8]) -> bool {
    is_name_pseudonym(value) || value.strip_suffix(&[MARK]).is_some_and(is_shaped)
}

/// True for what has the shape of an address, an id or a number that is marked.
fn is_shaped(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let all = |extra: &str, text: &str| {
        text.chars().all(|letter| letter.is_ascii_digit() || extra.contains(letter))
    };
    let hex = text.chars().filter(char::is_ascii_hexdigit).count();
    let iban = (15..=34).contains(&text.len())
        && text.starts_with(|letter: char| letter.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let grouped = text.chars().all(|letter| letter.is_ascii_hexdigit() || ":-.".contains(letter));
    let address = text.parse::<IpAddr>().is_ok() || text.replace('-', ".").parse::<Ipv4Addr>().is_ok();
    address
        || iban
        || (grouped && matches!(hex, 12 | 32))
        || text.strip_prefix("S-").is_some_and(|rest| rest.split('-').count() > 2 && all("-", rest))
        || (text.starts_with(['+', '~']) && hex >= 7 && all("+~ -()./", text))
}

fn trailing_backslashes(value: &[u8]) -> usize {
    value.iter().rev().take_while(|byte| **byte == b'\\').count()
}

fn is_placeholder(value: &str) -> bool {
    let listed = |inner: &str| PLACEHOLDERS.iter().any(|word| inner.eq_ignore_ascii_case(word));
    let in_brackets = [('[', ']'), ('(', ')')].iter().any(|(open, close)| {
        let inner = value.strip_prefix(*open).and_then(|rest| rest.strip_suffix(*close));
        inner.is_some_and(listed)
    });
    in_brackets || inner_of(value, "<", ">").is_some_and(|inner| listed(inner) || is_description(inner))
}

/// `your-password`, `insert API key here`: words, without figures.
fn is_description(inner: &str) -> bool {
    inner.len() >= 3
        && inner.chars().all(|letter| letter.is_alphabetic() || matches!(letter, ' ' | '-' | '_'))
}

fn inner_of<'a>(value: &'a str, open: &str, close: &str) -> Option<&'a str> {
    value.strip_prefix(open)?.strip_suffix(close)
}

/// `cat` in `$(cat file)`, of which a value in running text is cut off.
fn is_command(text: &str) -> bool {
    text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

/// What a shell, a template or a format puts something else in the place of: `$(pass show x)`, `$NAME`, `$1`, `%NAME%`,
/// `%(name)s`, `%s`, `#{name}`, `@NAME@`, `{0}`, `<%= name %>`, `op://vault/item`.
fn is_substitution(value: &str) -> bool {
    const STORES: &[&str] = &[
        "op://",
        "vault:",
        "vault://",
        "arn:aws:",
        "secretsmanager:",
        "ref+",
        "!vault",
        "!reference",
        "keyring:",
        "!secret",
        "!env",
    ];
    let name = |inner: &str| {
        !inner.is_empty()
            && inner.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.')
    };
    let upper = |inner: &str| {
        inner.len() > 1
            && inner.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let dollar = value.strip_prefix('$').is_some_and(|rest| {
        (upper(rest) && !rest.as_bytes()[0].is_ascii_digit())
            || (rest.len() == 1
                && (rest.as_bytes()[0].is_ascii_digit() || b"@*#?".contains(&rest.as_bytes()[0])))
            || rest.strip_prefix('(').is_some_and(|command| command.ends_with(')') || is_command(command))
            || crate::key::is_secret_key(rest)
    });
    dollar
        || inner_of(value, "%", "%").is_some_and(upper)
        || inner_of(value, "%(", ")s").is_some_and(name)
        || inner_of(value, "#{", "}").is_some_and(|inner| inner.len() > 1)
        || inner_of(value, "{", "}").is_some_and(name)
        || inner_of(value, "@", "@").is_some_and(upper)
        || inner_of(value, "<%", "%>").is_some()
        || matches!(value, "{}" | "?")
        || value.strip_prefix('%').is_some_and(|verb| verb.len() == 1 && verb != "%")
        || STORES.iter().any(|store| value.starts_with(store))
}

/// `${NAME}`, `${{ secrets.NAME }}`, `{{ name }}`. A default inside (`${NAME:-hunter2}`) makes it none.
fn is_reference(value: &str) -> bool {
    let inner = [("${{", "}}"), ("{{", "}}"), ("${", "}")]
        .iter()
        .find_map(|(open, close)| value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)));
    inner.is_some_and(|inner| {
        let name = inner.trim();
        let template = value.starts_with("{{") && !name.starts_with(['"', '\'']);
        !name.is_empty() && template
            || !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_. |-".contains(&byte))
    })
}
