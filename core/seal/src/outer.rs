//! The outside: the file that grows part by part, goes on after a kill, and gets its name when the envelope is in it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use candor_pack::{Directory, Head, Place, Places};
use candor_trust::{Digest, Nonce, Purpose, Signature, SigningKey, from_canonical, to_canonical};
use rustix::fs::{CWD, FlockOperation, RenameFlags, flock, renameat_with};
use serde::{Deserialize, Serialize};

use crate::documents::{ENVELOPE_FORMAT, Envelope, Part};
use crate::error::{OpenError, SealError};
use crate::part::WrittenPart;

pub(crate) const ENVELOPE: &str = "envelope.json";
pub(crate) const ENVELOPE_SIGNATURE: &str = "envelope.json.minisig";
/// Four parts, the envelope and its signature.
const MOST_ENTRIES: usize = 6;
/// An envelope has less than one.
const MAX_ENVELOPE_BYTES: u64 = 64 * 1024;

/// What is remembered of an unfinished file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Progress {
    /// What is being sealed to whom; another is not gone on with.
    task: Digest,
    envelope: Nonce,
    parts: Vec<WrittenPart>,
}

/// An unfinished sealed report. Dropped without [`finish`](Self::finish) or [`keep`](Self::keep), it is removed.
pub(crate) struct Unfinished {
    file: File,
    path: PathBuf,
    progress: Progress,
    directory: Directory,
    keep: bool,
}

