//! `candor seal`: the second decision, on exact bytes; then they are encrypted to those whom it names.

mod asking;
mod expiry;
mod recipients;

use std::path::{Path, PathBuf};

use candor_consent::{ConsentRecord, Moment, RecordedRecipient, Release};
use candor_report::{EditAction, Proof, ReadError, Record, ReportIndex, ReportReader, replace_record};
use candor_seal::{SealError, SealRecipient, Sealed, Sealing, seal, unfinished_envelope};
use candor_trust::{Nonce, SigningKey};

use crate::age_dialog::AgeDialog;
use crate::arguments::Seal;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::redaction::{self, Redaction};
use crate::terminal::printable;
use crate::{editing, proof, record, summary};

/// Runs the command.
pub fn run(arguments: &Seal) -> Outcome {
    let report = arguments.report.as_path();
    editing::finish_unfinished(report)?;
    let output = output(arguments)?;
    let mut reader = ReportReader::open(report).map_err(|error| unreadable(&error))?;
    let leaving = Leaving::read(&mut reader)?;
    let request = recipients::request_of(&mut reader)?;
    if let Some((_, request)) = &request {
        expiry::check(report, &leaving, request.expires)?;
    }
    let recipients = recipients::of(arguments, request)?;
    check_redaction(arguments)?;
    let asked = asking::Question { leaving: &leaving, recipients: &recipients, output: &output };
    if arguments.dry_run {
        asking::show(&asked, arguments.json.json)?;
        return Ok(Exit::Success);
    }
    if !asking::is_released(&asked, arguments.release.as_deref(), arguments.json.json)? {
        eprintln!("Nothing was sealed.");
        return Ok(Exit::Nothing);
    }
    let envelope = release(report, &output, &leaving, &recipients)?;
    let sealed = write(arguments, &output, &leaving.key, &recipients, envelope)?;
    tell(&sealed, &leaving, arguments.json.json)
}

/// What is about to leave, checked.
pub(super) struct Leaving {
    index: ReportIndex,
    proof: Proof,
    record: Record,
    key: SigningKey,
}

impl Leaving {
    /// Reads the report's own account of itself and asks whether everything in it was consented to.
    fn read(reader: &mut ReportReader) -> Result<Self, Failure> {
        let standing = record::standing(reader).map_err(|error| unreadable(&error))?;
        if let Some(problem) = standing.problems.first() {
            let failure =
                Failure::usage("not everything in the report may leave").with_exit(Exit::Unverified);
            return Err(failure.hint(problem.clone()).hint("`candor verify REPORT` lists all that is wrong"));
        }
        let record = reader.record().map_err(|error| unreadable(&error))?;
        let key = record::own_key(&record)?;
        let index = reader.index().clone();
        let proof = index.proof.clone().ok_or_else(|| Failure::of(&SealError::NoProof, Exit::Usage))?;
        if !proof.closed.is_empty() {
            return Err(Failure::usage("this is a part of a report, opened from a sealed one")
                .hint("`candor forward` passes artifacts on, with the customer's approval"));
        }
        Ok(Self { index, proof, record, key })
    }

    fn redactions(&self) -> u64 {
        self.index.artifacts().flat_map(|artifact| artifact.redactions.values()).sum()
    }

    fn edits(&self, action: EditAction) -> u64 {
        self.proof.count(action) as u64
    }

    fn bytes(&self) -> u64 {
        self.index.artifacts().map(|artifact| artifact.bytes).sum()
    }
}

/// Looks through the report once more for what should have been removed.
fn check_redaction(arguments: &Seal) -> Result<(), Failure> {
    let policy = redaction::policy(&arguments.redaction_policy)?;
    let engine = Redaction::new(policy, &redaction::fresh_key()?, true)?.engine;
    let proof = proof::of(&arguments.report, &engine)?;
    if proof.holds() {
        return Ok(());
    }
    proof::tell(&proof, &arguments.report);
    Err(Failure::usage("the report still holds what should have been removed")
        .with_exit(Exit::Unverified)
        .hint("drop or mask what is named above: `candor drop`, `candor mask`"))
}

/// `NAME.candor` beside `NAME.zip`.
fn output(arguments: &Seal) -> Result<PathBuf, Failure> {
    let output = arguments.output.clone().unwrap_or_else(|| arguments.report.with_extension("candor"));
    if output.symlink_metadata().is_ok() && !arguments.overwrite {
        return Err(Failure::usage(format!("`{}` exists already", output.display()))
            .hint("choose another `--output`, or allow it with `--overwrite`"));
    }
    Ok(output)
}

