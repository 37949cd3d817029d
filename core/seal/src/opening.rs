//! From a sealed report back to a report, as far as the keys reach.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;

use candor_manifest::{CollectorId, Level};
use candor_pack::{Method, Unpacker};
use candor_report::{
    ArtifactEntry, AttachedName, CONSENT_PATH, CONSENT_SIGNATURE_PATH, ClosedLeaf, CollectorEntry,
    INDEX_PATH, PackedEntry, Packing, REDACTIONS_PATH, ReportIndex, ReportWriter, write_report,
};
use candor_trust::{Identities, Purpose, Signature, from_canonical};

use crate::content::ContentCheck;
use crate::documents::{Envelope, LevelEntries, Part, ReportSummary, SEAL_FORMAT, SealStatement};
use crate::error::OpenError;
use crate::outer::Outside;
use crate::pipe::PipeReader;
use crate::reading::{Decrypted, decrypt_part, described};
use crate::sealing::{ENTRIES, SEAL, SEAL_SIGNATURE};

/// Artifacts that a part may have, and its documents. A report of a hundred thousand artifacts is the largest that is thought of.
const MOST_ENTRIES: usize = 1_000_000;
/// Largest document.
const MAX_DOCUMENT_BYTES: u64 = 128 * 1024 * 1024;
/// Names of what is no artifact in a part, besides the seal.
const DOCUMENTS: [&str; 7] = [
    ENTRIES,
    CONSENT_PATH,
    CONSENT_SIGNATURE_PATH,
    AttachedName::Request.as_str(),
    AttachedName::RequestSignature.as_str(),
    AttachedName::Statement.as_str(),
    REDACTIONS_PATH,
];

/// What opening came to.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The outside.
    pub envelope: Envelope,
    /// What the parts say of themselves; the same in all but level and documents.
    pub seals: Vec<SealStatement>,
    /// Parts that none of the keys opens.
    pub closed: Vec<ClosedPart>,
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

/// Opens a sealed report with these keys and writes what they reach to `output`, a report like any other: what stays closed is known
/// in it by its leaves. Nothing is written when anything is not as it has to be.
///
/// # Errors
/// When it is no sealed report, was changed, no key fits, or the report cannot be written.
pub fn open(
    sealed: &Path,
    identities: &Identities,
    output: &Path,
    overwrite: bool,
) -> Result<Opened, OpenError> {
    let outside = Outside::open(sealed)?;
    let mut restored = None;
    // The times of the entries are not known before the lowest part is open; a restored report has those of its making.
    let written = write_report(output, overwrite, jiff::Timestamp::UNIX_EPOCH, |writer| {
        restored = Some(restore(&outside, identities, writer)?);
        Ok::<_, Failed>(())
    });
    let bytes = written.map_err(|failed| match failed {
        Failed::Open(error) => *error,
        Failed::Write(source) => OpenError::Write { path: output.to_owned(), source },
    })?;
    let Restored { seals, closed, index } = restored.ok_or(OpenError::AllClosed)?;
    Ok(Opened { envelope: outside.envelope, seals, closed, index, bytes })
}

/// What went wrong while the report was written.
enum Failed {
    Open(Box<OpenError>),
    Write(io::Error),
}

