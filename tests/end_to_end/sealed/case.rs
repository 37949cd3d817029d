//! Support with a first line and an engineer, a customer, and an outside vendor.

use std::path::{Path, PathBuf};
use std::process::Command;

use candor_tests::Finished;
use serde_json::Value;

use crate::requests::parties::{Parties, text};

/// What the profile `crash-report` collects and this customer approves.
const APPROVED: [&str; 2] = ["system-info", "settings-unmasked"];
const REFUSED: &str = "event-log";

/// Everybody.
pub struct Case {
    pub parties: Parties,
}

impl Case {
    /// The vendor's people have keys, and the customer trusts support.
    pub fn new() -> Self {
        let parties = Parties::new();
        for name in ["first-line", "engineer", "outside"] {
            let folder = parties.support.path(name);
            let arguments = ["key", "new", name, "--no-password", "--output", text(&folder)];
            parties.support.run(&arguments).expect(0);
        }
        Self { parties }
    }

    /// The folder of somebody's keys.
    pub fn keys(&self, name: &str) -> PathBuf {
        self.parties.support.path(name)
    }

    /// Somebody's card.
    pub fn card(&self, name: &str) -> PathBuf {
        self.keys(name).join(format!("{name}.candor-card"))
    }

    /// Support asks for a crash report, for a first line that sees little and an engineer who sees all.
    pub fn request(&self) -> PathBuf {
        let output = self.parties.support.path("4711.candor-request");
        let (keys, statement) = (self.parties.keys(), self.parties.support.path("statement.txt"));
        let first_line = format!("{}@identifying", text(&self.card("first-line")));
        let engineer = self.card("engineer");
        let arguments = [
            "request",
            "new",
            "--case",
            "4711",
            "--profile",
            "crash-report",
            "--purpose",
            "find out why it restarts",
            "--collector",
            APPROVED[0],
            "--collector",
            APPROVED[1],
            "--collector",
            REFUSED,
            "--recipient",
            &first_line,
            "--recipient",
            text(&engineer),
            "--statement",
            text(&statement),
            "--expires",
            "14d",
            "--sign",
            text(&keys),
            "-o",
            text(&output),
        ];
        self.parties.support.run(&arguments).expect(0);
        output
    }

    /// The customer approves two collectors and refuses one.
    pub fn collected(&self) -> PathBuf {
        let (request, report) = (self.request(), self.report());
        let arguments = [
            "collect",
            "--request",
            text(&request),
            "--output",
            text(&report),
            "--approve",
            APPROVED[0],
            "--approve",
            APPROVED[1],
            "--refuse",
            REFUSED,
        ];
        self.parties.customer.run(&arguments).expect(0);
        report
    }

    pub fn report(&self) -> PathBuf {
        self.parties.customer.output("report.zip")
    }

    pub fn sealed(&self) -> PathBuf {
        self.parties.customer.output("report.candor")
    }

    /// What would leave.
    pub fn leaving(&self) -> Value {
        let report = self.report();
        self.parties.customer.run(&["seal", text(&report), "--dry-run", "--json"]).expect(0).json()
    }

    pub fn released_root(&self) -> String {
        self.leaving()["released_root"].as_str().unwrap().to_owned()
    }

    /// The customer releases exactly these bytes and seals them.
    pub fn seal(&self) -> Finished {
        let (report, root) = (self.report(), self.released_root());
        self.parties.customer.run(&["seal", text(&report), "--release", &root])
    }

    /// Somebody opens a file.
    pub fn open(&self, file: &Path, who: &str, output: &Path) -> Finished {
        let keys = self.keys(who);
        self.parties.support.run(&["open", text(file), "-i", text(&keys), "-o", text(output), "--overwrite"])
    }

    /// The key of the customer's installation.
    pub fn installation(&self) -> String {
        let shown = self.parties.customer.run(&["key", "show", "--json"]).expect(0).json();
        shown["keys"][0]["key"].as_str().unwrap().to_owned()
    }
}

/// Runs a program that is not ours, in a folder, and gives what it prints.
#[track_caller]
pub fn run(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let (code, said) = try_run(folder, program, arguments);
    assert_eq!(code, Some(0), "{program} {arguments:?}: {said}");
    said
}

pub fn try_run(folder: &Path, program: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(program).args(arguments).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

/// Unpacks a zip into a new folder.
pub fn unzipped(zip: &Path, folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    run(folder, "unzip", &["-q", text(zip)]);
}

/// The SHA-256 of a file, by `sha256sum`.
pub fn sha256(file: &Path) -> String {
    run(Path::new("/"), "sha256sum", &[text(file)])[..64].to_owned()
}
