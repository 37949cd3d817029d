//! Sessions that are listed, opened again, discarded, and torn at every place where a process can die.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod staging;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use candor_manifest::Level;
use candor_report::{Compression, Outcome, Redactions, ReportReader, Session, SessionError, verify};
use staging::{CONSENT, ID, collector, deliver, filled, header, id, name, session, stage, text};

/// Every file and folder below `root`.
fn below(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path.clone());
            }
            found.push(path);
        }
    }
    found
}

#[test]
fn everything_in_a_session_is_for_its_owner_alone() {
    let root = tempfile::tempdir().unwrap();
    let session = filled(root.path());
    let mut seen = 0;
    for path in below(session.folder()).into_iter().chain([session.folder().to_owned()]) {
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, expected, "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 12, "{seen}");
}

#[test]
fn a_live_session_is_listed_as_live_and_cannot_be_opened() {
    let root = tempfile::tempdir().unwrap();
    let session = filled(root.path());
    assert!(matches!(Session::open(root.path(), ID), Err(SessionError::Live { .. })));
    assert!(matches!(Session::discard_damaged(root.path(), ID), Err(SessionError::Live { .. })));
    let listed = Session::list(root.path()).unwrap();
    assert!(listed[0].live);
    drop(session);
    let [listed] = &Session::list(root.path()).unwrap()[..] else { panic!("one session") };
    assert!(!listed.live);
    assert_eq!(listed.case.as_deref(), Some("4711"));
    assert_eq!((listed.collectors_finished, listed.collectors_planned), (3, 3));
    assert!(listed.bytes > 3_000_000);
    assert_eq!(*Session::open(root.path(), ID).unwrap().header(), header(&["logs", "pictures", "refused"]));
}

#[test]
fn ids_that_are_paths_open_nothing() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("other")).unwrap();
    drop(filled(&root.path().join("root")));
    for id in ["", ".", "..", "../other", "/etc", "a/b", "-x", "a\0b", &"a".repeat(65)] {
        assert!(matches!(Session::open(&root.path().join("root"), id), Err(SessionError::Id)), "{id:?}");
    }
    symlink(root.path().join("other"), root.path().join("root/link")).unwrap();
    let opened = Session::open(&root.path().join("root"), "link");
    assert!(matches!(opened, Err(SessionError::Missing { .. })));
    let mut foreign = header(&[]);
    foreign.id = "../evil".to_owned();
    assert!(matches!(Session::create(root.path(), foreign, CONSENT), Err(SessionError::Id)));
}

#[test]
fn a_session_is_made_once() {
    let root = tempfile::tempdir().unwrap();
    let _session = session(root.path(), &[]);
    assert!(Session::create(root.path(), header(&[]), CONSENT).is_err());
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
}

#[test]
fn discarding_removes_links_and_not_what_they_point_to() {
    let root = tempfile::tempdir().unwrap();
    let precious = tempfile::tempdir().unwrap();
    fs::write(precious.path().join("file"), "precious").unwrap();
    let session = filled(root.path());
    symlink(precious.path(), session.folder().join("collectors/logs/link")).unwrap();
    symlink(precious.path(), session.folder().join("link")).unwrap();
    session.discard().unwrap();
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    assert_eq!(fs::read(precious.path().join("file")).unwrap(), b"precious");
}

#[test]
fn a_session_with_a_damaged_header_is_listed_and_can_be_discarded() {
    let root = tempfile::tempdir().unwrap();
    let folder = filled(root.path()).folder().to_owned();
    fs::write(folder.join("session.json"), "{").unwrap();
    let listed = Session::list(root.path()).unwrap();
    assert_eq!((listed.len(), &listed[0].profile), (1, &None));
    assert!(matches!(Session::open(root.path(), ID), Err(SessionError::Document { .. })));
    Session::discard_damaged(root.path(), ID).unwrap();
    assert!(Session::list(root.path()).unwrap().is_empty());
}

