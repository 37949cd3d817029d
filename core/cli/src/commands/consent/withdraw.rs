//! `candor consent withdraw`: consent is taken back in the record, and those who have what left are told.

use std::path::Path;

use candor_consent::{ConsentRecord, Moment, Status, Withdrawal};
use candor_manifest::CollectorId;
use candor_report::{EditError, ReadError, Record, ReportIndex, ReportReader, finish_edit, replace_record};
use candor_trust::{Nonce, SigningKey};

use super::message;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::record;
use crate::terminal::printable;

/// Runs the command.
pub fn run(report: &Path, named: &[CollectorId], output: Option<&Path>, json: bool) -> Outcome {
    finish_edit(report).map_err(|error| not_changed(&error))?;
    let unreadable = |error: ReadError| Failure::of(&error, Exit::Usage);
    let before = ReportReader::open(report).and_then(|mut reader| reader.record()).map_err(unreadable)?;
    let key = record::own_key(&before)?;
    let consent =
        ConsentRecord::from_json(&before.json).map_err(|error| Failure::of(&error, Exit::Unverified))?;
    let message_path = message::path(report, output);
    let is_released = !consent.releases.is_empty();
    if is_released {
        message::check_free(&message_path)?;
    }
    let (consent, withdrawal) = match again(&consent, named) {
        Some(withdrawal) => {
            eprintln!("Consent was withdrawn before; the record stays as it is");
            (consent, withdrawal)
        }
        None => withdraw(report, &before, &consent, named, &key)?,
    };
    if is_released {
        message::write(&message_path, &message::make(&consent, &withdrawal, &key)?)?;
    }
    tell(&withdrawal, is_released.then_some(&message_path), json)
}

/// The withdrawal that said the same already: its message may not have been written.
fn again(consent: &ConsentRecord, named: &[CollectorId]) -> Option<Withdrawal> {
    let is_withdrawn = |collector: &CollectorId| {
        let last = consent.process(collector.as_str()).and_then(|process| process.last().copied());
        last.is_some_and(|last| last.status == Status::Withdrawn)
    };
    let last = consent.withdrawals.last()?;
    let nothing_left = !consent.processes.iter().any(candor_consent::Process::is_given);
    let same = if named.is_empty() { nothing_left } else { named.iter().all(is_withdrawn) };
    same.then(|| last.clone())
}

/// Adds the event and writes the record into the report.
fn withdraw(
    report: &Path,
    before: &Record,
    consent: &ConsentRecord,
    named: &[CollectorId],
    key: &SigningKey,
) -> Result<(ConsentRecord, Withdrawal), Failure> {
    let given = consent.processes.iter().filter(|process| process.is_given());
    let given: Vec<_> = given.map(|process| process.collector.clone()).collect();
    if let Some(other) = named.iter().find(|id| !given.contains(id)) {
        let known: Vec<_> = given.iter().map(ToString::to_string).collect();
        return Err(Failure::usage(format!("there is no consent to `{other}` that could be withdrawn"))
            .hint(format!("consented to is: {}", known.join(", "))));
    }
    let mut collectors = if named.is_empty() { given } else { named.to_vec() };
    collectors.sort();
    collectors.dedup();
    let withdrawal = Withdrawal {
        id: Nonce::random().map_err(|error| Failure::of(&error, Exit::Internal))?,
        at: Moment::now(),
        collectors,
        releases: consent.releases.iter().map(|release| release.envelope).collect(),
    };
    let closing = |json: &[u8], _: &ReportIndex, _: &[u8]| {
        if json != before.json {
            return Err("the report was changed meanwhile: try again".into());
        }
        let signed = before.signed()?.ok_or("the record is not signed")?;
        Ok(Record::from(signed.withdrawn(key, withdrawal.clone())?))
    };
    replace_record(report, &closing).map_err(|error| not_changed(&error))?;
    let mut reader = ReportReader::open(report).map_err(|error| Failure::of(&error, Exit::Internal))?;
    let after = reader.record().map_err(|error| Failure::of(&error, Exit::Internal))?;
    let after = ConsentRecord::from_json(&after.json).map_err(|error| Failure::of(&error, Exit::Internal))?;
    Ok((after, withdrawal))
}

fn not_changed(error: &EditError) -> Failure {
    Failure::because("cannot add to the consent record of the report", error, Exit::Usage)
        .hint("nothing was withdrawn yet")
}

fn tell(withdrawal: &Withdrawal, message: Option<&std::path::PathBuf>, json: bool) -> Outcome {
    if json {
        super::super::print_json(&serde_json::json!({
            "schema": 1, "withdrawal": withdrawal, "message": message,
        }))?;
        return Ok(Exit::Success);
    }
    let collectors: Vec<_> = withdrawal.collectors.iter().map(ToString::to_string).collect();
    eprintln!("Withdrawn: consent to {}", collectors.join(", "));
    match message {
        Some(path) => {
            let path = printable(&path.to_string_lossy());
            eprintln!("Message: {path}");
            eprintln!("hint: send it the way that the sealed report went; its recipients alone can read it");
        }
        None => eprintln!("The report was not sealed for anybody, so nobody has to be told"),
    }
    Ok(Exit::Success)
}
