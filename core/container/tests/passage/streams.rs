//! gzip, xz, zstd and bzip2.

use candor_container::{Opaque, Outcome, Reason, Remark};

use crate::filters::{KEEPING, POISON, STRICT, clean_log, log, noise, run, withheld};
use crate::tools::{Place, pipe};

/// Packs, tests, unpacks.
const TOOLS: [(&str, &str, &str); 8] = [
    ("gzip -c", "gzip -t", "gzip -dc"),
    ("gzip -9c", "gzip -t", "gzip -dc"),
    ("xz -c", "xz -t", "xz -dc"),
    ("xz -T2 --block-size=100KiB -c", "xz -t", "xz -dc"),
    ("xz -0 --check=sha256 -c", "xz -t", "xz -dc"),
    ("zstd -q -c", "zstd -q -t", "zstd -q -dc"),
    ("zstd -q -19 --no-check -c", "zstd -q -t", "zstd -q -dc"),
    ("bzip2 -c", "bzip2 -t", "bzip2 -dc"),
];

#[test]
fn text_is_rewritten_and_packed_again() {
    for (pack, test, unpack) in TOOLS {
        for lines in [0, 1, 20_000] {
            let packed = pipe(pack, log(lines).as_bytes());
            let (output, summary) = run(&packed, &STRICT);
            assert_eq!(summary.outcome, Outcome::Written, "{pack}, {lines} lines");
            assert_eq!((summary.entries, summary.redacted, summary.withheld), (1, 1, 0));
            pipe(test, &output);
            assert!(pipe(unpack, &output) == clean_log(lines).as_bytes(), "{pack}, {lines} lines");
        }
    }
}

#[test]
fn several_members_are_one_text() {
    for (pack, _, unpack) in TOOLS {
        // The secret itself is cut between two members.
        let text = log(3000);
        let middle = text.len() / 2 - 5;
        let packed =
            [pipe(pack, &text.as_bytes()[..middle]), pipe(pack, &text.as_bytes()[middle..])].concat();
        let (output, summary) = run(&packed, &STRICT);
        assert!(summary.remarks.is_empty(), "{pack}: {:?}", summary.remarks);
        assert!(pipe(unpack, &output) == clean_log(3000).as_bytes(), "{pack}");
    }
}

#[test]
fn what_stands_behind_the_end_is_dropped_and_said() {
    for (pack, test, unpack) in TOOLS {
        let mut packed = pipe(pack, log(10).as_bytes());
        packed.extend_from_slice(b"trailing hunter2-Zq8");
        let (output, summary) = run(&packed, &STRICT);
        assert_eq!(summary.remarks, [("input".to_owned(), Remark::TrailingBytes)], "{pack}");
        pipe(test, &output);
        assert_eq!(pipe(unpack, &output), clean_log(10).as_bytes(), "{pack}");
    }
}

#[test]
fn names_and_comments_of_gzip_are_dropped_and_its_time_is_kept() {
    let place = Place::new();
    place.write("alice-notes.txt", log(2));
    let packed = place
        .sh("touch -d @1700000000 alice-notes.txt; gzip -k alice-notes.txt; cat alice-notes.txt.gz | base64");
    let packed = pipe("base64 -d", packed.as_bytes());
    assert!(packed.windows(5).any(|window| window == b"alice"));
    let (output, _) = run(&packed, &STRICT);
    assert_eq!(output[3], 0, "no optional fields");
    assert_eq!(output[4..8], 1_700_000_000u32.to_le_bytes());
}

#[test]
fn every_optional_field_of_a_gzip_header_is_read_over() {
    let script = "import gzip,sys,zlib,struct
d=sys.stdin.buffer.read(); b=gzip.compress(d,mtime=5)
h=bytes([31,139,8,2|4|8|16])+b[4:10]+struct.pack('<H',6)+b'ABCDEF'+b'name\\0'+b'comment\\0'
sys.stdout.buffer.write(h+struct.pack('<H',zlib.crc32(h)&0xffff)+b[10:])";
    let packed = pipe(&format!("python3 -c \"{script}\""), log(5).as_bytes());
    let (output, _) = run(&packed, &STRICT);
    assert_eq!(pipe("gzip -dc", &output), clean_log(5).as_bytes());
}

