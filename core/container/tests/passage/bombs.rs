//! Small inputs that want to become large.

use std::io::{self, Read, Write};

use candor_container::{EntryPath, Limits, Reason, Summary, transform};
use flate2::write::{DeflateEncoder, GzEncoder};

use crate::filters::{KEEPING, STRICT, log, noise, run, run_with, withheld};
use crate::tools::{Place, pipe};

/// `count` times 16 MiB of zeros.
fn zeros(count: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![0; 16 << 20]).unwrap();
    encoder.finish().unwrap().repeat(count)
}

#[test]
fn ten_gibibytes_of_zeros_are_stopped_early() {
    let (_, summary) = run(&zeros(640), &KEEPING);
    assert_eq!(withheld(&summary), ["input: it expands far more than honest data do"]);
    let packed = pipe("head -c 1G /dev/zero | xz -0 -c", b"");
    let (_, summary) = run(&packed, &KEEPING);
    assert_eq!(withheld(&summary), ["input: it expands far more than honest data do"]);
}

#[test]
fn a_bomb_in_an_archive_is_withheld_and_its_neighbours_are_not() {
    let place = Place::new();
    place.write("t/a-log", log(2000));
    place.write("t/b-bomb.gz", zeros(10));
    place.write("t/c-log", log(2000));
    place.sh("tar --sort=name -cf in.tar t");
    let (_, summary) = run(&place.read("in.tar"), &KEEPING);
    assert_eq!(withheld(&summary), ["input!t/b-bomb.gz: it expands far more than honest data do"]);
    assert_eq!(summary.redacted, 2);
}

/// A zip whose entries are all `content`, which is stored once: every entry of the directory points to it.
fn overlapping(content: &[u8], size: u32, crc: u32, entries: u16) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).unwrap();
    let packed = encoder.finish().unwrap();
    let shared = |bytes: &mut Vec<u8>| {
        bytes.extend_from_slice(&[20, 0, 0, 0, 8, 0, 0, 0, 0, 0]);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes.extend_from_slice(&(packed.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&size.to_le_bytes());
        bytes.extend_from_slice(&[1, 0, 0, 0]);
    };
    let mut zip = b"PK\x03\x04".to_vec();
    shared(&mut zip);
    zip.push(b'x');
    zip.extend_from_slice(&packed);
    let start = zip.len() as u32;
    for _ in 0..entries {
        zip.extend_from_slice(b"PK\x01\x02\x14\0");
        shared(&mut zip);
        zip.extend_from_slice(&[0; 14]);
        zip.push(b'x');
    }
    let length = zip.len() as u32 - start;
    zip.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    zip.extend_from_slice(&[entries.to_le_bytes(), entries.to_le_bytes()].concat());
    zip.extend_from_slice(&[length.to_le_bytes(), start.to_le_bytes()].concat());
    zip.extend_from_slice(&[0, 0]);
    zip
}

fn zip_of(content: &[u8], entries: u16) -> Vec<u8> {
    overlapping(content, content.len() as u32, crc32fast::hash(content), entries)
}

#[test]
fn entries_that_share_their_bytes_are_counted_each() {
    let input = zip_of(&vec![b'\n'; 20 << 20], 2000);
    let (_, summary) = run(&input, &STRICT);
    // 94 kB of directory allow 94 MB, which is what the ratio means.
    assert!(summary.redacted < 8, "{}", summary.redacted);
    assert_eq!(summary.withheld_entries[0].reason, Reason::Ratio);
}

#[test]
fn zips_in_zips_are_counted_together() {
    let mut bomb = zip_of(&vec![b'\n'; 50 << 20], 16);
    for _ in 0..5 {
        bomb = zip_of(&bomb, 16);
    }
    let (_, summary) = run(&bomb, &STRICT);
    assert!(summary.redacted <= 2, "{}", summary.redacted);
    assert!(summary.withheld > 10);
    assert!(
        summary.withheld_entries.iter().all(|entry| entry.reason == Reason::Ratio),
        "{:?}",
        summary.withheld_entries[0]
    );
}

#[test]
fn all_that_comes_out_is_limited_together() {
    let place = Place::new();
    for index in 0..5 {
        place.write(&format!("t/{index}"), log(1000));
    }
    place.sh("gzip t/*; tar --sort=name -cf in.tar t");
    let limits = Limits { expanded_bytes: 150_000, ..Limits::default() };
    let (_, summary) = run_with(&place.read("in.tar"), &STRICT, &limits).unwrap();
    let expected: Vec<String> = (3..5)
        .map(|index| format!("input!t/{index}.gz: the input expands to more bytes than the limit"))
        .collect();
    assert_eq!(withheld(&summary), expected);
}

#[test]
fn large_windows_are_refused_before_memory_is_taken() {
    for tool in
        ["xz -9 -c", "xz --lzma2=dict=1GiB -c", "zstd -q --ultra -22 --long=31 -c", "zstd -q --long=26 -c"]
    {
        // From a pipe the length is unknown, so the whole window is asked for.
        let (_, summary) = run(&pipe(&format!("cat | {tool}"), log(100).as_bytes()), &STRICT);
        assert_eq!(withheld(&summary), ["input: reading it needs more memory than the limit"], "{tool}");
    }
    let nested = pipe("xz -7 -c | xz -7 -c | xz -7 -c", &noise(300_000));
    let (_, summary) = run(&nested, &STRICT);
    assert_eq!(withheld(&summary), ["input: reading it needs more memory than the limit"]);
}

/// An endless tar of empty files.
struct ManyEntries {
    header: Vec<u8>,
    left: u64,
}

impl Read for ManyEntries {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (512.., 1..) = (buffer.len(), self.left) else { return Ok(0) };
        let count = (buffer.len() / 512).min(usize::try_from(self.left).unwrap());
        for block in buffer[..count * 512].chunks_mut(512) {
            block.copy_from_slice(&self.header);
        }
        self.left -= count as u64;
        Ok(count * 512)
    }
}

#[test]
fn ten_million_entries_end_at_the_limit() {
    let place = Place::new();
    place.write("x", "");
    place.sh("tar -cf x.tar x");
    let mut input = ManyEntries { header: place.read("x.tar")[..512].to_vec(), left: 10_000_000 };
    let path = EntryPath::new("input");
    let summary: Summary =
        transform(&mut input, &mut io::sink(), &path, &STRICT, &Limits::default()).unwrap();
    assert_eq!(summary.withheld_entries[0].reason, Reason::TooManyEntries);
    assert_eq!(summary.redacted, 999_999);
}

#[test]
fn a_long_name_is_withheld_without_being_read_into_memory() {
    let place = Place::new();
    place.write("log", log(1));
    let script = "import tarfile,io
t=tarfile.open('in.tar','w',format=tarfile.GNU_FORMAT)
for name in ('n'*40000,'ok'):
  i=tarfile.TarInfo(name); i.size=3; t.addfile(i,io.BytesIO(b'abc'))
i=tarfile.TarInfo('p'); t.format=tarfile.PAX_FORMAT; i.pax_headers={'comment':'c'*200000}; t.addfile(i)
t.close()";
    place.sh(&format!("python3 -c \"{script}\""));
    let (output, summary) = run(&place.read("in.tar"), &STRICT);
    assert_eq!(summary.withheld, 2);
    assert!(summary.withheld_entries.iter().all(|entry| entry.reason == Reason::LongName));
    let names = String::from_utf8(pipe("tar -tf -", &output)).unwrap();
    assert!(names.ends_with("\nok\np.withheld.txt\n"), "{}", &names[names.len() - 60..]);
}
