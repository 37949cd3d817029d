//! What stands where a secret stood.

/// What replaces a removed value.
///
/// One word of letters and hyphens: valid as it stands as a JSON string's content, a plain YAML scalar, an INI value,
/// an unquoted shell word, XML text and a URL's query value, and not a word that any of them gives a meaning to.
pub const MASK: &str = "REMOVED-BY-CANDOR";

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
];

/// True for a value that hides nothing: empty, a truth value, masked by us or by others, or a mere reference to
/// where the secret is (`${DB_PASSWORD}`, `{{ password }}`).
pub(crate) fn hides_nothing(value: &[u8]) -> bool {
    let trimmed = value.trim_ascii_end();
    let value = trimmed[..trimmed.len() - trailing_backslashes(trimmed)].trim_ascii();
    if value.is_empty() || value == MASK.as_bytes() {
        return true;
    }
    let Ok(value) = std::str::from_utf8(value) else { return false };
    NO_SECRET.iter().any(|word| value.eq_ignore_ascii_case(word))
        || value.chars().all(|letter| matches!(letter, '*' | '•' | '●'))
        || is_placeholder(value)
        || is_reference(value)
}

fn trailing_backslashes(value: &[u8]) -> usize {
    value.iter().rev().take_while(|byte| **byte == b'\\').count()
}

fn is_placeholder(value: &str) -> bool {
    [('<', '>'), ('[', ']'), ('(', ')')].iter().any(|(open, close)| {
        let inner = value.strip_prefix(*open).and_then(|rest| rest.strip_suffix(*close));
        inner.is_some_and(|inner| PLACEHOLDERS.iter().any(|word| inner.eq_ignore_ascii_case(word)))
    })
}

/// `${NAME}`, `${{ secrets.NAME }}`, `{{ name }}`. A default inside (`${NAME:-hunter2}`) makes it none.
fn is_reference(value: &str) -> bool {
    let inner = [("${{", "}}"), ("{{", "}}"), ("${", "}")]
        .iter()
        .find_map(|(open, close)| value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)));
    inner.is_some_and(|inner| {
        let name = inner.trim();
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
    })
}
