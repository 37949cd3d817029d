//! A report that was restored from a sealed one, long after: what proves it is kept in it.

use std::collections::BTreeMap;

use candor_manifest::Level;
use candor_report::{ReadError, ReportReader, ReportWriter};
use candor_trust::{Digest, Purpose, Signature, from_canonical};

use crate::documents::{ENVELOPE_FORMAT, Envelope, LevelEntries, SEAL_FORMAT, SealStatement};
use crate::error::OpenError;
use crate::grant::SignedGrant;
use crate::opening::{agree, grant_of, merge};
use crate::outer::{ENVELOPE, ENVELOPE_SIGNATURE};
use crate::stamp::{ENTRIES, SEAL, SEAL_SIGNATURE};
use crate::unpacking::Contents;

/// Folder of what proves a part of a report, in it.
const FOLDER: &str = "seals";

/// What a restored report says of itself, checked.
#[derive(Debug, Clone)]
pub struct Restoration {
    /// The outside of the sealed report that it comes from. Its signer has signed all of it.
    pub envelope: Envelope,
    /// The customer's approval, where it was passed on.
    pub grant: Option<SignedGrant>,
}

/// Why a restored report is not taken.
#[derive(Debug, thiserror::Error)]
pub enum RestoredError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// What proves it is damaged, or does not prove it.
    #[error(transparent)]
    Proof(#[from] OpenError),
    /// Its index is not what was sealed.
    #[error("its index is not the one that was sealed")]
    Index,
    /// A document in it is not what was sealed.
    #[error("`{0}` is not the one that was sealed")]
    Document(String),
}

/// The documents of an envelope that stay with what was restored from it.
pub(crate) struct Kept {
    pub(crate) envelope: Vec<u8>,
    pub(crate) envelope_signature: Vec<u8>,
}

/// Adds what proves a part of a report to it.
pub(crate) fn add(writer: &mut ReportWriter<'_>, kept: &Kept, opened: &[Contents]) -> std::io::Result<()> {
    writer.document(&format!("{FOLDER}/{ENVELOPE}"), &kept.envelope)?;
    writer.document(&format!("{FOLDER}/{ENVELOPE_SIGNATURE}"), &kept.envelope_signature)?;
    for contents in opened {
        let level = contents.seal.level;
        for (name, bytes) in [
            (SEAL, &contents.seal_json),
            (SEAL_SIGNATURE, &contents.seal_signature),
            (ENTRIES, &contents.entries_json),
        ] {
            writer.document(&format!("{FOLDER}/{level}/{name}"), bytes)?;
        }
    }
    Ok(())
}

/// Checks a report against what it was restored from: signatures, index, documents, grant. `None` for one that was not restored. Its artifacts and leaves are checked like those of any report.
///
/// # Errors
/// When it cannot be read, or is not what was sealed.
pub fn check_restored(reader: &mut ReportReader) -> Result<Option<Restoration>, RestoredError> {
    let Some(json) = document(reader, ENVELOPE)? else { return Ok(None) };
    let signature = needed(reader, ENVELOPE_SIGNATURE)?;
    let envelope: Envelope = parsed(ENVELOPE, &json)?;
    if envelope.format != ENVELOPE_FORMAT {
        return Err(OpenError::Format { name: ENVELOPE.to_owned(), found: envelope.format }.into());
    }
    signed(ENVELOPE, &envelope, Purpose::Envelope, &json, &signature)?;
    let mut opened = Vec::new();
    for part in &envelope.parts {
        if let Some(contents) = contents(reader, &envelope, part.level)? {
            opened.push(contents);
        }
    }
    let all: Vec<&Contents> = opened.iter().collect();
    agree(&all)?;
    let index = merge(&all)?;
    let grant = grant_of(&all, &index)?;
    if index == *reader.index() {
        Ok(Some(Restoration { envelope, grant }))
    } else {
        Err(RestoredError::Index)
    }
}

/// What a level said, and the documents of the report that it vouches for.
fn contents(
    reader: &mut ReportReader,
    envelope: &Envelope,
    level: Level,
) -> Result<Option<Contents>, RestoredError> {
    let within = |name: &str| format!("{level}/{name}");
    let Some(seal_json) = document(reader, &within(SEAL))? else { return Ok(None) };
    let seal_signature = needed(reader, &within(SEAL_SIGNATURE))?;
    let entries_json = needed(reader, &within(ENTRIES))?;
    signed(&within(SEAL), envelope, Purpose::Seal, &seal_json, &seal_signature)?;
    let seal: SealStatement = parsed(&within(SEAL), &seal_json)?;
    if (seal.format.as_str(), seal.envelope, seal.level) != (SEAL_FORMAT, envelope.id, level) {
        return Err(OpenError::inside(level, "its seal is of another envelope or level").into());
    }
    if seal.documents.get(ENTRIES) != Some(&Digest::of(&entries_json)) {
        return Err(OpenError::inside(level, "its entries are not those of the seal").into());
    }
    let entries = LevelEntries::read(&entries_json, level)?;
    let documents = vouched(reader, &seal)?;
    Ok(Some(Contents { seal, seal_json, seal_signature, entries, entries_json, documents }))
}

/// The documents of the report that a seal names. Of the account of redactions each level has its own part, which is not kept.
fn vouched(
    reader: &mut ReportReader,
    seal: &SealStatement,
) -> Result<BTreeMap<String, Vec<u8>>, RestoredError> {
    let mut documents = BTreeMap::new();
    for (name, digest) in &seal.documents {
        if name == ENTRIES || name == candor_report::REDACTIONS_PATH {
            continue;
        }
        let bytes = reader.document(name)?.filter(|bytes| Digest::of(bytes) == *digest);
        documents.insert(name.clone(), bytes.ok_or_else(|| RestoredError::Document(name.clone()))?);
    }
    Ok(documents)
}

fn document(reader: &mut ReportReader, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
    reader.document(&format!("{FOLDER}/{name}"))
}

fn needed(reader: &mut ReportReader, name: &str) -> Result<Vec<u8>, RestoredError> {
    document(reader, name)?.ok_or_else(|| OpenError::Missing(format!("{FOLDER}/{name}")).into())
}

fn parsed<T: serde::de::DeserializeOwned + serde::Serialize>(
    name: &str,
    json: &[u8],
) -> Result<T, OpenError> {
    from_canonical(json).map_err(|source| OpenError::Document { name: name.to_owned(), source })
}

fn signed(
    name: &str,
    envelope: &Envelope,
    purpose: Purpose,
    json: &[u8],
    signature: &[u8],
) -> Result<(), OpenError> {
    let holds = Signature::from_bytes(signature)
        .and_then(|signature| envelope.signer.verify(purpose, json, &signature));
    holds.map_err(|source| OpenError::Signature { name: name.to_owned(), source })
}
