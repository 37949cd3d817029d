//! Sections with `key = value`: systemd, MySQL, PostgreSQL (which has no sections), Samba, git and many others.

use serde_json::Value;

use super::lines::{Line, logical_lines};
use super::{Findings, MOST_KEY_BYTES, ParseError, is_word, unquoted, without_comment};

/// The setting whose value the next lines may go on with.
struct Open {
    path: Vec<String>,
    value: String,
    line: u32,
    indent: usize,
}

pub(super) fn parse(text: &str, findings: &mut Findings) -> Result<(), ParseError> {
    let mut section: Vec<String> = Vec::new();
    let mut open: Option<Open> = None;
    for line in logical_lines(text) {
        if line.text.is_empty() || line.text.starts_with(['#', ';']) {
            continue;
        }
        if let Some(open) = open.as_mut().filter(|open| goes_on(open, &line)) {
            open.value.push('\n');
            open.value.push_str(&line.text);
            continue;
        }
        close(open.take(), findings)?;
        if let Some(name) = section_name(&line.text) {
            section = name;
        } else if let Some((key, value)) = key_value(&line.text) {
            let path = section.iter().cloned().chain([key.to_owned()]).collect();
            open = Some(Open {
                path,
                value: without_comment(value, &['#', ';']).to_owned(),
                line: line.number,
                indent: line.indent,
            });
        } else if is_word(&line.text) {
            // MySQL's `skip-name-resolve` stands alone.
            let path: Vec<String> = section.iter().cloned().chain([line.text]).collect();
            findings.push(&path, Value::Null, line.number)?;
        } else {
            findings.unrecognised_lines += 1;
        }
    }
    close(open, findings)
}

fn close(open: Option<Open>, findings: &mut Findings) -> Result<(), ParseError> {
    let Some(open) = open else { return Ok(()) };
    findings.push(&open.path, Value::from(unquoted(&open.value)), open.line)
}

/// A line deeper than the key goes on with its value, unless it looks like a setting of its own. After a secret nothing
/// does: `xyz==` is the end of a key in base64.
fn goes_on(open: &Open, line: &Line) -> bool {
    let key = open.path.last().map_or("", String::as_str);
    line.indent > open.indent
        && section_name(&line.text).is_none()
        && (open.value.is_empty() || candor_redact::is_secret_key(key) || key_value(&line.text).is_none())
}

/// `[name]`, `[name "sub"]`, with a comment behind it or not.
fn section_name(text: &str) -> Option<Vec<String>> {
    let inner = without_comment(text, &['#', ';']).strip_prefix('[')?.strip_suffix(']')?;
    let (name, rest) = inner.split_once(' ').unwrap_or((inner, ""));
    let parts = [name, unquoted(rest.trim())];
    Some(parts.iter().filter(|part| !part.is_empty()).map(|part| (*part).to_owned()).collect())
}

/// At the first `=`, or at a `:` before it that a blank follows.
fn key_value(text: &str) -> Option<(&str, &str)> {
    let equals = text.find('=');
    let colon = text.find(": ").or_else(|| text.strip_suffix(':').map(str::len));
    let at = match (equals, colon) {
        (Some(equals), Some(colon)) => equals.min(colon),
        (Some(at), None) | (None, Some(at)) => at,
        (None, None) => return None,
    };
    let key = text[..at].trim();
    let is_key =
        !key.is_empty() && key.len() <= MOST_KEY_BYTES && !key.contains(['"', '\'', '`', '$', '(', '\n']);
    is_key.then(|| (key, text[at + 1..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Vec<(String, Option<String>, u32)>, u32) {
        let mut findings = Findings::default();
        parse(text, &mut findings).unwrap();
        let settings = findings.settings.iter();
        let settings =
            settings.map(|found| (found.path.join("|"), found.value.as_str().map(str::to_owned), found.line));
        (settings.collect(), findings.unrecognised_lines)
    }

    #[test]
    fn sections_comments_quotes_and_lone_keys() {
        let text = "\u{20}top = 1\r\n[Manager] ; c\r\n#Off=1\r\nLimit=10 # c\r\nName = \"a # b\"\r\n[remote \"origin\"]\r\n\turl: x=y\r\n\
                    [mysqld]\nskip-name-resolve\nempty =\n!includedir /etc/x\nlog file = /x\nempty = again\n";
        let expected: Vec<(String, Option<String>, u32)> = [
            ("top", Some("1"), 1),
            ("Manager|Limit", Some("10"), 4),
            ("Manager|Name", Some("a # b"), 5),
            ("remote|origin|url", Some("x=y"), 7),
            ("mysqld|skip-name-resolve", None, 9),
            ("mysqld|empty", Some(""), 10),
            ("mysqld|log file", Some("/x"), 12),
            ("mysqld|empty", Some("again"), 13),
        ]
        .into_iter()
        .map(|(key, value, line)| (key.to_owned(), value.map(str::to_owned), line))
        .collect();
        assert_eq!(found(text), (expected, 1));
    }

    #[test]
    fn deeper_lines_go_on_with_the_value() {
        let (settings, unrecognised) =
            found("hosts =\n  a\n  b\nkey = 1\n  sub = 2\nprivate_key = x\n  MIIE\n  vQ==\nend=1\n");
        let values: Vec<_> =
            settings.iter().map(|(key, value, _)| (key.as_str(), value.as_deref().unwrap())).collect();
        let expected =
            [("hosts", "\na\nb"), ("key", "1"), ("sub", "2"), ("private_key", "x\nMIIE\nvQ=="), ("end", "1")];
        assert_eq!((values.as_slice(), unrecognised), (&expected[..], 0));
    }
}
