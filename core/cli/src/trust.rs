//! Who is trusted: the machine's `trust.toml`, and the person's own.

use std::io;
use std::path::{Path, PathBuf};

use candor_trust::TrustFile;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::file::{self, shown};
use crate::places;

/// Most bytes of a trust file.
const MOST_BYTES: u64 = 1 << 20;

/// Both files.
#[derive(Debug)]
pub struct Trust {
    /// What the machine's administrator decided.
    pub machine: TrustFile,
    /// What the person decided.
    pub own: TrustFile,
}

impl Trust {
    /// Reads both; one that is not there trusts nobody.
    ///
    /// # Errors
    /// When one is there and cannot be read or understood.
    pub fn read() -> Result<Self, Failure> {
        let (machine, own) = places::trust_files();
        Ok(Self { machine: read(&machine)?, own: own.map(|own| read(&own)).transpose()?.unwrap_or_default() })
    }

    /// Both together, the machine's first.
    pub fn all(&self) -> TrustFile {
        let mut all = self.machine.clone();
        all.extend(self.own.clone());
        all
    }
}

/// Where the person's own trust is written.
///
/// # Errors
/// When the person has no home.
pub fn own_file() -> Result<PathBuf, Failure> {
    places::trust_files().1.ok_or_else(|| {
        Failure::usage("nobody knows where your trust file is").hint("set HOME or XDG_CONFIG_HOME")
    })
}

/// Changes the person's own file in one step. What `change` gives back comes back; the file is written only when it is right.
///
/// # Errors
/// When it cannot be read, changed or written; then it is as it was.
pub fn change<T>(change: impl FnOnce(&mut TrustFile) -> Result<T, Failure>) -> Result<T, Failure> {
    let path = own_file()?;
    // A link is followed: the file that it names is the one that is replaced.
    let path = std::fs::canonicalize(&path).unwrap_or(path);
    let _lock = lock(&path).map_err(|error| cannot_write(&path, &error))?;
    let mut own = read(&path)?;
    let result = change(&mut own)?;
    let text = own.to_text().map_err(|error| cannot_write(&path, &error))?;
    file::replace(&path, text.as_bytes(), 0o600).map_err(|error| cannot_write(&path, &error))?;
    Ok(result)
}

/// Held while the file is changed: two changes at once would lose one. Gone with the process.
fn lock(path: &Path) -> io::Result<std::fs::File> {
    use rustix::fs::{FlockOperation, flock};
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    let folder = path.parent().unwrap_or(Path::new("/"));
    std::fs::DirBuilder::new().mode(0o700).recursive(true).create(folder)?;
    let mut options = std::fs::OpenOptions::new();
    let lock =
        options.write(true).create(true).truncate(false).mode(0o600).open(folder.join(".trust.lock"))?;
    flock(&lock, FlockOperation::LockExclusive)?;
    Ok(lock)
}

fn cannot_write(path: &Path, error: &(dyn std::error::Error + 'static)) -> Failure {
    Failure::because(format!("cannot write the trust file {}", shown(path)), error, Exit::Internal)
}

fn read(path: &Path) -> Result<TrustFile, Failure> {
    let hint = "as long as it cannot be read nobody is trusted: mend it, or remove it";
    let text = match file::read_text(path, MOST_BYTES) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(TrustFile::default()),
        text => text.map_err(|error| {
            Failure::because(format!("cannot read the trust file {}", shown(path)), &error, Exit::Usage)
                .hint(hint)
        })?,
    };
    TrustFile::parse(&text).map_err(|error| {
        Failure::because(format!("cannot follow the trust file {}", shown(path)), &error, Exit::Usage)
            .hint(hint)
    })
}
