//! The chain from an artifact to the consent that it was collected with.

mod gap;

use std::collections::HashMap;

use candor_manifest::{CollectorId, Level};
use candor_trust::{Digest, VerifyingKey, to_canonical};

pub use gap::{Gap, GapKind};

use crate::record::{ConsentRecord, Process, RecordedSubject, ReportState, SignedRecord, Status};

/// What an index states of a collector of which artifacts are in the report.
#[derive(Debug, Clone)]
pub struct Claim<'a> {
    /// The collector.
    pub collector: &'a CollectorId,
    /// Its level.
    pub level: Level,
    /// SHA-256 of its manifest.
    pub manifest_digest: &'a str,
    /// SHA-256 of its library.
    pub library_digest: Option<&'a str>,
    /// Its options, redacted as those of the record are.
    pub options: &'a serde_json::Map<String, serde_json::Value>,
    /// Its artifacts, each with its level.
    pub artifacts: Vec<(&'a str, Level)>,
}

/// What a report states of itself.
#[derive(Debug, Clone)]
pub struct ReportClaims<'a> {
    /// Its id.
    pub id: &'a str,
    /// Root over all that was collected.
    pub collected_root: Digest,
    /// Hash of `report.json` as it is stored; `None` for a part of a report, whose index was made anew and is proven by its seal.
    pub index: Option<Digest>,
    /// Hash of the terms of the request that is attached; `None` where none is.
    pub terms: Option<Digest>,
    /// One for each collector with artifacts.
    pub collectors: Vec<Claim<'a>>,
}

/// Says whether everything that a report holds may be in it, and what is missing where not. No gap: it may.
///
/// Of each artifact the collector must have a process whose last event is Given; for exactly the manifest, library, options and
/// level that the index states; answered on its own where the level asks for that; and for the terms of the attached request.
/// The record must be signed by `signer`, and be of this very report.
///
/// Whether `signer` is a key to trust is not asked here.
pub fn check_chain(record: &SignedRecord, signer: &VerifyingKey, report: &ReportClaims<'_>) -> Vec<Gap> {
    match record.open(signer) {
        Ok(record) => check_record(&record, report),
        Err(error) => vec![Gap::of_record(GapKind::Record(error))],
    }
}

fn check_record(record: &ConsentRecord, report: &ReportClaims<'_>) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let state = record.report.as_ref();
    let is = |same: &dyn Fn(&ReportState) -> bool| state.is_some_and(same);
    let same = [
        ("id", is(&|state| state.id == report.id)),
        ("collected root", is(&|state| state.collected_root == report.collected_root)),
        ("index", is(&|state| report.index.is_none_or(|index| state.index == index))),
    ];
    let other = same.into_iter().filter(|(_, same)| !same);
    gaps.extend(other.map(|(what, _)| Gap::of_record(GapKind::OtherReport(what))));
    let processes: HashMap<_, _> =
        record.processes.iter().map(|process| (process.collector.as_str(), process)).collect();
    for claim in &report.collectors {
        let kinds = match processes.get(claim.collector.as_str()) {
            Some(process) => check_process(process, claim, report.terms),
            None => vec![GapKind::NotAsked],
        };
        let artifacts = || claim.artifacts.iter().map(|(path, _)| (*path).to_owned()).collect();
        gaps.extend(kinds.into_iter().map(|kind| Gap {
            collector: Some(claim.collector.clone()),
            artifacts: artifacts(),
            kind,
        }));
    }
    gaps
}

fn check_process(process: &Process, claim: &Claim<'_>, terms: Option<Digest>) -> Vec<GapKind> {
    let mut kinds = Vec::new();
    match process.last() {
        None => kinds.push(GapKind::NotGiven),
        Some(last) => match last.status {
            Status::Given if claim.level.needs_own_approval() && !last.method.is_own_answer() => {
                kinds.push(GapKind::NotItsOwn);
            }
            Status::Given => {}
            Status::Requested => kinds.push(GapKind::NotGiven),
            Status::Refused => kinds.push(GapKind::Refused(last.at)),
            Status::Withdrawn => kinds.push(GapKind::Withdrawn(last.at)),
            Status::Expired => kinds.push(GapKind::Expired(last.at)),
        },
    }
    kinds.extend(differences(&process.subject, claim, terms).into_iter().map(GapKind::Other));
    if claim.artifacts.iter().any(|(_, level)| *level > process.subject.level) {
        kinds.push(GapKind::Above);
    }
    kinds
}

/// What the consent was given for and what the index states, where they differ.
fn differences(subject: &RecordedSubject, claim: &Claim<'_>, terms: Option<Digest>) -> Vec<&'static str> {
    // Canonical, because numbers of JSON have several spellings.
    let options = to_canonical(&subject.options).ok();
    let same = [
        ("manifest", subject.manifest == claim.manifest_digest),
        ("library", subject.library.as_deref() == claim.library_digest),
        ("level", subject.level == claim.level),
        ("options", options.is_some() && options == to_canonical(claim.options).ok()),
        ("terms", subject.terms == terms),
    ];
    same.into_iter().filter(|(_, same)| !same).map(|(what, _)| what).collect()
}
