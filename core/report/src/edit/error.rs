//! Why a report could not be edited.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::edit::mask::MaskError;
use crate::file::FileError;
use crate::proof::{EditFault, LeafError};
use crate::reader::ReadError;
use crate::session::SessionError;

/// Why a report could not be edited. Unless it says otherwise, the report is as it was.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// It could not be read, or is none.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file operation failed.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is no ordinary file.
    #[error("`{}` is no ordinary file", .0.display())]
    NotAFile(PathBuf),
    /// Another process edits it.
    #[error("`{}` is being edited by another process", .0.display())]
    InUse(PathBuf),
    /// It is not laid out as reports are, or damaged.
    #[error("`{}` is damaged and cannot be edited: {what}", path.display())]
    Damaged {
        /// Its path.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// It is of an earlier version.
    #[error("the report has no proof, so what is changed in it could not be told from damage")]
    NoProof,
    /// There is no such artifact.
    #[error("the report has no artifact `{0}`")]
    Missing(String),
    /// It was dropped or masked in this edit already.
    #[error("`{0}` is edited already")]
    Twice(String),
    /// It cannot be masked so.
    #[error("cannot mask `{path}`")]
    Mask {
        /// Path in the report.
        path: String,
        /// Why.
        source: MaskError,
    },
    /// What is left of an artifact cannot be proved.
    #[error(transparent)]
    Leaf(#[from] LeafError),
    /// The edits in the report contradict each other.
    #[error("the report's list of edits is wrong")]
    Edits(#[from] EditFault),
    /// No random bytes for a salt.
    #[error(transparent)]
    Randomness(#[from] candor_trust::NonceError),
    /// The index cannot be written.
    #[error(transparent)]
    Index(#[from] SessionError),
    /// The consent record cannot be completed.
    #[error("cannot complete the consent record")]
    Record(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There is a journal that belongs to another report, or a file of that name that is none.
    #[error("`{}` is in the way: {what}", path.display())]
    Journal {
        /// Where it is.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// No room is left; nothing was changed.
    #[error("no room is left for the edit of `{}`", path.display())]
    DiskFull {
        /// The report.
        path: PathBuf,
        /// The cause.
        source: Arc<io::Error>,
    },
    /// It could not be written; nothing was changed.
    #[error("cannot write the edit of `{}`", path.display())]
    Write {
        /// The report.
        path: PathBuf,
        /// The cause.
        source: Arc<io::Error>,
    },
    /// It was begun and could not be finished: the report is half changed until it is.
    #[error("the edit of `{}` is begun and not finished", path.display())]
    Unfinished {
        /// The report.
        path: PathBuf,
        /// The cause.
        source: Arc<io::Error>,
    },
}

impl EditError {
    /// For `map_err` of what is written before anything is changed.
    pub(crate) fn write(path: &Path) -> impl Fn(io::Error) -> Self {
        let path = path.to_owned();
        move |error| {
            let (path, full) = (path.clone(), is_full(&error));
            let source = Arc::new(error);
            if full { Self::DiskFull { path, source } } else { Self::Write { path, source } }
        }
    }
}

pub(super) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