#[test]
fn skippable_frames_of_zstd_are_dropped() {
    let skippable = [b"\x52\x2a\x4d\x18".as_slice(), &11u32.to_le_bytes(), b"hunter2-Zq8"].concat();
    let frame = pipe("zstd -q -c", log(5).as_bytes());
    let packed = [skippable.as_slice(), &frame, &skippable].concat();
    let (output, summary) = run(&packed, &STRICT);
    assert!(summary.remarks.is_empty());
    assert!(!output.windows(7).any(|window| window == b"hunter2"));
    assert_eq!(pipe("zstd -q -dc", &output), clean_log(5).as_bytes());
}

#[test]
fn padding_between_xz_streams_is_no_garbage() {
    let stream = pipe("xz -c", log(5).as_bytes());
    let packed = [stream.as_slice(), &[0; 8], &stream, &[0; 4]].concat();
    let (output, summary) = run(&packed, &STRICT);
    assert!(summary.remarks.is_empty());
    assert_eq!(pipe("xz -dc", &output), clean_log(5).repeat(2).as_bytes());
}

#[test]
fn a_text_that_the_filter_fails_on_is_withheld_and_nothing_is_written() {
    let text = format!("{}{POISON}\n", log(50_000));
    for (pack, ..) in TOOLS {
        let (_, summary) = run(&pipe(pack, text.as_bytes()), &STRICT);
        assert_eq!(withheld(&summary), ["input: it could not be rewritten: the test says so"], "{pack}");
    }
    let (_, summary) = run(text.as_bytes(), &STRICT);
    assert_eq!(summary.outcome, Outcome::Withheld(Reason::Filter("the test says so".to_owned())));
}

#[test]
fn binary_inside_is_for_the_filter_to_decide() {
    for (pack, _, unpack) in TOOLS {
        let packed = pipe(pack, &noise(200_000));
        let (_, summary) = run(&packed, &STRICT);
        assert_eq!(summary.outcome, Outcome::Withheld(Reason::Opaque(Opaque::Binary)), "{pack}");
        let (output, summary) = run(&packed, &KEEPING);
        assert_eq!((summary.kept, summary.redacted), (1, 0));
        assert!(pipe(unpack, &output) == noise(200_000), "{pack}");
    }
}

#[test]
fn a_text_that_turns_into_binary_is_withheld() {
    let script = [b"#!/bin/sh\n".repeat(2000).as_slice(), &noise(50_000)].concat();
    let (_, summary) = run(&script, &KEEPING);
    assert_eq!(summary.outcome, Outcome::Withheld(Reason::TurnsBinary));
    let log_that_was_cut = [log(500).as_bytes(), &[0; 50_000], log(500).as_bytes()].concat();
    let (_, summary) = run(&log_that_was_cut, &STRICT);
    assert_eq!(summary.outcome, Outcome::Written);
}

#[test]
fn containers_that_cannot_be_opened_are_named() {
    let place = Place::new();
    place.write("log", log(10));
    place.sh("7z a -bd log.7z log >/dev/null; lz4 -q log log.lz4; ar rc log.ar log; xz -k --format=lzma log");
    place.write("log.cpio", [b"070701".as_slice(), &[b'0'; 104], b"log\0"].concat());
    place.write("log.rar", b"Rar!\x1a\x07\x01\x00more");
    place.write("log.Z", [b"\x1f\x9d\x90".as_slice(), &noise(50)].concat());
    for (name, kind) in [
        ("7z", "7z"),
        ("lz4", "lz4"),
        ("ar", "ar"),
        ("lzma", "lzma"),
        ("cpio", "cpio"),
        ("rar", "rar"),
        ("Z", "compress"),
    ] {
        let input = place.read(&format!("log.{name}"));
        let (_, summary) = run(&input, &STRICT);
        assert_eq!(summary.outcome, Outcome::Withheld(Reason::Opaque(Opaque::Container(kind))), "{name}");
        let (output, _) = run(&input, &KEEPING);
        assert!(output == input, "{name}");
    }
}
