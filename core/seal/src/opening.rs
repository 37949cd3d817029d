//! From a sealed report back to a report, as far as the keys reach.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use candor_manifest::{CollectorId, Level};
use candor_report::{
    AttachedName, CONSENT_PATH, CONSENT_SIGNATURE_PATH, ClosedLeaf, CollectorEntry, INDEX_PATH,
    REDACTIONS_PATH, ReportIndex, ReportWriter, leaf_of, write_report,
};
use candor_trust::Identities;

use crate::documents::{Envelope, ReportSummary, SealStatement};
use crate::error::OpenError;
use crate::grant::{GRANT, GRANT_SIGNATURE, SignedGrant};
use crate::outer::Outside;
use crate::reading::{Decrypted, decrypt_part, described};
use crate::unpacking::{Contents, Failed, unpack_part};

/// What opening came to.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The outside.
    pub envelope: Envelope,
    /// What the parts say of themselves; the same in all but level and documents.
    pub seals: Vec<SealStatement>,
    /// Parts that none of the keys opens.
    pub closed: Vec<ClosedPart>,
    /// The customer's approval, in a report that was passed on.
    pub grant: Option<SignedGrant>,
    /// The report as it was restored.
    pub index: ReportIndex,
    /// Size of the report that was written, in bytes.
    pub bytes: u64,
}

/// A part that stayed closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct ClosedPart {
    /// Its level.
    pub level: Level,
    /// Size of the encrypted bytes.
    pub bytes: u64,
}

/// What was found inside, before anything of it gets a name on the disk.
#[derive(Debug)]
pub struct Inside<'a> {
    /// The outside.
    pub envelope: &'a Envelope,
    /// The customer's approval, in a report that was passed on.
    pub grant: Option<&'a SignedGrant>,
    /// What is open of the index.
    pub index: &'a ReportIndex,
    /// The documents of the lowest part, by path: `consent.json`, `request.json`, …; none where it stayed closed.
    pub documents: &'a BTreeMap<String, Vec<u8>>,
}

/// Says whether what was found inside is to be taken. It knows of consent, and this crate does not.
pub type Accept<'a> = dyn Fn(&Inside<'_>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> + 'a;

/// Opens a sealed report with these keys and writes what they reach to `output`, a report like any other: what stays closed is known
/// in it by its leaves. Nothing is written when anything is not as it has to be, or `accept` does not take it.
///
/// # Errors
/// When it is no sealed report, was changed, no key fits, it is not accepted, or the report cannot be written.
pub fn open(
    sealed: &Path,
    identities: &Identities,
    output: &Path,
    overwrite: bool,
    accept: &Accept<'_>,
) -> Result<Opened, OpenError> {
    let outside = Outside::open(sealed)?;
    let mut restored = None;
    // The times of the entries are not known before the lowest part is open; a restored report has those of its making.
    let written = write_report(output, overwrite, jiff::Timestamp::UNIX_EPOCH, |writer| {
        restored = Some(restore(&outside, identities, accept, writer)?);
        Ok::<_, Failed>(())
    });
    let bytes = written.map_err(|failed| match failed {
        Failed::Open(error) => *error,
        Failed::Write(source) => OpenError::Write { path: output.to_owned(), source },
    })?;
    let Restored { seals, closed, grant, index } = restored.ok_or(OpenError::AllClosed)?;
    Ok(Opened { envelope: outside.envelope, seals, closed, grant, index, bytes })
}

struct Restored {
    seals: Vec<SealStatement>,
    closed: Vec<ClosedPart>,
    grant: Option<SignedGrant>,
    index: ReportIndex,
}

