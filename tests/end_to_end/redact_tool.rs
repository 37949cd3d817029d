//! `candor redact`, `candor rules` and `candor reveal` as tools of their own.

mod archives;
mod check;
mod faults;
mod folders;
mod keys;
mod large;
mod rules;
mod streams;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use candor_tests::{Finished, Sandbox};

/// A log line with a secret and some identifiers, all of them invented.
const LINE: &str =
    "Oct 12 07:01:02 sshd[77]: password=Tq7vZm2Lr9xK from 10.83.2.77 for kim.lindqvist@mail.kelvaro.se\n";
/// What of it must not survive.
const PLANTED: [&str; 4] = ["Tq7vZm2Lr9xK", "10.83.2.77", "lindqvist", "kelvaro"];

/// A run of `candor redact` that knows nothing of the machine the test runs on.
fn redact(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    let mut command = sandbox.command(&["redact", "--no-machine"]);
    command.args(arguments);
    command
}

/// The same to its end, with text as standard input.
fn redact_text(sandbox: &Sandbox, arguments: &[&str], text: impl AsRef<[u8]>) -> Finished {
    fed(redact(sandbox, arguments), text)
}

/// Runs the command to its end with text as standard input.
fn fed(mut command: Command, text: impl AsRef<[u8]>) -> Finished {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(text.as_ref()).expect("the text");
    std::io::Seek::rewind(&mut file).expect("its beginning");
    command.stdin(Stdio::from(file));
    Finished::of(command)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("paths of tests are text")
}

/// Names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Runs a tool that the system has.
#[track_caller]
fn tool(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("`{program}` is needed: {error}"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Fails if one of the planted values is in a file below the folder, or in a name.
#[track_caller]
fn assert_clean(folder: &Path) {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder") {
            let path: PathBuf = entry.expect("an entry").path();
            let kind = path.symlink_metadata().expect("its kind").file_type();
            let content = if kind.is_dir() {
                folders.push(path.clone());
                String::new()
            } else if kind.is_symlink() {
                path.read_link().expect("its target").to_string_lossy().into_owned()
            } else {
                String::from_utf8_lossy(&std::fs::read(&path).expect("its content")).into_owned()
            };
            for planted in PLANTED {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                assert!(!content.contains(planted) && !name.contains(planted), "{planted} in {path:?}");
            }
        }
    }
}
