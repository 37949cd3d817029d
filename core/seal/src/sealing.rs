//! From a report to a sealed one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use candor_manifest::Level;
use candor_report::{
    AttachedName, CONSENT_PATH, CONSENT_SIGNATURE_PATH, Proof, REDACTIONS_PATH, ReportIndex, ReportReader,
};
use candor_trust::{Callbacks, Digest, Nonce, SigningKey, to_canonical};

use crate::documents::{Envelope, LevelEntries, SealRecipient};
use crate::error::SealError;
use crate::outer::Unfinished;
use crate::part::{PartPlan, write_part};
use crate::source::{ReportSource, Source};
use crate::stamp::{Stamp, keys_of};

/// What is sealed, to whom, by whom.
#[derive(Debug)]
pub struct Sealing<'a> {
    /// The report.
    pub report: &'a Path,
    /// Where the sealed report goes: `NAME.candor`.
    pub output: &'a Path,
    /// Replace what is there.
    pub overwrite: bool,
    /// Id of the envelope, which the release in the consent record names.
    pub envelope: Nonce,
    /// Who may open it, each up to a level.
    pub recipients: &'a [SealRecipient],
    /// Signs envelope and seals.
    pub signer: &'a SigningKey,
    /// When it is sealed.
    pub sealed: jiff::Timestamp,
}

/// A report that was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its outside.
    pub envelope: Envelope,
}

/// Seals a report. After a kill, the same call goes on where it was; an error leaves nothing behind. `progress` hears of each part
/// that is finished.
///
/// Whether it may leave is decided before, and by others.
///
/// # Errors
/// When the report cannot be read or is not what its index says, somebody cannot be encrypted to, artifacts would be sealed to nobody,
/// or the file cannot be written.
pub fn seal(
    sealing: &Sealing<'_>,
    callbacks: &impl Callbacks,
    progress: &mut dyn FnMut(Level),
) -> Result<Sealed, SealError> {
    let mut reader = ReportReader::open(sealing.report)?;
    let index = reader.index().clone();
    let proof = index.proof.clone().ok_or(SealError::NoProof)?;
    let documents = Documents::read(&mut reader)?;
    let levels = sealing.levels_of(&index);
    if !sealing.overwrite && sealing.output.symlink_metadata().is_ok() {
        return Err(SealError::Exists(sealing.output.to_owned()));
    }
    let keys = levels.iter().map(|level| Ok((*level, keys_of(sealing.recipients, *level)?)));
    let keys = keys.collect::<Result<BTreeMap<_, _>, SealError>>()?;
    let mut unfinished =
        Unfinished::begin(sealing.output, sealing.task(&proof, &documents)?, sealing.envelope)?;
    unfinished.save()?;
    let mut source = ReportSource::new(reader);
    let stamp = Stamp {
        envelope: unfinished.envelope(),
        report: &index.id,
        released_root: proof.released_root,
        recipients: sealing.recipients,
        signer: sealing.signer,
        sealed: sealing.sealed,
    };
    for level in levels {
        if unfinished.has(level) {
            continue;
        }
        let entries = LevelEntries::of(&index, &proof, level, level == Level::Technical);
        let documents = stamp.documents(level, documents.of_level(&entries)?, &entries)?;
        let artifacts = entries.artifacts().collect();
        let recipients = keys.get(&level).ok_or(SealError::Nobody(level))?;
        let plan = PartPlan { level, recipients, documents, artifacts };
        let part = write_part(
            unfinished.file(),
            unfinished.path(),
            unfinished.offset(),
            &plan,
            &mut source as &mut dyn Source,
            callbacks,
        )?;
        unfinished.add(part)?;
        progress(level);
    }
    let (envelope, bytes) = unfinished.finish(sealing.output, sealing.overwrite, sealing.signer)?;
    Ok(Sealed { path: sealing.output.to_owned(), bytes, envelope })
}

impl Sealing<'_> {
    /// The levels that get a part: the lowest, for what everybody is told, and those of artifacts. What a collector told, its
    /// commands and its log, has its level even where it delivered nothing; that goes to nobody where nobody may open it.
    fn levels_of(&self, index: &ReportIndex) -> BTreeSet<Level> {
        let artifacts = index.artifacts().map(|artifact| artifact.level);
        let highest = self.recipients.iter().map(|recipient| recipient.level).max();
        let started =
            index.collectors.iter().filter(|entry| entry.started.is_some()).map(|entry| entry.level);
        let told = started.filter(|level| Some(*level) <= highest);
        artifacts.chain(told).chain([Level::Technical]).collect()
    }

    /// What must be the same for an unfinished file to be gone on with.
    fn task(&self, proof: &Proof, documents: &Documents) -> Result<Digest, SealError> {
        let contents: Vec<_> = documents.0.iter().map(|(name, bytes)| (name, Digest::of(bytes))).collect();
        let signer = self.signer.verifying_key();
        let task = (&proof.released_root, self.recipients, contents, signer, self.envelope);
        Ok(Digest::of(&to_canonical(&task)?))
    }
}

/// The documents of the report that go along.
struct Documents(Vec<(String, Vec<u8>)>);

impl Documents {
    fn read(reader: &mut ReportReader) -> Result<Self, SealError> {
        let attached = AttachedName::ALL.map(AttachedName::as_str);
        let names =
            [CONSENT_PATH, CONSENT_SIGNATURE_PATH].into_iter().chain(attached).chain([REDACTIONS_PATH]);
        let mut found = Vec::new();
        for name in names {
            if let Some(bytes) = reader.document(name)? {
                found.push((name.to_owned(), bytes));
            }
        }
        Ok(Self(found))
    }

    /// Of the account of redactions each level gets its own; everything else goes into the lowest.
    fn of_level(&self, entries: &LevelEntries) -> Result<Vec<(String, Vec<u8>)>, SealError> {
        let mut chosen = Vec::new();
        for (name, bytes) in &self.0 {
            if name == REDACTIONS_PATH {
                chosen.push((name.clone(), redactions_of(bytes, entries)?));
            } else if entries.level == Level::Technical {
                chosen.push((name.clone(), bytes.clone()));
            }
        }
        Ok(chosen)
    }
}

/// The account of redactions with the artifacts of one level alone.
pub(crate) fn redactions_of(bytes: &[u8], entries: &LevelEntries) -> Result<Vec<u8>, SealError> {
    let mut document: serde_json::Value = serde_json::from_slice(bytes).map_err(SealError::Entries)?;
    let own: BTreeSet<&str> = entries.artifacts().map(|artifact| artifact.path.as_str()).collect();
    if let Some(artifacts) = document.get_mut("artifacts").and_then(serde_json::Value::as_object_mut) {
        artifacts
            .retain(|place, _| own.contains(place.split_once('!').map_or(place.as_str(), |(path, _)| path)));
    }
    serde_json::to_vec(&document).map_err(SealError::Entries)
}
