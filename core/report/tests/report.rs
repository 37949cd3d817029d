//! From staged artifacts to a report that every desk can open.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod staging;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use candor_manifest::Level;
use candor_report::{
    AssembleError, Compression, Compressor, Outcome, Redactions, ReportReader, StageError, verify,
};
use staging::{collector, deliver, filled, id, name, noise, session, stage, text};

/// Runs a foreign program, which must be installed, and gives what it printed.
fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output =
        output.unwrap_or_else(|error| panic!("`{program}` must be installed for this test: {error}"));
    let printed =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program} {arguments:?}: {printed}");
    printed
}

fn opens_everywhere(report: &Path) {
    let path = report.to_str().unwrap();
    let said = run("unzip", &["-tqq", path]);
    assert!(!said.contains("warning"), "{said}");
    let said = run("7z", &["t", path]);
    assert!(said.contains("Everything is Ok") && !said.contains("Warning"), "{said}");
    let script = "import sys, zipfile; bad = zipfile.ZipFile(sys.argv[1]).testzip(); sys.exit(bad)";
    run("python3", &["-c", script, path]);
}

#[test]
fn a_report_opens_in_every_unzip_and_holds_what_was_staged() {
    let root = tempfile::tempdir().unwrap();
    let session = filled(root.path());
    let output = root.path().join("report.zip");
    let assembled = session.assemble(&output, None, false).unwrap();
    assert_eq!(assembled.bytes, fs::metadata(&output).unwrap().len());
    assert_eq!(fs::metadata(&output).unwrap().permissions().mode() & 0o777, 0o600);
    opens_everywhere(&output);

    let mut reader = ReportReader::open(&output).unwrap();
    assert_eq!(*reader.index(), assembled.index);
    assert!(reader.index().complete);
    assert_eq!(reader.index().tier, Some(Level::Technical));
    assert_eq!(reader.index().created, "2026-01-31T12:00:00Z");
    assert_eq!(reader.consent().unwrap(), serde_json::json!({"schema": 1, "decisions": []}));
    for (path, expected) in [
        ("artifacts/logs/small.txt", b"one line\n".to_vec()),
        ("artifacts/logs/großes/日本.log", text(3_500_000)),
        ("artifacts/logs/empty", Vec::new()),
        ("artifacts/logs/noise.bin", noise(2_500_000)),
        ("artifacts/pictures/screen.png", noise(1_300_000)),
        ("artifacts/pictures/icon.png", noise(900)),
    ] {
        let mut found = Vec::new();
        reader.read_artifact(path, &mut found).unwrap();
        assert!(found == expected, "{path}");
    }
    let verification = verify(&output).unwrap();
    assert_eq!(verification.problems, []);
    assert_eq!(verification.artifacts_checked, 6);
}

#[test]
fn the_same_session_gives_the_same_bytes_however_often_and_wherever() {
    let root = tempfile::tempdir().unwrap();
    // Another file system, where the staged file cannot be adopted.
    let elsewhere = tempfile::tempdir_in("/dev/shm").unwrap();
    let first = filled(root.path());
    let outputs = [root.path().join("a.zip"), root.path().join("b.zip"), elsewhere.path().join("c.zip")];
    for output in &outputs {
        first.assemble(output, None, false).unwrap();
    }
    let second_root = tempfile::tempdir().unwrap();
    let second = filled(second_root.path()).assemble(&root.path().join("d.zip"), None, false).unwrap();
    let bytes = fs::read(&second.path).unwrap();
    for output in &outputs {
        assert!(fs::read(output).unwrap() == bytes, "{}", output.display());
    }
}

#[test]
fn how_the_frames_were_cut_does_not_change_the_report() {
    let text = text(2_600_000);
    let reports = [1_000, 65_536, 3_000_000].map(|frame_bytes| {
        let root = tempfile::tempdir().unwrap();
        let session = session(root.path(), &["logs"]);
        let mut logs = stage(&session, "logs");
        logs.begin(&name("log"), "text/plain", Level::Technical).unwrap();
        text.chunks(frame_bytes).for_each(|frame| logs.write(frame.to_vec()).unwrap());
        logs.finish(Redactions::default()).unwrap();
        logs.close().unwrap();
        fs::read(session.assemble(&root.path().join("r.zip"), None, false).unwrap().path).unwrap()
    });
    assert!(reports[0] == reports[1] && reports[1] == reports[2]);
}

