//! How a value is written where the plain text would break the syntax around it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

/// `text` written by the filter called `name`.
///
/// # Panics
/// When there is no such filter: a template is wrong.
#[must_use]
pub fn apply(name: &str, text: &str) -> String {
    match name {
        "json" => json(text),
        "json2" => json(&json(text)),
        "unicode" => unicode(text),
        "percent" => percent(text),
        "base64" => STANDARD.encode(text),
        "xml" => xml(text),
        "yaml" => text.replace('\'', "''"),
        "shell" => text.replace('\'', "'\\''"),
        "quoted" => text.replace('\\', "\\\\").replace('"', "\\\""),
        "csv" => text.replace('"', "\"\""),
        "sql" => text.replace('\'', "''"),
        "properties" => properties(text),
        "upper" => text.to_uppercase(),
        "utf16" => STANDARD.encode(text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
        _ => panic!("no filter is called `{name}`"),
    }
}

/// The inside of a JSON string.
#[must_use]
pub fn json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The inside of a JSON string in which all but letters, digits and spaces are `\u` escapes.
fn unicode(text: &str) -> String {
    let mut out = String::new();
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii_alphanumeric() || byte == b' ' => out.push(char::from(byte)),
            _ => push(&mut out, format_args!("\\u{unit:04x}")),
        }
    }
    out
}

fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            push(&mut out, format_args!("%{byte:02X}"));
        }
    }
    out
}

fn xml(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&apos;")
}

fn properties(text: &str) -> String {
    let text = text.replace('\\', "\\\\");
    let mut out = String::new();
    for character in text.chars() {
        match character {
            ':' | '=' | '#' | '!' => push(&mut out, format_args!("\\{character}")),
            _ if character.is_ascii() => out.push(character),
            _ => push(&mut out, format_args!("\\u{:04x}", u32::from(character))),
        }
    }
    out
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
}