impl Unfinished {
    /// Begins, or goes on with what an earlier run of the same task has left.
    pub(crate) fn begin(output: &Path, task: Digest, envelope: Nonce) -> Result<Self, SealError> {
        let path = beside(output, "part");
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
        let file = file.map_err(SealError::on(&path))?;
        flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|_| SealError::Busy(path.clone()))?;
        let fresh = Progress { task, envelope, parts: Vec::new() };
        let progress = read_progress(&state_path(&path)).filter(|found| found.task == task).unwrap_or(fresh);
        let mut unfinished = Self { file, path, progress, directory: Directory::new(), keep: false };
        unfinished.take_whole_parts()?;
        Ok(unfinished)
    }

    /// Takes the parts that are on disk as they were written, and cuts off what is behind them.
    fn take_whole_parts(&mut self) -> Result<(), SealError> {
        let length = self.file.metadata().map_err(SealError::on(&self.path))?.len();
        let written = std::mem::take(&mut self.progress.parts);
        for part in written {
            let head = part.head()?;
            let begin = self.directory.offset() + head.local_header().len() as u64;
            if begin + part.bytes > length || !self.holds(begin, &part)? {
                break;
            }
            self.directory.add(head)?;
            self.progress.parts.push(part);
        }
        self.file.set_len(self.directory.offset()).map_err(SealError::on(&self.path))
    }

    fn holds(&self, begin: u64, part: &WrittenPart) -> Result<bool, SealError> {
        let mut hasher = candor_trust::Hasher::default();
        let mut buffer = vec![0; 256 * 1024];
        let mut at = begin;
        while at < begin + part.bytes {
            let wanted = usize::try_from(begin + part.bytes - at).unwrap_or(usize::MAX).min(buffer.len());
            let read = self.file.read_at(&mut buffer[..wanted], at).map_err(SealError::on(&self.path))?;
            if read == 0 {
                return Ok(false);
            }
            hasher.update(&buffer[..read]);
            at += read as u64;
        }
        Ok(hasher.finish() == part.sha256)
    }

    pub(crate) fn envelope(&self) -> Nonce {
        self.progress.envelope
    }

    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the next part begins.
    pub(crate) fn offset(&self) -> u64 {
        self.directory.offset()
    }

    /// True for a part that an earlier run has finished.
    pub(crate) fn has(&self, level: candor_manifest::Level) -> bool {
        self.progress.parts.iter().any(|part| part.level == level)
    }

    /// Remembers a part that was written at [`offset`](Self::offset).
    pub(crate) fn add(&mut self, part: WrittenPart) -> Result<(), SealError> {
        self.file.sync_data().map_err(SealError::on(&self.path))?;
        self.directory.add(part.head()?)?;
        self.progress.parts.push(part);
        self.save()
    }

    /// Writes down how far it is.
    pub(crate) fn save(&self) -> Result<(), SealError> {
        let path = state_path(&self.path);
        let text = serde_json::to_vec(&self.progress).map_err(SealError::Entries)?;
        let written = tempfile::NamedTempFile::new_in(folder_of(&path)).and_then(|mut file| {
            file.write_all(&text)?;
            file.as_file().sync_data()?;
            file.persist(&path).map_err(|error| error.error)
        });
        written.map(drop).map_err(SealError::on(&path))
    }

    /// Adds the envelope and gives the file its name.
    pub(crate) fn finish(
        mut self,
        output: &Path,
        overwrite: bool,
        signer: &SigningKey,
    ) -> Result<(Envelope, u64), SealError> {
        let part = |part: &WrittenPart| Part { level: part.level, bytes: part.bytes, sha256: part.sha256 };
        let envelope = Envelope {
            format: ENVELOPE_FORMAT.to_owned(),
            id: self.progress.envelope,
            signer: signer.verifying_key().clone(),
            parts: self.progress.parts.iter().map(part).collect(),
        };
        let json = to_canonical(&envelope)?;
        let signature = signer.sign(Purpose::Envelope, &json)?;
        let mut tail = Vec::new();
        for (name, bytes) in [(ENVELOPE, &json[..]), (ENVELOPE_SIGNATURE, signature.as_str().as_bytes())] {
            let head = Head::of(name, bytes)?;
            tail.extend_from_slice(&head.local_header());
            tail.extend_from_slice(bytes);
            self.directory.add(head)?;
        }
        let begin = self.directory.offset() - tail.len() as u64;
        self.directory.write(|piece| {
            tail.extend_from_slice(piece);
            Ok::<_, SealError>(())
        })?;
        self.file.write_all_at(&tail, begin).map_err(SealError::on(&self.path))?;
        self.file.sync_all().map_err(SealError::on(&self.path))?;
        publish(&self.path, output, overwrite).map_err(SealError::on(output))?;
        self.keep = true;
        // It is finished: what is left of the state is in nobody's way.
        let _ = fs::remove_file(state_path(&self.path));
        Ok((envelope, begin + tail.len() as u64))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.keep {
            // An error leaves nothing; only a kill leaves something to go on with.
            let _ = fs::remove_file(&self.path);
            let _ = fs::remove_file(state_path(&self.path));
        }
    }
}

fn publish(path: &Path, output: &Path, overwrite: bool) -> io::Result<()> {
    if overwrite {
        return fs::rename(path, output);
    }
    match renameat_with(CWD, path, CWD, output, RenameFlags::NOREPLACE) {
        // A file system that does not know the flag.
        Err(rustix::io::Errno::INVAL) if fs::symlink_metadata(output).is_err() => fs::rename(path, output),
        renamed => Ok(renamed?),
    }
}

