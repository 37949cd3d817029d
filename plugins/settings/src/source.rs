//! The declared files: found, read, decoded, parsed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use candor_plugin::{Context, InputError, WalkLimits};
use serde::Serialize;

use crate::format::{self, DetectedBy, Format};
use crate::parse::{Found, parse};

/// `files.json`: what became of one declared file.
#[derive(Debug, Default, Serialize)]
pub(crate) struct FileRecord {
    /// Absolute path, or `/proc/sys` for all of the kernel's settings together.
    pub(crate) path: String,
    /// The grammar that it was read by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<Format>,
    /// What told the grammar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detected_by: Option<DetectedBy>,
    /// The file that it is a link to, under whose name its settings stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) same_as: Option<String>,
    /// Settings in the list.
    pub(crate) settings: usize,
    /// Settings of these from which a secret was removed.
    pub(crate) masked: usize,
    /// Lines that are neither comment nor setting, and are not delivered.
    pub(crate) unrecognised_lines: u32,
    /// True when only the start of the file was read.
    pub(crate) truncated: bool,
    /// Why not all of it is in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

impl FileRecord {
    fn partial(&mut self, context: &Context, reason: String) {
        context.note_partial(format!("`{}` {reason}", self.path));
        self.reason = Some(reason);
    }
}

/// Files that the patterns stand for, once each, by the name that leads there without a link where there is one.
pub(crate) fn declared_files<'a>(
    context: &Context,
    patterns: impl Iterator<Item = &'a String>,
) -> Vec<PathBuf> {
    let mut by_target: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    let mut links = Vec::new();
    for pattern in patterns {
        let found = context.expand(pattern, WalkLimits { files: 10_000, ..WalkLimits::default() });
        found.failed.iter().for_each(|error| context.note_input(error));
        if found.truncated {
            context.note_partial(format!("`{pattern}` stands for more files than are looked at"));
        }
        for path in found.files {
            match path.canonicalize() {
                Ok(target) if target != path => links.push((target, path)),
                _ => {
                    by_target.insert(path.clone(), path);
                }
            }
        }
    }
    links.sort();
    for (target, path) in links {
        by_target.entry(target).or_insert(path);
    }
    by_target.into_values().collect()
}

/// A file that was read: the text and what it says.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    pub(crate) text: String,
    pub(crate) found: Vec<Found>,
}

/// Reads and parses one file. `None` when it does not exist.
pub(crate) fn read(
    context: &Context,
    path: &Path,
    most_bytes: u64,
    hints: &[(String, Format)],
) -> Option<(FileRecord, Parsed)> {
    let mut record = FileRecord { path: path.display().to_string(), ..FileRecord::default() };
    let (data, truncated) = match context.read(path, most_bytes) {
        Ok(read) => read,
        Err(InputError::Absent(_)) => return None,
        Err(error) => {
            context.note_input(&error);
            record.reason = Some(error.to_string());
            return Some((record, Parsed::default()));
        }
    };
    record.truncated = truncated;
    if truncated {
        record.partial(context, format!("is larger than the {most_bytes} bytes that are read"));
    }
    let parsed = match decode(data, truncated) {
        Ok(text) => Parsed { found: parsed(context, &text, hints, &mut record), text },
        Err(reason) => {
            record.reason = Some(reason.to_owned());
            Parsed::default()
        }
    };
    Some((record, parsed))
}

fn parsed(context: &Context, text: &str, hints: &[(String, Format)], record: &mut FileRecord) -> Vec<Found> {
    let Some((format, detected_by)) = format::detect(&record.path, text, hints) else {
        if !has_only_comments(text) {
            record.partial(context, "is in no format that is known".to_owned());
        }
        return Vec::new();
    };
    record.format = Some(format);
    record.detected_by = Some(detected_by);
    if has_only_comments(text) || (record.truncated && format.is_structured()) {
        return Vec::new();
    }
    let (findings, error) = parse(format, text);
    if let Some(error) = error {
        record.partial(context, error.to_string());
    }
    record.unrecognised_lines = findings.unrecognised_lines;
    record.settings = findings.settings.len();
    findings.settings
}

/// UTF-8 text without its mark; other bytes are replaced. Of a file that was cut, whole lines.
fn decode(mut data: Vec<u8>, truncated: bool) -> Result<String, &'static str> {
    if data.starts_with(b"\xff\xfe") || data.starts_with(b"\xfe\xff") {
        return Err("is in UTF-16, which is not read");
    }
    if data.contains(&0) {
        return Err("is not text");
    }
    if truncated {
        let end = data.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        data.truncate(end);
    }
    let text = String::from_utf8_lossy(&data);
    Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
}

fn has_only_comments(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with(['#', ';']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_without_its_mark_and_anything_else_is_named() {
        assert_eq!(decode(b"\xef\xbb\xbfa=\xff\n".to_vec(), false).unwrap(), "a=\u{fffd}\n");
        assert_eq!(decode(b"a=1\nb=se".to_vec(), true).unwrap(), "a=1\n");
        assert!(decode(b"\xff\xfea\0".to_vec(), false).unwrap_err().contains("UTF-16"));
        assert_eq!(decode(b"\xfe\xed\xfe\xed\0\0".to_vec(), false), Err("is not text"));
    }
}
