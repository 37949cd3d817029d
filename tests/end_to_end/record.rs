//! The consent record of a report: signed, held against what the report holds, shown, withdrawn.

mod chain;
mod earlier;
mod installation;
mod request;
mod tools;
mod withdraw;

use std::path::{Path, PathBuf};
use std::process::Command;

use candor_tests::Sandbox;

/// `system-info` approved, `event-log` refused, in a report of this name.
fn collect(sandbox: &Sandbox, name: &str) -> PathBuf {
    let output = sandbox.output(name);
    let out = output.to_str().unwrap();
    let done = sandbox.run(&[
        "collect",
        "crash-report",
        "--approve",
        "system-info",
        "--refuse",
        "event-log",
        "--output",
        out,
    ]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    output
}

/// One document of a report, unpacked beside it.
fn unpack(report: &Path, name: &str, folder: &Path) -> PathBuf {
    let output = Command::new("unzip").arg("-p").args([report, Path::new(name)]).output().unwrap();
    assert!(output.status.success(), "{name}");
    std::fs::create_dir_all(folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, output.stdout).unwrap();
    path
}
