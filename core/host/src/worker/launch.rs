//! The launcher: this same program started again by the host, which confines itself and becomes a brokered command.
//!
//! No foreign code is in it before it executes the command's program, and then nothing of it is left but the confinement.

use std::ffi::{CString, c_char};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;

use candor_sandbox::Policy;
use serde::{Deserialize, Serialize};

use super::{SOCKET_FD, WorkerError, take_socket};
use crate::frame::{FrameReader, Kind, header};
use crate::supervise::ENVIRONMENT;

/// The argument after [`super::WORKER_ARGUMENT`] with which the host starts the program as a launcher.
pub(crate) const LAUNCH_ARGUMENT: &str = "launch";

/// What the host tells first.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LaunchStart {
    /// What the command may do.
    pub(crate) policy: Policy,
    /// The program and its arguments.
    pub(crate) argv: Vec<String>,
}

/// What the launcher tells when it could not become the command. That it became it is told by the end of the connection.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NotExecuted {
    /// What execve(2) answered.
    pub(crate) errno: i32,
}

/// True when the program was started as a launcher, seen that it was started as a worker.
pub(super) fn is_asked_for() -> bool {
    std::env::args_os().nth(2).is_some_and(|argument| argument == LAUNCH_ARGUMENT)
}

/// Confines itself and becomes the command. Returns only when that failed.
pub(super) fn run() -> Result<(), WorkerError> {
    let socket = take_socket(&[SOCKET_FD]).ok_or(WorkerError::NotStartedByHost)?;
    // Read with read(2): a filter without network refuses recv(2).
    let mut socket = File::from(OwnedFd::from(socket));
    let mut frames = FrameReader::new();
    let start = next(&mut frames, &mut socket, Kind::Start)?;
    let start: LaunchStart = serde_json::from_slice(&start).map_err(|_| WorkerError::HostGone)?;
    let execution = Execution::prepare(&start.argv).ok_or(WorkerError::HostGone)?;
    make_ready_for_another_program();
    let confined = candor_sandbox::confine(&start.policy, &[SOCKET_FD]);
    send(&mut socket, Kind::Confined, &confined)?;
    next(&mut frames, &mut socket, Kind::Go)?;
    if let Some(listener) = confined.listener {
        // SAFETY: the host has its own copy, and nothing else in this process uses the number. With this copy left
        // open, the command could answer its own system calls.
        unsafe { libc::close(listener) };
    }
    let errno = execution.run();
    send(&mut socket, Kind::Failed, &NotExecuted { errno })
}

fn next(frames: &mut FrameReader, socket: &mut File, kind: Kind) -> Result<Vec<u8>, WorkerError> {
    match frames.next(socket) {
        Ok(Some(frame)) if frame.kind == kind => Ok(frame.payload),
        _ => Err(WorkerError::HostGone),
    }
}

fn send(socket: &mut File, kind: Kind, document: &impl Serialize) -> Result<(), WorkerError> {
    let payload = serde_json::to_vec(document).map_err(|_| WorkerError::HostGone)?;
    let frame = [&header(kind, payload.len())[..], &payload].concat();
    socket.write_all(&frame).map_err(|_| WorkerError::HostGone)
}

/// Undoes what this program's runtime did to the process and what a program would inherit.
fn make_ready_for_another_program() {
    // SAFETY: both calls only change this process; the descriptor is open and the signal may be set to its default.
    unsafe {
        libc::fcntl(SOCKET_FD, libc::F_SETFD, libc::FD_CLOEXEC);
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
    }
}

/// The arguments of execve(2), made while memory can still be had.
struct Execution {
    arguments: Vec<CString>,
    environment: Vec<CString>,
}

impl Execution {
    /// None where a text holds a NUL or there is no program.
    fn prepare(argv: &[String]) -> Option<Self> {
        let arguments: Vec<_> =
            argv.iter().map(|text| CString::new(text.as_str()).ok()).collect::<Option<_>>()?;
        let environment = ENVIRONMENT
            .iter()
            .map(|(name, value)| CString::new(format!("{name}={value}")).ok())
            .collect::<Option<_>>()?;
        (!arguments.is_empty()).then_some(Self { arguments, environment })
    }

    /// Executes it, or says why not.
    fn run(&self) -> i32 {
        let arguments = pointers(&self.arguments);
        let environment = pointers(&self.environment);
        // SAFETY: both lists end with a null pointer, and they and their texts live until the call returns.
        unsafe { libc::execve(arguments[0], arguments.as_ptr(), environment.as_ptr()) };
        io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO)
    }
}

fn pointers(texts: &[CString]) -> Vec<*const c_char> {
    texts.iter().map(|text| text.as_ptr()).chain([std::ptr::null()]).collect()
}
