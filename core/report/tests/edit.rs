//! Reports that are changed: what is gone is gone, what is left is as it was, and everything verifies.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what fails here fails the test")]

mod staging;

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use candor_manifest::Level;
use candor_report::{
    Closing, EditError, Editor, Mask, MaskError, Masked, Record, Redactions, ReportIndex, ReportReader,
    finish_edit, replace_record, verify,
};
use staging::{deliver, filled, name, noise, session, stage, text};

fn unchanged() -> Box<Closing<'static>> {
    Box::new(|record: &[u8], _: &ReportIndex, _: &[u8]| Ok(Record { json: record.to_vec(), signature: None }))
}

fn now() -> jiff::Timestamp {
    "2026-02-01T00:00:00Z".parse().unwrap()
}

fn opens_everywhere(report: &Path) {
    let script = "import sys, zipfile; sys.exit(zipfile.ZipFile(sys.argv[1]).testzip())";
    for (program, arguments) in [("unzip", &["-tqq"][..]), ("7z", &["t"]), ("python3", &["-c", script])] {
        let output = Command::new(program).args(arguments).arg(report).output().expect("it is installed");
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !said.to_lowercase().contains("warning"), "{program}: {said}");
    }
}

/// True when these bytes are anywhere in the file.
fn holds(path: &Path, needle: &[u8]) -> bool {
    let mut bytes = Vec::new();
    File::open(path).unwrap().read_to_end(&mut bytes).unwrap();
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// A report with small artifacts on both sides of large ones, 70 MiB in all.
fn large(root: &Path) -> PathBuf {
    let session = session(root, &["logs"]);
    let mut logs = stage(&session, "logs");
    deliver(&mut logs, "before.txt", "text/plain", &text(4_000));
    let frame = noise(1 << 20);
    for (picture, frames) in [("one.png", 3), ("two.png", 66)] {
        logs.begin(&name(picture), "image/png", Level::Identifying).unwrap();
        (0..frames).for_each(|_| logs.write(frame.clone()).unwrap());
        logs.finish(Redactions::default()).unwrap();
    }
    logs.begin(&name("redacted.txt"), "text/plain", Level::Technical).unwrap();
    logs.write(b"user [removed:password]\nlast line\n".to_vec()).unwrap();
    let mut redactions = Redactions::default();
    redactions.add("", "password", 1, &[1]);
    redactions.add("inside/secret-file", "password", 1, &[2]);
    logs.finish(redactions).unwrap();
    deliver(&mut logs, "e", "text/plain", b"");
    logs.close().unwrap();
    let path = root.join("report.zip");
    session.assemble(&path, None, false).unwrap();
    session.discard().unwrap();
    path
}

#[test]
fn what_is_dropped_from_a_large_report_leaves_only_its_leaf() {
    let root = tempfile::tempdir().unwrap();
    let path = large(root.path());
    let before = ReportReader::open(&path).unwrap().index().clone();
    let (old, blocks) = (path.metadata().unwrap(), path.metadata().unwrap().blocks());
    let mut editor = Editor::open(&path).unwrap();
    let gone = ["artifacts/logs/one.png", "artifacts/logs/redacted.txt", "artifacts/logs/e"];
    gone.iter().for_each(|artifact| editor.drop_artifact(artifact).unwrap());
    let edited = editor.finish(now(), &*unchanged()).unwrap();
    assert!(edited.in_place && !edited.has_other_names);
    let new = path.metadata().unwrap();
    assert_eq!((new.ino(), new.len()), (old.ino(), edited.bytes), "it is the same file");
    assert!(blocks - new.blocks() > 5_500, "the file system got 3 MiB back: {blocks} {}", new.blocks());
    assert_eq!(edited.index.tier, Some(Level::Identifying));
    let documents = documents(&path);
    for artifact in gone {
        let was = before.artifact(artifact).unwrap();
        let salt = serde_json::to_string(&was.salt.unwrap()).unwrap();
        let salt = salt.trim_matches('"');
        assert!(!holds(&path, artifact.as_bytes()) && !documents.contains(artifact), "{artifact}");
        assert!(!documents.contains(salt) && !documents.contains(&was.sha256), "{artifact}");
        assert!(documents.contains(&was.leaf.unwrap().to_string()));
    }
    assert!(!documents.contains("secret-file"), "nor what is told of the inside");
    assert_eq!(verify(&path).unwrap().problems, []);
    opens_everywhere(&path);
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1, "nothing lies beside it");
}

/// All documents of a report as one text.
fn documents(path: &Path) -> String {
    let mut reader = ReportReader::open(path).unwrap();
    let read =
        ["report.json", "redactions.json", "consent.json"].map(|name| reader.read_document(name).unwrap());
    read.map(|bytes| String::from_utf8(bytes).unwrap()).concat()
}

