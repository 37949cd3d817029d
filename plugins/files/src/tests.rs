//! The plugin as a whole, on files that misbehave.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use candor_testkit::{Harness, Run};
use serde_json::Value;
use tempfile::TempDir;

use super::*;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn everything_below(folder: &TempDir) -> Harness {
    let pattern = format!("{}/**", folder.path().display());
    Harness::new("sample").reads([pattern.as_str()])
}

fn name_of(folder: &TempDir, file: &str) -> String {
    folder.path().join(file).to_str().unwrap().trim_start_matches('/').to_owned()
}

fn entry(run: &Run, ending: &str) -> Value {
    let index = run.json("files.json");
    let found =
        index.as_array().unwrap().iter().find(|entry| entry["path"].as_str().unwrap().ends_with(ending));
    found.unwrap_or_else(|| panic!("no entry ends with {ending}")).clone()
}

fn reasons(run: &Run) -> &[String] {
    &run.answer.as_ref().unwrap().reasons
}

fn is_complete(run: &Run) -> bool {
    format!("{:?}", run.status()) == "Complete"
}

#[test]
fn every_declared_file_is_delivered_under_its_path() {
    let folder = folder();
    fs::create_dir(folder.path().join("sub")).unwrap();
    fs::write(folder.path().join("b.json"), "{\"a\":1}").unwrap();
    fs::write(folder.path().join("sub/a.txt"), "hello\n").unwrap();
    fs::write(folder.path().join("empty"), "").unwrap();
    fs::set_permissions(folder.path().join("b.json"), fs::Permissions::from_mode(0o640)).unwrap();
    let run = everything_below(&folder).run::<Files>();
    assert!(is_complete(&run), "{:?}", reasons(&run));
    assert_eq!(run.text(&name_of(&folder, "sub/a.txt")), "hello\n");
    assert_eq!(run.artifact(&name_of(&folder, "b.json")).media_type, "application/json");
    assert!(run.artifact(&name_of(&folder, "empty")).bytes.is_empty());
    let entry = entry(&run, "b.json");
    assert_eq!((entry["size_bytes"].as_u64(), entry["mode"].as_str()), (Some(7), Some("0640")));
    assert_eq!(entry["owner_uid"], rustix::process::getuid().as_raw());
    assert!(entry["modified"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn this_machines_own_files_arrive() {
    let run = Harness::new("sample")
        .reads(["/etc/os-release", "/usr/lib/os-release", "/proc/version"])
        .run::<Files>();
    assert!(is_complete(&run), "{:?}", reasons(&run));
    assert!(run.text("etc/os-release").contains("ID="));
    assert!(run.text("proc/version").starts_with("Linux version"));
    assert_eq!(entry(&run, "proc/version")["size_bytes"], 0);
}

#[test]
fn no_file_at_all_is_skipped() {
    let run = Harness::new("sample").reads(["/nonexistent/a", "/nonexistent/**"]).run::<Files>();
    let expected = Completion::Skipped("none of the declared files exist".to_owned());
    assert_eq!(
        (reasons(&run), run.artifacts.len()),
        (&["none of the declared files exist".to_owned()][..], 0)
    );
    assert_eq!(format!("{:?}", run.status()), "Skipped", "{expected:?}");
}

#[test]
fn an_absent_literal_file_is_only_noted_in_the_index() {
    let folder = folder();
    fs::write(folder.path().join("there"), "x").unwrap();
    let missing = folder.path().join("missing").display().to_string();
    let run = everything_below(&folder).reads([missing.as_str()]).run::<Files>();
    assert!(is_complete(&run));
    assert_eq!(entry(&run, "missing")["reason"], "does not exist");
}

#[test]
fn what_is_no_regular_file_is_named_and_the_others_arrive() {
    let folder = folder();
    let fifo = folder.path().join("fifo");
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RUSR).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
    symlink("/dev/zero", folder.path().join("device")).unwrap();
    symlink("/dev/null", folder.path().join("switched-off")).unwrap();
    fs::write(folder.path().join("good"), "good").unwrap();
    let run = everything_below(&folder).run::<Files>();
    assert_eq!(run.text(&name_of(&folder, "good")), "good");
    assert_eq!(reasons(&run).len(), 3, "{:?}", reasons(&run));
    assert_eq!(entry(&run, "fifo")["reason"], "is a fifo, not a regular file");
    assert_eq!(entry(&run, "socket")["reason"], "is a socket, not a regular file");
    assert_eq!(entry(&run, "device")["reason"], "is a device, not a regular file");
    assert_eq!(entry(&run, "switched-off")["reason"], "is switched off by a link to `/dev/null`");
}

#[test]
fn links_are_followed_only_to_declared_files() {
    let (inside, outside) = (folder(), folder());
    fs::write(outside.path().join("private"), "private").unwrap();
    fs::write(inside.path().join("target"), "target").unwrap();
    symlink("target", inside.path().join("good")).unwrap();
    symlink(outside.path().join("private"), inside.path().join("leads-out")).unwrap();
    symlink("loop-b", inside.path().join("loop-a")).unwrap();
    symlink("loop-a", inside.path().join("loop-b")).unwrap();
    symlink("nowhere", inside.path().join("dangling")).unwrap();
    symlink(".", inside.path().join("itself")).unwrap();
    let run = everything_below(&inside).run::<Files>();
    assert_eq!(run.text(&name_of(&inside, "good")), "target");
    assert_eq!(entry(&run, "good")["link_target"], "target");
    assert!(entry(&run, "leads-out")["reason"].as_str().unwrap().ends_with("not among the declared reads"));
    assert!(entry(&run, "loop-a")["reason"].as_str().unwrap().starts_with("cannot be read"));
    assert_eq!(entry(&run, "dangling")["reason"], "the link leads nowhere");
    assert!(!run.artifacts.iter().any(|artifact| artifact.bytes == b"private"));
    assert_eq!(reasons(&run).len(), 4, "{:?}", reasons(&run));
}

#[test]
fn an_unreadable_file_makes_it_partial() {
    let folder = folder();
    fs::write(folder.path().join("locked"), "x").unwrap();
    fs::write(folder.path().join("open"), "y").unwrap();
    fs::set_permissions(folder.path().join("locked"), fs::Permissions::from_mode(0o000)).unwrap();
    let run = everything_below(&folder).run::<Files>();
    assert_eq!(run.text(&name_of(&folder, "open")), "y");
    if rustix::process::getuid().is_root() {
        assert_eq!(run.text(&name_of(&folder, "locked")), "x");
    } else {
        assert_eq!(entry(&run, "locked")["reason"], "may not be read by this user");
    }
}

#[test]
fn a_large_sparse_file_is_cut_to_its_head() {
    let folder = folder();
    File::create(folder.path().join("sparse")).unwrap().set_len(10 << 30).unwrap();
    let run = everything_below(&folder).option("max_file_bytes", 1_000_000).run::<Files>();
    assert_eq!(run.artifact(&name_of(&folder, "sparse")).bytes.len(), 1_000_000);
    let entry = entry(&run, "sparse");
    assert_eq!((entry["truncated"].as_bool(), entry["size_bytes"].as_u64()), (Some(true), Some(10 << 30)));
    assert!(reasons(&run)[0].ends_with("is cut to its first 1000000 bytes"), "{:?}", reasons(&run));
}

#[test]
fn the_kept_tail_begins_at_a_line() {
    let folder = folder();
    let log: String = (0..100_000).map(|number| format!("line {number:06}\n")).collect();
    fs::write(folder.path().join("app.log"), &log).unwrap();
    let harness = everything_below(&folder).option("keep", "tail").option("max_file_bytes", 600_001);
    let run = harness.run::<Files>();
    let text = run.text(&name_of(&folder, "app.log"));
    assert!(text.starts_with("line 0") && text.ends_with("line 099999\n"));
    let entry = entry(&run, "app.log");
    let from = usize::try_from(entry["from_byte"].as_u64().unwrap()).unwrap();
    assert_eq!((&log[from..] == text, text.len()), (true, 600_000));
}

#[test]
fn the_tail_of_one_long_line_is_withheld() {
    let folder = folder();
    fs::write(folder.path().join("one.log"), format!("password={}", "x".repeat(3_000_000))).unwrap();
    let run =
        everything_below(&folder).option("keep", "tail").option("max_file_bytes", 1_000_000).run::<Files>();
    assert_eq!(run.artifacts.len(), 1);
    assert_eq!(entry(&run, "one.log")["delivered_bytes"], 0);
}

#[test]
fn names_that_no_artifact_may_have_still_arrive() {
    let folder = folder();
    for name in [&b"a\\b"[..], b"line\nfeed", b"\xff\xfe", b"c:d", b"100%"] {
        fs::write(folder.path().join(OsStr::from_bytes(name)), "x").unwrap();
    }
    let run = everything_below(&folder).run::<Files>();
    assert!(is_complete(&run), "{:?}", reasons(&run));
    for name in ["a%5Cb", "line%0Afeed", "%FF%FE", "c%3Ad", "100%25"] {
        assert_eq!(run.text(&name_of(&folder, name)), "x");
    }
}

#[test]
fn the_output_budget_keeps_room_for_small_files_and_the_index() {
    let folder = folder();
    fs::write(folder.path().join("a-large"), vec![b'x'; 200_000]).unwrap();
    fs::write(folder.path().join("b-small"), "small").unwrap();
    let run = everything_below(&folder).output_budget_bytes(100_000).run::<Files>();
    assert_eq!(run.text(&name_of(&folder, "b-small")), "small");
    assert_eq!(entry(&run, "a-large")["reason"], "does not fit into the output budget any more");
}

#[test]
fn files_over_the_limit_are_counted() {
    let folder = folder();
    for number in 0..5 {
        fs::write(folder.path().join(number.to_string()), "x").unwrap();
    }
    let other = Path::new("/proc/version").display().to_string();
    let run = everything_below(&folder).reads([other.as_str()]).option("max_files", 3).run::<Files>();
    assert_eq!(run.artifacts.len(), 4);
    assert!(reasons(&run)[0].contains("stands for more files"), "{:?}", reasons(&run));
}

#[test]
fn a_file_that_is_written_to_meanwhile_ends_where_it_did_when_opened() {
    use std::io::Write;
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    let folder = folder();
    let path = folder.path().join("growing.log");
    fs::write(&path, vec![b'a'; 50_000_000]).unwrap();
    let stop = AtomicBool::new(false);
    let run = std::thread::scope(|scope| {
        let mut file = File::options().append(true).open(&path).unwrap();
        let (ready, started) = std::sync::mpsc::channel();
        let stop = &stop;
        scope.spawn(move || {
            while !stop.load(Relaxed) {
                file.write_all(b"more\n").unwrap();
                let _ = ready.send(());
            }
        });
        started.recv().unwrap();
        let run = everything_below(&folder).option("max_file_bytes", 1u64 << 30).run::<Files>();
        stop.store(true, Relaxed);
        run
    });
    let entry = entry(&run, "growing.log");
    assert_eq!(entry["delivered_bytes"], entry["size_bytes"]);
    assert_eq!(entry["changed"], true);
    assert!(is_complete(&run), "{:?}", reasons(&run));
}

/// Opens the file, cuts it to a tenth, and only then delivers it.
struct Shrinking;

impl Collector for Shrinking {
    type Options = Options;

    fn collect(options: Options, context: &Context) -> Result<Completion, CollectError> {
        let paths = declared_files(context, options.max_files);
        let mut delivery = Delivery::new(context, &options, &paths);
        let mut entry = index::FileEntry::new(&paths[0]);
        let input = context.open(&paths[0])?;
        File::options().write(true).open(&paths[0]).unwrap().set_len(100_000).unwrap();
        assert!(delivery.send(input, &mut entry).is_ok());
        context.write_json(index::NAME, &[entry])?;
        Ok(Completion::Collected)
    }
}

#[test]
fn a_file_that_shrinks_is_delivered_as_far_as_it_goes_and_named() {
    let folder = folder();
    fs::write(folder.path().join("shrinking.log"), vec![b'a'; 1_000_000]).unwrap();
    let run = everything_below(&folder).run::<Shrinking>();
    let entry = entry(&run, "shrinking.log");
    assert_eq!(entry["delivered_bytes"], 100_000);
    assert_eq!(entry["reason"], "shrank while it was read");
    assert_eq!(reasons(&run).len(), 1);
}

#[test]
fn files_of_sys_state_more_than_they_hold_and_are_complete() {
    let run = Harness::new("sample")
        .reads([
            "/sys/kernel/mm/transparent_hugepage/enabled",
            "/sys/class/net/lo/mtu",
            "/sys/devices/virtual/net/lo/mtu",
        ])
        .run::<Files>();
    assert!(is_complete(&run), "{:?}", reasons(&run));
    assert!(run.text("sys/devices/virtual/net/lo/mtu").ends_with('\n'));
}
