//! Files of utmp records with their rotated forebears: `wtmp`, `wtmp.1`, `wtmp-20261101.gz`.

use std::io::Read;
use std::os::unix::fs::FileExt;

use candor_plugin::{Context, Input, InputError};
use jiff::Timestamp;
use serde::Serialize;

use crate::utmp::{Layout, Record};

const FOLDER: &str = "/var/log";
/// Most records that are looked at, the newest of them: a server on the open network has millions of failed logins.
const MOST_RECORDS: u64 = 50_000;
const MOST_FILES: usize = 64;
/// A packed file beyond this is a bomb or a record file that nobody can look through.
const MOST_UNPACKED_BYTES: u64 = 512 * 1024 * 1024;

/// One file that was read.
#[derive(Debug, Serialize)]
pub(crate) struct Source {
    /// `/var/log/wtmp.1`.
    pub(crate) path: String,
    /// Records in the file, unused ones included.
    pub(crate) records: u64,
    /// How many of them, the newest, were looked at.
    pub(crate) records_read: u64,
}

/// The newest records of all files of a kind.
#[derive(Debug, Default)]
pub(crate) struct RecordFiles {
    /// Oldest file first.
    pub(crate) sources: Vec<Source>,
    /// Content, oldest file first, whole records each.
    parts: Vec<Vec<u8>>,
}

impl RecordFiles {
    /// Reads `/var/log/<base>` and what it was rotated to. Why something could not be read is noted.
    pub(crate) fn read(context: &Context, base: &str) -> Self {
        Self::read_in(context, FOLDER, base)
    }

    fn read_in(context: &Context, folder: &str, base: &str) -> Self {
        let mut files = Self::default();
        let mut left = MOST_RECORDS;
        for input in newest_first(context, folder, base) {
            if left == 0 {
                break;
            }
            let path = input.path().display().to_string();
            match newest_records(input, left) {
                Ok(Part { data, records }) => {
                    let records_read = (data.len() / Layout::NATIVE.record_bytes) as u64;
                    left -= records_read;
                    files.sources.push(Source { path, records, records_read });
                    files.parts.push(data);
                }
                Err(_) => context.note_partial(format!("`{path}` could not be read to its end")),
            }
        }
        files.sources.reverse();
        files.parts.reverse();
        files
    }

    /// The records, oldest first; unused and senseless ones are left out.
    pub(crate) fn records(&self) -> impl Iterator<Item = Record> {
        let records = |part: &'_ Vec<u8>| {
            let parse = |bytes| Record::parse(bytes, Layout::NATIVE);
            part.chunks_exact(Layout::NATIVE.record_bytes).filter_map(parse).collect::<Vec<_>>()
        };
        self.parts.iter().flat_map(records)
    }
}

fn newest_first(context: &Context, folder: &str, base: &str) -> Vec<Input> {
    let names = context.list(folder).unwrap_or_else(|error| {
        context.note_input(&error);
        Vec::new()
    });
    let mut inputs = Vec::new();
    for name in names.iter().filter_map(|name| name.to_str()) {
        match rotation(name, base) {
            Rotation::Other => {}
            Rotation::Unreadable => {
                context.note_partial(format!("rotated `{base}` files are packed in a way that is not read"));
            }
            Rotation::Readable => match context.open(format!("{folder}/{name}")) {
                Ok(input) => inputs.push(input),
                Err(error) => note(context, base, &error),
            },
        }
    }
    inputs.sort_by_key(|input| std::cmp::Reverse(input.metadata().modified()));
    inputs.truncate(MOST_FILES);
    inputs
}

