//! Full disks, read-only outputs, damaged and hostile reports.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what fails here fails the test")]

mod staging;

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use candor_manifest::Level;
use candor_report::{AssembleError, ProblemKind, Redactions, ReportReader, Session, StageError, verify};
use proptest::prelude::*;
use staging::{ID, collector, deliver, filled, name, noise, session, stage, text};

/// Set in the process that [`in_a_small_file_system`] starts.
const SMALL: &str = "CANDOR_TEST_SMALL_FILE_SYSTEM";

/// Runs the named test again with a file system of 4 MiB of its own, which needs a mount namespace. Gives the place in that
/// second run.
fn in_a_small_file_system(test: &str) -> Option<PathBuf> {
    if let Some(place) = std::env::var_os(SMALL) {
        return Some(place.into());
    }
    let place = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=4m none \"$1\" && exec \"$2\" --exact \"$3\" --nocapture";
    let mut unshare = Command::new("unshare");
    // A user namespace lets those mount who are not root.
    let root = rustix::process::geteuid().is_root();
    unshare.args(if root { &["-m"][..] } else { &["-m", "-r"][..] });
    unshare
        .args(["sh", "-c", script, "sh"])
        .arg(place.path())
        .arg(std::env::current_exe().unwrap())
        .arg(test);
    let output =
        unshare.env(SMALL, place.path()).output().expect("`unshare` must be installed for this test");
    let printed =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && printed.contains("1 passed"), "{printed}");
    None
}

#[test]
fn a_full_disk_ends_the_stage_and_keeps_what_was_finished() {
    let Some(place) = in_a_small_file_system("a_full_disk_ends_the_stage_and_keeps_what_was_finished") else {
        return;
    };
    let session = session(&place, &["logs"]);
    let mut logs = stage(&session, "logs");
    deliver(&mut logs, "finished", "text/plain", &text(1_000_000));
    logs.begin(&name("large"), "image/png", Level::Technical).unwrap();
    let frame = noise(256 * 1024);
    let error = (0..100).find_map(|_| logs.write(frame.clone()).err()).expect("no room for 25 MiB");
    assert!(matches!(error, StageError::DiskFull { .. }), "{error}");
    assert!(error.source().is_some());
    assert!(matches!(logs.write(frame), Err(StageError::DiskFull { .. })));
    assert!(matches!(logs.close(), Err(StageError::DiskFull { .. })));
    let output = place.join("report.zip");
    let assembled = session.assemble(&output, Some("the disk is full"), false).unwrap();
    assert_eq!(assembled.index.collectors[0].artifacts.len(), 1);
    assert_eq!(verify(&output).unwrap().problems, []);
}

#[test]
fn a_disk_without_room_for_the_report_leaves_the_session_whole() {
    let test = "a_disk_without_room_for_the_report_leaves_the_session_whole";
    let Some(place) = in_a_small_file_system(test) else { return };
    let elsewhere = tempfile::tempdir_in("/dev/shm").unwrap();
    let session = filled(elsewhere.path());
    let output = place.join("report.zip");
    fs::write(place.join("other"), noise(2_000_000)).unwrap();
    let error = session.assemble(&output, None, false).unwrap_err();
    assert!(matches!(error, AssembleError::DiskFull { .. }), "{error}");
    assert!(error.to_string().contains("report.zip"));
    assert_eq!(fs::read_dir(&place).unwrap().count(), 1, "nothing half-written is left");
    // The same where the staged file itself would become the report.
    fs::remove_file(place.join("other")).unwrap();
    let near = staging::session(&place, &["logs"]);
    let mut logs = stage(&near, "logs");
    deliver(&mut logs, "picture", "image/png", &noise(3_000_000));
    // Many, so that index and directory need more than what is left of a page.
    (0_u32..300)
        .for_each(|number| deliver(&mut logs, &number.to_string(), "text/plain", &number.to_le_bytes()));
    logs.close().unwrap();
    let entries = near.folder().join("collectors/logs/entries");
    let before = fs::read(&entries).unwrap();
    let mut filler = fs::File::create(place.join("filler")).unwrap();
    while filler.write_all(&[0; 1024]).is_ok() {}
    let error = near.assemble(&output, None, false).unwrap_err();
    assert!(matches!(error, AssembleError::DiskFull { .. }), "{error}");
    assert!(!output.exists() && fs::read(&entries).unwrap() == before);
    drop(filler);
    fs::remove_file(place.join("filler")).unwrap();
    near.assemble(&output, None, false).unwrap();
    assert!(verify(&output).unwrap().is_intact());
}

