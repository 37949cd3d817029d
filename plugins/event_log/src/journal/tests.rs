//! The reader against `journalctl`, and against files that mean harm.

use std::sync::OnceLock;

use proptest::prelude::*;
use serde_json::Value;

use super::sample::{SampleEntry, journal};
use super::*;
use crate::unpack::{Packing, unpack_tail};

/// Captured: `systemd-journal-remote -o kinds.journal - < kinds.export`, systemd 252; the other file with
/// `SYSTEMD_JOURNAL_COMPACT=0 SYSTEMD_JOURNAL_KEYED_HASH=0`; the lines with `journalctl --file … --all -o json`.
const FIXTURES: [(&[u8], &[u8]); 2] = [
    (include_bytes!("../../fixtures/kinds.journal.zst"), include_bytes!("../../fixtures/kinds.json.zst")),
    (
        include_bytes!("../../fixtures/kinds-regular.journal.zst"),
        include_bytes!("../../fixtures/kinds-regular.json.zst"),
    ),
];

pub(crate) fn unpacked(fixture: &[u8]) -> Vec<u8> {
    let tail = unpack_tail(Packing::Zstd, fixture, 64 << 20);
    assert!(!tail.broken_off && !tail.cut);
    tail.bytes
}

/// A fixture's journal, unpacked once: it is 8 MiB of mostly nothing.
fn fixture(which: usize) -> Vec<u8> {
    static UNPACKED: [OnceLock<Vec<u8>>; 2] = [OnceLock::new(), OnceLock::new()];
    UNPACKED[which].get_or_init(|| unpacked(FIXTURES[which].0)).clone()
}

fn open(bytes: Vec<u8>, number: u16) -> JournalFile {
    let size = bytes.len() as u64;
    JournalFile::open(Box::new(bytes), size, number).unwrap()
}

/// All entries, newest first, and how many fields were damaged.
fn lines_of(files: Vec<JournalFile>) -> (Vec<Value>, u64) {
    let mut windows = Windows::new();
    let mut reader = JournalReader::new(files, &mut windows);
    let mut renderer = Renderer::new(Filter::default(), BinaryForm::Bytes);
    let mut lines = Vec::new();
    while let Some(found) = reader.previous(&mut windows) {
        if found.duplicate {
            continue;
        }
        let mut out = Vec::new();
        renderer.render(&reader.files[found.file], &mut windows, &found.key, &mut out).unwrap();
        lines.push(serde_json::from_slice(&out).unwrap());
    }
    (lines, renderer.damaged_fields)
}

/// What `journalctl` printed, newest first, less what is withheld on purpose.
fn expected(fixture: &[u8]) -> Vec<Value> {
    let text = unpacked(fixture);
    let mut lines: Vec<Value> =
        serde_json::Deserializer::from_slice(&text).into_iter().map(Result::unwrap).collect();
    for line in &mut lines {
        for name in ["COREDUMP", "COREDUMP_ENVIRON"] {
            if let Some(value) = line.get_mut(name) {
                *value = Value::Null;
            }
        }
    }
    lines.reverse();
    lines
}

#[test]
fn every_entry_is_what_journalctl_prints() {
    for (which, (_, lines)) in FIXTURES.into_iter().enumerate() {
        let (read, damaged) = lines_of(vec![open(fixture(which), 0)]);
        assert_eq!(damaged, 0);
        let expected = expected(lines);
        assert_eq!(expected.len(), 56);
        assert_eq!(read, expected);
    }
}

#[test]
fn memory_and_environment_of_a_core_dump_are_withheld() {
    let (read, _) = lines_of(vec![open(fixture(0), 0)]);
    let dumps: Vec<_> = read.iter().filter(|line| line.get("COREDUMP").is_some()).collect();
    assert_eq!(dumps.len(), 1);
    assert_eq!(dumps[0]["COREDUMP"], Value::Null);
    assert_eq!(dumps[0]["COREDUMP_ENVIRON"], Value::Null);
    assert_eq!(dumps[0]["COREDUMP_UNIT"], "web.service");
}

fn messages(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["MESSAGE"].as_str().unwrap()).collect()
}

fn sample(seqnum: u64, realtime: u64, boot: u8, message: &str) -> SampleEntry {
    SampleEntry::new(seqnum, realtime, boot, &[&format!("MESSAGE={message}"), "PRIORITY=6"])
}

#[test]
fn several_files_are_one_list_and_shared_entries_come_once() {
    let system = [sample(1, 1000, 1, "a"), sample(3, 3000, 1, "c"), sample(5, 5000, 2, "e")];
    let user = [sample(2, 2000, 1, "b"), sample(4, 4000, 1, "d")];
    let copy = [sample(3, 3000, 1, "c"), sample(4, 4000, 1, "d")];
    let foreign = [sample(90, 2500, 7, "between"), sample(91, 9000, 7, "newest")];
    let files = vec![
        open(journal(&system, true, 1, 2), 0),
        open(journal(&user, false, 1, 9), 1),
        open(journal(&copy, true, 1, 1), 2),
        open(journal(&foreign, false, 2, 9), 3),
    ];
    let (lines, _) = lines_of(files);
    assert_eq!(messages(&lines), ["newest", "e", "d", "c", "between", "b", "a"]);
}