fn note(context: &Context, base: &str, error: &InputError) {
    match error {
        InputError::Denied(_) => context.note_partial(format!("`{FOLDER}/{base}` may be read by root only")),
        other => context.note_input(other),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Rotation {
    Other,
    Readable,
    Unreadable,
}

/// logrotate(8) appends a number or a date, and `.gz` or the like when it packs.
fn rotation(name: &str, base: &str) -> Rotation {
    let Some(rest) = name.strip_prefix(base) else {
        return Rotation::Other;
    };
    let (stem, readable) = match rest.rsplit_once('.') {
        Some((stem, "gz")) => (stem, true),
        Some((stem, "xz" | "zst" | "bz2")) => (stem, false),
        _ => (rest, true),
    };
    let number = stem.trim_start_matches(['.', '-']);
    let plain =
        stem.is_empty() || (stem.starts_with(['.', '-']) && number.bytes().all(|byte| byte.is_ascii_digit()));
    match (plain, readable) {
        (false, _) => Rotation::Other,
        (true, true) => Rotation::Readable,
        (true, false) => Rotation::Unreadable,
    }
}

struct Part {
    data: Vec<u8>,
    records: u64,
}

/// At most `most` records from the end of a file. A record that is just being written is left out.
fn newest_records(input: Input, most: u64) -> std::io::Result<Part> {
    let record = Layout::NATIVE.record_bytes as u64;
    if input.path().extension().is_some_and(|extension| extension == "gz") {
        return newest_unpacked(input, most.saturating_mul(record));
    }
    let records = input.metadata().len() / record;
    let wanted = records.min(most);
    let mut data = vec![0; usize::try_from(wanted * record).unwrap_or(0)];
    input.file().read_exact_at(&mut data, (records - wanted) * record)?;
    Ok(Part { data, records })
}

fn newest_unpacked(input: Input, most_bytes: u64) -> std::io::Result<Part> {
    let record = Layout::NATIVE.record_bytes;
    let most = usize::try_from(most_bytes).unwrap_or(usize::MAX);
    let mut unpacked = flate2::read::MultiGzDecoder::new(input).take(MOST_UNPACKED_BYTES + 1);
    let mut data = Vec::new();
    let mut total = 0;
    loop {
        let read = Read::by_ref(&mut unpacked).take(1024 * 1024).read_to_end(&mut data)?;
        total += read as u64;
        if total > MOST_UNPACKED_BYTES {
            return Err(std::io::Error::other("unpacks to too much"));
        }
        if read == 0 {
            break;
        }
        // Whole records leave at the front, so that the rest stays aligned.
        let surplus = data.len().saturating_sub(most) / record * record;
        data.drain(..surplus);
    }
    let whole = data.len() / record * record;
    data.truncate(whole);
    Ok(Part { data, records: total / record as u64 })
}

/// When the oldest of the records was written.
pub(crate) fn first_time(records: &[Record]) -> Option<Timestamp> {
    records.iter().find_map(|record| record.at)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::with_context::{TestFolder, with_context};

    #[test]
    fn rotated_files_are_told_from_others() {
        for (name, kind) in [
            ("wtmp", Rotation::Readable),
            ("wtmp.1", Rotation::Readable),
            ("wtmp.2.gz", Rotation::Readable),
            ("wtmp-20261101", Rotation::Readable),
            ("wtmp-20261101.gz", Rotation::Readable),
            ("wtmp.3.xz", Rotation::Unreadable),
            ("wtmp.db", Rotation::Other),
            ("wtmpx", Rotation::Other),
            ("wtmp.old", Rotation::Other),
            ("btmp", Rotation::Other),
        ] {
            assert_eq!(rotation(name, "wtmp"), kind, "{name}");
        }
    }

    /// A record of a login, and the given process number to know it by.
    fn record(pid: i32) -> Vec<u8> {
        let mut record = vec![0; Layout::NATIVE.record_bytes];
        record[..2].copy_from_slice(&7_i16.to_ne_bytes());
        record[4..8].copy_from_slice(&pid.to_ne_bytes());
        record
    }

    fn packed(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(data).expect("pack");
        encoder.finish().expect("pack")
    }

    fn dated(folder: &TestFolder, name: &str, content: &[u8], seconds: u64) {
        let path = folder.write(name, content);
        let file = std::fs::File::options().append(true).open(path).expect("open");
        file.set_modified(UNIX_EPOCH + Duration::from_secs(seconds)).expect("date");
    }

    #[test]
    fn rotated_and_packed_files_come_before_the_newest() {
        let folder = TestFolder::new("rotated");
        dated(&folder, "wtmp", &[record(5), vec![1; 100]].concat(), 3000);
        dated(&folder, "wtmp-20261101", &[record(3), record(4)].concat(), 2000);
        dated(&folder, "wtmp.2.gz", &packed(&[record(1), record(2)].concat()), 1000);
        dated(&folder, "wtmp.3.xz", b"", 500);
        let path = folder.path().display().to_string();
        let reasons = with_context(folder.path(), move |context| {
            let files = RecordFiles::read_in(context, &path, "wtmp");
            let pids: Vec<_> = files.records().map(|record| record.pid).collect();
            assert_eq!(pids, [1, 2, 3, 4, 5]);
            let counts: Vec<_> = files.sources.iter().map(|source| source.records).collect();
            assert_eq!(counts, [2, 2, 1]);
        });
        assert_eq!(reasons, ["rotated `wtmp` files are packed in a way that is not read"]);
    }

    #[test]
    fn of_a_large_file_the_newest_records_are_read() {
        let folder = TestFolder::new("large");
        let data: Vec<u8> = (0..40).flat_map(record).collect();
        let paths = [folder.write("wtmp", &data), folder.write("wtmp.1.gz", &packed(&data))];
        with_context(folder.path(), move |context| {
            for path in paths {
                let part = newest_records(context.open(&path).expect("open"), 3).expect("read");
                assert_eq!(part.records, 40);
                assert_eq!(part.data, [record(37), record(38), record(39)].concat());
            }
        });
    }

    #[test]
    fn a_broken_packed_file_is_noted() {
        let folder = TestFolder::new("broken");
        let mut data = packed(&record(1));
        data.truncate(data.len() / 2);
        folder.write("btmp.1.gz", &data);
        let path = folder.path().display().to_string();
        let reasons = with_context(folder.path(), move |context| {
            assert!(RecordFiles::read_in(context, &path, "btmp").sources.is_empty());
        });
        assert_eq!(reasons.len(), 1);
        assert!(reasons[0].ends_with("could not be read to its end"), "{reasons:?}");
    }
}
