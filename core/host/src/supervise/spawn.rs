//! The process of a worker.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use candor_sandbox::UserNamespace;
use rustix::process::{Pid, PidfdFlags};

use crate::descendants::{Ended, KnownChild, end_all};
use crate::worker::{LIBRARY_FD, SOCKET_FD, WORKER_ARGUMENT};

/// The only environment of workers and commands: nothing of the user's leaks in.
pub(crate) const ENVIRONMENT: [(&str, &str); 2] =
    [("LC_ALL", "C.UTF-8"), ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")];

/// How long an exit status is waited for after the connection closed.
const EXIT_PATIENCE: Duration = Duration::from_millis(500);

/// A running worker. Dropped, it is killed with all that it started.
pub(crate) struct Worker {
    child: Child,
    _known: KnownChild,
    pidfd: OwnedFd,
    ended: Option<Ended>,
}

impl Worker {
    /// Starts the program at `program` as a worker and returns it with the host's end of the socket and its stderr.
    pub(crate) fn spawn(
        program: &Path,
        library: BorrowedFd<'_>,
        user_namespace: bool,
    ) -> io::Result<(Self, UnixStream, ChildStderr)> {
        let (ours, theirs) = UnixStream::pair()?;
        widen(&theirs);
        let mut command = Command::new(program);
        command.arg0("candor").arg(WORKER_ARGUMENT).env_clear().envs(ENVIRONMENT).current_dir("/");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        hand_down(&mut command, theirs.as_raw_fd(), library.as_raw_fd());
        if user_namespace {
            enter_user_namespace(&mut command);
        }
        let (mut child, known) = KnownChild::spawn(&mut command)?;
        drop(theirs);
        let stderr = child.stderr.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let pid = Pid::from_raw(child.id().cast_signed()).ok_or(io::ErrorKind::NotFound)?;
        let pidfd = rustix::process::pidfd_open(pid, PidfdFlags::empty())?;
        ours.set_nonblocking(true)?;
        Ok((Self { child, _known: known, pidfd, ended: None }, ours, stderr))
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A descriptor that is readable once the process has ended.
    pub(crate) fn pidfd(&self) -> io::Result<OwnedFd> {
        self.pidfd.try_clone()
    }

    /// How it ended by itself, if it does so at once.
    pub(crate) fn exit_status(&mut self) -> Option<ExitStatus> {
        let deadline = Instant::now() + EXIT_PATIENCE;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_micros(200)),
                _ => return None,
            }
        }
    }

    /// Ends it and everything that it started; once is enough.
    pub(crate) fn end(&mut self) -> Ended {
        *self.ended.get_or_insert_with(|| end_all(&mut self.child))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

/// Lets a worker run ahead while the host redacts and writes. A wish: without privileges the system's own bound holds.
fn widen(socket: &UnixStream) {
    let bytes: libc::c_int = 4 << 20;
    let length = libc::socklen_t::try_from(size_of::<libc::c_int>()).unwrap_or(4);
    for option in [libc::SO_SNDBUFFORCE, libc::SO_SNDBUF] {
        // SAFETY: the option's value is one `c_int`, which lives until the call returns.
        let result = unsafe {
            libc::setsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, option, (&raw const bytes).cast(), length)
        };
        if result == 0 {
            return;
        }
    }
}

/// Puts the two descriptors where the worker expects them, in a session of its own that dies with the host.
fn hand_down(command: &mut Command, socket: RawFd, library: RawFd) {
    let act = move || {
        // SAFETY: between fork and exec only async-signal-safe calls are made: setsid, prctl, fcntl and dup2.
        unsafe {
            libc::setsid();
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
            // Copied out of the way first: one of the two may already sit at a number that is to be overwritten.
            let high_socket = libc::fcntl(socket, libc::F_DUPFD, 64);
            let high_library = libc::fcntl(library, libc::F_DUPFD, 64);
            if high_socket < 0 || high_library < 0 {
                return Err(io::Error::last_os_error());
            }
            if libc::dup2(high_socket, SOCKET_FD) < 0 || libc::dup2(high_library, LIBRARY_FD) < 0 {
                return Err(io::Error::last_os_error());
            }
            libc::close(high_socket);
            libc::close(high_library);
        }
        Ok(())
    };
    // SAFETY: see above.
    unsafe { command.pre_exec(act) };
}

/// Lets the process begin in a user namespace of its own: before exec, so that the host, to which the namespace belongs,
/// may look into the process afterwards.
pub(crate) fn enter_user_namespace(command: &mut Command) {
    let namespace = UserNamespace::prepare();
    let act = move || namespace.enter();
    // SAFETY: `enter` makes only async-signal-safe calls, with buffers that were prepared before.
    unsafe { command.pre_exec(act) };
}

/// The program that is running, which is also the worker's.
pub(crate) fn own_program() -> PathBuf {
    // The link itself, not where it leads: it stays right when the file is replaced by an update.
    PathBuf::from("/proc/self/exe")
}