/// Writes the decision into the consent record. One that says the same already, of a run that was killed, counts.
fn release(
    report: &Path,
    output: &Path,
    leaving: &Leaving,
    recipients: &[RecordedRecipient],
) -> Result<Nonce, Failure> {
    let consent = ConsentRecord::from_json(&leaving.record.json)
        .map_err(|error| Failure::of(&error, Exit::Unverified))?;
    let root = leaving.proof.released_root;
    let same = |release: &&Release| release.released_root == root && release.recipients == recipients;
    let unfinished = unfinished_envelope(output);
    let earlier = consent.releases.last().filter(same).map(|release| release.envelope);
    if let Some(envelope) = earlier.filter(|envelope| unfinished == Some(*envelope)) {
        return Ok(envelope);
    }
    let release = Release {
        at: Moment::now(),
        envelope: Nonce::random().map_err(|error| Failure::of(&error, Exit::Internal))?,
        released_root: root,
        recipients: recipients.to_vec(),
        drops: leaving.edits(EditAction::Dropped),
        masks: leaving.edits(EditAction::Masked),
        redactions: leaving.redactions(),
    };
    let envelope = release.envelope;
    let closing = |json: &[u8], _: &ReportIndex, _: &[u8]| {
        if json != leaving.record.json {
            return Err("the report was changed meanwhile: try again".into());
        }
        let signed = leaving.record.signed()?.ok_or("the consent record is not signed")?;
        Ok(Record::from(signed.released(&leaving.key, release.clone())?))
    };
    replace_record(report, &closing).map_err(|error| {
        Failure::because("cannot write the release into the consent record", &error, Exit::Internal)
            .hint("nothing was sealed")
    })?;
    Ok(envelope)
}

fn write(
    arguments: &Seal,
    output: &Path,
    key: &SigningKey,
    recipients: &[RecordedRecipient],
    envelope: Nonce,
) -> Result<Sealed, Failure> {
    let recipients: Vec<_> = recipients.iter().map(of_record).collect();
    let sealing = Sealing {
        report: &arguments.report,
        output,
        overwrite: arguments.overwrite,
        envelope,
        recipients: &recipients,
        signer: key,
        sealed: whole_second(jiff::Timestamp::now()),
    };
    let show = crate::terminal::can_redraw() && !arguments.json.json;
    seal(&sealing, &AgeDialog, &mut |level| {
        if show {
            eprintln!("   Sealed level {level}");
        }
    })
    .map_err(|error| failed(&error))
}

fn of_record(recipient: &RecordedRecipient) -> SealRecipient {
    SealRecipient {
        name: recipient.name.as_deref().and_then(|name| name.parse().ok()),
        recipient: recipient.key.clone(),
        level: recipient.level,
    }
}

/// Times are written to the second.
pub(super) fn whole_second(time: jiff::Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_second(time.as_second()).unwrap_or(time)
}

pub(super) fn failed(error: &SealError) -> Failure {
    let (exit, hint) = match error {
        SealError::Changed(_) | SealError::Artifact { .. } => {
            (Exit::Unverified, "`candor verify REPORT` lists all that is wrong")
        }
        SealError::Nobody(_) => (
            Exit::Usage,
            "name a recipient for that level with `--recipient KEY@LEVEL`, or drop those artifacts",
        ),
        SealError::Exists(_) => (Exit::Usage, "choose another `--output`, or allow it with `--overwrite`"),
        SealError::Write { .. } if error.is_disk_full() => {
            (Exit::Internal, "make room and run the same command again")
        }
        SealError::Recipients { .. } | SealError::Busy(_) => (Exit::Usage, "nothing was sealed"),
        _ => (Exit::Internal, "nothing was sealed"),
    };
    Failure::of(error, exit).hint(hint)
}

fn unreadable(error: &ReadError) -> Failure {
    Failure::of(error, Exit::Usage).hint("`candor verify` says more about a damaged report")
}

fn tell(sealed: &Sealed, leaving: &Leaving, json: bool) -> Outcome {
    if json {
        super::print_json(&serde_json::json!({
            "schema": 1, "path": sealed.path, "bytes": sealed.bytes, "envelope": sealed.envelope,
            "released_root": leaving.proof.released_root,
        }))?;
        return Ok(Exit::Success);
    }
    let path = printable(&sealed.path.to_string_lossy());
    eprintln!("Sealed: {path} ({})", summary::size(sealed.bytes));
    eprintln!("hint: only its recipients can read it; `candor consent withdraw` takes consent back");
    Ok(Exit::Success)
}
