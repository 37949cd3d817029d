//! Where earlier answers are kept, to be told beside the questions.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use candor_consent::{Decision, Ledger, Source, Subject, Terms};
use candor_manifest::ProfileId;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::places;
use crate::terminal::printable;

/// One for each collector takes some kilobytes.
const MOST_BYTES: u64 = 16 << 20;

/// What was answered earlier for this profile. What cannot be read is told and is nothing: it only would have been told.
pub fn earlier(profile: &ProfileId) -> Ledger {
    let path = places::answers(profile);
    read(&path).unwrap_or_else(|failure| {
        failure.print();
        Ledger::default()
    })
}

/// Takes down what was answered now. Failing at it is told and stops nothing.
pub fn remember(profile: &ProfileId, answers: &[(Subject, Decision)], terms: Option<&Terms>) {
    if answers.iter().all(|(_, decision)| decision.source == Source::Undecided) {
        return;
    }
    let path = places::answers(profile);
    let remembered = read(&path).and_then(|mut ledger| {
        ledger.remember(answers, terms);
        write(&path, &ledger)
    });
    if let Err(failure) = remembered {
        failure.print();
    }
}

fn read(path: &Path) -> Result<Ledger, Failure> {
    let shown = printable(&path.to_string_lossy());
    let mut json = Vec::new();
    match fs::File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut json)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ledger::default()),
        read => read.map_err(|error| {
            Failure::because(format!("cannot read earlier answers in `{shown}`"), &error, Exit::Internal)
        })?,
    };
    Ledger::from_json(&json).map_err(|error| {
        Failure::because(format!("cannot read earlier answers in `{shown}`"), &error, Exit::Internal)
            .hint("nothing but a reminder is lost with it: remove it")
    })
}

fn write(path: &Path, ledger: &Ledger) -> Result<(), Failure> {
    let shown = printable(&path.to_string_lossy());
    let json = ledger.to_json().map_err(|error| Failure::of(&error, Exit::Internal))?;
    replace(path, &json).map_err(|error| {
        Failure::because(format!("cannot remember the answers in `{shown}`"), &error, Exit::Internal)
    })
}

fn replace(path: &Path, json: &[u8]) -> io::Result<()> {
    DirBuilder::new().mode(0o700).recursive(true).create(path.parent().unwrap_or(Path::new("/")))?;
    let part = path.with_extension(format!("part-{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    let written = file.write_all(json).and_then(|()| fs::rename(&part, path));
    written.inspect_err(|_| {
        // The error that matters is the first.
        let _ = fs::remove_file(&part);
    })
}
