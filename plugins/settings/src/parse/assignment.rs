//! `key = value` without sections: sysctl files, device parameter lists, and the shell's assignments.

use serde_json::Value;

use super::lines::{Line, logical_lines};
use super::{Findings, ParseError, is_word, unquoted, without_comment};
use crate::format::Format;

/// Most lines that one quoted value of the shell may go over.
const MOST_QUOTED_LINES: usize = 200;

pub(super) fn parse(format: Format, text: &str, findings: &mut Findings) -> Result<(), ParseError> {
    let lines = logical_lines(text);
    let mut rest = lines.as_slice();
    while let Some((line, after)) = rest.split_first() {
        rest = after;
        if line.text.is_empty() || line.text.starts_with(['#', ';']) {
            continue;
        }
        let joined = if format == Format::Env { quoted_lines(line, after) } else { 0 };
        rest = &after[joined..];
        let texts = std::iter::once(line).chain(&after[..joined]).map(|line| line.text.as_str());
        match assignment(format, &texts.collect::<Vec<_>>().join("\n")) {
            Some((key, value)) => {
                let path: Vec<String> = match format {
                    Format::Env => vec![key],
                    _ => key.split('.').map(str::to_owned).collect(),
                };
                findings.push(&path, Value::from(value), line.number)?;
            }
            None => findings.unrecognised_lines += 1,
        }
    }
    Ok(())
}

fn assignment(format: Format, line: &str) -> Option<(String, String)> {
    let line = match format {
        Format::Env => line.strip_prefix("export ").unwrap_or(line).trim_start(),
        // sysctl.d(5): errors of a key with a dash before it are ignored.
        Format::Sysctl => line.strip_prefix('-').unwrap_or(line),
        _ => line,
    };
    let (key, value) = line.split_once('=')?;
    let (key, value) = match format {
        // The shell allows no blank before the sign, so this also tells settings from code.
        Format::Env => (key.to_owned(), without_comment(value, &['#']).trim()),
        Format::Sysctl => (sysctl_key(key.trim()), value.trim()),
        _ => (key.trim().to_owned(), value.trim()),
    };
    let value = if format == Format::Sysctl { value } else { unquoted(value) };
    is_word(&key).then(|| (key, value.to_owned()))
}

/// sysctl.d(5): where the first separator is a slash, slashes and dots are exchanged.
fn sysctl_key(key: &str) -> String {
    match key.find(['.', '/']) {
        Some(at) if key.as_bytes()[at] == b'/' => key
            .chars()
            .map(|letter| match letter {
                '/' => '.',
                '.' => '/',
                other => other,
            })
            .collect(),
        _ => key.to_owned(),
    }
}

/// How many of the following lines belong to the line's quoted value; none where the quote never ends.
fn quoted_lines(line: &Line, after: &[Line]) -> usize {
    let Some((_, value)) = line.text.split_once('=') else { return 0 };
    let Some(quote) = value.chars().next().filter(|first| matches!(first, '"' | '\'')) else { return 0 };
    if is_closed(&value[1..], quote) {
        return 0;
    }
    let mut ahead = after.iter().take(MOST_QUOTED_LINES);
    ahead.position(|next| is_closed(&next.text, quote)).map_or(0, |last| last + 1)
}

fn is_closed(text: &str, quote: char) -> bool {
    let mut escaped = false;
    for character in text.chars() {
        match character {
            '\\' if quote == '"' => escaped = !escaped,
            other if other == quote && !escaped => return true,
            _ => escaped = false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(format: Format, text: &str) -> (Vec<(String, String, u32)>, u32) {
        let mut findings = Findings::default();
        parse(format, text, &mut findings).unwrap();
        let settings = findings.settings.iter();
        let settings = settings
            .map(|found| (found.path.join("|"), found.value.as_str().unwrap().to_owned(), found.line));
        (settings.collect(), findings.unrecognised_lines)
    }

    fn expect(format: Format, text: &str, expected: &[(&str, &str, u32)], unrecognised: u32) {
        let expected: Vec<_> =
            expected.iter().map(|(key, value, line)| ((*key).into(), (*value).into(), *line)).collect();
        assert_eq!(found(format, text), (expected, unrecognised));
    }

    #[test]
    fn sysctl_files_are_read_as_sysctl_reads_them() {
        let text = "# c\r\n; c\r\nnet.ipv4.ip_forward = 1\r\n-kernel/domainname=a b # c\r\nnet/ipv4/conf/eth0.1/rp_filter=2\n\
                    net.ipv4.ip_forward=0\nnonsense\n";
        let expected = [
            ("net|ipv4|ip_forward", "1", 3),
            ("kernel|domainname", "a b # c", 4),
            ("net|ipv4|conf|eth0/1|rp_filter", "2", 5),
            ("net|ipv4|ip_forward", "0", 6),
        ];
        expect(Format::Sysctl, text, &expected, 1);
    }

    #[test]
    fn device_parameters_keep_everything_behind_the_first_sign() {
        let text =
            "root.Brand.Brand=AXIS\nroot.Network.Routing=\"a=b\"\nroot.Image.I0.Text.String=\nroot.x y=1\n";
        let expected = [
            ("root|Brand|Brand", "AXIS", 1),
            ("root|Network|Routing", "a=b", 2),
            ("root|Image|I0|Text|String", "", 3),
        ];
        expect(Format::Parameters, text, &expected, 1);
    }

    #[test]
    fn shell_assignments_lose_quotes_and_comments_and_shell_code_is_left_out() {
        let text = "export A=\"x # y\" # z\nB='it''s'\nC=plain # c\nD = no\nif [ -f /x ]; then\nE=\"one\n  two\"\nF=$A/bin\n\
                    G=\"open\nH=1\n";
        let expected = [
            ("A", "x # y", 1),
            ("B", "'it''s'", 2),
            ("C", "plain", 3),
            ("E", "one\ntwo", 6),
            ("F", "$A/bin", 8),
            ("G", "\"open", 9),
            ("H", "1", 10),
        ];
        expect(Format::Env, text, &expected, 2);
    }
}