#[test]
fn collectors_that_were_not_planned_or_were_staged_before_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let session = filled(root.path());
    let compressor = candor_report::Compressor::new(1, Compression::Deflate);
    let unplanned = session.stage(&id("unplanned"), Level::Technical, &compressor);
    assert!(matches!(unplanned, Err(SessionError::NotPlanned(_))));
    let again = session.stage(&id("logs"), Level::Technical, &compressor);
    assert!(matches!(again, Err(SessionError::Staged(_))));
    let unplanned = collector("unplanned", Level::Technical, Outcome::Collected, None);
    assert!(matches!(session.record(&unplanned), Err(SessionError::NotPlanned(_))));
}

#[test]
fn collectors_that_were_not_heard_of_again_appear_as_planned_with_what_they_finished() {
    let root = tempfile::tempdir().unwrap();
    let session = session(root.path(), &["done", "never", "stopped"]);
    let mut stopped = stage(&session, "stopped");
    deliver(&mut stopped, "finished", "text/plain", &text(2_000_000));
    stopped.begin(&name("unfinished"), "text/plain", Level::Identifying).unwrap();
    stopped.write(text(3_000_000)).unwrap();
    let folder = session.folder().join("collectors/stopped");
    // The first artifact is finished behind the caller's back; only then the process dies.
    while fs::metadata(folder.join("entries.ndjson")).unwrap().len() == 0 {
        std::thread::yield_now();
    }
    std::mem::forget(stopped);
    session.record(&collector("done", Level::Identifying, Outcome::Skipped, Some("nothing there"))).unwrap();
    let assembled = session.assemble(&root.path().join("r.zip"), Some("killed"), false).unwrap();
    let index = assembled.index;
    assert!(!index.complete);
    assert_eq!(index.interrupted.as_deref(), Some("killed"));
    let told: Vec<_> = index.collectors.iter().map(|entry| (entry.id.as_str(), entry.outcome)).collect();
    assert_eq!(told, [("done", Outcome::Skipped), ("never", Outcome::Failed), ("stopped", Outcome::Failed)]);
    assert_eq!(index.collectors[2].artifacts.len(), 1);
    assert_eq!(index.collectors[2].bytes, 2_000_000);
    assert_eq!(index.collectors[2].reason.as_deref(), Some("interrupted before it ended"));
    assert!(verify(&assembled.path).unwrap().is_intact());
}

#[test]
fn a_dropped_stage_keeps_what_was_finished_and_writes_no_more() {
    let root = tempfile::tempdir().unwrap();
    let session = session(root.path(), &["logs"]);
    let mut logs = stage(&session, "logs");
    for number in 0..50 {
        deliver(&mut logs, &format!("{number}"), "text/plain", &text(300_000));
    }
    drop(logs);
    let entries = session.folder().join("collectors/logs/entries");
    let before = fs::read(&entries).unwrap();
    let output = root.path().join("r.zip");
    session.assemble(&output, Some("stopped"), false).unwrap();
    assert!(verify(&output).unwrap().is_intact());
    assert!(fs::read(&output).unwrap().starts_with(&before[..before.len().min(1000)]));
}

