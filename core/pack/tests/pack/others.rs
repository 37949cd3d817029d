//! Tools that are not ours read what is packed.

use std::io::Read;
use std::path::Path;
use std::process::Command;

use candor_pack::{Head, Packer};

use crate::support::{ENTRIES, small, streamed, unpacked};

fn run(program: &str, arguments: &[&str], file: &Path) -> String {
    let output = Command::new(program).args(arguments).arg(file).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{program}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

fn all_take(zip: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("small.zip");
    std::fs::write(&file, zip).unwrap();
    assert!(run("unzip", &["-t"], &file).contains("No errors detected"));
    assert!(run("7z", &["t", "-bd"], &file).contains("Everything is Ok"));
    run(
        "python3",
        &["-c", "import sys, zipfile; assert zipfile.ZipFile(sys.argv[1]).testzip() is None"],
        &file,
    );
}

#[test]
fn unzip_7z_and_python_read_what_is_packed() {
    all_take(&small());
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(small())).unwrap();
    for (number, (name, content)) in ENTRIES.into_iter().enumerate() {
        let mut entry = archive.by_index(number).unwrap();
        let mut found = Vec::new();
        entry.read_to_end(&mut found).unwrap();
        assert_eq!((entry.name().unwrap().as_ref(), &found[..]), (name, content));
    }
}

#[test]
fn both_readers_give_back_what_was_packed() {
    let expected: Vec<_> =
        ENTRIES.iter().map(|(name, content)| ((*name).to_owned(), content.to_vec())).collect();
    assert_eq!(streamed(&small()).unwrap(), expected);
    assert_eq!(unpacked(&small()).unwrap(), expected);
    assert!(unpacked(&candor_pack::pack([]).unwrap()).unwrap().is_empty());
}

#[test]
fn what_was_compressed_elsewhere_is_passed_on() {
    // "aaaaaaaaaa" by RFC 1951.
    let deflated = [0x4b, 0x4c, 0x84, 0x01, 0x00];
    let mut packer = Packer::new(Vec::new());
    packer.copy(Head::deflated("a", 5, 10, 0x4c11_cdf0).unwrap(), &deflated[..]).unwrap();
    let zip = packer.finish().unwrap();
    all_take(&zip);
    assert_eq!(streamed(&zip).unwrap(), [("a".to_owned(), deflated.to_vec())]);
    assert!(unpacked(&zip).is_err());
}