#[test]
fn an_output_that_cannot_be_written_is_named_and_the_session_stays() {
    let root = tempfile::tempdir().unwrap();
    let session = filled(root.path());
    for output in [Path::new("/proc/report.zip"), &root.path().join("missing/report.zip")] {
        let error = session.assemble(output, None, false).unwrap_err();
        assert!(matches!(error, AssembleError::Output { .. }), "{error}");
        assert!(error.to_string().contains(output.to_str().unwrap()) && error.source().is_some());
    }
    drop(session);
    let session = Session::open(root.path(), ID).unwrap();
    session.assemble(&root.path().join("report.zip"), None, false).unwrap();
}

/// A small report with one artifact of each method.
fn small_report(root: &Path) -> Vec<u8> {
    let session = session(root, &["logs"]);
    let mut logs = stage(&session, "logs");
    deliver(&mut logs, "log", "text/plain", &text(2_000));
    deliver(&mut logs, "picture", "image/png", &noise(300));
    logs.close().unwrap();
    session.record(&collector("logs", Level::Identifying, candor_report::Outcome::Collected, None)).unwrap();
    let assembled = session.assemble(&root.join("report.zip"), None, false).unwrap();
    fs::read(assembled.path).unwrap()
}

fn is_found(path: &Path, bytes: &[u8]) -> bool {
    fs::write(path, bytes).unwrap();
    verify(path).map_or(true, |verification| !verification.is_intact())
}

#[test]
fn a_change_of_any_byte_is_found() {
    let root = tempfile::tempdir().unwrap();
    let report = small_report(root.path());
    let path = root.path().join("changed.zip");
    assert!(!is_found(&path, &report));
    for place in 0..report.len() {
        for change in [0x01, 0x80, 0xff] {
            let mut changed = report.clone();
            changed[place] ^= change;
            assert!(is_found(&path, &changed), "byte {place} of {} by {change:#x}", report.len());
        }
    }
}

#[test]
fn bytes_before_behind_or_missing_are_found() {
    let root = tempfile::tempdir().unwrap();
    let report = small_report(root.path());
    let path = root.path().join("changed.zip");
    for length in 0..report.len() {
        assert!(is_found(&path, &report[..length]), "cut to {length}");
    }
    assert!(is_found(&path, &[&report[..], b"\n"].concat()));
    assert!(is_found(&path, &[b"#!", &report[..]].concat()));
    assert!(is_found(&path, &[&report[..], &report[..]].concat()));
}

