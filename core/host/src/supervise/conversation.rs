//! Listening to a worker without ever waiting for it longer than allowed.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::ChildStderr;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::frame::{Kind, Source, header};
use crate::stop::{Stop, StopReason};

/// Reads between two looks at the worker's stderr while its socket never runs dry.
const READS_BETWEEN_LOOKS: u32 = 64;
/// Bytes of stderr that are kept for the report: the end, where the reason usually is.
const STDERR_KEPT: usize = 4096;

/// Why listening ended before the worker had finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interrupt {
    /// Its time is over.
    Deadline,
    /// It wrote more to stderr than it may.
    StderrBudget,
    /// The run is being stopped.
    Stopped(StopReason),
    /// The process ended while something else still holds its connection.
    Exited,
}

impl std::fmt::Display for Interrupt {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{self:?}")
    }
}

impl std::error::Error for Interrupt {}

/// The host's end of the connection to one worker.
pub(crate) struct Conversation<'a> {
    socket: UnixStream,
    stderr: Option<ChildStderr>,
    stderr_left: u64,
    stderr_end: Vec<u8>,
    /// What stood before that end is gone.
    stderr_cut: bool,
    pidfd: OwnedFd,
    stop: &'a Stop,
    deadline: Instant,
    reads: u32,
    over: bool,
}

impl<'a> Conversation<'a> {
    pub(crate) fn new(
        socket: UnixStream,
        stderr: ChildStderr,
        stderr_budget: u64,
        pidfd: OwnedFd,
        stop: &'a Stop,
        deadline: Instant,
    ) -> Self {
        let stderr = rustix::io::ioctl_fionbio(&stderr, true).is_ok().then_some(stderr);
        Self {
            socket,
            stderr,
            stderr_left: stderr_budget,
            stderr_end: Vec::new(),
            stderr_cut: false,
            pidfd,
            stop,
            deadline,
            reads: 0,
            over: false,
        }
    }

    /// When the worker's time is over.
    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// From now on only what the worker had sent already is read; nothing is waited for. To be said once it is dead.
    pub(crate) fn worker_is_over(&mut self) {
        self.over = true;
    }

    /// The end of what it wrote to stderr, whole lines of it: half a line may be half a secret.
    pub(crate) fn stderr_end(&mut self) -> String {
        // What it wrote just before it ended is still in the pipe.
        let _ = self.drain_stderr();
        let end = std::mem::take(&mut self.stderr_end);
        let end = String::from_utf8_lossy(&end);
        match end.split_once('\n') {
            Some((_, whole)) if self.stderr_cut => whole.to_owned(),
            None if self.stderr_cut => String::new(),
            _ => end.into_owned(),
        }
    }

    /// Sends everything, or learns that the worker is gone or does not listen.
    fn send(&mut self, mut data: &[u8]) -> io::Result<()> {
        while !data.is_empty() {
            match self.socket.write(data) {
                Ok(count) => data = &data[count..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.wait(PollFlags::OUT)?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Sends one frame, as [`Conversation::send`] sends bytes.
    pub(crate) fn send_frame(&mut self, kind: Kind, payload: &[u8]) -> io::Result<()> {
        self.send(&header(kind, payload.len()))?;
        self.send(payload)
    }

    fn check(&mut self) -> io::Result<()> {
        if let Some(reason) = self.stop.requested() {
            return Err(io::Error::other(Interrupt::Stopped(reason)));
        }
        if Instant::now() >= self.deadline {
            return Err(io::Error::other(Interrupt::Deadline));
        }
        self.drain_stderr()
    }

    fn wait(&mut self, direction: PollFlags) -> io::Result<()> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let mut watched = vec![
            PollFd::from_borrowed_fd(self.socket.as_fd(), direction),
            PollFd::from_borrowed_fd(self.pidfd.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(self.stop.descriptor(), PollFlags::IN),
        ];
        if let Some(stderr) = &self.stderr {
            watched.push(PollFd::from_borrowed_fd(stderr.as_fd(), PollFlags::IN));
        }
        match poll(&mut watched, Some(&timespec(left))) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let only_exited = watched[0].revents().is_empty() && !watched[1].revents().is_empty();
        self.check()?;
        if only_exited { Err(io::Error::other(Interrupt::Exited)) } else { Ok(()) }
    }

    fn drain_stderr(&mut self) -> io::Result<()> {
        let Some(stderr) = &mut self.stderr else {
            return Ok(());
        };
        let mut buffer = [0; 4096];
        loop {
            match stderr.read(&mut buffer) {
                Ok(0) => {
                    self.stderr = None;
                    return Ok(());
                }
                Ok(count) => {
                    self.stderr_end.extend_from_slice(&buffer[..count]);
                    let surplus = self.stderr_end.len().saturating_sub(STDERR_KEPT);
                    self.stderr_end.drain(..surplus);
                    self.stderr_cut |= surplus > 0;
                    self.stderr_left = self.stderr_left.saturating_sub(count as u64);
                    if self.stderr_left == 0 {
                        return Err(io::Error::other(Interrupt::StderrBudget));
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }
}

impl Conversation<'_> {
    /// Tries until there is something, the end, or a reason to stop waiting.
    fn patiently(
        &mut self,
        mut read: impl FnMut(&UnixStream) -> rustix::io::Result<usize>,
    ) -> io::Result<usize> {
        self.reads = self.reads.wrapping_add(1);
        if !self.over && self.reads.is_multiple_of(READS_BETWEEN_LOOKS) {
            self.check()?;
        }
        loop {
            match read(&self.socket) {
                Err(rustix::io::Errno::AGAIN) if self.over => return Ok(0),
                Err(rustix::io::Errno::AGAIN) => self.wait(PollFlags::IN)?,
                Err(rustix::io::Errno::CONNRESET) => return Ok(0),
                other => return other.map_err(io::Error::from),
            }
        }
    }
}

impl Source for Conversation<'_> {
    fn fill(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.patiently(|socket| rustix::io::read(socket, &mut *buffer))
    }

    fn append(&mut self, buffer: &mut Vec<u8>, most: usize) -> io::Result<usize> {
        let start = buffer.len();
        buffer.reserve(most);
        let count = self.patiently(|socket| {
            let room = &mut buffer.spare_capacity_mut()[..most];
            rustix::io::read(socket, room).map(|(filled, _)| filled.len())
        })?;
        // SAFETY: `reserve` made the room, and the kernel has filled the first `count` bytes of it.
        unsafe { buffer.set_len(start + count) };
        Ok(count)
    }
}

/// A duration for poll(2).
pub(crate) fn timespec(duration: Duration) -> Timespec {
    let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    Timespec { tv_sec: seconds, tv_nsec: duration.subsec_nanos().into() }
}
