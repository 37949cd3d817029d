//! From a session folder to a report.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candor_trust::merkle::Salt;

use crate::attached::AttachedName;
use crate::container::Container;
use crate::file;
use crate::index::{CollectorEntry, ReportIndex, SCHEMA, Tool};
use crate::output::Unnamed;
use crate::proof::{self, LeafError};
use crate::redactions::{self, RedactionTerms};
use crate::session::{CONSENT, Session, SessionError};
use crate::staged::Staged;

/// Path of the index in a report.
pub const INDEX_PATH: &str = "report.json";
/// Path of the consent record in a report.
pub const CONSENT_PATH: &str = "consent.json";
/// Path of the signature over the consent record.
pub const CONSENT_SIGNATURE_PATH: &str = "consent.json.minisig";
/// Path of the account of what was removed and replaced.
pub const REDACTIONS_PATH: &str = "redactions.json";
/// Largest consent record.
pub(crate) const MAX_CONSENT_BYTES: u64 = 16 * 1024 * 1024;
/// The completed record, kept in the session.
const CLOSED: &str = "record.json";
const CLOSED_SIGNATURE: &str = "record.json.minisig";
/// Below this a copy costs less than the attempt to do without.
const ADOPTED_BYTES: u64 = 1024 * 1024;

/// The consent record as it goes into the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// `consent.json`.
    pub json: Vec<u8>,
    /// `consent.json.minisig`, where it is signed.
    pub signature: Option<Vec<u8>>,
}

/// Completes the consent record when the index of the report is known.
///
/// Takes the record that the session was made with, the index, and the bytes of the index as they are stored.
pub type Closing<'a> =
    dyn Fn(&[u8], &ReportIndex, &[u8]) -> Result<Record, Box<dyn std::error::Error + Send + Sync>> + 'a;

/// A report that was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Assembled {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its index.
    pub index: ReportIndex,
}

/// Why a report could not be written. The session is as it was.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError {
    /// The session could not be read.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// An artifact cannot be proved.
    #[error(transparent)]
    Leaf(#[from] LeafError),
    /// No random bytes for the proof.
    #[error(transparent)]
    Randomness(#[from] candor_trust::NonceError),
    /// The consent record cannot be completed.
    #[error("cannot complete the consent record")]
    Record(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There is a file already.
    #[error("`{}` exists already", path.display())]
    Exists {
        /// Its path.
        path: PathBuf,
    },
    /// No room is left where the report is wanted.
    #[error("no room is left for the report `{}`", path.display())]
    DiskFull {
        /// Where it was wanted.
        path: PathBuf,
        /// The cause.
        source: Arc<io::Error>,
    },
    /// The report could not be written.
    #[error("cannot write the report `{}`", path.display())]
    Output {
        /// Where it was wanted.
        path: PathBuf,
        /// The cause.
        source: Arc<io::Error>,
    },
}

impl AssembleError {
    fn output(path: &Path, error: io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::AlreadyExists => Self::Exists { path },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { path, source: Arc::new(error) }
            }
            _ => Self::Output { path, source: Arc::new(error) },
        }
    }
}

/// Everything that goes into a report. What is staged stands in the order of the index's collectors.
struct Content {
    staged: Vec<Staged>,
    index: ReportIndex,
    index_json: Vec<u8>,
    record: Record,
    attached: Vec<(AttachedName, Vec<u8>)>,
    terms: RedactionTerms,
    /// Where the collectors staged, in the order of the index.
    folders: Vec<PathBuf>,
    created: jiff::Timestamp,
}

impl Content {
    /// Collectors and what they staged, largest first, so that the first can be the file that the rest is added to. A stable
    /// sort: then by id.
    fn parts(&self) -> impl Iterator<Item = (&CollectorEntry, &Staged)> {
        let mut parts: Vec<_> = self.index.collectors.iter().zip(&self.staged).collect();
        parts.sort_by_key(|(_, staged)| std::cmp::Reverse(staged.length()));
        parts.into_iter()
    }
}

impl Session {
    /// Like [`assemble_with`](Self::assemble_with), with the consent record as the session has it, not signed.
    ///
    /// # Errors
    /// Like `assemble_with`.
    pub fn assemble(
        &self,
        output: &Path,
        interrupted: Option<&str>,
        overwrite: bool,
    ) -> Result<Assembled, AssembleError> {
        let as_it_is = |consent: &[u8], _: &ReportIndex, _: &[u8]| {
            Ok(Record { json: consent.to_vec(), signature: None })
        };
        self.assemble_with(output, interrupted, overwrite, &as_it_is)
    }

    /// Writes the report to `output` in one step. The same session gives the same bytes, and keeps all that was collected.
    ///
    /// `interrupted` says why the run ended early; collectors that were not heard of again appear as planned. `closing`
    /// completes the consent record. What it gives is kept in the session: a record that comes out the same is not signed anew.
    ///
    /// # Errors
    /// When `output` exists and `overwrite` was not asked for, or something cannot be read or written.
    pub fn assemble_with(
        &self,
        output: &Path,
        interrupted: Option<&str>,
        overwrite: bool,
        closing: &Closing<'_>,
    ) -> Result<Assembled, AssembleError> {
        if !overwrite && output.symlink_metadata().is_ok() {
            return Err(AssembleError::Exists { path: output.to_owned() });
        }
        let content = self.content(interrupted, closing)?;
        let adoptable = content
            .parts()
            .next()
            .map(|(_, base)| base)
            .filter(|base| base.length() >= ADOPTED_BYTES && !self.is_staging());
        let adopted = adoptable.and_then(|base| {
            // What speaks against adopting is told by the attempt to copy, if it matters there.
            Unnamed::adopt(&base.entries_path, base.length(), output).ok().flatten()
        });
        let written = match adopted {
            Some(unnamed) => match write(&content, unnamed, true, output, overwrite) {
                Err(error) if is_no_link(&error) => write_copy(&content, output, overwrite),
                written => written,
            },
            None => write_copy(&content, output, overwrite),
        };
        let bytes = written.map_err(|error| AssembleError::output(output, error))?;
        Ok(Assembled { path: output.to_owned(), bytes, index: content.index })
    }

