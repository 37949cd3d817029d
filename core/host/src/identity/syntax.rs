//! The few syntaxes that settings come in, read tolerantly: what does not fit is passed over.

/// A line of an INI-like file: `[section]`, then `key = value`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Setting<'a> {
    pub(super) section: &'a str,
    pub(super) key: &'a str,
    pub(super) value: &'a str,
}

/// Lines with something on them that are no comment.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';']))
}

/// The words of each line, without a comment behind them: `10.0.0.7 nas nas.lan # in the cellar`.
pub(super) fn words(text: &str) -> impl Iterator<Item = Vec<&str>> {
    lines(text).map(|line| line.split_whitespace().take_while(|word| !word.starts_with('#')).collect())
}

/// The settings of an INI-like file, quotes around a value taken off.
pub(super) fn settings(text: &str) -> Vec<Setting<'_>> {
    let mut section = "";
    let mut found = Vec::new();
    for line in lines(text) {
        if let Some(inner) = line.strip_prefix('[') {
            section = inner.split(']').next().unwrap_or_default().trim();
        } else if let Some((key, value)) = line.split_once('=') {
            found.push(Setting { section, key: key.trim(), value: unquoted(value.trim()) });
        }
    }
    found
}

/// `NAME=value`, `export NAME='value'  # why`: assignments of a shell script, one a line.
pub(super) fn assignments(text: &str) -> Vec<(&str, &str)> {
    let assigns = |line| {
        let line = str::strip_prefix(line, "export ").unwrap_or(line).trim_start();
        let (name, value) = line.split_once('=')?;
        let is_name =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        is_name.then(|| (name, first_shell_word(value)))
    };
    lines(text).filter_map(assigns).collect()
}

fn first_shell_word(value: &str) -> &str {
    match value.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let inner = &value[1..];
            inner.find(quote).and_then(|end| inner.get(..end)).unwrap_or(inner)
        }
        _ => value.split([' ', '\t', ';', '&']).next().unwrap_or_default(),
    }
}

/// Without a pair of quotes around it.
pub(super) fn unquoted(value: &str) -> &str {
    ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(value)
}

/// Resolves `\x20` (udev, wpa_supplicant), `\040` (mount tables) and a backslash before any other character.
pub(super) fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != b'\\' {
            bytes.push(*first);
        } else if let Some((byte, length)) = escaped(behind) {
            bytes.push(byte);
            rest = behind.get(length..).unwrap_or_default();
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// What the text behind a backslash stands for, and how long it is.
fn escaped(behind: &[u8]) -> Option<(u8, usize)> {
    let number = |digits: &[u8], radix| {
        let text = std::str::from_utf8(digits).ok().filter(|text| !text.starts_with('+'))?;
        u8::from_str_radix(text, radix).ok()
    };
    let hexadecimal = behind.strip_prefix(b"x").and_then(|digits| number(digits.get(..2)?, 16));
    let octal = || behind.get(..3).and_then(|digits| number(digits, 8));
    hexadecimal.or_else(octal).map(|byte| (byte, 3)).or_else(|| behind.first().map(|byte| (*byte, 1)))
}

/// Text that is written as hexadecimal digits: `43616665`.
pub(super) fn from_hex(digits: &str) -> Option<String> {
    let digits = digits.as_bytes();
    if digits.is_empty() || !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let pairs = digits.chunks_exact(2).map(|pair| std::str::from_utf8(pair).ok());
    let bytes = pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect::<Option<Vec<u8>>>()?;
    String::from_utf8(bytes).ok()
}

/// The part of a URL before the path: `scheme://user:password@host:port`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Authority<'a> {
    pub(super) user: &'a str,
    pub(super) password: &'a str,
    pub(super) host: &'a str,
}

/// The URLs with a user in a text.
pub(super) fn authorities(text: &str) -> Vec<Authority<'_>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("://") {
        let rest = &text[at + 3..];
        let end = rest.find(|letter: char| letter.is_whitespace() || "\"'`<>/?#,;".contains(letter));
        let authority = &rest[..end.unwrap_or(rest.len())];
        if let Some((user_info, host)) = authority.rsplit_once('@') {
            let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
            found.push(Authority { user, password, host: without_port(host) });
        }
    }
    found
}

/// `web01:8080` → `web01`, `[fd00::1]:22` → `fd00::1`. A bare IPv6 address stays.
pub(super) fn without_port(host: &str) -> &str {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.split(']').next().unwrap_or(inner);
    }
    match host.split_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Resolves `%40` and its like; `None` when there is none or the result is no UTF-8.
pub(super) fn percent_decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    let mut is_encoded = false;
    for part in parts {
        let digits = part.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(&part.as_bytes()[2..]);
        is_encoded = true;
    }
    is_encoded.then(|| String::from_utf8(bytes).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_of_shells_are_read_in_every_quoting() {
        let script =
            "#!/bin/sh\nexport A=one # why\nB='two words'\nC=\"x=y\"\nif true; then\nD-E=no\nF=\"open\nG=;\n";
        let expected = [("A", "one"), ("B", "two words"), ("C", "x=y"), ("F", "open"), ("G", "")];
        assert_eq!(assignments(script), expected);
    }

    #[test]
    fn settings_know_their_section() {
        let found = settings("a=1\n[ wifi ]\nssid = \"Blue Fig\"\n; no=2\n[broken\nx=y");
        let shown: Vec<_> = found.iter().map(|one| (one.section, one.key, one.value)).collect();
        assert_eq!(shown, [("", "a", "1"), ("wifi", "ssid", "Blue Fig"), ("broken", "x", "y")]);
    }

    #[test]
    fn escapes_are_resolved_and_broken_ones_survived() {
        assert_eq!(unescape(r"a\x20b\040c\\d"), r"a b c\d");
        assert_eq!(unescape(r"end\"), "end");
        assert_eq!(unescape(r"\xzz\9"), "xzz9");
        assert_eq!(unescape(r"\xff"), r"\xff", "no UTF-8: as it stands");
        assert_eq!(from_hex("43616665").as_deref(), Some("Cafe"));
        assert_eq!(from_hex("4"), None);
        assert_eq!(from_hex("+1+1"), None);
    }

    #[test]
    fn the_credentials_of_urls_are_told_apart() {
        let text =
            r#"Proxy "http://ada:p%40ss@proxy.example:3128/"; ssh://git@[fd00::7]:22 http://plain.example"#;
        let found = authorities(text);
        assert_eq!(found[0], Authority { user: "ada", password: "p%40ss", host: "proxy.example" });
        assert_eq!(found[1], Authority { user: "git", password: "", host: "fd00::7" });
        assert_eq!(found.len(), 2);
        assert_eq!(percent_decoded("p%40ss").as_deref(), Some("p@ss"));
        assert_eq!(percent_decoded("p%4"), None);
        assert_eq!(percent_decoded("plain"), None);
    }
}
