//! Killed at any system call, on a full disk, two at once: the report is the old one or the new one.

use std::path::Path;
use std::process::Command;

use candor_tests::{Finished, Report, Sandbox, program};

use super::{large, text};
use crate::faults::with_small_disk;

/// What changes something on a disk.
const CALLS: [&str; 9] =
    ["pwrite64", "write", "fsync", "fdatasync", "fallocate", "ftruncate", "linkat", "rename", "unlink"];

/// Runs the program and kills it on its way into the call of this name for the `count`th time.
fn killed_at(sandbox: &Sandbox, call: &str, count: usize, arguments: &[&str]) -> Finished {
    let mut strace = Command::new("strace");
    sandbox.furnish(&mut strace);
    let inject = format!("inject={call}:signal=KILL:when={count}");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &inject]);
    strace.arg(program()).args(arguments);
    Finished::of(strace)
}

/// Kills an edit at each of its calls. After each the next command finds the old report or finishes the new one.
fn at_any_call(sandbox: &Sandbox, report: &Path, arguments: &[&str], is_edited: impl Fn(&Report) -> bool) {
    let copy = sandbox.output("copy.zip");
    let all = [&[arguments[0], text(&copy)], &arguments[1..]].concat();
    let (mut kills, mut edited) = (0, 0);
    for call in CALLS {
        for count in 1.. {
            std::fs::copy(report, &copy).unwrap();
            let ended = killed_at(sandbox, call, count, &all);
            sandbox.run(&["verify", text(&copy)]).expect(0);
            let is_new = is_edited(&Report::open(&copy));
            let beside = std::fs::read_dir(copy.parent().unwrap()).unwrap().flatten();
            let names = beside.map(|entry| entry.file_name().into_string().unwrap());
            let left: Vec<String> =
                names.filter(|name| name.contains("copy.zip") && name != "copy.zip").collect();
            assert_eq!(left, [""; 0], "{call} {count}");
            if ended.code == 0 {
                assert!(is_new);
                break;
            }
            assert_eq!(ended.code, 137, "{call} {count}: {}", ended.stderr);
            (kills, edited) = (kills + 1, edited + usize::from(is_new));
        }
    }
    assert!(
        kills > 10 && edited > 0 && edited < kills,
        "{kills} kills, after {edited} of them it was finished"
    );
}

#[test]
fn killed_at_any_call_a_drop_in_place_leaves_the_old_report_or_is_finished() {
    let sandbox = Sandbox::new();
    let report = large(&sandbox, "65MiB");
    at_any_call(&sandbox, &report, &["drop", "honest"], |report| report.artifacts("honest").is_empty());
}

#[test]
fn killed_at_any_call_a_mask_of_a_small_report_leaves_the_old_report_or_the_new_one() {
    let sandbox = Sandbox::new();
    let report = large(&sandbox, "100KiB");
    let arguments = ["mask", "blob", "--bytes", "5-90000"];
    at_any_call(&sandbox, &report, &arguments, |report| !report.index()["proof"]["edits"][0].is_null());
}

#[test]
fn a_full_disk_changes_nothing() {
    let sandbox = Sandbox::new();
    let copy = sandbox.path("copy.zip");
    let script = format!(
        "export CANDOR_STATE_DIR=\"$1/state\"; disk=$1; candor=$2; shift
         \"$@\" collect full --approve honest --approve blob --option blob.bytes=66MiB --min-free 0 --output $disk/r.zip || exit 98
         before=$(sha256sum < $disk/r.zip); cat /dev/zero > $disk/filler
         $candor drop $disk/r.zip honest; code=$?
         test \"$before\" = \"$(sha256sum < $disk/r.zip)\" || exit 97
         ls -A $disk >&2; rm $disk/filler
         $candor drop $disk/r.zip honest || exit 96
         cp $disk/r.zip '{}'; exit $code",
        copy.display()
    );
    let done = with_small_disk(&sandbox, "80m", &script).expect(1);
    assert!(done.stderr.contains("no room is left for the edit"), "{}", done.stderr);
    assert!(done.stderr.contains("nothing was changed: make room"), "{}", done.stderr);
    assert!(!done.stderr.contains("r.zip.edit\n"), "{}", done.stderr);
    sandbox.run(&["verify", text(&copy)]).expect(0);
}

#[test]
fn a_report_that_is_being_edited_is_refused() {
    let sandbox = Sandbox::new();
    let report = large(&sandbox, "100KiB");
    let file = std::fs::File::open(&report).unwrap();
    rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let done = sandbox.run(&["drop", text(&report), "honest"]).expect(2);
    assert!(done.stderr.contains("is being edited by another process"), "{}", done.stderr);
    drop(file);
    sandbox.run(&["drop", text(&report), "honest"]).expect(0);
}

#[test]
fn a_file_in_the_place_of_a_journal_is_not_touched() {
    let sandbox = Sandbox::new();
    let report = large(&sandbox, "100KiB");
    let journal = sandbox.write("out/large.zip.edit", "mine");
    for arguments in [["drop", text(&report), "honest"], ["verify", text(&report), "--json"]] {
        let done = sandbox.run(&arguments).expect(2);
        assert!(done.stderr.contains("is in the way"), "{}", done.stderr);
    }
    assert_eq!(std::fs::read(&journal).unwrap(), b"mine");
    std::fs::remove_file(&journal).unwrap();
    sandbox.run(&["drop", text(&report), "honest"]).expect(0);
}
