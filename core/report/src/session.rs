//! A session folder: what was collected, until the report is written.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use candor_manifest::{CollectorId, Level, ProfileId};
use candor_trust::merkle::Salt;
use jiff::Timestamp;
use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use crate::archive::DosTime;
use crate::attached::AttachedName;
use crate::compressor::Compressor;
use crate::file::{self, FileError};
use crate::index::CollectorEntry;
use crate::redactions::RedactionTerms;
use crate::stage::CollectorStage;
use crate::staged::{RESULT, Staged};

/// Revision of the session folder's layout.
pub const SESSION_SCHEMA: u32 = 1;

pub(crate) const HEADER: &str = "session.json";
pub(crate) const CONSENT: &str = "consent.json";
const LOCK: &str = "lock";
const COLLECTORS: &str = "collectors";
const ATTACHED_FOLDER: &str = "attached";
/// Largest header and result that are read back.
pub(crate) const MAX_DOCUMENT_BYTES: u64 = 64 * 1024 * 1024;

/// What is known of a run before it starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionHeader {
    /// Revision of the layout: [`SESSION_SCHEMA`].
    pub schema: u32,
    /// Id of the session and of its report: letters, digits and hyphens.
    pub id: String,
    /// When it was begun. Every entry of the report carries this time.
    pub created: Timestamp,
    /// The profile that is run.
    pub profile: ProfileId,
    /// The vendor's case, where one was named.
    pub case: Option<String>,
    /// Version of the program.
    pub tool_version: String,
    /// Where the report is wanted.
    pub output: PathBuf,
    /// How it is redacted.
    #[serde(default)]
    pub redaction: RedactionTerms,
    /// Redaction policies that were named for this run, besides those of the machine and the user.
    #[serde(default)]
    pub redaction_policies: Vec<PathBuf>,
    /// What the salts of the artifacts are made of. It goes with the session; `None` in sessions of earlier versions.
    #[serde(default)]
    pub salts: Option<Salt>,
    /// Every collector, as what it becomes if nothing more is heard of it.
    pub planned: Vec<CollectorEntry>,
}