/// Rewrites a report with a foreign program, as a careless desk would.
fn rewritten(root: &Path, change: &str) -> PathBuf {
    let path = root.join("rewritten.zip");
    let script = format!(
        "import sys, zipfile, json\n\
         old = zipfile.ZipFile(sys.argv[1]); entries = [[n, old.read(n)] for n in old.namelist()]\n\
         index = json.loads(dict(entries)['report.json'])\n\
         artifacts = index['collectors'][0]['artifacts']\n\
         {change}\n\
         new = zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED)\n\
         [new.writestr(n, json.dumps(index) if n == 'report.json' else b) for n, b in entries]\n\
         new.close()\n"
    );
    let mut python = Command::new("python3");
    let output =
        python.args(["-W", "ignore", "-c", &script]).arg(root.join("report.zip")).arg(&path).output();
    let output = output.expect("`python3` must be installed for this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    path
}

#[test]
fn every_disagreement_between_index_and_archive_is_named() {
    let root = tempfile::tempdir().unwrap();
    small_report(root.path());
    let log = "artifacts/logs/log";
    for (change, path, kind) in [
        ("entries = [e for e in entries if not e[0].endswith('/log')]", log, ProblemKind::NotInArchive),
        ("entries.append(['artifacts/logs/new', b'x'])", "artifacts/logs/new", ProblemKind::NotInIndex),
        ("entries.append(['artifacts/logs/log', b'x'])", "", ProblemKind::Container),
        ("artifacts.append(artifacts[0])", log, ProblemKind::Duplicate),
        ("artifacts[0]['bytes'] += 1", log, ProblemKind::Size),
        ("artifacts[0]['sha256'] = '00' * 32", log, ProblemKind::Hash),
        ("artifacts[0]['level'] = 'secret'", log, ProblemKind::Level),
        ("index['tier'] = 'secret'", "report.json", ProblemKind::Level),
        ("artifacts[0]['path'] = 'artifacts/other/log'", "artifacts/other/log", ProblemKind::Path),
        ("entries = [e for e in entries if e[0] != 'consent.json']", "consent.json", ProblemKind::Consent),
        ("entries = [e for e in entries if e[0] != 'report.json']", "report.json", ProblemKind::Index),
        ("index['schema'] = 2", "report.json", ProblemKind::Index),
        ("artifacts[0]['redactions'] = {'password': 1}", log, ProblemKind::Redactions),
        (
            "entries = [e for e in entries if e[0] != 'redactions.json']",
            "redactions.json",
            ProblemKind::Redactions,
        ),
        (
            "[e.__setitem__(1, e[1].replace(b'{\\n}', b'{\"x\":{\"a\":{\"count\":1,\"lines\":[]}}}')) for e in entries]",
            "x",
            ProblemKind::Redactions,
        ),
    ] {
        let problems = verify(&rewritten(root.path(), change)).unwrap().problems;
        let named = problems.iter().any(|problem| problem.path == path && problem.kind == kind);
        assert!(named, "{change}: {problems:#?}");
    }
}

#[test]
fn a_repacked_report_can_still_be_read() {
    let root = tempfile::tempdir().unwrap();
    small_report(root.path());
    let mut reader = ReportReader::open(&rewritten(root.path(), "pass")).unwrap();
    let mut found = Vec::new();
    reader.read_artifact("artifacts/logs/log", &mut found).unwrap();
    assert_eq!(found, text(2_000));
    assert_eq!(reader.entries().unwrap().len(), 5);
}

#[test]
fn an_artifact_that_unpacks_to_more_than_the_index_says_is_cut_short() {
    let root = tempfile::tempdir().unwrap();
    small_report(root.path());
    let bomb = "[e.__setitem__(1, b'\\0' * 50_000_000) for e in entries if e[0].endswith('/log')]";
    let mut reader = ReportReader::open(&rewritten(root.path(), bomb)).unwrap();
    let mut found = Vec::new();
    assert!(reader.read_artifact("artifacts/logs/log", &mut found).is_err());
    assert!(found.len() <= 2_000, "{}", found.len());
}

#[test]
fn staged_zip_names_never_leave_the_folder_of_their_collector() {
    let root = tempfile::tempdir().unwrap();
    let session = session(root.path(), &["logs"]);
    let mut logs = stage(&session, "logs");
    logs.begin(&name("a/b/c"), "text/plain", Level::Technical).unwrap();
    logs.finish(Redactions::default()).unwrap();
    assert_eq!(logs.close().unwrap()[0].path, "artifacts/logs/a/b/c");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_readers_panic(bytes in prop::collection::vec(any::<u8>(), 0..2048)) {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("hostile.zip");
        fs::write(&path, &bytes).unwrap();
        prop_assert!(ReportReader::open(&path).is_err());
        prop_assert!(is_found(&path, &bytes));
    }

    #[test]
    fn no_damage_to_a_report_makes_the_readers_panic(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in any::<prop::sample::Index>(), cut_it in any::<bool>(),
    ) {
        static REPORT: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let report = REPORT.get_or_init(|| small_report(tempfile::tempdir().unwrap().path()));
        let mut damaged = report.clone();
        for (place, byte) in damage {
            let place = place.index(damaged.len());
            damaged[place] = byte;
        }
        if cut_it {
            damaged.truncate(cut.index(damaged.len()));
        }
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("damaged.zip");
        fs::write(&path, &damaged).unwrap();
        if let Ok(mut reader) = ReportReader::open(&path) {
            let _ = reader.consent();
            let _ = reader.entries();
            let paths: Vec<String> = reader.index().artifacts().map(|artifact| artifact.path.clone()).collect();
            for path in paths {
                let _ = reader.read_artifact(&path, std::io::sink());
            }
        }
        prop_assert!(damaged == *report || is_found(&path, &damaged));
    }
}