fn read_progress(path: &Path) -> Option<Progress> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// `NAME.candor.part` beside `NAME.candor`.
fn beside(output: &Path, ending: &str) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn state_path(part: &Path) -> PathBuf {
    beside(part, "json")
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Id of the envelope of an unfinished sealed report that a killed run has left for `output`, where there is one.
pub fn unfinished_envelope(output: &Path) -> Option<Nonce> {
    let path = beside(output, "part");
    path.exists().then(|| read_progress(&state_path(&path)))?.map(|progress| progress.envelope)
}

/// A sealed report whose outside has been checked.
pub(crate) struct Outside {
    pub(crate) file: File,
    pub(crate) envelope: Envelope,
    places: Places,
}

impl Outside {
    /// Checks layout, envelope and signature, not the bytes of the parts.
    pub(crate) fn open(path: &Path) -> Result<Self, OpenError> {
        let unreadable = |source| OpenError::Read { path: path.to_owned(), source };
        let file = File::open(path).map_err(unreadable)?;
        let places = Places::of(&file, MOST_ENTRIES)
            .map_err(|source| OpenError::Outside { path: path.to_owned(), source })?;
        let json = small(&file, &places, ENVELOPE)
            .map_err(|error| error.map_or_else(|| missing(ENVELOPE), unreadable))?;
        let signature = small(&file, &places, ENVELOPE_SIGNATURE)
            .map_err(|error| error.map_or_else(|| missing(ENVELOPE_SIGNATURE), unreadable))?;
        let envelope = read_document(&json)?;
        let signed = Signature::from_bytes(&signature)
            .and_then(|signature| envelope.signer.verify(Purpose::Envelope, &json, &signature));
        signed.map_err(|source| OpenError::Signature { name: ENVELOPE.to_owned(), source })?;
        let outside = Self { file, envelope, places };
        outside.check_entries()?;
        Ok(outside)
    }

    /// The entries are the parts that the envelope names, in its order, then the envelope.
    fn check_entries(&self) -> Result<(), OpenError> {
        let named = self.envelope.parts.iter().map(Part::path);
        let mut expected: Vec<String> = named.collect();
        if !self.envelope.parts.is_sorted_by(|left, right| left.level < right.level) {
            return Err(OpenError::Entry("envelope.json".to_owned()));
        }
        expected.extend([ENVELOPE.to_owned(), ENVELOPE_SIGNATURE.to_owned()]);
        let mut found = self.places.iter().map(|place| place.head.name());
        for name in &expected {
            match found.next() {
                Some(there) if there == name => {}
                Some(other) => return Err(OpenError::Entry(other.to_owned())),
                None => return Err(OpenError::Missing(name.clone())),
            }
        }
        if let Some(more) = found.next() {
            return Err(OpenError::Entry(more.to_owned()));
        }
        let wrong = self.envelope.parts.iter().find(|part| {
            self.places.find(&part.path()).is_none_or(|place| place.head.packed_bytes() != part.bytes)
        });
        wrong.map_or(Ok(()), |part| Err(OpenError::Part(part.level)))
    }

    /// Where the bytes of a part are.
    pub(crate) fn place(&self, part: &Part) -> Result<&Place, OpenError> {
        self.places.find(&part.path()).ok_or_else(|| missing(&part.path()))
    }
}

fn missing(name: &str) -> OpenError {
    OpenError::Missing(name.to_owned())
}

/// `Err(None)`: there is none, or it is larger than any.
fn small(mut file: &File, places: &Places, name: &str) -> Result<Vec<u8>, Option<io::Error>> {
    let place =
        places.find(name).filter(|place| place.head.packed_bytes() <= MAX_ENVELOPE_BYTES).ok_or(None)?;
    let mut bytes = Vec::new();
    place.open(&mut file).and_then(|mut entry| entry.read_to_end(&mut bytes)).map_err(Some)?;
    let whole = crc32fast::hash(&bytes) == place.head.crc32();
    whole.then_some(bytes).ok_or_else(|| Some(io::Error::other(format!("`{name}` is damaged"))))
}

fn read_document(json: &[u8]) -> Result<Envelope, OpenError> {
    let envelope: Envelope =
        from_canonical(json).map_err(|source| OpenError::Document { name: ENVELOPE.to_owned(), source })?;
    if envelope.format == ENVELOPE_FORMAT {
        Ok(envelope)
    } else {
        Err(OpenError::Format { name: ENVELOPE.to_owned(), found: envelope.format })
    }
}

/// What anybody can see of a sealed report without a key: layout and signature are checked, and that the parts are those that it names.
///
/// # Errors
/// When it is no sealed report, or was changed.
pub fn read_envelope(path: &Path) -> Result<Envelope, OpenError> {
    let outside = Outside::open(path)?;
    for part in &outside.envelope.parts {
        crate::reading::check_part(&outside, part)?;
    }
    Ok(outside.envelope)
}