#[test]
fn a_small_report_is_written_anew_without_what_is_dropped() {
    let root = tempfile::tempdir().unwrap();
    let session = filled(root.path());
    let path = root.path().join("report.zip");
    session.assemble(&path, None, false).unwrap();
    session.discard().unwrap();
    let open = File::open(&path).unwrap();
    let mut editor = Editor::open(&path).unwrap();
    editor.drop_artifact("artifacts/logs/noise.bin").unwrap();
    let before = path.metadata().unwrap().len();
    let edited = editor.finish(now(), &*unchanged()).unwrap();
    assert!(!edited.in_place && before - edited.bytes > 2_400_000);
    let gone = &noise(2_500_000)[2_000_000..2_000_064];
    assert!(!holds(&path, gone));
    let mut old = Vec::new();
    (&open).read_to_end(&mut old).unwrap();
    assert!(!old.windows(64).any(|window| window == gone), "nor in the old file");
    let verification = verify(&path).unwrap();
    assert_eq!(verification.problems, []);
    let proof = verification.proof.unwrap();
    assert_eq!((proof.collected, proof.released, proof.dropped), (6, 5, 1));
    opens_everywhere(&path);
}

#[test]
fn another_name_of_the_file_keeps_the_old_report() {
    let root = tempfile::tempdir().unwrap();
    let path = large(root.path());
    let other = root.path().join("other.zip");
    fs::hard_link(&path, &other).unwrap();
    let mut editor = Editor::open(&path).unwrap();
    editor.drop_artifact("artifacts/logs/one.png").unwrap();
    let edited = editor.finish(now(), &*unchanged()).unwrap();
    assert!(edited.has_other_names && !edited.in_place);
    assert_eq!(verify(&path).unwrap().problems, []);
    assert_eq!(verify(&other).unwrap().artifacts_checked, 5);
}

#[test]
fn whoever_edits_keeps_the_others_away() {
    let root = tempfile::tempdir().unwrap();
    let path = large(root.path());
    let first = Editor::open(&path).unwrap();
    assert!(matches!(Editor::open(&path), Err(EditError::InUse(_))));
    drop(first);
    assert!(Editor::open(&path).is_ok());
}

#[test]
fn what_cannot_be_edited_is_told_and_stays_as_it_is() {
    let root = tempfile::tempdir().unwrap();
    let path = large(root.path());
    let bytes = fs::read(&path).unwrap();
    let mut editor = Editor::open(&path).unwrap();
    assert!(matches!(editor.drop_artifact("artifacts/logs/none"), Err(EditError::Missing(_))));
    editor.drop_artifact("artifacts/logs/one.png").unwrap();
    assert!(matches!(editor.drop_artifact("artifacts/logs/one.png"), Err(EditError::Twice(_))));
    let mask = |lines: &str| Mask { lines: lines.parse().unwrap(), ..Mask::default() };
    for (artifact, mask, expected) in [
        ("two.png", mask("1"), "NotText"),
        ("before.txt", Mask::default(), "Nothing"),
        ("before.txt", mask("99999"), "Beyond"),
        ("before.txt", Mask { patterns: vec!["no such".parse().unwrap()], ..Mask::default() }, "NoMatch"),
        ("before.txt", Mask { regions: vec!["0,0,1,1".parse().unwrap()], ..Mask::default() }, "NotAPicture"),
        ("two.png", Mask { regions: vec!["0,0,1,1".parse().unwrap()], ..Mask::default() }, "Picture"),
    ] {
        let error = editor.mask(&format!("artifacts/logs/{artifact}"), &mask).unwrap_err();
        let EditError::Mask { source, .. } = error else { panic!("{error}") };
        assert!(format!("{source:?}").starts_with(expected), "{source:?}");
    }
    let failing = |_: &[u8], _: &ReportIndex, _: &[u8]| Err("no key".into());
    assert!(matches!(editor.finish(now(), &failing), Err(EditError::Record(_))));
    assert!(fs::read(&path).unwrap() == bytes);
    assert!(matches!(Editor::open(root.path()), Err(EditError::NotAFile(_))));
    let damaged = root.path().join("damaged.zip");
    fs::write(&damaged, &bytes[..bytes.len() - 1]).unwrap();
    assert!(Editor::open(&damaged).is_err());
}

#[test]
fn a_damaged_small_report_is_not_made_to_look_whole() {
    let root = tempfile::tempdir().unwrap();
    let session = filled(root.path());
    let path = root.path().join("report.zip");
    session.assemble(&path, None, false).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.len() / 3;
    bytes[at] ^= 1;
    let damaged = root.path().join("damaged.zip");
    fs::write(&damaged, &bytes).unwrap();
    let mut editor = Editor::open(&damaged).unwrap();
    editor.drop_artifact("artifacts/logs/small.txt").unwrap();
    assert!(matches!(editor.finish(now(), &*unchanged()), Err(EditError::Damaged { .. })));
    assert!(fs::read(&damaged).unwrap() == bytes);
}

