//! Passing artifacts on: exactly those that the customer has granted, to exactly whom.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;

use candor_manifest::Level;
use candor_pack::Unpacker;
use candor_report::{
    ArtifactEntry, CollectorEntry, PackedEntry, REDACTIONS_PATH, ReadError, ReportIndex, leaf_of,
};
use candor_trust::{Callbacks, Digest, Identities, Nonce, SigningKey, merkle, to_canonical};
use jiff::Timestamp;

use crate::documents::{LevelCollector, LevelEntries, ReportSummary, SealRecipient};
use crate::error::{OpenError, SealError};
use crate::grant::{ForwardGrant, GRANT, GRANT_SIGNATURE, SignedGrant};
use crate::opening::{agree, merge};
use crate::outer::{Outside, Unfinished};
use crate::part::{PartPlan, write_part};
use crate::pipe::PipeReader;
use crate::reading::{Decrypted, decrypt_part};
use crate::sealing::{Sealed, redactions_of};
use crate::source::{READ_BYTES, Source};
use crate::stamp::{NamedBytes, Stamp, keys_of};
use crate::unpacking::{Contents, Failed, MOST_ENTRIES, unpack_part};

/// What is passed on, and by whom.
#[derive(Debug)]
pub struct Forwarding<'a> {
    /// The sealed report of the customer.
    pub sealed: &'a Path,
    /// The customer's approval.
    pub grant: &'a SignedGrant,
    /// Keys that open what is granted.
    pub identities: &'a Identities,
    /// Where the new sealed report goes.
    pub output: &'a Path,
    /// Replace what is there.
    pub overwrite: bool,
    /// The key of who passes it on.
    pub signer: &'a SigningKey,
    /// Now.
    pub now: Timestamp,
}

/// Why nothing was passed on.
#[derive(Debug, thiserror::Error)]
pub enum ForwardError {
    /// The sealed report is not opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The new one is not written.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The grant is of somebody else.
    #[error("the grant is signed by another installation than the one that sealed the report")]
    OtherInstallation,
    /// The grant is for another report, or another state of it.
    #[error("the grant is for another report, or for other artifacts of it than were sealed")]
    OtherReport,
    /// The grant has expired.
    #[error("the grant expired on {0}")]
    Expired(Timestamp),
    /// It is from the future.
    #[error("the grant is from the future: {0}")]
    NotYet(Timestamp),
    /// A granted artifact is in a part that none of the keys opens.
    #[error("{0} of the granted artifacts are of levels that none of your keys opens")]
    Closed(usize),
    /// A granted artifact is not in the report.
    #[error("{0} of the granted artifacts are not in the sealed report")]
    Missing(usize),
}

/// Clocks differ by so much.
const GRACE: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);

/// Seals the granted artifacts to the receiver of the grant, and nothing else to nobody else. They go from one file to the other without
/// resting anywhere in between.
///
/// # Errors
/// When the grant is not of this report, has expired, or grants what the keys do not open.
pub fn forward(forwarding: &Forwarding<'_>, callbacks: &impl Callbacks) -> Result<Sealed, ForwardError> {
    let outside = Outside::open(forwarding.sealed)?;
    let grant = &forwarding.grant.grant;
    check_times(grant, forwarding.now)?;
    if grant.signer != outside.envelope.signer {
        return Err(ForwardError::OtherInstallation);
    }
    let surveyed = survey(&outside, forwarding.identities)?;
    let contents: Vec<&Contents> = surveyed.iter().map(|part| &part.contents).collect();
    agree(&contents)?;
    let index = merge(&contents)?;
    let granted = granted(&index, grant)?;
    if !forwarding.overwrite && forwarding.output.symlink_metadata().is_ok() {
        return Err(SealError::Exists(forwarding.output.to_owned()).into());
    }
    write(forwarding, &outside, &surveyed, &granted, callbacks)
}

fn check_times(grant: &ForwardGrant, now: Timestamp) -> Result<(), ForwardError> {
    if now > grant.expires {
        return Err(ForwardError::Expired(grant.expires));
    }
    let latest = now.checked_add(GRACE).unwrap_or(now);
    if grant.created > latest { Err(ForwardError::NotYet(grant.created)) } else { Ok(()) }
}