/// Moves the artifacts of every part that opens into the report, then puts the documents behind them.
fn restore(
    outside: &Outside,
    identities: &Identities,
    accept: &Accept<'_>,
    writer: &mut ReportWriter<'_>,
) -> Result<Restored, Failed> {
    let (mut opened, mut closed) = (Vec::new(), Vec::new());
    for part in &outside.envelope.parts {
        let mut failure = None;
        let unpacked = decrypt_part(outside, part, identities, |plain| {
            unpack_part(plain, part, &outside.envelope, &mut |entry, data| writer.packed(entry, data))
                .map_err(|failed| match failed {
                    Failed::Open(error) => *error,
                    Failed::Write(error) => {
                        failure = Some(error);
                        OpenError::Part(part.level)
                    }
                })
        });
        if let Some(error) = failure {
            return Err(Failed::Write(error));
        }
        match unpacked? {
            Decrypted::Opened(contents) => opened.push(contents),
            Decrypted::Closed => closed.push(ClosedPart { level: part.level, bytes: part.bytes }),
        }
    }
    if opened.is_empty() {
        return Err(OpenError::AllClosed.into());
    }
    let all: Vec<&Contents> = opened.iter().collect();
    agree(&all)?;
    let index = merge(&all)?;
    let grant = grant_of(&all, &index)?;
    let lowest = all.iter().find(|contents| contents.seal.level == Level::Technical);
    let (nothing, envelope) = (BTreeMap::new(), &outside.envelope);
    let documents = lowest.map_or(&nothing, |contents| &contents.documents);
    accept(&Inside { envelope, grant: grant.as_ref(), index: &index, documents })
        .map_err(OpenError::NotAccepted)?;
    add_documents(writer, &opened, &index)?;
    let seals = opened.into_iter().map(|contents| contents.seal).collect();
    Ok(Restored { seals, closed, grant, index })
}

/// All parts speak of one report, sealed once.
pub(crate) fn agree(opened: &[&Contents]) -> Result<(), OpenError> {
    let Some(first) = opened.first() else { return Ok(()) };
    let said = |seal: &SealStatement| {
        (seal.envelope, seal.report.clone(), seal.released_root, seal.recipients.clone())
    };
    let other = opened.iter().find(|contents| said(&contents.seal) != said(&first.seal));
    other.map_or(Ok(()), |other| {
        Err(OpenError::inside(
            other.seal.level,
            "it speaks of another report, root or recipients than the others",
        ))
    })
}

/// The index of what is open.
pub(crate) fn merge(opened: &[&Contents]) -> Result<ReportIndex, OpenError> {
    let lowest =
        opened.iter().find_map(|contents| contents.entries.report.as_ref().map(|report| (report, contents)));
    let (summary, lowest) =
        lowest.ok_or_else(|| OpenError::inside(Level::Technical, "it does not tell of the report"))?;
    if summary.proof.released_root != lowest.seal.released_root || summary.id != lowest.seal.report {
        return Err(OpenError::inside(Level::Technical, "its report is not the one of the seal"));
    }
    let mut collectors: Vec<CollectorEntry> = summary.collectors.iter().map(unopened).collect();
    for contents in opened {
        for found in &contents.entries.collectors {
            let place = collectors.iter_mut().find(|entry| entry.id == found.id);
            let place = place.ok_or_else(|| unknown(contents.seal.level, &found.id))?;
            if let Some(entry) = &found.entry {
                let artifacts = std::mem::take(&mut place.artifacts);
                *place = CollectorEntry { artifacts, ..entry.clone() };
            }
            place.artifacts.extend(found.artifacts.iter().cloned());
        }
    }
    Ok(index_of(summary, collectors))
}

/// The approval under which a report was passed on, where it was; then nothing else is in it, and nobody else can open it.
fn grant_of(opened: &[&Contents], index: &ReportIndex) -> Result<Option<SignedGrant>, OpenError> {
    let Some(lowest) = opened.iter().find(|contents| contents.seal.level == Level::Technical) else {
        return Ok(None);
    };
    let document = |name| lowest.documents.get(name).map(Vec::as_slice);
    let Some(json) = document(GRANT) else { return Ok(None) };
    let wrong = |what: &str| OpenError::inside(Level::Technical, what);
    let signature = document(GRANT_SIGNATURE).ok_or_else(|| wrong("its forward grant is not signed"))?;
    let signed =
        SignedGrant::from_documents(json, signature).map_err(|error| described(Level::Technical, &error))?;
    let grant = &signed.grant;
    if grant.report != index.id || grant.released_root != lowest.seal.released_root {
        return Err(wrong("its forward grant is for another report"));
    }
    if lowest.seal.recipients.iter().any(|to| to.recipient != grant.to.recipient) {
        return Err(wrong("it is sealed to others than its forward grant names"));
    }
    let is_granted = |(collector, artifact): (&CollectorEntry, _)| {
        leaf_of(collector, artifact).is_ok_and(|leaf| grant.leaves.contains(&leaf))
    };
    let mut all = index
        .collectors
        .iter()
        .flat_map(|entry| entry.artifacts.iter().map(move |artifact| (entry, artifact)));
    if all.all(is_granted) {
        Ok(Some(signed))
    } else {
        Err(wrong("it holds more than its forward grant names"))
    }
}

