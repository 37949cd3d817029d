//! The usual programs, called on files in a folder of their own.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder for the files of one test.
pub struct Place(TempDir);

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.at(name)).unwrap()
    }

    /// Runs a command line in the folder; it must succeed. Gives what it wrote.
    pub fn sh(&self, line: &str) -> String {
        let output = shell(line).current_dir(self.0.path()).output().unwrap();
        text_of(line, &output)
    }
}

fn shell(line: &str) -> Command {
    let mut command = Command::new("bash");
    command.args(["-c", &format!("set -eo pipefail; {line}")]).env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
    command
}

fn text_of(line: &str, output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "`{line}` failed: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Feeds `input` to a command line that must succeed. Gives what it wrote.
pub fn pipe(line: &str, input: &[u8]) -> Vec<u8> {
    let mut command = shell(line);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || {
            // A program that has seen enough may close its end.
            let _ = stdin.write_all(input);
        });
        child.wait_with_output().unwrap()
    });
    text_of(line, &output);
    output.stdout
}
