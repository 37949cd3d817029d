//! Looks at a plugin library, in a worker like any other: the host itself never loads one.

use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use candor_contract::document::Failure;
use candor_sandbox::Machine;

use crate::frame::{FrameReader, Kind};
use crate::library::{Library, LibraryError};
use crate::stop::Stop;
use crate::supervise::{Conversation, Gatekeeper, Worker};
use crate::worker::{Loaded, Start};

/// Time that loading may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Address space for loading.
const MEMORY_BYTES: u64 = 512 << 20;
/// Bytes that it may print meanwhile.
const STDERR_BYTES: u64 = 1 << 20;

/// What a library says of itself.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PluginDescription {
    /// Its name.
    pub name: String,
    /// The revision of the plugin interface that it speaks.
    pub abi_revision: u32,
    /// SHA-256 of the file, in hex.
    pub digest: String,
}

/// Why a file is no plugin for this host.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The file cannot be read.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// No worker could be started.
    #[error("cannot start a worker to look at `{path}`")]
    Worker {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// It was loaded or not, but it is no plugin.
    #[error("cannot load plugin `{path}`")]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Failure,
    },
}

/// Loads the library in a worker and returns what it says of itself.
///
/// # Errors
/// When it is not readable, no library, no plugin, or of another revision: one readable sentence each.
pub fn check_plugin(
    path: &Path,
    program: Option<&Path>,
    machine: &Machine,
) -> Result<PluginDescription, CheckError> {
    let library = Library::measure(path)?;
    let failed = |source| CheckError::Worker { path: path.to_owned(), source };
    let sealed = library.seal()?;
    let policy = candor_sandbox::derive_check(machine, MEMORY_BYTES);
    let program = program.map_or_else(|| PathBuf::from("/proc/self/exe"), Path::to_owned);
    let (worker, socket, stderr) =
        Worker::spawn(&program, sealed.as_fd(), policy.user_namespace).map_err(failed)?;
    let stop = Stop::new().map_err(failed)?;
    let deadline = Instant::now() + PATIENCE;
    let mut conversation =
        Conversation::new(socket, stderr, STDERR_BYTES, worker.pidfd().map_err(failed)?, &stop, deadline);
    let mut gatekeeper = Gatekeeper {
        policy: policy.clone(),
        library: Some(Arc::new(sealed)),
        pidfd: worker.pidfd().map_err(failed)?,
        pid: worker.pid(),
        gate: None,
    };
    let start = Start { request: None, policy, output_bytes: 0 };
    let payload = serde_json::to_vec(&start).map_err(|error| failed(error.into()))?;
    conversation.send_frame(Kind::Start, &payload).map_err(failed)?;
    let loaded = listen(&mut conversation, &mut gatekeeper)
        .map_err(|source| CheckError::Refused { path: path.to_owned(), source })?;
    Ok(PluginDescription { name: loaded.name, abi_revision: loaded.abi_revision, digest: library.digest })
}

fn listen(conversation: &mut Conversation<'_>, gatekeeper: &mut Gatekeeper) -> Result<Loaded, Failure> {
    let unreadable = || Failure::new("load", "it gave no readable answer");
    let refused = |error: &dyn std::error::Error| Failure::new("load", error.to_string());
    let ended = || Failure::new("load", "its process ended or hung while it was loaded");
    let mut frames = FrameReader::new();
    let mut next =
        |conversation: &mut Conversation<'_>| frames.next(conversation).ok().flatten().ok_or_else(ended);
    // Said once, before anything of the library is in the worker.
    let first = next(conversation)?;
    let confined = serde_json::from_slice(&first.payload).ok().filter(|_| first.kind == Kind::Confined);
    gatekeeper.open(&confined.ok_or_else(unreadable)?).map_err(|error| refused(&error))?;
    conversation.send_frame(Kind::Go, b"").map_err(|error| refused(&error))?;
    let frame = next(conversation)?;
    match frame.kind {
        Kind::Loaded => serde_json::from_slice(&frame.payload).map_err(|_| unreadable()),
        Kind::Failed => Err(serde_json::from_slice(&frame.payload).unwrap_or_else(|_| unreadable())),
        _ => Err(unreadable()),
    }
}
