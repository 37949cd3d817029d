//! Classic text logs below `/var/log`: the newest end of each, rotated and packed ones included.

use std::collections::BTreeSet;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use candor_plugin::{CollectError, Context, Input, InputError, WalkLimits};

use crate::Options;
use crate::artifact_name::artifact_name;
use crate::summary::{Summary, TextFile, TextSummary, time_text};
use crate::unpack::{Packing, Tail, unpack_tail};

/// Bounds of the search for files.
const WALK: WalkLimits = WalkLimits { files: 20_000, depth: 16 };
/// Time left below which no further file is begun: unpacking the largest takes some seconds.
const RESERVED_TIME: Duration = Duration::from_secs(10);
/// Files that are known to be no text, by the beginning of their name.
const BINARY_NAMES: [&str; 6] = ["wtmp", "btmp", "lastlog", "faillog", "tallylog", "journal"];

/// A log that is in range.
struct Candidate {
    path: PathBuf,
    /// Below its folder.
    name: PathBuf,
    modified: SystemTime,
}

/// Delivers `text/…`. Returns false when there is no log below any of the folders.
///
/// # Errors
/// When the host refuses an artifact.
pub(crate) fn collect(
    options: &Options,
    oldest: Option<u64>,
    context: &Context,
    summary: &mut Summary,
) -> Result<bool, CollectError> {
    let mut text = TextSummary::default();
    let unread_before = summary.not_read.len();
    let mut candidates = find(options, oldest, context, summary, &mut text);
    let refused = summary.not_read.len() > unread_before;
    let any = !candidates.is_empty() || text.out_of_range_files > 0 || refused;
    // The byte budget goes to the logs that were written last.
    candidates
        .sort_by(|one, other| other.modified.cmp(&one.modified).then_with(|| one.name.cmp(&other.name)));
    let mut names = BTreeSet::new();
    let reserved = context.time_left().map(|left| RESERVED_TIME.min(left / 4));
    let mut left = options.text_bytes;
    for candidate in candidates {
        let limit = options.text_file_bytes.min(left);
        let short = context.time_left() < reserved;
        if limit == 0 || short {
            let reason = if short {
                "time ran out before all text logs were read"
            } else {
                "the byte budget for text logs was used up by newer ones"
            };
            context.note_partial(reason);
            summary.not_read(candidate.path.display().to_string(), reason);
            continue;
        }
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let delivered = deliver(&candidate, limit, &mut names, context, summary, &mut text)?;
        // Invalid UTF-8 grows when it is replaced.
        left = left.saturating_sub(delivered);
    }
    summary.text = Some(text);
    Ok(any)
}

fn find(
    options: &Options,
    oldest: Option<u64>,
    context: &Context,
    summary: &mut Summary,
    text: &mut TextSummary,
) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for folder in &options.log_folders {
        let found = context.expand(&format!("{folder}/**"), WALK);
        for error in &found.failed {
            note(error, context, summary);
        }
        if found.truncated {
            context.note_partial("there are more text logs than are read");
        }
        for path in &found.files {
            let name = path.strip_prefix(folder).unwrap_or(path);
            if is_journal(name) {
                continue;
            }
            if is_binary_name(name) {
                text.binary_files += 1;
                continue;
            }
            match candidate(path, name, oldest, context, text) {
                Ok(found) => candidates.extend(found),
                Err(error) => note(&error, context, summary),
            }
        }
    }
    candidates
}

/// Nothing is opened yet: a worker may have few files open, and most of what rotation keeps is older than the range.
fn candidate(
    path: &Path,
    name: &Path,
    oldest: Option<u64>,
    context: &Context,
    text: &mut TextSummary,
) -> Result<Option<Candidate>, InputError> {
    let metadata = match path.symlink_metadata() {
        // Links lead to files of another kind (documentation), or to logs that are found by themselves.
        Ok(metadata) if metadata.is_symlink() => {
            text.links += 1;
            return Ok(None);
        }
        Ok(metadata) if metadata.is_file() => metadata,
        // The opening says why it is none.
        _ => return context.open(path).map(|_| None),
    };
    let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
    if metadata.len() == 0 {
        text.empty_files += 1;
        return Ok(None);
    }
    if oldest.is_some_and(|oldest| microseconds(modified) < oldest) {
        text.out_of_range_files += 1;
        return Ok(None);
    }
    Ok(Some(Candidate { path: path.to_owned(), name: name.to_owned(), modified }))
}

fn note(error: &InputError, context: &Context, summary: &mut Summary) {
    let path = match error {
        InputError::Absent(path) | InputError::Denied(path) | InputError::Undeclared(path) => path,
        InputError::LinkUndeclared { path, .. }
        | InputError::NotRegular { path, .. }
        | InputError::Io { path, .. } => path,
    };
    summary.not_read(path.display().to_string(), error.to_string());
    // A file that vanished was rotated away between the listing and the reading.
    context.note_partial(error.to_string());
}

