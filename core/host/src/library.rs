//! Finds, measures and seals plugin libraries. Never loads one.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use candor_manifest::PluginName;
use rustix::fs::{MemfdFlags, SealFlags};
use sha2::{Digest, Sha256};

/// Largest library that is accepted.
const LIBRARY_MAX_BYTES: u64 = 256 << 20;

/// How often sealing is tried, with pauses that double from a millisecond.
const SEAL_TRIES: u32 = 9;

/// A library on disk and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// Where it was found.
    pub path: PathBuf,
    /// SHA-256 of its bytes, in hex.
    pub digest: String,
}

/// Why a library cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// No folder holds it.
    #[error("no library `{name}.so` in {searched}")]
    NotFound {
        /// The plugin.
        name: PluginName,
        /// Folders that were looked through.
        searched: String,
    },
    /// It cannot be read.
    #[error("cannot read plugin library `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// It is too large to be a plugin.
    #[error("plugin library `{0}` is larger than 256 MiB")]
    TooLarge(PathBuf),
    /// It is another one than was approved.
    #[error("plugin library `{0}` changed after it was approved")]
    Changed(PathBuf),
    /// The sealed copy cannot be made.
    #[error("cannot make a sealed copy of `{path}`")]
    Seal {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
}

impl Library {
    /// Looks through the folders in order and measures the first that holds the plugin.
    ///
    /// # Errors
    /// When none holds it or it cannot be read.
    pub fn find(name: &PluginName, folders: &[PathBuf]) -> Result<Self, LibraryError> {
        let candidates = folders.iter().map(|folder| folder.join(format!("{name}.so")));
        let Some(path) = candidates.into_iter().find(|path| path.is_file()) else {
            let searched: Vec<_> = folders.iter().map(|folder| format!("`{}`", folder.display())).collect();
            return Err(LibraryError::NotFound { name: name.clone(), searched: searched.join(", ") });
        };
        Self::measure(&path)
    }

    /// Measures one file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn measure(path: &Path) -> Result<Self, LibraryError> {
        let digest = copy(path, &mut std::io::sink())?;
        Ok(Self { path: path.to_owned(), digest })
    }

    /// Copies the library into memory that nobody can change any more, and checks that it is what was measured.
    ///
    /// # Errors
    /// When it changed, or the kernel refuses the copy.
    pub(crate) fn seal(&self) -> Result<OwnedFd, LibraryError> {
        let fail = |source: std::io::Error| LibraryError::Seal { path: self.path.clone(), source };
        let mut file = File::from(memory_file().map_err(|error| fail(error.into()))?);
        if copy(&self.path, &mut file)? != self.digest {
            return Err(LibraryError::Changed(self.path.clone()));
        }
        file.rewind().map_err(fail)?;
        let seals = SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL;
        seal_patiently(&file, seals).map_err(|error| fail(error.into()))?;
        Ok(file.into())
    }
}

/// The folders of the plugins, and what was found there: each library is measured once, however many collectors use it.
#[derive(Debug)]
pub struct Libraries {
    folders: Vec<PathBuf>,
    measured: RefCell<BTreeMap<PluginName, Result<Library, String>>>,
}

impl Libraries {
    /// Looks in these folders, in their order.
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders, measured: RefCell::default() }
    }

    /// The library of a plugin, or one sentence why there is none.
    pub(crate) fn find(&self, name: &PluginName) -> Result<Library, String> {
        let mut measured = self.measured.borrow_mut();
        let find = || Library::find(name, &self.folders).map_err(|error| error.to_string());
        measured.entry(name.clone()).or_insert_with(find).clone()
    }
}

/// The sealed libraries of one run: collectors that share a plugin share its copy.
#[derive(Debug, Default)]
pub(crate) struct SealedLibraries {
    by_digest: Mutex<HashMap<String, Arc<OwnedFd>>>,
}

impl SealedLibraries {
    /// The sealed copy of a library, made when it is asked for first.
    ///
    /// # Errors
    /// As [`Library::seal`].
    pub(crate) fn get(&self, library: &Library) -> Result<Arc<OwnedFd>, LibraryError> {
        let mut by_digest = self.by_digest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sealed) = by_digest.get(&library.digest) {
            return Ok(Arc::clone(sealed));
        }
        let sealed = Arc::new(library.seal()?);
        by_digest.insert(library.digest.clone(), Arc::clone(&sealed));
        Ok(sealed)
    }
}

/// The kernel refuses with `EBUSY` while it holds a page of the file itself, as when it moves memory about.
fn seal_patiently(file: &File, seals: SealFlags) -> rustix::io::Result<()> {
    let mut pause = Duration::from_millis(1);
    for _ in 0..SEAL_TRIES {
        match rustix::fs::fcntl_add_seals(file, seals) {
            Err(rustix::io::Errno::BUSY) => std::thread::sleep(pause),
            other => return other,
        }
        pause *= 2;
    }
    rustix::fs::fcntl_add_seals(file, seals)
}

/// `MFD_EXEC` says that the file is to be executable; kernels before 6.3 do not know the flag and always do it.
fn memory_file() -> rustix::io::Result<OwnedFd> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let with_exec = MemfdFlags::from_bits_retain(flags.bits() | libc::MFD_EXEC);
    match rustix::fs::memfd_create("candor-plugin", with_exec) {
        Err(rustix::io::Errno::INVAL) => rustix::fs::memfd_create("candor-plugin", flags),
        other => other,
    }
}

fn copy(path: &Path, target: &mut impl Write) -> Result<String, LibraryError> {
    let fail = |source| LibraryError::Read { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(fail)?.take(LIBRARY_MAX_BYTES + 1);
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 128 << 10];
    let mut total = 0;
    loop {
        let count = file.read(&mut buffer).map_err(fail)?;
        if count == 0 {
            break;
        }
        total += count as u64;
        hash.update(&buffer[..count]);
        target.write_all(&buffer[..count]).map_err(fail)?;
    }
    if total > LIBRARY_MAX_BYTES {
        return Err(LibraryError::TooLarge(path.to_owned()));
    }
    Ok(hex(&hash.finalize()))
}

/// Lowercase hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