/// A part that the keys open, and what its zip says of its artifacts.
struct Surveyed {
    contents: Contents,
    entries: BTreeMap<String, PackedEntry>,
}

/// Opens every part that opens, and keeps nothing of the artifacts.
fn survey(outside: &Outside, identities: &Identities) -> Result<Vec<Surveyed>, OpenError> {
    let mut surveyed = Vec::new();
    for part in &outside.envelope.parts {
        let found = decrypt_part(outside, part, identities, |plain| {
            let mut entries = BTreeMap::new();
            let contents = unpack_part(plain, part, &outside.envelope, &mut |entry, data| {
                entries.insert(entry.path.clone(), entry.clone());
                io::copy(data, &mut io::sink()).map(drop)
            });
            match contents {
                Ok(contents) => Ok(Surveyed { contents, entries }),
                Err(Failed::Open(error)) => Err(*error),
                Err(Failed::Write(_)) => Err(OpenError::Part(part.level)),
            }
        })?;
        if let Decrypted::Opened(part) = found {
            surveyed.push(part);
        }
    }
    if surveyed.is_empty() { Err(OpenError::AllClosed) } else { Ok(surveyed) }
}

/// The granted artifacts with their collectors. All of them, or an error.
fn granted<'a>(
    index: &'a ReportIndex,
    grant: &ForwardGrant,
) -> Result<Vec<(&'a CollectorEntry, &'a ArtifactEntry)>, ForwardError> {
    let proof = index.proof.as_ref().ok_or(ForwardError::OtherReport)?;
    let same = index.id == grant.report
        && proof.released_root == grant.released_root
        && merkle::root(&proof.released) == grant.released_root;
    if !same {
        return Err(ForwardError::OtherReport);
    }
    let all = index
        .collectors
        .iter()
        .flat_map(|collector| collector.artifacts.iter().map(move |artifact| (collector, artifact)));
    // The leaf is computed anew: it stands for these very bytes and this very name.
    let is_granted = |(collector, artifact): &(&CollectorEntry, &ArtifactEntry)| {
        leaf_of(collector, artifact)
            .is_ok_and(|leaf| grant.leaves.contains(&leaf) && proof.released.contains(&leaf))
    };
    let found: Vec<_> = all.filter(is_granted).collect();
    if found.len() == grant.leaves.len() {
        return Ok(found);
    }
    let closed = proof.closed.iter().filter(|closed| grant.leaves.contains(&closed.leaf)).count();
    let missing = grant.leaves.len() - found.len();
    Err(if closed == missing {
        ForwardError::Closed(closed)
    } else {
        ForwardError::Missing(missing - closed)
    })
}

fn write(
    forwarding: &Forwarding<'_>,
    outside: &Outside,
    surveyed: &[Surveyed],
    granted: &[(&CollectorEntry, &ArtifactEntry)],
    callbacks: &impl Callbacks,
) -> Result<Sealed, ForwardError> {
    let grant = &forwarding.grant.grant;
    let to = &grant.to;
    let recipients = [SealRecipient {
        name: Some(to.name.clone()),
        recipient: to.recipient.clone(),
        level: Level::Secret,
    }];
    let envelope =
        Nonce::random().map_err(|error| SealError::on(forwarding.output)(io::Error::other(error)))?;
    let task = to_canonical(&(grant, forwarding.signer.verifying_key())).map_err(SealError::from)?;
    let mut unfinished = Unfinished::begin(forwarding.output, Digest::of(&task), envelope)?;
    let stamp = Stamp {
        envelope: unfinished.envelope(),
        report: &grant.report,
        released_root: grant.released_root,
        recipients: &recipients,
        signer: forwarding.signer,
        sealed: forwarding.now,
    };
    for part in &outside.envelope.parts {
        let Some(found) = surveyed.iter().find(|found| found.contents.seal.level == part.level) else {
            continue;
        };
        let entries = entries_of(found, granted, part.level);
        let is_needed = part.level == Level::Technical || entries.artifacts().next().is_some();
        if !is_needed || unfinished.has(part.level) {
            continue;
        }
        let others = documents(forwarding.grant, found, &entries)?;
        let recipients = keys_of(&recipients, part.level)?;
        let plan = PartPlan {
            level: part.level,
            recipients: &recipients,
            documents: stamp.documents(part.level, others, &entries)?,
            artifacts: entries.artifacts().collect(),
        };
        let written = decrypt_part(outside, part, forwarding.identities, |plain| {
            let mut source = PartSource::new(plain, &found.entries);
            let at = unfinished.offset();
            let written = write_part(unfinished.file(), unfinished.path(), at, &plan, &mut source, callbacks);
            // The rest is read too, so that the part is known to be whole.
            Ok(written.and_then(|written| source.finish().map(|()| written)))
        })?;
        match written {
            Decrypted::Opened(written) => unfinished.add(written?)?,
            Decrypted::Closed => return Err(OpenError::Part(part.level).into()),
        }
    }
    let (envelope, bytes) = unfinished.finish(forwarding.output, forwarding.overwrite, forwarding.signer)?;
    Ok(Sealed { path: forwarding.output.to_owned(), bytes, envelope })
}

