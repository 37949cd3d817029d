//! Which grammar a file follows.

use std::fmt;

use serde::Serialize;

/// A grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Format {
    /// Sections with `key = value`.
    Ini,
    /// sysctl.d(5).
    Sysctl,
    /// `root.Group.Name=Value`.
    Parameters,
    /// Assignments of the shell.
    Env,
    /// `Key value`.
    KeyValue,
    /// limits.conf(5).
    Limits,
    /// JSON, with comments or without.
    Json,
    /// TOML.
    Toml,
    /// YAML.
    Yaml,
}

/// What told the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DetectedBy {
    /// The manifest's option `formats`.
    Option,
    /// The place of a well-known file.
    Path,
    /// The ending of its name.
    Ending,
    /// Its first lines.
    Content,
}

/// Well-known files whose names do not tell.
const PATHS: [(&str, Format); 22] = [
    ("/etc/sysctl.conf", Format::Sysctl),
    ("*/sysctl.d/*", Format::Sysctl),
    ("/etc/ssh/*", Format::KeyValue),
    ("/etc/login.defs", Format::KeyValue),
    ("/etc/default/*", Format::Env),
    ("/etc/environment", Format::Env),
    ("/etc/environment.d/*", Format::Env),
    ("/etc/sysconfig/*", Format::Env),
    ("/etc/systemd/*", Format::Ini),
    ("/usr/lib/systemd/*", Format::Ini),
    ("/etc/security/limits.conf", Format::Limits),
    ("/etc/security/limits.d/*", Format::Limits),
    ("/etc/security/faillock.conf", Format::KeyValue),
    ("/etc/logrotate.conf", Format::KeyValue),
    ("/etc/logrotate.d/*", Format::KeyValue),
    ("/etc/nginx/*", Format::KeyValue),
    ("/etc/redis/*", Format::KeyValue),
    ("/etc/chrony*", Format::KeyValue),
    ("/etc/postgresql/*", Format::Ini),
    ("/etc/mysql/*", Format::Ini),
    ("/etc/my.cnf*", Format::Ini),
    ("/etc/samba/*", Format::Ini),
];

const ENDINGS: [(&str, Format); 12] = [
    (".json", Format::Json),
    (".toml", Format::Toml),
    (".yaml", Format::Yaml),
    (".yml", Format::Yaml),
    (".ini", Format::Ini),
    (".cfg", Format::Ini),
    (".cnf", Format::Ini),
    (".env", Format::Env),
    (".service", Format::Ini),
    (".timer", Format::Ini),
    (".socket", Format::Ini),
    (".properties", Format::Parameters),
];

/// Lines that are looked at when only the content can tell.
const SAMPLE_LINES: usize = 50;

/// Finds the format; `hints` are the option's `PATTERN=FORMAT`, the first that fits counts.
pub(crate) fn detect(path: &str, text: &str, hints: &[(String, Format)]) -> Option<(Format, DetectedBy)> {
    let by_option = hints.iter().find(|(pattern, _)| fits(pattern.as_bytes(), path.as_bytes()));
    let by_path = || PATHS.iter().find(|(pattern, _)| fits(pattern.as_bytes(), path.as_bytes()));
    let by_ending = || ENDINGS.iter().find(|(ending, _)| path.ends_with(ending));
    // A name ends the question for structured text wherever it lies: `/etc/systemd/x.json` is JSON.
    let structured = |found: &&(&str, Format)| found.1.is_structured();
    by_option
        .map(|(_, format)| (*format, DetectedBy::Option))
        .or_else(|| by_ending().filter(structured).map(|found| (found.1, DetectedBy::Ending)))
        .or_else(|| by_path().map(|found| (found.1, DetectedBy::Path)))
        .or_else(|| by_ending().map(|found| (found.1, DetectedBy::Ending)))
        .or_else(|| by_content(text).map(|format| (format, DetectedBy::Content)))
}