#[test]
fn masks_of_every_kind_leave_a_report_that_verifies() {
    let root = tempfile::tempdir().unwrap();
    let path = large(root.path());
    let mut editor = Editor::open(&path).unwrap();
    let lines = Mask {
        lines: "2-3".parse().unwrap(),
        patterns: vec!["unit-\\d+".parse().unwrap()],
        ..Mask::default()
    };
    let masked = editor.mask("artifacts/logs/before.txt", &lines).unwrap();
    let count = text(4_000).split_inclusive(|byte| *byte == b'\n').count() as u64;
    assert!(matches!(masked, Masked::Lines(lines) if lines + 1 >= count), "{masked:?}");
    let bytes = Mask { bytes: "0-9,1000000-1999999".parse().unwrap(), ..Mask::default() };
    assert_eq!(editor.mask("artifacts/logs/one.png", &bytes).unwrap(), Masked::Bytes(1_000_010));
    assert!(editor.finish(now(), &*unchanged()).unwrap().in_place);
    assert_eq!(verify(&path).unwrap().problems, []);
    opens_everywhere(&path);
    let mut reader = ReportReader::open(&path).unwrap();
    let mut found = Vec::new();
    reader.read_artifact("artifacts/logs/before.txt", &mut found).unwrap();
    let found = String::from_utf8(found).unwrap();
    assert!(
        found.starts_with("0 [masked] started with status 0\n[masked]\n[masked]\n3 [masked] "),
        "{found}"
    );
    assert_eq!(found.lines().count() as u64, count);
    let mut picture = Vec::new();
    reader.read_artifact("artifacts/logs/one.png", &mut picture).unwrap();
    let mut expected = noise(1 << 20).repeat(3);
    expected[..10].fill(0);
    expected[1_000_000..2_000_000].fill(0);
    assert!(picture == expected);
}

#[test]
fn the_record_alone_is_replaced_and_the_index_keeps_its_bytes() {
    let root = tempfile::tempdir().unwrap();
    for path in [large(&root.path().join("large")), {
        let session = filled(&root.path().join("small"));
        session.assemble(&root.path().join("small.zip"), None, false).unwrap().path
    }] {
        let index = ReportReader::open(&path).unwrap().read_document("report.json").unwrap();
        let closing = |record: &[u8], _: &ReportIndex, json: &[u8]| {
            assert!(json == index && record == staging::CONSENT);
            Ok(Record { json: b"{\"later\":true}".to_vec(), signature: Some(b"signature".to_vec()) })
        };
        replace_record(&path, &closing).unwrap();
        let mut reader = ReportReader::open(&path).unwrap();
        assert!(reader.read_document("report.json").unwrap() == index);
        assert_eq!(reader.read_document("consent.json").unwrap(), b"{\"later\":true}");
        assert_eq!(reader.read_document("consent.json.minisig").unwrap(), b"signature");
        assert_eq!(verify(&path).unwrap().problems, []);
    }
}

#[test]
fn a_report_without_artifacts_verifies_and_its_record_can_be_replaced() {
    let root = tempfile::tempdir().unwrap();
    let session = session(root.path(), &["logs"]);
    let path = root.path().join("report.zip");
    session.assemble(&path, None, false).unwrap();
    session.discard().unwrap();
    replace_record(&path, &*unchanged()).unwrap();
    let verification = verify(&path).unwrap();
    assert_eq!(verification.problems, []);
    assert_eq!(verification.proof.unwrap().collected, 0);
}

#[test]
fn a_hundred_thousand_artifacts_are_dropped_at_once() {
    let root = tempfile::tempdir().unwrap();
    let session = session(root.path(), &["files"]);
    let mut files = stage(&session, "files");
    for number in 0..100_000_u32 {
        deliver(&mut files, &format!("{}/{number}", number % 100), "text/plain", &number.to_le_bytes());
    }
    files.close().unwrap();
    let path = root.path().join("report.zip");
    session.assemble(&path, None, false).unwrap();
    session.discard().unwrap();
    let mut editor = Editor::open(&path).unwrap();
    let paths: Vec<String> = editor.index().artifacts().map(|artifact| artifact.path.clone()).collect();
    paths[..99_999].iter().for_each(|path| editor.drop_artifact(path).unwrap());
    editor.finish(now(), &*unchanged()).unwrap();
    let verification = verify(&path).unwrap();
    assert_eq!(verification.problems, []);
    let proof = verification.proof.unwrap();
    assert_eq!((proof.collected, proof.released, proof.dropped), (100_000, 1, 99_999));
    assert!(!finish_edit(&path).unwrap());
}

#[test]
fn an_artifact_that_lies_about_being_text_is_left_alone() {
    let root = tempfile::tempdir().unwrap();
    let session = session(root.path(), &["logs"]);
    let mut logs = stage(&session, "logs");
    deliver(&mut logs, "utf16.txt", "text/plain", b"a\0b\0\n\0");
    logs.close().unwrap();
    let path = root.path().join("report.zip");
    session.assemble(&path, None, false).unwrap();
    let mut editor = Editor::open(&path).unwrap();
    let mask = Mask { lines: "1".parse().unwrap(), ..Mask::default() };
    let error = editor.mask("artifacts/logs/utf16.txt", &mask).unwrap_err();
    assert!(matches!(error, EditError::Mask { source: MaskError::Binary { line: 1 }, .. }), "{error}");
}