    fn content(&self, interrupted: Option<&str>, closing: &Closing<'_>) -> Result<Content, AssembleError> {
        let consent =
            file::read(&self.folder().join(CONSENT), MAX_CONSENT_BYTES).map_err(SessionError::from)?;
        let collected = self.collected()?;
        let all_recorded = collected.iter().all(|collected| collected.recorded);
        let (collectors, staged): (Vec<_>, Vec<_>) =
            collected.into_iter().map(|collected| (collected.entry, collected.staged)).unzip();
        let header = self.header();
        let mut index = ReportIndex {
            schema: SCHEMA,
            id: header.id.clone(),
            profile: header.profile.to_string(),
            tier: None,
            case: header.case.clone(),
            created: header.created.to_string(),
            tool: Tool { name: "candor".to_owned(), version: header.tool_version.clone() },
            complete: interrupted.is_none() && all_recorded,
            interrupted: interrupted.map(str::to_owned),
            collectors,
            proof: None,
        };
        index.tier = index.artifacts().map(|artifact| artifact.level).max();
        let folders = index.collectors.iter().map(|collector| self.collector_folder(&collector.id));
        let folders = folders.collect::<Result<_, _>>()?;
        let terms = header.redaction.clone();
        let secret = header.salts.map_or_else(Salt::random, Ok)?;
        proof::attach(&mut index, &secret)?;
        let index_json = index_json(&index)?;
        let record = self.close(closing, &consent, &index, &index_json)?;
        let attached = self.attached()?;
        let created = header.created;
        Ok(Content { staged, index, index_json, record, attached, terms, folders, created })
    }

    /// Has the record completed, and keeps it: signatures differ each time.
    fn close(
        &self,
        closing: &Closing<'_>,
        consent: &[u8],
        index: &ReportIndex,
        index_json: &[u8],
    ) -> Result<Record, AssembleError> {
        let mut record = closing(consent, index, index_json).map_err(AssembleError::Record)?;
        let Some(signature) = &record.signature else { return Ok(record) };
        let [json_path, signature_path] = [CLOSED, CLOSED_SIGNATURE].map(|name| self.folder().join(name));
        let kept = [&json_path, &signature_path].map(|path| file::read(path, MAX_CONSENT_BYTES).ok());
        match kept {
            [Some(json), Some(signature)] if json == record.json => record.signature = Some(signature),
            _ => {
                file::replace(&signature_path, signature).map_err(SessionError::from)?;
                file::replace(&json_path, &record.json).map_err(SessionError::from)?;
            }
        }
        Ok(record)
    }
}

/// The bytes of `report.json`.
pub(crate) fn index_json(index: &ReportIndex) -> Result<Vec<u8>, SessionError> {
    let mut bytes = serde_json::to_vec_pretty(index)
        .map_err(|source| SessionError::Document { path: PathBuf::from(INDEX_PATH), source })?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn write_copy(content: &Content, output: &Path, overwrite: bool) -> io::Result<u64> {
    write(content, Unnamed::beside(output)?, false, output, overwrite)
}

/// Writes all parts and gives the file its name. With `adopted`, the first collector's entries are there already.
fn write(
    content: &Content,
    unnamed: Unnamed,
    adopted: bool,
    output: &Path,
    overwrite: bool,
) -> io::Result<u64> {
    let mut container = Container::new(unnamed.file(), content.created);
    for (number, (collector, staged)) in content.parts().enumerate() {
        if adopted && number == 0 {
            container.adopt(staged, &collector.artifacts)?;
        } else {
            container.copy(staged, &collector.artifacts)?;
        }
    }
    for (name, bytes) in &content.attached {
        container.add(name.as_str(), |writer| io::Write::write_all(writer, bytes))?;
    }
    container.add(CONSENT_PATH, |writer| io::Write::write_all(writer, &content.record.json))?;
    if let Some(signature) = &content.record.signature {
        container.add(CONSENT_SIGNATURE_PATH, |writer| io::Write::write_all(writer, signature))?;
    }
    container.add(INDEX_PATH, |writer| io::Write::write_all(writer, &content.index_json))?;
    container.add(REDACTIONS_PATH, |writer| {
        let folders = content.folders.iter().cloned();
        redactions::write(writer, &content.terms, content.index.collectors.iter().zip(folders))
    })?;
    let bytes = container.finish()?;
    unnamed.publish(output, overwrite)?;
    Ok(bytes)
}

/// Errors of link(2) on file systems that cannot do what the device numbers promised.
fn is_no_link(error: &io::Error) -> bool {
    use io::ErrorKind::{CrossesDevices, PermissionDenied, TooManyLinks, Unsupported};
    matches!(error.kind(), CrossesDevices | PermissionDenied | TooManyLinks | Unsupported)
}
