//! One line of the settings list.

use serde::Serialize;
use serde_json::Value;

/// One setting.
///
/// ```json
/// {"key":"net.ipv4.ip_forward","value":"1","source":"/etc/sysctl.conf","line":3,"masked":false}
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Setting {
    /// Sections and key, with dots between; a part that holds a dot or a blank is in double quotes.
    pub(crate) key: String,
    /// The value as it is written, less outer quotes; typed where the file's format has types; null for a key that
    /// stands alone.
    pub(crate) value: Value,
    /// The file.
    pub(crate) source: String,
    /// Line of the file, from 1; absent for the kernel's own settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u32>,
    /// True when the value, or a part of it or of the key, was removed because it is a secret.
    pub(crate) masked: bool,
}

impl Setting {
    /// Bytes of its texts.
    pub(crate) fn bytes(&self) -> usize {
        self.key.len() + self.source.len() + self.value.as_str().map_or(8, str::len)
    }

    /// Order of the list: what is set in several places stands together.
    pub(crate) fn order(&self) -> (&str, &str, Option<u32>) {
        (&self.key, &self.source, self.line)
    }
}

/// `["mysqld", "log file"]` → `mysqld."log file"`.
pub(crate) fn dotted(path: &[String]) -> String {
    let parts: Vec<_> = path.iter().map(|part| quoted_if_needed(part)).collect();
    parts.join(".")
}

fn quoted_if_needed(part: &str) -> String {
    let is_plain =
        |letter: char| !letter.is_whitespace() && !letter.is_control() && !matches!(letter, '.' | '"');
    if !part.is_empty() && part.chars().all(is_plain) {
        part.to_owned()
    } else {
        Value::from(part).to_string()
    }
}

/// The list as JSON, one setting a line.
pub(crate) fn encode(settings: &[Setting]) -> Result<Vec<u8>, serde_json::Error> {
    let mut document = b"[".to_vec();
    for (index, setting) in settings.iter().enumerate() {
        document.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
        serde_json::to_writer(&mut document, setting)?;
    }
    document.extend_from_slice(b"\n]\n");
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_hold_dots_or_blanks_are_quoted() {
        let path = ["a", "b.c", "d e", "", "eth0/1"].map(str::to_owned);
        assert_eq!(dotted(&path), r#"a."b.c"."d e"."".eth0/1"#);
    }
}
