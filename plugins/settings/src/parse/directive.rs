//! `Key value` with a blank between: OpenSSH, login.defs, logrotate, nginx, Redis; and the table of limits.conf.

use serde_json::Value;

use super::lines::logical_lines;
use super::{Findings, MOST_DEPTH, ParseError, is_word, unquoted, without_comment};

/// Directives of logrotate.conf(5) that start a shell script, up to `endscript`.
const SCRIPTS: [&str; 5] = ["postrotate", "prerotate", "firstaction", "lastaction", "preremove"];

pub(super) fn parse(text: &str, findings: &mut Findings) -> Result<(), ParseError> {
    let lines = logical_lines(text);
    let semicolons = lines.iter().any(|line| line.text.ends_with('{'))
        && lines.iter().any(|line| line.text.ends_with(';'));
    let mut sections: Vec<String> = Vec::new();
    let mut in_script = false;
    for line in &lines {
        let text = line.text.as_str();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if in_script {
            in_script = text != "endscript";
            continue;
        }
        in_script = SCRIPTS.contains(&text);
        let text = if semicolons { without_comment(text, &['#']).trim_end_matches(';') } else { text };
        if let Some(name) = text.strip_suffix('{') {
            if sections.len() >= MOST_DEPTH {
                return Err(ParseError::Depth);
            }
            sections.push(name.trim().to_owned());
        } else if text == "}" {
            sections.pop();
        } else if let Some((key, value)) = directive(text) {
            // ssh_config(5), sshd_config(5): what follows holds for what matches, up to the next such line.
            if matches!(key, "Match" | "Host") && !value.is_null() {
                sections = vec![text.to_owned()];
            } else {
                let path: Vec<String> = sections
                    .iter()
                    .filter(|name| !name.is_empty())
                    .cloned()
                    .chain([key.to_owned()])
                    .collect();
                findings.push(&path, value, line.number)?;
            }
        } else {
            findings.unrecognised_lines += 1;
        }
    }
    Ok(())
}

/// `Key value`, `Key=value`, `Key = value`, or a lone `key`, whose value is null.
fn directive(text: &str) -> Option<(&str, Value)> {
    let end = text.find(|letter: char| letter.is_whitespace() || letter == '=').unwrap_or(text.len());
    let (key, rest) = text.split_at(end);
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('=').unwrap_or(rest).trim();
    let value = if end == text.len() { Value::Null } else { Value::from(unquoted(rest)) };
    is_word(key).then_some((key, value))
}

/// `domain type item value` of limits.conf(5); the path is `[domain, type, item]`.
pub(super) fn parse_limits(text: &str, findings: &mut Findings) -> Result<(), ParseError> {
    for line in logical_lines(text) {
        let words: Vec<&str> = without_comment(&line.text, &['#']).split_whitespace().collect();
        match words.as_slice() {
            [] => {}
            [first, ..] if first.starts_with('#') => {}
            [domain, kind @ ("soft" | "hard" | "-"), item, value] => {
                let path = [domain, kind, item].map(|part| (*part).to_owned());
                findings.push(&path, Value::from(*value), line.number)?;
            }
            _ => findings.unrecognised_lines += 1,
        }
    }
    Ok(())
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

    fn keys(text: &str) -> Vec<String> {
        found(text)
            .0
            .into_iter()
            .map(|(key, value, line)| format!("{key}={} @{line}", value.unwrap_or_default()))
            .collect()
    }

    #[test]
    fn openssh_settings_belong_to_their_match() {
        let text = "Port 22\n#Port 23\nPermitRootLogin=no\nBanner \"/etc/a b\"\nMatch User git\n  X11Forwarding no\nMatch all\nAllowUsers a b\n";
        let expected = [
            "Port=22 @1",
            "PermitRootLogin=no @3",
            "Banner=/etc/a b @4",
            "Match User git|X11Forwarding=no @6",
            "Match all|AllowUsers=a b @8",
        ];
        assert_eq!(keys(text), expected);
    }

    #[test]
    fn blocks_are_sections_and_scripts_are_left_out() {
        let text = "weekly\n/var/log/x {\n rotate 4\n postrotate\n  kill -HUP 1\n endscript\n}\ncompress\n";
        assert_eq!(
            keys(text),
            ["weekly= @1", "/var/log/x|rotate=4 @3", "/var/log/x|postrotate= @4", "compress= @8"]
        );
        let nginx = "http {\n server {\n  listen 80; # c\n  root \"/srv\";\n }\n}\nuser www;\n";
        assert_eq!(keys(nginx), ["http|server|listen=80 @3", "http|server|root=/srv @4", "user=www @7"]);
    }

    #[test]
    fn a_line_that_starts_with_no_word_is_not_delivered() {
        assert_eq!(found("- x\n$y z\nA 1\n").1, 2);
    }

    #[test]
    fn limits_are_a_table_of_four() {
        let mut findings = Findings::default();
        parse_limits("# c\n* soft core 0 # c\n@a hard nproc 20\n* soft\n", &mut findings).unwrap();
        let paths: Vec<_> = findings.settings.iter().map(|found| found.path.join(" ")).collect();
        assert_eq!(
            (paths.as_slice(), findings.unrecognised_lines),
            (&["* soft core".into(), "@a hard nproc".into()][..], 1)
        );
    }
}