fn unknown(level: Level, id: &CollectorId) -> OpenError {
    OpenError::inside(level, format!("the report has no collector `{id}`"))
}

/// A collector of which only the end is known.
fn unopened(summary: &crate::documents::CollectorSummary) -> CollectorEntry {
    CollectorEntry {
        outcome: summary.outcome,
        reason: summary.reason.clone(),
        ..CollectorEntry::unheard(summary.id.clone(), summary.level, "")
    }
}

fn index_of(summary: &ReportSummary, collectors: Vec<CollectorEntry>) -> ReportIndex {
    let mut index = ReportIndex {
        schema: summary.schema,
        id: summary.id.clone(),
        profile: summary.profile.clone(),
        tier: None,
        case: summary.case.clone(),
        created: summary.created.clone(),
        tool: summary.tool.clone(),
        complete: summary.complete,
        interrupted: summary.interrupted.clone(),
        collectors,
        proof: None,
    };
    index.tier = index.artifacts().map(|artifact| artifact.level).max();
    let present: std::collections::HashSet<_> =
        index.artifacts().filter_map(|artifact| artifact.leaf).collect();
    let mut proof = summary.proof.clone();
    let leaves = proof.released.iter().copied().zip(summary.leaf_levels.iter().copied());
    proof.closed = leaves
        .filter(|(leaf, _)| !present.contains(leaf))
        .map(|(leaf, level)| ClosedLeaf { leaf, level })
        .collect();
    index.proof = Some(proof);
    index
}

fn add_documents(
    writer: &mut ReportWriter<'_>,
    opened: &[Contents],
    index: &ReportIndex,
) -> Result<(), Failed> {
    let lowest = opened.iter().find(|contents| contents.seal.level == Level::Technical);
    let attached = AttachedName::ALL.map(AttachedName::as_str);
    for name in attached.into_iter().chain([CONSENT_PATH, CONSENT_SIGNATURE_PATH]) {
        if let Some(bytes) = lowest.and_then(|contents| contents.documents.get(name)) {
            writer.document(name, bytes)?;
        }
    }
    let mut json = serde_json::to_vec_pretty(index).map_err(io::Error::from)?;
    json.push(b'\n');
    writer.document(INDEX_PATH, &json)?;
    writer.document(REDACTIONS_PATH, &redactions(opened)?)?;
    Ok(())
}

/// The accounts of the levels together.
fn redactions(opened: &[Contents]) -> Result<Vec<u8>, OpenError> {
    let mut all: Option<serde_json::Value> = None;
    for contents in opened {
        let Some(bytes) = contents.documents.get(REDACTIONS_PATH) else { continue };
        let found: serde_json::Value =
            serde_json::from_slice(bytes).map_err(|error| described(contents.seal.level, &error))?;
        match &mut all {
            None => all = Some(found),
            Some(all) => {
                let more = found.get("artifacts").and_then(serde_json::Value::as_object).cloned();
                let artifacts = all.get_mut("artifacts").and_then(serde_json::Value::as_object_mut);
                if let (Some(artifacts), Some(more)) = (artifacts, more) {
                    artifacts.extend(more);
                }
            }
        }
    }
    let all = all.ok_or_else(|| OpenError::Missing(REDACTIONS_PATH.to_owned()))?;
    serde_json::to_vec(&all).map_err(|error| described(Level::Technical, &error))
}
