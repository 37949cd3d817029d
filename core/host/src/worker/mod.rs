//! The worker: this same program started again by the host, with one plugin in it.
//!
//! It confines itself, tells the host what holds, loads the library from the sealed memory file that the host handed
//! down, runs one collector and ends. It never returns to the program's `main`.

pub(crate) mod launch;
mod load;
mod port;

use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};

use abi_stable::std_types::RResult;
use candor_contract::abi_stable;
use candor_contract::document::{EXACT_READS, Failure, Request};
use candor_sandbox::{Measure, Policy};
use serde::{Deserialize, Serialize};

use crate::frame::{FrameReader, Kind};
use port::Port;

/// The argument with which the host starts the program as a worker.
pub const WORKER_ARGUMENT: &str = "worker";
/// Descriptor of the socket to the host.
pub(crate) const SOCKET_FD: RawFd = 3;
/// Descriptor of the sealed library.
pub(crate) const LIBRARY_FD: RawFd = 4;

/// What the host tells first.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Start {
    /// What to collect; `None` only loads and checks the library.
    pub(crate) request: Option<Request>,
    /// What the worker may do; it confines itself to that.
    pub(crate) policy: Policy,
    /// Bytes of artifacts, told early to an honest plugin; the host counts for itself.
    pub(crate) output_bytes: u64,
}

/// What the worker found in the library.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Loaded {
    /// The name that the plugin gives itself.
    pub(crate) name: String,
    /// The revision that it speaks.
    pub(crate) abi_revision: u32,
}

/// A plugin's call to the host.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Call {
    pub(crate) operation: String,
    pub(crate) body: serde_json::Value,
}

/// Runs as a worker and ends the process. To be called first in `main`, before any thread, argument parser or logger.
pub fn main() -> ! {
    let part = if launch::is_asked_for() { launch::run } else { run };
    let code = match part() {
        Ok(()) => 0,
        Err(WorkerError::NotStartedByHost) => {
            eprintln!("error: a worker is started by candor itself");
            2
        }
        Err(WorkerError::HostGone) => 1,
    };
    // SAFETY: ends the process at once. Destructors and exit handlers of the plugin are skipped on purpose: they are
    // the plugin's code, and the collector is over.
    unsafe { libc::_exit(code) }
}

enum WorkerError {
    NotStartedByHost,
    HostGone,
}

fn run() -> Result<(), WorkerError> {
    let mut socket = take_socket(&[SOCKET_FD, LIBRARY_FD]).ok_or(WorkerError::NotStartedByHost)?;
    let frame = FrameReader::new().next(&mut socket).ok().flatten().ok_or(WorkerError::HostGone)?;
    let mut start: Start = serde_json::from_slice(&frame.payload).map_err(|_| WorkerError::HostGone)?;
    let confined = candor_sandbox::confine(&start.policy, &[SOCKET_FD, LIBRARY_FD]);
    if let Some(request) = start.request.as_mut().filter(|_| confined.enforcement.holds(Measure::ExactReads))
    {
        request.features.push(EXACT_READS.to_owned());
    }
    let port = Port(Arc::new(Mutex::new(port::Connection::new(socket, start.output_bytes))));
    port.tell(Kind::Confined, &confined)?;
    port.wait_for_go()?;
    if let Some(listener) = confined.listener {
        // SAFETY: the host has its own copy, and nothing else in this process uses the number. With this copy left
        // open, the plugin could answer its own system calls.
        unsafe { libc::close(listener) };
    }
    match collect(&port, start) {
        Ok(response) => port.send(Kind::Done, &response),
        Err(failure) => port.tell(Kind::Failed, &failure),
    }
}

fn collect(port: &Port, start: Start) -> Result<Vec<u8>, Failure> {
    let module = load::load(LIBRARY_FD)?;
    let name = module.name().as_str().to_owned();
    let loaded = Loaded { name, abi_revision: module.abi_revision() };
    port.tell(Kind::Loaded, &loaded).map_err(|_| Failure::new("protocol", "the host is gone"))?;
    let Some(request) = start.request else {
        return Ok(b"{}".to_vec());
    };
    let request =
        serde_json::to_vec(&request).map_err(|error| Failure::new("protocol", error.to_string()))?;
    let mut collector = module.new()().into_result().map_err(|bytes| readable(&bytes))?;
    match collector.collect(request.as_slice().into(), port.clone().into_sink()) {
        RResult::ROk(response) => Ok(response.into()),
        RResult::RErr(failure) => Err(readable(&failure)),
    }
}

fn readable(bytes: &[u8]) -> Failure {
    serde_json::from_slice(bytes)
        .unwrap_or_else(|_| Failure::new("protocol", "the plugin gave no readable error"))
}

/// The socket to the host, where these descriptors were handed down.
fn take_socket(needed: &[RawFd]) -> Option<UnixStream> {
    // SAFETY: fcntl with F_GETFD only looks; a descriptor that is not open answers -1.
    let open = |fd: &RawFd| unsafe { libc::fcntl(*fd, libc::F_GETFD) } != -1;
    if !needed.iter().all(open) {
        return None;
    }
    // SAFETY: the host hands down this descriptor to nobody else in this process, and nothing else here owns it.
    let fd = unsafe { OwnedFd::from_raw_fd(SOCKET_FD) };
    let kind = rustix::net::sockopt::socket_type(&fd).ok();
    let socket = UnixStream::from(fd);
    if kind == Some(rustix::net::SocketType::STREAM) {
        Some(socket)
    } else {
        std::mem::forget(socket);
        None
    }
}