/// Why a session could not be made, opened or changed.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The id is empty, too long, or holds something else than letters, digits and hyphens.
    #[error("a session's id has 1 to 64 letters, digits and hyphens and does not begin with a hyphen")]
    Id,
    /// There is no such session.
    #[error("there is no session `{id}` in `{}`", root.display())]
    Missing {
        /// Its id.
        id: String,
        /// Where it was looked for.
        root: PathBuf,
    },
    /// Another process is working on it.
    #[error("session `{id}` is in use by another process")]
    Live {
        /// Its id.
        id: String,
    },
    /// A document of the session cannot be understood.
    #[error("cannot read `{}`", path.display())]
    Document {
        /// Which document.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The layout is of another revision.
    #[error("session `{id}` has layout {schema}, and only {SESSION_SCHEMA} is understood")]
    Schema {
        /// Its id.
        id: String,
        /// Revision that it states.
        schema: u32,
    },
    /// The collector was not planned in this session.
    #[error("collector `{0}` is not planned in this session")]
    NotPlanned(CollectorId),
    /// The collector has staged before in this session.
    #[error("collector `{0}` has been staged already")]
    Staged(CollectorId),
    /// A file operation failed.
    #[error(transparent)]
    File(#[from] FileError),
}

/// An open session. No other process can open or discard it as long as this value lives.
#[derive(Debug)]
pub struct Session {
    folder: PathBuf,
    header: SessionHeader,
    /// Stages that may still write.
    stages: Arc<AtomicUsize>,
    _lock: File,
}

impl Session {
    /// Makes the folder `root/id` with header and consent record, and locks it. Makes `root` where it is missing.
    ///
    /// # Errors
    /// When the id is no valid one, exists already, or the folder cannot be written.
    pub fn create(root: &Path, header: SessionHeader, consent_json: &[u8]) -> Result<Self, SessionError> {
        check_id(&header.id)?;
        file::ensure_folder(root)?;
        // Under a name that is no session's until header and lock are in place, so that nobody sees half of one.
        let unfinished = root.join(format!(".new-{}", header.id));
        file::create_folder(&unfinished)?;
        let made = fill(&unfinished, &header, consent_json).and_then(|lock| {
            let folder = root.join(&header.id);
            publish(&unfinished, &folder)?;
            Ok((folder, lock))
        });
        let (folder, lock) = made.inspect_err(|_| {
            let _ = fs::remove_dir_all(&unfinished);
        })?;
        Ok(Self { folder, header, stages: Arc::default(), _lock: lock })
    }

    /// Opens and locks a session that another run has left.
    ///
    /// # Errors
    /// [`SessionError::Live`] when a process still works on it; else when it is missing or cannot be read.
    pub fn open(root: &Path, id: &str) -> Result<Self, SessionError> {
        let folder = existing_folder(root, id)?;
        let lock = lock(&folder, id)?;
        let header = read_header(&folder)?;
        Ok(Self { folder, header, stages: Arc::default(), _lock: lock })
    }

    /// Removes the session and all that was collected in it. Links are removed, never followed.
    ///
    /// # Errors
    /// When something could not be removed; the session is then still listed.
    pub fn discard(self) -> Result<(), SessionError> {
        remove(&self.folder).map_err(SessionError::from)
    }

    /// Like [`Session::discard`], for a session whose header may be damaged so that it cannot be opened.
    ///
    /// # Errors
    /// [`SessionError::Live`] when a process still works on it; else when it is missing or cannot be removed.
    pub fn discard_damaged(root: &Path, id: &str) -> Result<(), SessionError> {
        let folder = existing_folder(root, id)?;
        let _lock = lock(&folder, id)?;
        remove(&folder).map_err(SessionError::from)
    }

    /// The session's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What was known before the run started.
    pub fn header(&self) -> &SessionHeader {
        &self.header
    }

    /// Opens the place where a collector's artifacts are staged. Once per collector and session.
    ///
    /// # Errors
    /// When the collector is not planned, was staged before, or its folder cannot be made.
    pub fn stage(
        &self,
        collector: &CollectorId,
        level: Level,
        compressor: &Compressor,
    ) -> Result<CollectorStage, SessionError> {
        let folder = self.collector_folder(collector)?;
        if folder.join(crate::staged::LINES).exists() {
            return Err(SessionError::Staged(collector.clone()));
        }
        file::ensure_folder(&folder)?;
        let guard = StageGuard::new(&self.stages);
        let time = DosTime::new(self.header.created);
        Ok(CollectorStage::create(collector.clone(), level, &folder, time, compressor.clone(), guard)?)
    }

    /// Writes down how a collector ended, in one step. Its artifacts are known from what was staged, not from here.
    ///
    /// # Errors
    /// When the collector is not planned or the file cannot be written.
    pub fn record(&self, entry: &CollectorEntry) -> Result<(), SessionError> {
        let folder = self.collector_folder(&entry.id)?;
        file::ensure_folder(&folder)?;
        let path = folder.join(RESULT);
        let entry = CollectorEntry { artifacts: Vec::new(), ..entry.clone() };
        let document = to_json(&entry, &path)?;
        file::replace(&path, &document).map_err(SessionError::from)
    }

    /// What has been recorded and staged for each planned collector, by id.
    pub(crate) fn collected(&self) -> Result<Vec<Collected>, SessionError> {
        let mut planned: Vec<&CollectorEntry> = self.header.planned.iter().collect();
        planned.sort_by(|left, right| left.id.cmp(&right.id));
        planned.dedup_by(|left, right| left.id == right.id);
        planned.into_iter().map(|entry| self.collected_by(entry)).collect()
    }

    fn collected_by(&self, planned: &CollectorEntry) -> Result<Collected, SessionError> {
        let folder = self.collector_folder(&planned.id)?;
        let result = read_result(&folder)?;
        let recorded = result.is_some();
        let mut entry = result.unwrap_or_else(|| planned.clone());
        let (staged, artifacts) = Staged::read(&folder)?;
        entry.bytes = artifacts.iter().map(|artifact| artifact.bytes).sum();
        entry.artifacts = artifacts;
        Ok(Collected { entry, recorded, staged })
    }

    /// Adds a document that goes into the report as it is: the request and the statement that were shown.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn attach(&self, name: AttachedName, bytes: &[u8]) -> Result<(), SessionError> {
        let folder = self.folder.join(ATTACHED_FOLDER);
        file::ensure_folder(&folder)?;
        file::replace(&folder.join(name.as_str()), bytes).map_err(SessionError::from)
    }

    /// The documents that were added.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn attached(&self) -> Result<Vec<(AttachedName, Vec<u8>)>, SessionError> {
        let folder = self.folder.join(ATTACHED_FOLDER);
        let present = AttachedName::ALL.into_iter().filter(|name| folder.join(name.as_str()).exists());
        present.map(|name| Ok((name, file::read(&folder.join(name.as_str()), MAX_DOCUMENT_BYTES)?))).collect()
    }

    /// True while a stage may still write.
    pub(crate) fn is_staging(&self) -> bool {
        self.stages.load(Ordering::Acquire) > 0
    }

    pub(crate) fn collector_folder(&self, collector: &CollectorId) -> Result<PathBuf, SessionError> {
        if !self.header.planned.iter().any(|planned| planned.id == *collector) {
            return Err(SessionError::NotPlanned(collector.clone()));
        }
        Ok(self.folder.join(COLLECTORS).join(collector.as_str()))
    }
}