#[test]
fn fields_packed_with_lz4_and_xz_are_unpacked() {
    let text = format!("MESSAGE={}", "packed and packed again ".repeat(50));
    let mut lz4 = (text.len() as u64).to_le_bytes().to_vec();
    lz4.extend(lz4_block(text.as_bytes()));
    // `printf 'FIELD=%0600d' 7 | xz --check=none`
    let xz = include_bytes!("../../fixtures/field.xz").to_vec();
    let mut entry = sample(1, 1, 1, "");
    entry.fields = vec![(2, lz4), (1, xz)];
    for compact in [true, false] {
        let (lines, damaged) = lines_of(vec![open(journal(std::slice::from_ref(&entry), compact, 1, 1), 0)]);
        assert_eq!(damaged, 0);
        assert_eq!(lines[0]["MESSAGE"], text["MESSAGE=".len()..]);
        assert_eq!(lines[0]["FIELD"], format!("{:0600}", 7));
    }
}

/// The simplest LZ4 block: all literals.
fn lz4_block(text: &[u8]) -> Vec<u8> {
    let mut block = vec![0xf0];
    let mut rest = text.len() - 15;
    while rest >= 255 {
        block.push(255);
        rest -= 255;
    }
    block.push(rest as u8);
    block.extend_from_slice(text);
    block
}

#[test]
fn fields_that_are_too_long_keep_their_name() {
    let long = format!("LONG={}", "x".repeat(2 << 20));
    let mut packed = (long.len() as u64).to_le_bytes().to_vec();
    packed.extend(lz4_block(long.as_bytes()));
    let mut entry = SampleEntry::new(1, 1, 1, &[&long, "AFTER=here"]);
    entry.fields.push((2, packed));
    let (lines, damaged) = lines_of(vec![open(journal(&[entry], false, 1, 1), 0)]);
    assert_eq!(lines[0]["LONG"], serde_json::json!([null, null]));
    assert_eq!(lines[0]["AFTER"], "here");
    assert_eq!(damaged, 0);
}

#[test]
fn fields_with_impossible_names_are_counted_and_left_out() {
    let fields = ["MESSAGE=ok", "lower=x", "=x", "none", "__CURSOR=forged", "A\"B=x", "9A=x"];
    let entry = SampleEntry::new(1, 1, 1, &fields);
    let (lines, damaged) = lines_of(vec![open(journal(&[entry], true, 1, 1), 0)]);
    assert_eq!(damaged, 6);
    assert_eq!(lines[0].as_object().unwrap().len(), 5);
    assert_eq!(lines[0]["__REALTIME_TIMESTAMP"], "1");
}

#[test]
fn a_list_of_entries_that_runs_in_a_circle_ends() {
    let entries: Vec<_> = (1..=4).map(|number| sample(number, number, 1, "m")).collect();
    let mut bytes = journal(&entries, true, 1, 2);
    let first = layout::u64_at(&bytes, 176) as usize;
    bytes[first + 16..first + 24].copy_from_slice(&(first as u64).to_le_bytes());
    let file = open(bytes, 0);
    assert!(file.cut_short);
    assert_eq!(lines_of(vec![file]).0.len(), 2);
}

#[test]
fn a_truncated_file_gives_its_older_entries_and_says_so() {
    let entries: Vec<_> = (1..=40).map(|number| sample(number, number, 1, "m")).collect();
    let whole = journal(&entries, true, 1, 10);
    let file = open(whole[..whole.len() - 20].to_vec(), 0);
    assert!(file.cut_short);
    let (lines, _) = lines_of(vec![file]);
    assert_eq!(lines.len(), 35);
    let half = open(whole[..whole.len() / 2].to_vec(), 0);
    assert!(half.cut_short);
    assert_eq!(lines_of(vec![half]).0.len(), 0);
}

#[test]
fn files_that_are_none_are_refused_with_a_reason() {
    let refuse = |bytes: Vec<u8>| {
        let size = bytes.len() as u64;
        match JournalFile::open(Box::new(bytes), size, 0) {
            Ok(_) => panic!("it was taken for a journal"),
            Err(error) => error.to_string(),
        }
    };
    assert_eq!(refuse(Vec::new()), "it is no journal file");
    assert_eq!(refuse(vec![0; 4096]), "it is no journal file");
    let mut newer = journal(&[sample(1, 1, 1, "m")], true, 1, 1);
    newer[13] = 1;
    assert_eq!(refuse(newer), "it uses a newer format (incompatible flags 0x100)");
}

/// As large as one likes, and nothing in it.
struct Sparse(Vec<u8>);

