//! Takes each call of a confined process and sees to it that it is answered.

use std::os::fd::{AsFd, OwnedFd, RawFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use super::call::Call;
use super::connections::Connections;
use super::find::Finder;
use super::listener::{Listener, Notification};
use super::memory;
use super::process::Process;
use super::sockets::Sockets;
use super::tally::Tally;

/// Answers one process. It owns the listener: when it ends, however it ends, the listener closes and the kernel refuses
/// the process every further call.
pub(super) struct Supervisor {
    pub(super) listener: Arc<Listener>,
    pub(super) process: Arc<Process>,
    pub(super) finder: Finder,
    pub(super) connections: Connections,
    /// Whether every mounted file system may be asked about.
    pub(super) file_systems: bool,
    /// The sockets that it makes.
    pub(super) sockets: Sockets,
    /// What the process finds at `/proc/self/fd/N` of this number.
    pub(super) library: Option<(RawFd, OwnedFd)>,
    pub(super) tally: SharedTally,
    /// Readable when answering is to end.
    pub(super) stop: Arc<OwnedFd>,
}

/// A tally that the gate reads when its thread hangs.
#[derive(Debug, Clone)]
pub(super) struct SharedTally(Arc<Mutex<Tally>>);

impl SharedTally {
    /// Shares it.
    pub(super) fn new(tally: Tally) -> Self {
        Self(Arc::new(Mutex::new(tally)))
    }

    /// Counts in it.
    pub(super) fn lock(&self) -> MutexGuard<'_, Tally> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a call is answered with.
pub(super) enum Answer {
    /// This value.
    Value(i64),
    /// A new descriptor.
    Descriptor { file: OwnedFd, close_on_exec: bool },
    /// Another thread answers.
    Later,
}

/// Why a call has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It fails with this error.
    Error(Errno),
    /// It waits no more.
    Gone,
}

impl From<Errno> for Refusal {
    fn from(error: Errno) -> Self {
        Self::Error(error)
    }
}

/// One waiting call.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) id: u64,
    pub(super) thread: u32,
    listener: &'a Listener,
    process: &'a Process,
}

impl Request<'_> {
    /// The path at this address, copied once.
    pub(super) fn path(&self, address: u64) -> Result<Vec<u8>, Refusal> {
        let path = memory::read_path(self.process.pid(), address);
        self.check()?;
        Ok(path?)
    }

    /// Bytes from this address, copied once.
    pub(super) fn bytes(&self, address: u64, buffer: &mut [u8]) -> Result<(), Refusal> {
        let read = memory::read(self.process.pid(), address, buffer);
        self.check()?;
        Ok(read?)
    }

    /// Hands a result over.
    pub(super) fn write(&self, address: u64, bytes: &[u8]) -> Result<(), Refusal> {
        self.check()?;
        Ok(memory::write(self.process.pid(), address, bytes)?)
    }

    /// A copy of its descriptor of this number.
    pub(super) fn descriptor(&self, number: RawFd) -> Result<OwnedFd, Refusal> {
        let descriptor = self.process.descriptor(number);
        self.check()?;
        Ok(descriptor?)
    }

    /// Whether it still waits; then what was taken from the process was taken from the one that asks.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        self.listener.check(self.id).map_err(|_| Refusal::Gone)
    }
}

impl Supervisor {
    /// Answers until the process is over or it is told to stop. False when it could not go on.
    pub(super) fn run(mut self) -> bool {
        loop {
            match self.wait() {
                Ok(true) => {}
                Ok(false) => return true,
                Err(_) => return false,
            }
            match self.listener.receive() {
                Ok(notification) => self.answer(&notification),
                Err(Errno::NOENT | Errno::INTR | Errno::AGAIN) => {}
                Err(_) => return false,
            }
        }
    }

    /// Waits for a call. False when there will be none.
    fn wait(&self) -> Result<bool, Errno> {
        loop {
            let mut waits =
                [PollFd::new(&self.listener, PollFlags::IN), PollFd::new(&self.stop, PollFlags::IN)];
            match poll(&mut waits, None) {
                Ok(_) => {}
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error),
            }
            let [listener, stop] = waits.map(|wait| wait.revents());
            if !stop.is_empty() {
                return Ok(false);
            }
            if listener.contains(PollFlags::IN) {
                return Ok(true);
            }
            if !listener.is_empty() {
                return Ok(false);
            }
        }
    }

    /// Whether answering is to end, for work that takes long.
    pub(super) fn is_stopped(&self) -> bool {
        let mut wait = [PollFd::from_borrowed_fd(self.stop.as_fd(), PollFlags::IN)];
        poll(&mut wait, Some(&rustix::event::Timespec { tv_sec: 0, tv_nsec: 0 })).is_ok_and(|ready| ready > 0)
    }

    fn answer(&mut self, notification: &Notification) {
        let id = notification.id;
        let (listener, process) = (Arc::clone(&self.listener), Arc::clone(&self.process));
        let request = Request { id, thread: notification.thread, listener: &listener, process: &process };
        if !process.has_thread(notification.thread) {
            return listener.send(id, Err(Errno::PERM));
        }
        let answer = match Call::of(notification) {
            Some(call) => self.carry_out(request, call),
            None => Err(Errno::NOSYS.into()),
        };
        match answer {
            Ok(Answer::Value(value)) => listener.send(id, Ok(value)),
            Ok(Answer::Descriptor { file, close_on_exec }) => {
                if let Err(error) = listener.send_descriptor(id, file.as_fd(), close_on_exec) {
                    listener.send(id, Err(error));
                }
            }
            Ok(Answer::Later) | Err(Refusal::Gone) => {}
            Err(Refusal::Error(error)) => listener.send(id, Err(error)),
        }
    }

    fn carry_out(&mut self, request: Request<'_>, call: Call) -> Result<Answer, Refusal> {
        match call {
            Call::Open { place, flags } => self.open(request, place, flags),
            Call::Status { place, flags, result } => self.status(request, place, flags, result),
            Call::ExtendedStatus { place, flags, mask, result } => {
                self.extended_status(request, place, flags, mask, result)
            }
            Call::Access { place, flags, mode } => self.access(request, place, flags, mode),
            Call::ReadLink { place, result, size } => self.read_link(request, place, result, size),
            Call::FileSystem { place, result } => self.file_system(request, place, result),
            Call::List { folder, result, size } => self.list(request, folder, result, size),
            Call::Socket { domain, kind, protocol } => self.socket(domain, kind, protocol),
            Call::Connect { socket, address, length } => self.connect(request, socket, address, length),
        }
    }
}
