//! Whatever is not the one spelling is refused.

use std::io::{Read, Write};

use candor_pack::{Head, HeadError, NameError, PackError, Packer, Places, UnpackError, Unpacker};
use proptest::prelude::*;

use crate::support::{ENTRIES, small, streamed, unpacked};

/// Refused by both readers.
fn is_refused(zip: &[u8]) -> bool {
    streamed(zip).is_err() && unpacked(zip).is_err()
}

#[test]
fn every_flipped_bit_is_refused() {
    let zip = small();
    for at in 0..zip.len() {
        for bit in 0..8 {
            let mut changed = zip.clone();
            changed[at] ^= 1 << bit;
            assert!(is_refused(&changed), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn what_is_cut_or_longer_is_refused() {
    let zip = small();
    for at in 0..zip.len() {
        assert!(is_refused(&zip[..at]), "cut at {at}");
        let between = [&zip[..at], b"x", &zip[at..]].concat();
        assert!(is_refused(&between), "one more at {at}");
        let less = [&zip[..at], &zip[at + 1..]].concat();
        assert!(is_refused(&less), "one less at {at}");
    }
    assert!(is_refused(&[&zip[..], b"\0"].concat()));
    assert!(is_refused(&[&zip[..], &zip[..]].concat()));
    assert!(is_refused(&[b"#!/bin/sh\n", &zip[..]].concat()));
}

/// A zip of the `zip` crate's.
fn foreign(options: zip::write::SimpleFileOptions, names: &[&str]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in names {
        writer.start_file(*name, options).unwrap();
        writer.write_all(b"abc").unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn zips_of_another_spelling_are_refused() {
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    assert!(is_refused(&foreign(stored.unix_permissions(0o755), &["a"])));
    assert!(is_refused(&foreign(stored, &["a"])));
    assert!(is_refused(&foreign(stored.large_file(true), &["a"])));
    assert!(is_refused(&foreign(zip::write::SimpleFileOptions::default(), &["a"])));
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.add_symlink("a", "/etc/passwd", stored).unwrap();
    assert!(is_refused(&writer.finish().unwrap().into_inner()));
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.add_directory("a/", stored).unwrap();
    assert!(is_refused(&writer.finish().unwrap().into_inner()));
}

/// Puts another name of the same length into every place where it stands.
fn renamed(zip: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut changed = zip.to_vec();
    for at in 0..=zip.len() - from.len() {
        if &zip[at..at + from.len()] == from.as_bytes() {
            changed[at..at + from.len()].copy_from_slice(to.as_bytes());
        }
    }
    changed
}

#[test]
fn names_that_lead_elsewhere_or_stand_twice_are_refused() {
    let zip = candor_pack::pack([("aaaaaaaa", &b"1"[..]), ("bbbbbbbb", b"2")]).unwrap();
    assert!(!is_refused(&renamed(&zip, "aaaaaaaa", "cccc/ccc")));
    for (name, wanted) in [
        ("../../aa", NameError::Traversal),
        ("/aaaaaaa", NameError::Empty),
        ("aaaaaaa/", NameError::Empty),
        ("..\\..\\aa", NameError::Character),
        ("aaaa\0aaa", NameError::Character),
        ("bbbbbbbb", NameError::Twice),
        ("BBBBBBBB", NameError::Twice),
    ] {
        let changed = renamed(&zip, "aaaaaaaa", name);
        let found = streamed(&changed);
        assert!(
            matches!(found, Err(UnpackError::Head(HeadError::Name(error))) if error == wanted),
            "{name}: {found:?}"
        );
        assert!(unpacked(&changed).is_err());
    }
}

#[test]
fn entries_that_are_swapped_or_repeated_in_one_place_are_refused() {
    let zip = candor_pack::pack([("a", &b"1"[..]), ("b", b"2")]).unwrap();
    let entry = 30 + 1 + 1;
    let swapped = [&zip[entry..2 * entry], &zip[..entry], &zip[2 * entry..]].concat();
    assert!(is_refused(&swapped));
    let repeated = [&zip[..entry], &zip[..entry], &zip[entry..]].concat();
    assert!(is_refused(&repeated));
    let other = candor_pack::pack([("a", &b"3"[..]), ("b", b"2")]).unwrap();
    assert!(is_refused(&[&other[..2 * entry], &zip[2 * entry..]].concat()));
}

#[test]
fn what_is_packed_is_what_was_announced() {
    let head = || Head::stored("a", 3, crc32fast::hash(b"abc")).unwrap();
    for content in [&b"ab"[..], b"abcd", b"abd"] {
        let mut packer = Packer::new(Vec::new());
        assert!(matches!(packer.copy(head(), content), Err(PackError::Content(name)) if name == "a"));
    }
    let mut packer = Packer::new(Vec::new());
    packer.begin(head()).unwrap();
    packer.put(b"ab").unwrap();
    assert!(matches!(packer.finish(), Err(PackError::Content(_))));
    let mut packer = Packer::new(Vec::new());
    packer.add("a", b"").unwrap();
    assert!(matches!(packer.add("a", b""), Err(PackError::Head(HeadError::Name(NameError::Twice)))));
    assert!(Packer::new(Vec::new()).put(b"a").is_err());
}

#[test]
fn an_entry_that_is_not_read_is_checked_all_the_same() {
    let mut zip = small();
    let mut unpacker = Unpacker::new(&zip[..], 10);
    while unpacker.next_entry().unwrap().is_some() {}
    zip[30 + "request.json".len()] ^= 1;
    let mut unpacker = Unpacker::new(&zip[..], 10);
    unpacker.next_entry().unwrap();
    assert_eq!(unpacker.read(&mut [0; 2]).unwrap(), 2);
    assert!(matches!(unpacker.next_entry(), Err(UnpackError::Content(name)) if name == "request.json"));
}

proptest! {
    #[test]
    fn what_is_packed_comes_back_and_nothing_else_gives_the_same(
        contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..5),
        at in any::<prop::sample::Index>(),
        with in 1..=255_u8,
    ) {
        let names: Vec<String> = (0..contents.len()).map(|number| format!("n/{number}")).collect();
        let entries = names.iter().map(String::as_str).zip(contents.iter().map(Vec::as_slice));
        let mut zip = candor_pack::pack(entries).unwrap();
        let found = unpacked(&zip).unwrap();
        prop_assert_eq!(&streamed(&zip).unwrap(), &found);
        prop_assert!(found.iter().map(|(_, content)| content).eq(&contents));
        let at = at.index(zip.len());
        zip[at] ^= with;
        prop_assert!(is_refused(&zip));
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), kept in 0..200_usize) {
        let _ = is_refused(&bytes);
        let zip = small();
        let mixed = [&zip[..kept.min(zip.len())], &bytes].concat();
        prop_assert!(is_refused(&mixed));
        let _ = Places::of(std::io::Cursor::new(&mixed), 10);
    }
}

#[test]
fn a_reader_takes_no_more_entries_than_it_wants() {
    assert!(matches!(candor_pack::unpack(&small(), ENTRIES.len() - 1), Err(UnpackError::TooMany(2))));
}
