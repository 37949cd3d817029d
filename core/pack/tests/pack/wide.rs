//! More than 32 bits of bytes, more than 16 bits of entries.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::process::Command;

use candor_pack::{Directory, Head, Packer, Places, Unpacker};

const WIDE: u64 = (4 << 30) + 5;

/// A file whose large entries are holes, so that it needs no room.
fn file_with_holes() -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let zeros = crc32_of_zeros(WIDE);
    let mut directory = Directory::new();
    for head in [
        Head::stored("large", WIDE, zeros).unwrap(),
        Head::of("behind", b"").unwrap(),
        Head::stored("exactly", 0xffff_ffff, crc32_of_zeros(0xffff_ffff)).unwrap(),
    ] {
        let header = head.local_header();
        let offset = directory.add(head).unwrap();
        file.as_file().write_all_at(&header, offset).unwrap();
    }
    let mut at = directory.offset();
    directory
        .write(|piece| {
            file.as_file().write_all_at(piece, at)?;
            at += piece.len() as u64;
            Ok::<_, std::io::Error>(())
        })
        .unwrap();
    file
}

/// By doubling: two halves combined.
fn crc32_of_zeros(bytes: u64) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    let mut block = crc32fast::Hasher::new();
    block.update(&[0]);
    for bit in 0..40 {
        if bytes >> bit & 1 == 1 {
            sum.combine(&block);
        }
        let same = block.clone();
        block.combine(&same);
    }
    sum.finalize()
}

#[test]
fn entries_beyond_32_bits_are_written_and_read() {
    let file = file_with_holes();
    let places = Places::of(File::open(file.path()).unwrap(), 10).unwrap();
    let sizes: Vec<_> = places.iter().map(|place| (place.head.name(), place.head.bytes())).collect();
    assert_eq!(sizes, [("large", WIDE), ("behind", 0), ("exactly", 0xffff_ffff)]);
    let script = "import sys, zipfile; print([(e.filename, e.file_size) for e in zipfile.ZipFile(sys.argv[1]).infolist()])";
    let output = Command::new("python3").args(["-c", script]).arg(file.path()).output().unwrap();
    let found = String::from_utf8_lossy(&output.stdout);
    assert_eq!(found.trim(), "[('large', 4294967301), ('behind', 0), ('exactly', 4294967295)]");
    let listed = Command::new("unzip").arg("-l").arg(file.path()).output().unwrap();
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    let listed = Command::new("7z").args(["l", "-bd"]).arg(file.path()).output().unwrap();
    let text = String::from_utf8_lossy(&listed.stdout);
    assert!(listed.status.success() && text.contains("4294967301") && !text.contains("WARNING"), "{text}");
}

#[test]
fn entries_beyond_16_bits_are_written_and_read() {
    for count in [65_534, 65_535] {
        let mut packer = Packer::new(Vec::new());
        (0..count).for_each(|number| packer.add(&format!("a/{number}"), b"").unwrap());
        let zip = packer.finish().unwrap();
        let mut unpacker = Unpacker::new(&zip[..], 70_000);
        let mut found = 0;
        while unpacker.next_entry().unwrap().is_some() {
            found += 1;
        }
        assert_eq!(found, count);
        assert_eq!(zip::ZipArchive::new(std::io::Cursor::new(&zip)).unwrap().len(), count);
        assert!(candor_pack::unpack(&zip, count - 1).is_err());
    }
}