/// What the receiver is told of one level: the granted artifacts, and nothing of what their collectors told.
fn entries_of(found: &Surveyed, granted: &[(&CollectorEntry, &ArtifactEntry)], level: Level) -> LevelEntries {
    let is_granted = |artifact: &&ArtifactEntry| granted.iter().any(|(_, other)| other.path == artifact.path);
    let collectors = found.contents.entries.collectors.iter().filter_map(|collector| {
        let artifacts: Vec<_> = collector.artifacts.iter().filter(is_granted).cloned().collect();
        let id = collector.id.clone();
        (!artifacts.is_empty()).then_some(LevelCollector { id, entry: None, artifacts })
    });
    let is_named = |id| granted.iter().any(|(collector, _)| collector.id == id);
    let report = found.contents.entries.report.as_ref().map(|report| ReportSummary {
        case: None,
        collectors: report
            .collectors
            .iter()
            .filter(|summary| is_named(summary.id.clone()))
            .cloned()
            .collect(),
        ..report.clone()
    });
    LevelEntries { level, report, collectors: collectors.collect() }
}

fn documents(grant: &SignedGrant, found: &Surveyed, entries: &LevelEntries) -> Result<NamedBytes, SealError> {
    let mut documents = NamedBytes::new();
    if entries.level == Level::Technical {
        documents.push((GRANT.to_owned(), grant.json.clone()));
        documents.push((GRANT_SIGNATURE.to_owned(), grant.signature.clone()));
    }
    if let Some(redactions) = found.contents.documents.get(REDACTIONS_PATH) {
        documents.push((REDACTIONS_PATH.to_owned(), redactions_of(redactions, entries)?));
    }
    Ok(documents)
}

/// The artifacts of a part that is being decrypted, in its order.
struct PartSource<'a> {
    unpacker: Unpacker<PipeReader>,
    entries: &'a BTreeMap<String, PackedEntry>,
    buffer: Vec<u8>,
}

impl<'a> PartSource<'a> {
    fn new(plain: PipeReader, entries: &'a BTreeMap<String, PackedEntry>) -> Self {
        Self { unpacker: Unpacker::new(plain, MOST_ENTRIES), entries, buffer: vec![0; READ_BYTES] }
    }

    fn finish(&mut self) -> Result<(), SealError> {
        while self.unpacker.next_entry().map_err(|error| unreadable("", io::Error::other(error)))?.is_some() {
        }
        Ok(())
    }
}

fn unreadable(path: &str, source: io::Error) -> SealError {
    SealError::Report(ReadError::Entry { path: path.to_owned(), source })
}

impl Source for PartSource<'_> {
    fn entry(&mut self, artifact: &ArtifactEntry) -> Result<PackedEntry, SealError> {
        let changed = || SealError::Changed(artifact.path.clone());
        self.entries.get(&artifact.path).cloned().ok_or_else(changed)
    }

    fn copy(
        &mut self,
        artifact: &ArtifactEntry,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), SealError>,
    ) -> Result<(), SealError> {
        let broken = |error: io::Error| unreadable(&artifact.path, error);
        loop {
            let head = self.unpacker.next_entry().map_err(|error| broken(io::Error::other(error)))?;
            if head.ok_or_else(|| SealError::Changed(artifact.path.clone()))?.name() == artifact.path {
                break;
            }
        }
        loop {
            match self.unpacker.read(&mut self.buffer).map_err(broken)? {
                0 => return Ok(()),
                count => sink(&self.buffer[..count])?,
            }
        }
    }
}
