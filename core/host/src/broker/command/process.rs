//! The process of a command: this program as a launcher, which confines itself and becomes the command.

use std::io::{self, Write};
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use candor_redact::Engine;
use candor_sandbox::{Confined, GateError, Policy};
use rustix::process::{Pid, PidfdFlags};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::output::{self, Gathered};
use crate::descendants::{KnownChild, end_all};
use crate::frame::{FrameError, FrameReader, Kind, header};
use crate::stop::Stop;
use crate::supervise::{ENVIRONMENT, Gatekeeper, enter_user_namespace};
use crate::worker::launch::LAUNCH_ARGUMENT;
use crate::worker::{SOCKET_FD, WORKER_ARGUMENT};

/// A launcher or the command that it became. Dropped, it is killed with all that it started.
pub(super) struct Process {
    child: Child,
    _known: KnownChild,
    gatekeeper: Gatekeeper,
}

impl Process {
    /// Starts the program as a launcher and returns it with the host's end of its socket.
    pub(super) fn spawn(
        program: &Path,
        policy: &Policy,
        deadline: Instant,
    ) -> io::Result<(Self, Conversation)> {
        let (ours, theirs) = UnixStream::pair()?;
        let mut command = Command::new(program);
        command.arg0("candor").args([WORKER_ARGUMENT, LAUNCH_ARGUMENT]);
        command.env_clear().envs(ENVIRONMENT).current_dir("/");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        hand_down(&mut command, theirs.as_raw_fd());
        if policy.user_namespace {
            enter_user_namespace(&mut command);
        }
        let (child, known) = KnownChild::spawn(&mut command)?;
        drop(theirs);
        let pid = Pid::from_raw(child.id().cast_signed()).ok_or(io::ErrorKind::NotFound)?;
        let pidfd = rustix::process::pidfd_open(pid, PidfdFlags::empty())?;
        let gatekeeper =
            Gatekeeper { policy: policy.clone(), library: None, pidfd, pid: child.id(), gate: None };
        let process = Self { child, _known: known, gatekeeper };
        Ok((process, Conversation { socket: ours, frames: FrameReader::new(), deadline }))
    }

    /// Opens the gate where the launcher waits for one.
    pub(super) fn open_gate(&mut self, confined: &Confined) -> Result<(), GateError> {
        self.gatekeeper.open(confined)
    }

    /// Closes the gate and tells what was asked, for the report.
    pub(super) fn close_gate(&mut self, engine: &Arc<Engine>) -> Option<serde_json::Value> {
        self.gatekeeper.close(engine)
    }

    /// Takes what it prints.
    pub(super) fn gather(&mut self, most: u64, stop: &Stop, deadline: Instant) -> Gathered {
        output::gather(&mut self.child, self.gatekeeper.pidfd.as_fd(), most, stop, deadline)
    }

    /// How it ended.
    pub(super) fn wait(&mut self) -> Option<ExitStatus> {
        self.child.wait().ok()
    }

    /// Ends it and everything that it started.
    pub(super) fn end(&mut self) {
        end_all(&mut self.child);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Puts the socket where the launcher expects it, in a session of its own that dies with the host.
fn hand_down(command: &mut Command, socket: RawFd) {
    let act = move || {
        // SAFETY: between fork and exec only async-signal-safe calls are made: setsid, prctl, fcntl and dup2.
        unsafe {
            libc::setsid();
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
            // Where the socket has that number already, dup2 would leave it to be closed by exec.
            let placed = if socket == SOCKET_FD {
                libc::fcntl(socket, libc::F_SETFD, 0)
            } else {
                libc::dup2(socket, SOCKET_FD)
            };
            if placed < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
        }
    };
    // SAFETY: see above.
    unsafe { command.pre_exec(act) };
}

/// The host's end of the connection to a launcher. No foreign code is in it as long as the connection lasts.
pub(super) struct Conversation {
    socket: UnixStream,
    frames: FrameReader,
    deadline: Instant,
}

impl Conversation {
    /// Sends one frame.
    pub(super) fn send(&mut self, kind: Kind, document: &impl Serialize) -> io::Result<()> {
        let payload = serde_json::to_vec(document)?;
        self.socket.set_write_timeout(Some(self.left()?))?;
        self.socket.write_all(&[&header(kind, payload.len())[..], &payload].concat())
    }

    /// The next frame, which is of this kind, or None once the other end is closed.
    pub(super) fn hear<T: DeserializeOwned>(&mut self, kind: Kind) -> io::Result<Option<T>> {
        self.socket.set_read_timeout(Some(self.left()?))?;
        match self.frames.next(&mut self.socket) {
            Ok(None) => Ok(None),
            Ok(Some(frame)) if frame.kind == kind => Ok(Some(serde_json::from_slice(&frame.payload)?)),
            Ok(Some(_)) => Err(io::Error::other("it sent another frame than it should")),
            Err(FrameError::Io(error)) => Err(error),
            Err(FrameError::Bad(error)) => Err(io::Error::other(error)),
        }
    }

    fn left(&self) -> io::Result<Duration> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}