impl From<OpenError> for Failed {
    fn from(error: OpenError) -> Self {
        Self::Open(Box::new(error))
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

struct Restored {
    seals: Vec<SealStatement>,
    closed: Vec<ClosedPart>,
    index: ReportIndex,
}

/// Moves the artifacts of every part that opens into the report, then puts the documents behind them.
fn restore(
    outside: &Outside,
    identities: &Identities,
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
    agree(&opened)?;
    let index = merge(&opened)?;
    add_documents(writer, &opened, &index)?;
    let seals = opened.into_iter().map(|contents| contents.seal).collect();
    Ok(Restored { seals, closed, index })
}

/// What a part held besides its artifacts.
pub(crate) struct Contents {
    pub(crate) seal: SealStatement,
    pub(crate) entries: LevelEntries,
    pub(crate) documents: BTreeMap<String, Vec<u8>>,
}

/// Where artifacts go.
type Take<'a> = dyn FnMut(&PackedEntry, &mut dyn Read) -> io::Result<()> + 'a;

/// Reads a part from its first byte to its last: the seal, the documents that it names, and exactly the artifacts of its entries.
fn unpack_part(
    plain: PipeReader,
    part: &Part,
    envelope: &Envelope,
    take: &mut Take<'_>,
) -> Result<Contents, Failed> {
    let level = part.level;
    let mut unpacker = Unpacker::new(plain, MOST_ENTRIES);
    let seal = read_seal(&mut unpacker, part, envelope)?;
    let mut documents = BTreeMap::new();
    while documents.len() < seal.documents.len() {
        let (name, bytes) = next_document(&mut unpacker, level)?;
        let expected = seal.documents.get(&name).filter(|_| DOCUMENTS.contains(&name.as_str()));
        if expected != Some(&candor_trust::Digest::of(&bytes))
            || documents.insert(name.clone(), bytes).is_some()
        {
            return Err(OpenError::inside(level, format!("`{name}` is not what the seal says")).into());
        }
    }
    let entries =
        documents.remove(ENTRIES).ok_or_else(|| OpenError::inside(level, "it has no `entries.json`"))?;
    let entries: LevelEntries = serde_json::from_slice(&entries).map_err(|error| described(level, &error))?;
    if entries.level != level || entries.artifacts().any(|artifact| artifact.level != level) {
        return Err(OpenError::inside(level, "its entries are of another level").into());
    }
    for artifact in entries.artifacts() {
        move_artifact(&mut unpacker, artifact, level, take)?;
    }
    match unpacker.next_entry().map_err(|error| described(level, &error))? {
        None => Ok(Contents { seal, entries, documents }),
        Some(head) => Err(OpenError::inside(level, format!("nobody knows of `{}`", head.name())).into()),
    }
}

fn read_seal(
    unpacker: &mut Unpacker<PipeReader>,
    part: &Part,
    envelope: &Envelope,
) -> Result<SealStatement, OpenError> {
    let level = part.level;
    let named = |wanted: &str, (name, bytes): (String, Vec<u8>)| {
        if name == wanted {
            Ok(bytes)
        } else {
            Err(OpenError::inside(level, format!("it does not begin with `{wanted}`")))
        }
    };
    let json = named(SEAL, next_document(unpacker, level)?)?;
    let signature = named(SEAL_SIGNATURE, next_document(unpacker, level)?)?;
    let signed = Signature::from_bytes(&signature)
        .and_then(|signature| envelope.signer.verify(Purpose::Seal, &json, &signature));
    signed.map_err(|source| OpenError::Signature { name: format!("{SEAL} of level {level}"), source })?;
    let seal: SealStatement =
        from_canonical(&json).map_err(|source| OpenError::Document { name: SEAL.to_owned(), source })?;
    if seal.format != SEAL_FORMAT {
        return Err(OpenError::Format { name: SEAL.to_owned(), found: seal.format });
    }
    if seal.envelope != envelope.id || seal.level != level {
        return Err(OpenError::inside(level, "it belongs into another envelope, or is of another level"));
    }
    Ok(seal)
}

/// The next entry, which has to be a document.
fn next_document(unpacker: &mut Unpacker<PipeReader>, level: Level) -> Result<(String, Vec<u8>), OpenError> {
    let head = unpacker.next_entry().map_err(|error| described(level, &error))?;
    let head = head.ok_or_else(|| OpenError::inside(level, "a document is missing"))?;
    if head.method() != Method::Stored || head.bytes() > MAX_DOCUMENT_BYTES {
        return Err(OpenError::inside(level, format!("`{}` is no document", head.name())));
    }
    let mut bytes = Vec::new();
    unpacker.read_to_end(&mut bytes).map_err(|error| described(level, &error))?;
    Ok((head.name().to_owned(), bytes))
}

/// The next entry has to be this artifact, with the bytes that the index states.
fn move_artifact(
    unpacker: &mut Unpacker<PipeReader>,
    artifact: &ArtifactEntry,
    level: Level,
    take: &mut Take<'_>,
) -> Result<(), Failed> {
    let wrong = || OpenError::inside(level, format!("`{}` is not what its entry says", artifact.path));
    let head = unpacker.next_entry().map_err(|error| described(level, &error))?;
    let head = head.filter(|head| head.name() == artifact.path).ok_or_else(wrong)?;
    let packing = match head.method() {
        Method::Stored => Packing::Stored,
        Method::Deflated => Packing::Deflated,
    };
    let entry = PackedEntry {
        path: artifact.path.clone(),
        packing,
        crc32: head.crc32(),
        compressed_bytes: head.packed_bytes(),
        bytes: head.bytes(),
    };
    let mut checked =
        Checked { input: unpacker, check: ContentCheck::new(packing, artifact.bytes), failed: None };
    let taken = take(&entry, &mut checked);
    if let Some(error) = checked.failed.take() {
        return Err(described(level, &error).into());
    }
    taken?;
    if checked.check.holds(&entry, artifact).unwrap_or(false) { Ok(()) } else { Err(wrong().into()) }
}

/// Packed bytes that are checked while they are read.
struct Checked<'a> {
    input: &'a mut Unpacker<PipeReader>,
    check: ContentCheck,
    /// What was wrong with the source, as against the destination.
    failed: Option<io::Error>,
}

impl Read for Checked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read =
            self.input.read(buffer).and_then(|count| self.check.update(&buffer[..count]).map(|()| count));
        read.map_err(|error| {
            self.failed = Some(error);
            io::ErrorKind::InvalidData.into()
        })
    }
}

/// All parts speak of one report, sealed once.
fn agree(opened: &[Contents]) -> Result<(), OpenError> {
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
fn merge(opened: &[Contents]) -> Result<ReportIndex, OpenError> {
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
