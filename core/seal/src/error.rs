//! What can go wrong with a sealed report.

use std::io;
use std::path::{Path, PathBuf};

use candor_manifest::Level;
use candor_pack::{HeadError, PackError, UnpackError};
use candor_report::ReadError;
use candor_trust::{CanonicalError, RecipientsError, SignatureError};

/// Why a report was not sealed. Nothing of it is left behind.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The report cannot be read.
    #[error(transparent)]
    Report(#[from] ReadError),
    /// It was written before reports had proofs.
    #[error("the report has no proof: it was written by an earlier version of this program")]
    NoProof,
    /// Artifacts of a level would be sealed to nobody.
    #[error("the report holds artifacts of level `{0}`, and no recipient may open that level")]
    Nobody(Level),
    /// The recipients cannot be encrypted to.
    #[error("cannot encrypt the part of level `{level}`")]
    Recipients {
        /// Level of the part.
        level: Level,
        /// The cause.
        source: RecipientsError,
    },
    /// An artifact is not what the index says.
    #[error("`{0}` is not what the index of the report says")]
    Changed(String),
    /// An artifact cannot be read.
    #[error("cannot read `{path}` of the report")]
    Artifact {
        /// Its path.
        path: String,
        /// The cause.
        source: io::Error,
    },
    /// An entry cannot be packed.
    #[error("cannot pack the part")]
    Pack(#[from] PackError),
    /// There is a file already.
    #[error("`{}` exists already", .0.display())]
    Exists(PathBuf),
    /// The unfinished file is being written by another process.
    #[error("`{}` is being written by another process", .0.display())]
    Busy(PathBuf),
    /// The file cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// Its path.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A document cannot be written.
    #[error(transparent)]
    Document(#[from] CanonicalError),
    /// Something cannot be signed.
    #[error(transparent)]
    Sign(#[from] SignatureError),
    /// An index cannot be written.
    #[error("cannot write the entries of a level")]
    Entries(#[source] serde_json::Error),
}

impl SealError {
    pub(crate) fn on(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::AlreadyExists => Self::Exists(path),
            _ => Self::Write { path, source },
        }
    }

    /// True when the file system or the owner's quota has no room left.
    pub fn is_disk_full(&self) -> bool {
        let full = |error: &io::Error| {
            matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
        };
        matches!(self, Self::Write { source, .. } if full(source))
    }
}

impl From<HeadError> for SealError {
    fn from(error: HeadError) -> Self {
        Self::Pack(PackError::Head(error))
    }
}

/// Why a sealed report was not opened. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// Its path.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// It is no sealed report, or was taken apart and put together otherwise.
    #[error("`{}` is not a sealed report", path.display())]
    Outside {
        /// Its path.
        path: PathBuf,
        /// The cause.
        source: UnpackError,
    },
    /// It has other parts than a sealed report.
    #[error("the sealed report has an entry `{0}` that has no business there, or stands in the wrong place")]
    Entry(String),
    /// A part or a document is missing.
    #[error("the sealed report lacks `{0}`")]
    Missing(String),
    /// A document is not understood.
    #[error("cannot understand `{name}`")]
    Document {
        /// Which document.
        name: String,
        /// The cause.
        source: CanonicalError,
    },
    /// A document has another format.
    #[error("`{name}` has the format `{found}`, which this program does not know")]
    Format {
        /// Which document.
        name: String,
        /// What it states.
        found: String,
    },
    /// A signature does not hold.
    #[error("`{name}` is not signed by the key that the envelope names")]
    Signature {
        /// Which document.
        name: String,
        /// The cause.
        source: SignatureError,
    },
    /// A part is not the one that the envelope names.
    #[error("the part of level `{0}` is not the one that the envelope names")]
    Part(Level),
    /// A part cannot be decrypted though a key fits.
    #[error("cannot decrypt the part of level `{level}`")]
    Decrypt {
        /// Its level.
        level: Level,
        /// The cause.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A part does not hold what it says.
    #[error("the part of level `{level}` is not what it says: {what}")]
    Inside {
        /// Its level.
        level: Level,
        /// What is otherwise.
        what: String,
    },
    /// What is inside is not taken.
    #[error("what is inside is not what it claims to be")]
    NotAccepted(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// None of the keys opens any part.
    #[error("none of your keys opens any part of it")]
    AllClosed,
    /// The report cannot be written.
    #[error("cannot write the report `{}`", path.display())]
    Write {
        /// Its path.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

impl OpenError {
    pub(crate) fn inside(level: Level, what: impl Into<String>) -> Self {
        Self::Inside { level, what: what.into() }
    }
}
