//! The plain zip of a part, read from its first byte to its last.

use std::collections::BTreeMap;
use std::io::{self, Read};

use candor_manifest::Level;
use candor_pack::{Method, Unpacker};
use candor_report::{
    ArtifactEntry, AttachedName, CONSENT_PATH, CONSENT_SIGNATURE_PATH, PackedEntry, Packing, REDACTIONS_PATH,
};
use candor_trust::{Purpose, Signature, from_canonical};

use crate::content::ContentCheck;
use crate::documents::{Envelope, LevelEntries, Part, SEAL_FORMAT, SealStatement};
use crate::error::OpenError;
use crate::pipe::PipeReader;
use crate::reading::described;
use crate::stamp::{ENTRIES, SEAL, SEAL_SIGNATURE};

/// Artifacts that a part may have, and its documents. A report of a hundred thousand artifacts is the largest that is thought of.
pub(crate) const MOST_ENTRIES: usize = 1_000_000;
/// Largest account of artifacts, and largest of the other documents.
const MAX_ACCOUNT_BYTES: u64 = 128 * 1024 * 1024;
const MAX_DOCUMENT_BYTES: u64 = 16 * 1024 * 1024;
/// Names of what is no artifact in a part, besides the seal.
const DOCUMENTS: [&str; 9] = [
    ENTRIES,
    CONSENT_PATH,
    CONSENT_SIGNATURE_PATH,
    AttachedName::Request.as_str(),
    AttachedName::RequestSignature.as_str(),
    AttachedName::Statement.as_str(),
    AttachedName::Forward.as_str(),
    AttachedName::ForwardSignature.as_str(),
    REDACTIONS_PATH,
];

/// What went wrong, and on which side.
pub(crate) enum Failed {
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

/// What a part holds besides its artifacts.
pub(crate) struct Contents {
    pub(crate) seal: SealStatement,
    pub(crate) seal_json: Vec<u8>,
    pub(crate) seal_signature: Vec<u8>,
    pub(crate) entries: LevelEntries,
    pub(crate) entries_json: Vec<u8>,
    /// The other documents, by path.
    pub(crate) documents: BTreeMap<String, Vec<u8>>,
}

/// Where artifacts go.
pub(crate) type Take<'a> = dyn FnMut(&PackedEntry, &mut dyn Read) -> io::Result<()> + 'a;

/// Reads a part from its first byte to its last: the seal, the documents that it names, and exactly the artifacts of its entries.
pub(crate) fn unpack_part(
    plain: PipeReader,
    part: &Part,
    envelope: &Envelope,
    take: &mut Take<'_>,
) -> Result<Contents, Failed> {
    let level = part.level;
    let mut unpacker = Unpacker::new(plain, MOST_ENTRIES);
    let (seal, seal_json, seal_signature) = read_seal(&mut unpacker, part, envelope)?;
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
    let entries_json =
        documents.remove(ENTRIES).ok_or_else(|| OpenError::inside(level, "it has no `entries.json`"))?;
    let entries = LevelEntries::read(&entries_json, level)?;
    for artifact in entries.artifacts() {
        move_artifact(&mut unpacker, artifact, level, take)?;
    }
    match unpacker.next_entry().map_err(|error| described(level, &error))? {
        None => Ok(Contents { seal, seal_json, seal_signature, entries, entries_json, documents }),
        Some(head) => Err(OpenError::inside(level, format!("nobody knows of `{}`", head.name())).into()),
    }
}

fn read_seal(
    unpacker: &mut Unpacker<PipeReader>,
    part: &Part,
    envelope: &Envelope,
) -> Result<(SealStatement, Vec<u8>, Vec<u8>), OpenError> {
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
    Ok((seal, json, signature))
}

/// The next entry, which has to be a document.
fn next_document(unpacker: &mut Unpacker<PipeReader>, level: Level) -> Result<(String, Vec<u8>), OpenError> {
    let head = unpacker.next_entry().map_err(|error| described(level, &error))?;
    let head = head.ok_or_else(|| OpenError::inside(level, "a document is missing"))?;
    let most = match head.name() {
        ENTRIES | REDACTIONS_PATH => MAX_ACCOUNT_BYTES,
        _ => MAX_DOCUMENT_BYTES,
    };
    if head.method() != Method::Stored || head.bytes() > most {
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