/// Delivers one log and returns the bytes that it took.
fn deliver(
    candidate: &Candidate,
    limit: usize,
    names: &mut BTreeSet<String>,
    context: &Context,
    summary: &mut Summary,
    text: &mut TextSummary,
) -> Result<u64, CollectError> {
    let path = candidate.path.display().to_string();
    let input = match context.open(&candidate.path) {
        Ok(input) => input,
        Err(error) => {
            note(&error, context, summary);
            return Ok(0);
        }
    };
    let tail = match read_tail(&input, limit) {
        Ok(tail) => tail,
        Err(error) => {
            let reason = format!("`{path}` cannot be read: {}", error.kind());
            context.note_partial(&reason);
            summary.not_read(path, reason);
            return Ok(0);
        }
    };
    if tail.broken_off {
        let reason = "it is damaged, too long or changed while it was read";
        context.note_partial(format!("text log `{path}`: {reason}"));
        summary.not_read(path.as_str(), reason);
    }
    if is_binary(&tail.bytes) {
        text.binary_files += 1;
        summary.not_read(path, "it is no text");
        return Ok(0);
    }
    let content = content(&tail);
    if content.is_empty() {
        return Ok(0);
    }
    text.kernel_events.count_syslog(content.as_bytes());
    let artifact = artifact_name(&candidate.name, names);
    context.write_text(&artifact, &content)?;
    text.files.push(TextFile {
        path,
        artifact,
        modified: time_text(microseconds(candidate.modified)),
        size_bytes: input.metadata().len(),
        delivered_bytes: content.len() as u64,
        beginning_cut: tail.cut,
    });
    Ok(content.len() as u64)
}

fn read_tail(input: &Input, limit: usize) -> std::io::Result<Tail> {
    let size = input.metadata().len();
    let packing = input.path().to_str().and_then(Packing::of);
    if let Some(packing) = packing {
        return Ok(unpack_tail(packing, input.file().take(size), limit));
    }
    // The size when it was opened: what is appended meanwhile belongs to the next report.
    let length = size.min(limit as u64);
    let mut tail = Tail { bytes: vec![0; length as usize], cut: length < size, broken_off: false };
    let mut filled = 0;
    while filled < tail.bytes.len() {
        let offset = size - length + filled as u64;
        match input.file().read_at(&mut tail.bytes[filled..], offset) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    tail.broken_off = filled < tail.bytes.len();
    tail.bytes.truncate(filled);
    Ok(tail)
}

/// Text after a power cut can hold runs of NUL where the file system lost a block; more than that is no text.
fn is_binary(bytes: &[u8]) -> bool {
    let zeros = memchr::memchr_iter(0, bytes).count();
    zeros * 10 > bytes.len() || bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

/// The tail as UTF-8, from the beginning of a line, runs of NUL as one replacement character.
fn content(tail: &Tail) -> String {
    let mut bytes = tail.bytes.as_slice();
    if tail.cut
        && let Some(newline) = memchr::memchr(b'\n', bytes)
        && newline + 1 < bytes.len()
    {
        bytes = &bytes[newline + 1..];
    }
    let text = String::from_utf8_lossy(bytes);
    if !text.contains('\0') {
        return text.into_owned();
    }
    let runs = text.split('\0').filter(|part| !part.is_empty());
    runs.collect::<Vec<_>>().join("\u{fffd}")
}

fn is_journal(name: &Path) -> bool {
    name.starts_with("journal") && name.components().count() > 1
        || name.extension().is_some_and(|ending| ending == "journal" || ending == "journal~")
}

fn is_binary_name(name: &Path) -> bool {
    let name = name.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split_once(['.', '-']).map_or(&*name, |(stem, _)| stem);
    BINARY_NAMES.contains(&stem)
}

fn microseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_logs_are_known_by_name() {
        for name in ["wtmp", "btmp.1", "lastlog", "wtmp-20250101"] {
            assert!(is_binary_name(Path::new(name)), "{name}");
        }
        assert!(!is_binary_name(Path::new("journal/notes/readme.log")));
        assert!(is_journal(Path::new("journal/0123/system.journal")));
        assert!(!is_journal(Path::new("syslog")));
    }

    #[test]
    fn a_lost_block_is_one_replacement_character() {
        let tail = Tail {
            bytes: b"line one\n\0\0\0\0line two, and quite a lot of further text after it\n".to_vec(),
            ..Tail::default()
        };
        assert!(!is_binary(&tail.bytes));
        let text = "line one\n\u{fffd}line two, and quite a lot of further text after it\n";
        assert_eq!(content(&tail), text);
        assert!(is_binary(b"\x01\0\0\0\x02\0"));
        assert!(is_binary(b"\xff\xfeh\0i\0"));
    }

    #[test]
    fn a_cut_text_begins_with_a_whole_line() {
        let tail = Tail { bytes: b"half a line\nwhole\n".to_vec(), cut: true, broken_off: false };
        assert_eq!(content(&tail), "whole\n");
    }
}