fn by_content(text: &str) -> Option<Format> {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with(['#', ';']))
        .take(SAMPLE_LINES)
        .collect();
    let first = lines.first()?;
    let share = |is_such: &dyn Fn(&str) -> bool| {
        lines.iter().filter(|line| is_such(line)).count() * 10 >= lines.len() * 9
    };
    if first.starts_with('{') || (*first == "[" && text.trim_end().ends_with(']')) {
        Some(Format::Json)
    } else if *first == "---" || first.starts_with("%YAML") {
        Some(Format::Yaml)
    } else if first.starts_with('[') || lines.iter().any(|line| line.starts_with('[') && line.ends_with(']'))
    {
        Some(Format::Ini)
    } else if share(&|line| key_of(line).is_some_and(|key| key.contains('.'))) {
        Some(Format::Parameters)
    } else if share(&|line| key_of(line.trim_start_matches("export ")).is_some_and(is_shell_name)) {
        Some(Format::Env)
    } else if share(&|line| key_of(line).is_some()) {
        Some(Format::Ini)
    } else {
        share(&|line| line.starts_with(|first: char| first.is_ascii_alphabetic() || first == '}'))
            .then_some(Format::KeyValue)
    }
}

/// What stands before the first `=`.
fn key_of(line: &str) -> Option<&str> {
    line.split_once('=').map(|(key, _)| key)
}

fn is_shell_name(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `*` stands for any text, slashes included.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut in_text) = (0, 0);
    let mut star = None;
    while in_text < text.len() {
        if pattern.get(at) == Some(&b'*') {
            star = Some((at, in_text));
            at += 1;
        } else if pattern.get(at) == text.get(in_text) {
            at += 1;
            in_text += 1;
        } else if let Some((star_at, matched)) = star {
            star = Some((star_at, matched + 1));
            (at, in_text) = (star_at + 1, matched + 1);
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

impl Format {
    const ALL: [(Self, &'static str); 9] = [
        (Self::Ini, "ini"),
        (Self::Sysctl, "sysctl"),
        (Self::Parameters, "parameters"),
        (Self::Env, "env"),
        (Self::KeyValue, "key-value"),
        (Self::Limits, "limits"),
        (Self::Json, "json"),
        (Self::Toml, "toml"),
        (Self::Yaml, "yaml"),
    ];

    #[cfg(test)]
    pub(crate) fn every() -> impl Iterator<Item = Self> {
        Self::ALL.iter().map(|(format, _)| *format)
    }

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(format, _)| *format == self).map_or("", |(_, name)| name)
    }

    /// True for formats of which a part makes no sense.
    pub(crate) fn is_structured(self) -> bool {
        matches!(self, Self::Json | Self::Toml | Self::Yaml)
    }

    /// Reads one hint of the option `formats`: `/opt/device/*.conf=parameters`.
    pub(crate) fn hint(text: &str) -> Option<(String, Self)> {
        let (pattern, name) = text.rsplit_once('=')?;
        let (format, _) = Self::ALL.iter().find(|(_, known)| *known == name)?;
        Some((pattern.to_owned(), *format))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(path: &str, text: &str) -> Option<(Format, DetectedBy)> {
        detect(path, text, &[])
    }

    #[test]
    fn the_place_or_the_ending_tells() {
        assert_eq!(detected("/etc/systemd/system.conf", ""), Some((Format::Ini, DetectedBy::Path)));
        assert_eq!(detected("/etc/docker/daemon.json", ""), Some((Format::Json, DetectedBy::Ending)));
        assert_eq!(detected("/etc/nginx/x.json", ""), Some((Format::Json, DetectedBy::Ending)));
        assert_eq!(
            detected("/usr/lib/sysctl.d/50-default.conf", ""),
            Some((Format::Sysctl, DetectedBy::Path))
        );
        assert_eq!(detected("/opt/app/app.ini", ""), Some((Format::Ini, DetectedBy::Ending)));
    }

    #[test]
    fn the_option_comes_first() {
        let hints = [Format::hint("/opt/*.json=parameters").unwrap()];
        assert_eq!(detect("/opt/a/b.json", "", &hints), Some((Format::Parameters, DetectedBy::Option)));
        assert_eq!(Format::hint("/opt/*=nonsense"), None);
    }

    #[test]
    fn the_content_tells_where_nothing_else_does() {
        for (text, format) in [
            ("# c\n{\"a\":1}", Format::Json),
            ("---\na: 1\n", Format::Yaml),
            ("a=1\n[b]\nc=2\n", Format::Ini),
            ("root.A.B=1\nroot.A.C=two\n", Format::Parameters),
            ("A=1\nexport B=2\n", Format::Env),
            ("a b = 1\n", Format::Ini),
            ("Port 22\nUser x\n", Format::KeyValue),
        ] {
            assert_eq!(detected("/opt/x.conf", text), Some((format, DetectedBy::Content)), "{text}");
        }
        assert_eq!(detected("/opt/x.conf", "$%&\n(1)\n"), None);
        assert_eq!(detected("/opt/x.conf", "\n# only comments\n"), None);
    }
}