impl ReadAt for Sparse {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        buffer.fill(0);
        self.0.read_at(buffer, offset)?;
        Ok(buffer.len())
    }
}

#[test]
fn a_sparse_giant_is_given_up() {
    let mut bytes = journal(&[sample(1, 1, 1, "m"), sample(2, 2, 1, "n")], false, 1, 1);
    let first = layout::u64_at(&bytes, 176) as usize;
    let second = layout::u64_at(&bytes, first + 16) as usize;
    bytes[152..160].copy_from_slice(&u64::MAX.to_le_bytes());
    bytes[second + 8..second + 16].copy_from_slice(&(1_u64 << 40).to_le_bytes());
    let file = JournalFile::open(Box::new(Sparse(bytes)), 1 << 50, 0).unwrap();
    let mut windows = Windows::new();
    let mut reader = JournalReader::new(vec![file], &mut windows);
    assert!(reader.previous(&mut windows).is_none());
    assert!(reader.files[0].cut_short);
}

/// A file that is truncated after some reads, as rotation or a full disk does to one that is open.
struct Shrinking {
    bytes: Vec<u8>,
    reads_left: std::cell::Cell<usize>,
}

impl ReadAt for Shrinking {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        match self.reads_left.get() {
            0 => Ok(0),
            left => {
                self.reads_left.set(left - 1);
                self.bytes.read_at(buffer, offset)
            }
        }
    }
}

#[test]
fn a_file_that_shrinks_while_it_is_read_ends_early_and_is_counted() {
    let long = "x".repeat(60_000);
    let entries: Vec<_> = (1..=60).map(|number| sample(number, number, 1, &long)).collect();
    let bytes = journal(&entries, true, 1, 100);
    let size = bytes.len() as u64;
    assert!(size > 3 << 20);
    // One for the header, one for the array's head, one for its items, two for windows.
    let reader = Shrinking { bytes, reads_left: std::cell::Cell::new(5) };
    let file = JournalFile::open(Box::new(reader), size, 0).unwrap();
    let mut windows = Windows::new();
    let mut reader = JournalReader::new(vec![file], &mut windows);
    let mut read = 0;
    while reader.previous(&mut windows).is_some() {
        read += 1;
    }
    assert!(read > 10 && read < 60, "{read}");
    assert_eq!(reader.files[0].damaged_entries, 60 - read);
}

/// The places that matter: the header, and everything after the hash tables, which take 3.7 of the 8 MiB.
fn places(which: usize) -> &'static [usize] {
    static PLACES: [OnceLock<Vec<usize>>; 2] = [OnceLock::new(), OnceLock::new()];
    PLACES[which].get_or_init(|| {
        let bytes = fixture(which);
        let used = |at: &usize| *at < 272 || *at > 3 << 20;
        (0..bytes.len()).step_by(8).filter(|at| used(at) && bytes[*at..*at + 8] != [0; 8]).collect()
    })
}

/// Reads whatever can be read; the assertion is that it ends and that every line is JSON.
fn survive(bytes: Vec<u8>) {
    let size = bytes.len() as u64;
    let Ok(file) = JournalFile::open(Box::new(bytes), size, 0) else {
        return;
    };
    let mut windows = Windows::new();
    let mut reader = JournalReader::new(vec![file], &mut windows);
    let mut renderer = Renderer::new(Filter::default(), BinaryForm::Text);
    let mut out = Vec::new();
    for _ in 0..10_000 {
        let Some(found) = reader.previous(&mut windows) else {
            break;
        };
        out.clear();
        if renderer.render(&reader.files[found.file], &mut windows, &found.key, &mut out).is_ok() {
            serde_json::from_slice::<serde::de::IgnoredAny>(&out).unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn changed_bytes_never_panic(
        which in 0..2_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..8_usize, any::<u8>()), 1..40),
    ) {
        let mut bytes = fixture(which);
        let places = places(which);
        for (place, byte, value) in changes {
            bytes[places[place.index(places.len())] + byte] = value;
        }
        survive(bytes);
    }

    #[test]
    fn files_cut_anywhere_never_panic(which in 0..2_usize, length in 0..5_000_000_usize) {
        let mut bytes = fixture(which);
        bytes.truncate(length);
        survive(bytes);
    }

    #[test]
    fn small_files_with_changed_words_never_panic(
        compact in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u64>()), 1..12),
    ) {
        let entries: Vec<_> = (1..=9).map(|number| sample(number, number, 1, "m")).collect();
        let mut bytes = journal(&entries, compact, 1, 2);
        let words = bytes.len() / 8;
        for (place, value) in changes {
            let at = place.index(words) * 8;
            // Small numbers are more dangerous than random ones: they are offsets that exist.
            let value = if value % 2 == 0 { value } else { value % (words as u64 * 8) };
            bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
        }
        bytes[..8].copy_from_slice(b"LPKSHHRH");
        survive(bytes);
    }
}
