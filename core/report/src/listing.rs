//! Which sessions there are and what is in them.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use candor_manifest::ProfileId;
use jiff::Timestamp;
use serde::Serialize;

use crate::file::FileError;
use crate::session::{Session, SessionError, check_id, is_live, read_header};
use crate::staged::{ENTRIES, RESULT};

/// A session as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionSummary {
    /// Its id.
    pub id: String,
    /// When it was begun; for a damaged one, when its folder was last changed.
    pub created: Timestamp,
    /// Its profile; `None` when the header is damaged, and then the session can only be discarded.
    pub profile: Option<ProfileId>,
    /// The vendor's case, where one was named.
    pub case: Option<String>,
    /// True while a process works on it.
    pub live: bool,
    /// Bytes that the staged artifacts take on disk.
    pub bytes: u64,
    /// Collectors that ended.
    pub collectors_finished: usize,
    /// Collectors that were planned.
    pub collectors_planned: usize,
}

impl Session {
    /// Every session below `root`, by time of creation. No sessions when `root` does not exist.
    ///
    /// # Errors
    /// When `root` cannot be read.
    pub fn list(root: &Path) -> Result<Vec<SessionSummary>, SessionError> {
        let folders = match fs::read_dir(root) {
            Ok(folders) => folders,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(FileError::on("read the folder", root)(error).into()),
        };
        let mut sessions: Vec<SessionSummary> = folders
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|id| check_id(id).is_ok())
            .map(|id| summarise(&root.join(&id), id))
            .collect();
        sessions.sort_by(|left, right| (left.created, &left.id).cmp(&(right.created, &right.id)));
        Ok(sessions)
    }
}

fn summarise(folder: &Path, id: String) -> SessionSummary {
    let header = read_header(folder).ok();
    let (bytes, collectors_finished) = count(&folder.join("collectors"));
    SessionSummary {
        id,
        created: header.as_ref().map_or_else(|| changed(folder), |header| header.created),
        live: is_live(folder),
        bytes,
        collectors_finished,
        collectors_planned: header.as_ref().map_or(0, |header| header.planned.len()),
        case: header.as_ref().and_then(|header| header.case.clone()),
        profile: header.map(|header| header.profile),
    }
}

/// Staged bytes, and how many collectors have a result.
fn count(collectors: &Path) -> (u64, usize) {
    let Ok(folders) = fs::read_dir(collectors) else { return (0, 0) };
    folders.filter_map(Result::ok).fold((0, 0), |(bytes, finished), entry| {
        let staged = fs::symlink_metadata(entry.path().join(ENTRIES)).map_or(0, |metadata| metadata.len());
        (bytes + staged, finished + usize::from(entry.path().join(RESULT).is_file()))
    })
}

fn changed(folder: &Path) -> Timestamp {
    let changed = fs::symlink_metadata(folder).and_then(|metadata| metadata.modified()).ok();
    changed.and_then(|time| Timestamp::try_from(time).ok()).unwrap_or(Timestamp::UNIX_EPOCH)
}
