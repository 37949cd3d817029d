//! `KEY=value` files as `/etc/os-release` and `/etc/default/locale` have them: shell assignments without a shell.

use std::collections::BTreeMap;

/// Parses assignments; comments, blank lines and lines without `=` are passed over, quotes are taken off.
/// See os-release(5).
pub(crate) fn parse(text: &str) -> BTreeMap<String, String> {
    text.lines().filter_map(assignment).collect()
}

fn assignment(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    let (key, value) = line.split_once('=')?;
    let key = key.trim().trim_start_matches("export ");
    if key.is_empty() || key.starts_with('#') {
        return None;
    }
    Some((key.to_owned(), unquote(value.trim())))
}

fn unquote(value: &str) -> String {
    let inner = |quote| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    if let Some(plain) = inner('\'') {
        return plain.to_owned();
    }
    let mut characters = inner('"').unwrap_or(value).chars();
    let mut plain = String::new();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.extend(characters.next()),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_comments_and_escapes_are_understood() {
        let found = parse("# c\nA=1\nB=\"two words\"\nC='$x'\nD=\"a\\\"b\"\nexport E=e\nnothing\n=f\n");
        let found: Vec<_> = found.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(found, [("A", "1"), ("B", "two words"), ("C", "$x"), ("D", "a\"b"), ("E", "e")]);
    }

    #[test]
    fn a_lone_quote_is_kept() {
        assert_eq!(parse("A=\"")["A"], "\"");
        assert_eq!(parse("A=\\")["A"], "");
    }
}
