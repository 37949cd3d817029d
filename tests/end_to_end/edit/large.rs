//! Large reports are changed in place, and little is written.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use candor_tests::{Finished, Report, Sandbox, program};

use super::{large, opens_everywhere, text};

/// Bytes that the program handed to the kernel for writing into files.
fn bytes_written(sandbox: &Sandbox, arguments: &[&str]) -> u64 {
    let trace = sandbox.path("writes.strace");
    let mut strace = Command::new("strace");
    sandbox.furnish(&mut strace);
    strace.args([
        "-f",
        "-qq",
        "-e",
        "trace=write,pwrite64,writev,pwritev,copy_file_range,sendfile,splice",
        "-o",
    ]);
    strace.arg(&trace).arg(program()).args(arguments);
    Finished::of(strace).expect(0);
    let trace = std::fs::read_to_string(trace).unwrap();
    trace.lines().filter_map(|line| line.rsplit_once("= ")?.1.trim().parse::<u64>().ok()).sum()
}

#[test]
fn a_small_artifact_of_a_large_report_is_dropped_with_few_bytes_written() {
    let sandbox = Sandbox::new();
    let path = large(&sandbox, "300MiB");
    let before = path.metadata().unwrap();
    let artifacts = Report::open(&path).artifacts("honest").len();
    let written = bytes_written(&sandbox, &["drop", text(&path), "honest"]);
    assert!(written < 256 << 10, "{written} bytes for a report of {}", before.len());
    let after = path.metadata().unwrap();
    assert_eq!(before.ino(), after.ino());
    assert!(Report::open(&path).artifacts("honest").is_empty());
    let said = sandbox.run(&["verify", text(&path), "--json"]).expect(0).json();
    assert_eq!(said["verification"]["proof"]["dropped"], artifacts);
    opens_everywhere(&path);
}

#[test]
fn a_large_artifact_gives_its_room_back_and_leaves_zeros() {
    let sandbox = Sandbox::new();
    let path = large(&sandbox, "100MiB");
    let before = path.metadata().unwrap();
    let content = beginning(&path);
    let done = sandbox.run(&["drop", text(&path), "blob", "--json"]).expect(0).json();
    assert_eq!((&done["in_place"], &done["left"]["tier"]), (&true.into(), &"technical".into()));
    let after = path.metadata().unwrap();
    assert!(after.blocks() < before.blocks() / 100, "{} of {} blocks", after.blocks(), before.blocks());
    assert_ne!(beginning(&path), content);
    sandbox.run(&["verify", text(&path)]).expect(0);
    opens_everywhere(&path);
    // A small one by now on the disk, and still one that is changed in place.
    sandbox.run(&["drop", text(&path), "honest"]).expect(0);
    sandbox.run(&["verify", text(&path)]).expect(0);
    opens_everywhere(&path);
}

fn beginning(path: &Path) -> Vec<u8> {
    use std::io::Read;
    let mut bytes = vec![0; 1 << 20];
    std::fs::File::open(path).unwrap().read_exact(&mut bytes).unwrap();
    bytes
}
