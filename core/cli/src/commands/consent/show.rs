//! `candor consent show`: a record for people.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use candor_consent::{
    ConsentRecord, MAX_RECORD_BYTES, NoticeKind, Process, RecordedRecipient, Release, Withdrawal,
};
use candor_report::{ReadError, Record, ReportReader};

use crate::editing;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::record::{self, Standing};
use crate::summary::counted;
use crate::terminal::printable;

/// Runs the command.
pub fn run(file: &Path, json: bool) -> Outcome {
    let (stored, standing) = read(file)?;
    let consent = ConsentRecord::from_json(&stored.json).map_err(|error| {
        let what = format!("cannot show the consent record of `{}`", printable(&file.to_string_lossy()));
        Failure::because(what, &error, Exit::Unverified)
    })?;
    let sound = standing.problems.is_empty();
    if json {
        super::super::print_json(&serde_json::json!({
            "schema": 1, "verified": sound, "signature": standing, "record": consent,
        }))?;
    } else {
        let mut out = io::stdout().lock();
        for line in lines(&consent, &standing) {
            writeln!(out, "{line}")?;
        }
        out.flush()?;
    }
    Ok(if sound { Exit::Success } else { Exit::Unverified })
}

/// The record and how it stands: that of a report is held against the report.
fn read(file: &Path) -> Result<(Record, Standing), Failure> {
    if is_zip(file)? {
        let unreadable = |error: ReadError| Failure::of(&error, Exit::Usage);
        editing::finish_unfinished(file)?;
        let mut reader = ReportReader::open(file).map_err(unreadable)?;
        let standing = record::standing(&mut reader).map_err(unreadable)?;
        return Ok((reader.record().map_err(unreadable)?, standing));
    }
    let json = content(file)?.ok_or_else(|| missing(file))?;
    let stored = Record { json, signature: content(&signature_of(file))? };
    let standing = record::of(&stored);
    Ok((stored, standing))
}

fn is_zip(file: &Path) -> Result<bool, Failure> {
    let mut head = Vec::new();
    let read = File::open(file).and_then(|file| file.take(4).read_to_end(&mut head));
    read.map_err(|error| unreadable(file, &error))?;
    Ok(head == b"PK\x03\x04")
}

fn signature_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".minisig");
    PathBuf::from(name)
}

/// `None` when there is no such file.
fn content(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    let mut bytes = Vec::new();
    match File::open(path).and_then(|file| file.take(MAX_RECORD_BYTES as u64 + 1).read_to_end(&mut bytes)) {
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::because(format!("cannot read `{}`", printable(&path.to_string_lossy())), error, Exit::Usage)
}

fn missing(path: &Path) -> Failure {
    unreadable(path, &io::Error::from(io::ErrorKind::NotFound))
}

/// Texts in a record are others'.
fn lines(record: &ConsentRecord, standing: &Standing) -> Vec<String> {
    let mut lines = head(record, standing);
    for process in &record.processes {
        lines.push(String::new());
        lines.extend(of_process(process));
    }
    if !record.releases.is_empty() || !record.withdrawals.is_empty() {
        lines.push(String::new());
    }
    lines.extend(record.releases.iter().flat_map(released));
    lines.extend(record.withdrawals.iter().map(withdrawn));
    lines
}

fn head(record: &ConsentRecord, standing: &Standing) -> Vec<String> {
    let case = record.case.as_deref().map(|case| format!(", case {}", printable(case))).unwrap_or_default();
    let mut lines =
        vec![format!("Consent record {} of profile {}{case}", record.id, printable(&record.profile))];
    match &record.controller {
        Some(who) => {
            let parts = [Some(&who.name), who.organisation.as_ref(), who.contact.as_ref()];
            let parts: Vec<_> = parts.into_iter().flatten().map(|part| printable(part)).collect();
            lines.push(format!("Asked by   {}", parts.join(", ")));
            lines.push(format!("           key `{}`", printable(&who.fingerprint.words)));
        }
        None => lines.push("Asked by   nobody: there was no request".to_owned()),
    }
    for notice in record.notices.iter().filter(|notice| notice.kind == NoticeKind::Privacy) {
        let text = |text: &Option<String>| text.as_deref().map(printable).unwrap_or_default();
        let (version, date) = (text(&notice.version), text(&notice.date));
        lines.push(format!("Statement  version {version} of {date}, in {}", printable(&notice.language)));
    }
    for recipient in &record.recipients {
        lines.push(format!("Recipient  {}", named(recipient)));
    }
    if let Some(report) = &record.report {
        lines.push(format!("Report     {}", printable(&report.id)));
    }
    match &standing.fingerprint {
        Some(words) => lines.push(format!("Signed     by installation `{words}`")),
        None => lines.push("Signed     not, or not so that it holds".to_owned()),
    }
    lines.extend(standing.problems.iter().map(|problem| format!("Problem    {}", printable(problem))));
    lines
}

fn named(recipient: &RecordedRecipient) -> String {
    let who = [recipient.name.as_deref(), recipient.role.as_deref()];
    let mut who: Vec<_> = who.into_iter().flatten().map(printable).collect();
    who.push(format!("up to level {}", recipient.level));
    format!("{}: `{}`", who.join(", "), recipient.fingerprint.words)
}

fn of_process(process: &Process) -> Vec<String> {
    let title = printable(&process.title);
    let mut lines = vec![format!("{} ({}): {title}", process.collector, process.subject.level)];
    for event in &process.events {
        lines.push(format!("  {:<10} {}  {}", event.status.as_str(), event.at, event.method.as_str()));
    }
    for affected in &process.affected {
        lines.push(format!("  also about {}", printable(&affected.description)));
    }
    lines
}

fn released(release: &Release) -> Vec<String> {
    let Release { at, envelope, drops, masks, redactions, .. } = release;
    let counts = [counted(*drops, "drop"), counted(*masks, "mask"), counted(*redactions, "redaction")];
    let mut lines = vec![format!("Released   {at} in envelope {envelope}, after {}", counts.join(", "))];
    lines.extend(release.recipients.iter().map(|recipient| format!("           to {}", named(recipient))));
    lines
}

fn withdrawn(withdrawal: &Withdrawal) -> String {
    let collectors: Vec<_> = withdrawal.collectors.iter().map(ToString::to_string).collect();
    format!("Withdrawn  {} for {}", withdrawal.at, collectors.join(", "))
}