#[test]
fn an_existing_output_is_kept_unless_told() {
    let root = tempfile::tempdir().unwrap();
    let session = filled(root.path());
    let output = root.path().join("report.zip");
    fs::write(&output, "precious").unwrap();
    let error = session.assemble(&output, None, false).unwrap_err();
    assert!(matches!(error, AssembleError::Exists { .. }));
    assert_eq!(fs::read(&output).unwrap(), b"precious");
    session.assemble(&output, None, true).unwrap();
    assert!(verify(&output).unwrap().is_intact());
    let names: Vec<_> = fs::read_dir(root.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn a_published_report_does_not_change_when_the_session_goes_on() {
    let root = tempfile::tempdir().unwrap();
    let session = filled(root.path());
    let output = root.path().join("report.zip");
    session.assemble(&output, None, false).unwrap();
    let bytes = fs::read(&output).unwrap();
    let other = collector("logs", Level::Identifying, Outcome::Partial, Some("told later"));
    session.record(&other).unwrap();
    session.assemble(&root.path().join("second.zip"), Some("again"), false).unwrap();
    assert!(fs::read(&output).unwrap() == bytes);
    session.discard().unwrap();
    assert!(fs::read(&output).unwrap() == bytes);
}

#[test]
fn more_entries_than_a_plain_zip_can_count_are_fine() {
    let root = tempfile::tempdir().unwrap();
    let session = session(root.path(), &["files"]);
    let mut files = stage(&session, "files");
    for number in 0..65_600_u32 {
        deliver(&mut files, &format!("{}/{number}", number % 100), "text/plain", &number.to_le_bytes());
    }
    assert_eq!(files.close().unwrap().len(), 65_600);
    let output = root.path().join("report.zip");
    session.assemble(&output, None, false).unwrap();
    opens_everywhere(&output);
    let verification = verify(&output).unwrap();
    assert_eq!(verification.problems, []);
    assert_eq!(verification.artifacts_checked, 65_600);
}

#[test]
fn an_artifact_of_more_than_four_gibibytes_is_fine() {
    // In memory: what is stored is written once, and the report adopts the file.
    let root = tempfile::tempdir_in("/dev/shm").unwrap();
    let session = session(root.path(), &["images", "logs"]);
    let mut images = stage(&session, "images");
    images.begin(&name("disk.raw.gz"), "application/gzip", Level::Technical).unwrap();
    let frame = noise(1 << 20);
    for _ in 0..4_100 {
        images.write(frame.clone()).unwrap();
    }
    images.finish(Redactions::default()).unwrap();
    deliver(&mut images, "after.txt", "text/plain", b"behind the 4 GiB border");
    images.close().unwrap();
    let mut logs = stage(&session, "logs");
    deliver(&mut logs, "log", "text/plain", b"in another collector");
    logs.close().unwrap();
    let output = root.path().join("report.zip");
    let assembled = session.assemble(&output, None, false).unwrap();
    assert!(assembled.bytes > 4_100 << 20);
    session.discard().unwrap();
    opens_everywhere(&output);
    let verification = verify(&output).unwrap();
    assert_eq!(verification.problems, []);
    assert_eq!(verification.bytes_checked, (4_100 << 20) + 23 + 20);
}

#[test]
fn names_that_cannot_be_unpacked_side_by_side_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let session = session(root.path(), &["logs"]);
    let mut logs = stage(&session, "logs");
    deliver(&mut logs, "Boot/one", "text/plain", b"1");
    for taken in ["Boot/one", "boot/ONE", "boot", "boot/one/two"] {
        let error = logs.begin(&name(taken), "text/plain", Level::Technical).unwrap_err();
        assert!(matches!(error, StageError::Duplicate), "{taken}: {error}");
    }
    deliver(&mut logs, "boot/two", "text/plain", b"2");
    assert_eq!(logs.close().unwrap().len(), 2);
}

#[test]
fn an_aborted_artifact_leaves_nothing_and_frees_its_name() {
    let root = tempfile::tempdir().unwrap();
    let session = session(root.path(), &["logs"]);
    let mut logs = stage(&session, "logs");
    deliver(&mut logs, "first", "text/plain", b"1");
    for bytes in [&text(100)[..], &text(5_000_000)] {
        logs.begin(&name("second"), "text/plain", Level::Technical).unwrap();
        logs.write(bytes.to_vec()).unwrap();
        logs.abort().unwrap();
    }
    deliver(&mut logs, "second", "text/plain", b"2");
    let paths: Vec<String> = logs.close().unwrap().into_iter().map(|artifact| artifact.path).collect();
    assert_eq!(paths, ["artifacts/logs/first", "artifacts/logs/second"]);
    let output = root.path().join("report.zip");
    assert!(session.assemble(&output, None, false).unwrap().bytes < 4_000);
    assert!(verify(&output).unwrap().is_intact());
}

#[test]
fn an_artifact_above_its_collectors_level_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let session = session(root.path(), &["logs"]);
    let mut logs =
        session.stage(&id("logs"), Level::Technical, &Compressor::new(1, Compression::Deflate)).unwrap();
    let error = logs.begin(&name("a"), "text/plain", Level::Secret).unwrap_err();
    assert_eq!(
        error.to_string(),
        "an artifact of level secret was delivered by a collector of level technical"
    );
}

#[test]
fn calls_out_of_order_are_errors_and_not_panics() {
    let root = tempfile::tempdir().unwrap();
    let session = session(root.path(), &["logs"]);
    let mut logs = stage(&session, "logs");
    assert!(matches!(logs.write(vec![1]), Err(StageError::NotOpen)));
    assert!(matches!(logs.finish(Redactions::default()), Err(StageError::NotOpen)));
    assert!(matches!(logs.abort(), Err(StageError::NotOpen)));
    logs.begin(&name("a"), "text/plain", Level::Technical).unwrap();
    assert!(matches!(logs.begin(&name("b"), "text/plain", Level::Technical), Err(StageError::Open)));
}