/// A copy of a session, as a machine that lost its power would show it.
fn copy(from: &Path, to: &Path) {
    for path in below(from) {
        let target = to.join(path.strip_prefix(from).unwrap());
        if path.is_dir() {
            fs::create_dir_all(&target).unwrap();
        } else {
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn a_session_torn_anywhere_gives_an_intact_report_of_what_was_finished() {
    let root = tempfile::tempdir().unwrap();
    let folder = filled(root.path()).folder().to_owned();
    let lines = fs::read(folder.join("collectors/logs/entries.ndjson")).unwrap();
    let entries_bytes = fs::metadata(folder.join("collectors/logs/entries")).unwrap().len();
    let ends: Vec<u64> = lines
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| {
            let line: serde_json::Value = serde_json::from_slice(line).unwrap();
            line["place"]["offset"].as_u64().unwrap() + line["place"]["length"].as_u64().unwrap()
        })
        .collect();
    assert_eq!(ends.len(), 4);
    let mut cuts: Vec<(&str, u64, usize)> = Vec::new();
    for cut in (0..=lines.len()).step_by(37).chain([lines.len() - 1, lines.len()]) {
        let whole = lines[..cut].iter().filter(|byte| **byte == b'\n').count();
        cuts.push(("entries.ndjson", cut as u64, whole));
    }
    for end in
        ends.iter().flat_map(|end| [end - 1, *end, end + 1, end + 40]).filter(|end| *end <= entries_bytes)
    {
        cuts.push(("entries", end, ends.iter().filter(|finished| **finished <= end).count()));
    }
    for (number, (file, cut, finished)) in cuts.into_iter().enumerate() {
        let torn = root.path().join(format!("torn-{number}"));
        let torn_folder = torn.join(ID);
        copy(&folder, &torn_folder);
        let path = torn_folder.join("collectors/logs").join(file);
        fs::OpenOptions::new().write(true).open(path).unwrap().set_len(cut).unwrap();
        let session = Session::open(&torn, ID).unwrap();
        let assembled = session.assemble(&torn.join("r.zip"), Some("torn"), false).unwrap();
        assert_eq!(assembled.index.collectors[0].artifacts.len(), finished, "{file} cut at {cut}");
        assert_eq!(verify(&assembled.path).unwrap().problems, [], "{file} cut at {cut}");
        fs::remove_dir_all(&torn).unwrap();
    }
}

#[test]
fn a_redaction_tally_comes_through() {
    let root = tempfile::tempdir().unwrap();
    let session = session(root.path(), &["logs"]);
    let mut logs = stage(&session, "logs");
    logs.begin(&name("a"), "text/plain", Level::Identifying).unwrap();
    logs.finish(redactions()).unwrap();
    logs.begin(&name("b"), "text/plain", Level::Identifying).unwrap();
    logs.finish(Redactions::default()).unwrap();
    logs.begin(&name("c!d"), "text/plain", Level::Identifying).unwrap();
    logs.finish(redactions()).unwrap();
    logs.close().unwrap();
    let assembled = session.assemble(&root.path().join("r.zip"), None, false).unwrap();
    assert_eq!(assembled.index.collectors[0].artifacts[0].redactions["password"], 3);
    assert_eq!(assembled.index.tier, Some(Level::Identifying));
    assert_eq!(verify(&assembled.path).unwrap().problems, []);
    let document = ReportReader::open(&assembled.path).unwrap().redactions().unwrap();
    assert_eq!(document.terms.key_id, None);
    let paths: Vec<_> = document.artifacts.keys().map(String::as_str).collect();
    let (first, second) = ("artifacts/logs/a", "artifacts/logs/c!d");
    assert_eq!(paths, [first, &format!("{first}!var/log/x"), second, &format!("{second}!var/log/x")]);
    assert_eq!(document.artifacts[first]["password"].lines, [3, 17]);
}

fn redactions() -> Redactions {
    let mut redactions = Redactions::default();
    redactions.add("", "password", 2, &[3, 17]);
    redactions.add("var/log/x", "password", 1, &[1]);
    redactions
}

#[test]
fn counts_stand_where_the_lines_were_lost() {
    let root = tempfile::tempdir().unwrap();
    let session = session(root.path(), &["logs"]);
    let mut logs = stage(&session, "logs");
    for artifact in ["a", "b"] {
        logs.begin(&name(artifact), "text/plain", Level::Identifying).unwrap();
        logs.finish(redactions()).unwrap();
    }
    logs.close().unwrap();
    let details = session.folder().join("collectors/logs/redactions.ndjson");
    let length = fs::metadata(&details).unwrap().len();
    fs::OpenOptions::new().write(true).open(&details).unwrap().set_len(length - 3).unwrap();
    let assembled = session.assemble(&root.path().join("r.zip"), None, false).unwrap();
    assert_eq!(verify(&assembled.path).unwrap().problems, []);
    let document = ReportReader::open(&assembled.path).unwrap().redactions().unwrap();
    assert_eq!(document.artifacts["artifacts/logs/a"]["password"].lines, [3, 17]);
    let lost = &document.artifacts["artifacts/logs/b"]["password"];
    assert_eq!((lost.count, lost.lines.len()), (3, 0));
}
