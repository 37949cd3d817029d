//! The gate as its host holds it.

use std::os::fd::{BorrowedFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::event::{EventfdFlags, eventfd};
use rustix::io::Errno;

use super::aliases::Aliases;
use super::connections::Connections;
use super::find::Finder;
use super::listener::Listener;
use super::memory;
use super::own::OwnProcess;
use super::process::{OwnDescriptors, Process, ReadBytes};
use super::rules::Rules;
use super::sockets::Sockets;
use super::supervisor::{SharedTally, Supervisor};
use super::tally::Tally;
use crate::{AccessReceipt, GateError, Policy};

/// Answers the system calls of one confined process on a thread of its own.
///
/// Whatever becomes of it, the process gains nothing: when the gate is dropped, or its thread ends, the kernel refuses
/// every further call with `ENOSYS`.
#[derive(Debug)]
pub struct Gate {
    tally: SharedTally,
    read_bytes: Option<ReadBytes>,
    stop: Arc<OwnedFd>,
    /// Tells whether the thread ended as it should; hangs up where it panicked.
    ended: Receiver<bool>,
}

impl Gate {
    /// Takes the listener out of the process and starts answering. `library` is what the process finds at
    /// `/proc/self/fd/N` of the number given with it.
    ///
    /// The process must not be waited for before the gate is closed: its id would mean another.
    ///
    /// # Errors
    /// When the process is gone, gives something else for its listener, or may not be looked into.
    pub fn open(
        process: BorrowedFd<'_>,
        pid: u32,
        listener: RawFd,
        policy: &Policy,
        library: Option<(RawFd, OwnedFd)>,
    ) -> Result<Self, GateError> {
        let take_over = |error: Errno| GateError::TakeOver(error.into());
        let process = Process::new(pid, process).map_err(take_over)?;
        let listener = process.descriptor(listener).and_then(Listener::new).map_err(take_over)?;
        memory::check_access(process.pid()).map_err(|error| GateError::LookInto(error.into()))?;
        let rules = Rules::new(policy, OwnProcess::new(pid, std::process::id()));
        let tally = SharedTally::new(Tally::new(&policy.reads));
        let read_bytes = ReadBytes::from_now(process.pid());
        let stop = Arc::new(eventfd(0, EventfdFlags::CLOEXEC).map_err(take_over)?);
        let supervisor = Supervisor {
            listener: Arc::new(listener),
            process: Arc::new(process),
            finder: Finder {
                rules,
                aliases: Aliases::default(),
                descriptors: OwnDescriptors::open().map_err(take_over)?,
            },
            connections: Connections::new(policy, tally.clone()),
            file_systems: policy.file_systems,
            sockets: Sockets::of(policy),
            library,
            tally: tally.clone(),
            stop: Arc::clone(&stop),
        };
        let (end, ended) = channel();
        let work = move || {
            let well = supervisor.run();
            // Nobody listens any more when the gate was dropped.
            let _ = end.send(well);
        };
        std::thread::Builder::new().name("candor-gate".to_owned()).spawn(work).map_err(GateError::Thread)?;
        Ok(Self { tally, read_bytes, stop, ended })
    }

    /// Stops answering and tells what was asked. The process should be over, and not yet waited for; a call that hangs
    /// in the host is not waited for longer than `patience`, and the receipt is then not complete.
    ///
    /// The bytes read are those since the gate was opened, from sockets and pipes too: whoever knows how many came
    /// through these subtracts them.
    pub fn close(self, patience: Duration) -> AccessReceipt {
        self.signal_stop();
        let complete = self.ended.recv_timeout(patience).unwrap_or(false);
        let bytes_read = self.read_bytes.as_ref().and_then(ReadBytes::so_far);
        self.tally.lock().receipt(complete, bytes_read)
    }

    fn signal_stop(&self) {
        // It can only fail when the counter is full, and then the thread was told before.
        let _ = rustix::io::write(&self.stop, &1_u64.to_ne_bytes());
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.signal_stop();
    }
}