/// One collector as its folder tells.
pub(crate) struct Collected {
    pub(crate) entry: CollectorEntry,
    pub(crate) recorded: bool,
    pub(crate) staged: Staged,
}

/// Counts a stage as open for as long as it lives.
#[derive(Debug)]
pub(crate) struct StageGuard(Arc<AtomicUsize>);

impl StageGuard {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(count))
    }
}

impl Drop for StageGuard {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

pub(crate) fn check_id(id: &str) -> Result<(), SessionError> {
    let valid = (1..=64).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !id.starts_with('-');
    if valid { Ok(()) } else { Err(SessionError::Id) }
}

fn existing_folder(root: &Path, id: &str) -> Result<PathBuf, SessionError> {
    check_id(id)?;
    let folder = root.join(id);
    // Not `metadata`: a link in the place of a session is nobody's session.
    match fs::symlink_metadata(&folder) {
        Ok(metadata) if metadata.is_dir() => Ok(folder),
        _ => Err(SessionError::Missing { id: id.to_owned(), root: root.to_owned() }),
    }
}

fn fill(folder: &Path, header: &SessionHeader, consent_json: &[u8]) -> Result<File, SessionError> {
    let path = folder.join(LOCK);
    let lock = file::create_new(&path)?;
    flock(&lock, FlockOperation::NonBlockingLockExclusive)
        .map_err(|error| FileError::on("lock", &path)(error.into()))?;
    file::create_folder(&folder.join(COLLECTORS))?;
    file::replace(&folder.join(CONSENT), consent_json)?;
    let path = folder.join(HEADER);
    file::replace(&path, &to_json(header, &path)?)?;
    Ok(lock)
}

/// Renames, and fails where something of that name exists.
fn publish(from: &Path, to: &Path) -> Result<(), FileError> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    let renamed = renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE);
    renamed.map_err(|error| FileError::on("create the session", to)(error.into()))
}

fn lock(folder: &Path, id: &str) -> Result<File, SessionError> {
    let path = folder.join(LOCK);
    let mut options = fs::OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // Made anew where it is missing: a discard that was interrupted may have removed it already.
    let file =
        options.write(true).create(true).truncate(false).open(&path).map_err(FileError::on("open", &path))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(SessionError::Live { id: id.to_owned() }),
        Err(error) => Err(FileError::on("lock", &path)(error.into()).into()),
    }
}

pub(crate) fn is_live(folder: &Path) -> bool {
    let Ok(file) = File::open(folder.join(LOCK)) else { return false };
    flock(&file, FlockOperation::NonBlockingLockShared) == Err(rustix::io::Errno::WOULDBLOCK)
}

/// What was collected goes first and the header last, so that a removal that is cut short is still listed.
fn remove(folder: &Path) -> Result<(), FileError> {
    let collectors = folder.join(COLLECTORS);
    match fs::remove_dir_all(&collectors) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(FileError::on("remove", &collectors)(error))
        }
        _ => fs::remove_dir_all(folder).map_err(FileError::on("remove", folder)),
    }
}

pub(crate) fn read_header(folder: &Path) -> Result<SessionHeader, SessionError> {
    let path = folder.join(HEADER);
    let header: SessionHeader = from_json(&file::read(&path, MAX_DOCUMENT_BYTES)?, &path)?;
    if header.schema == SESSION_SCHEMA {
        Ok(header)
    } else {
        Err(SessionError::Schema { id: header.id, schema: header.schema })
    }
}

fn read_result(folder: &Path) -> Result<Option<CollectorEntry>, SessionError> {
    let path = folder.join(RESULT);
    if !path.exists() {
        return Ok(None);
    }
    from_json(&file::read(&path, MAX_DOCUMENT_BYTES)?, &path).map(Some)
}

fn to_json(value: &impl Serialize, path: &Path) -> Result<Vec<u8>, SessionError> {
    serde_json::to_vec(value).map_err(|source| SessionError::Document { path: path.to_owned(), source })
}

fn from_json<T: serde::de::DeserializeOwned>(bytes: &[u8], path: &Path) -> Result<T, SessionError> {
    serde_json::from_slice(bytes).map_err(|source| SessionError::Document { path: path.to_owned(), source })
}
