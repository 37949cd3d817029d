//! Runs a declared command: exactly the manifest's arguments, a clean environment, a deadline and an output cap.

use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::time::Instant;

use candor_contract::document::{CommandResult, Failure};
use candor_manifest::Command;
use rustix::event::{PollFd, PollFlags, poll};

use super::redacted;
use crate::descendants::{KnownChild, end_all};
use crate::stop::Stop;
use crate::supervise::ENVIRONMENT;

/// Bytes of standard error that the report keeps.
const STDERR_KEPT: usize = 4096;

/// Runs it to its end, or to the end of its time.
pub(super) fn run(command: &Command, stop: &Stop, deadline: Instant) -> Result<CommandResult, Failure> {
    let Some((program, arguments)) = command.argv.split_first() else {
        return Err(Failure::new("undeclared", "the command has no program"));
    };
    if !Path::new(program).is_absolute() {
        return Err(Failure::new("undeclared", "the command's program is not an absolute path"));
    }
    if command.root && !rustix::process::geteuid().is_root() {
        return Err(Failure::new("denied", format!("`{program}` needs root")));
    }
    let begun = Instant::now();
    let (mut child, known) = spawn(program, arguments).map_err(|error| cannot_start(program, &error))?;
    let deadline = deadline.min(begun + command.timeout.get());
    let gathered = gather(&mut child, command, stop, deadline);
    let status = if gathered.finished { child.wait().ok() } else { None };
    end_all(&mut child);
    drop(known);
    Ok(CommandResult {
        argv: command.argv.clone(),
        exit_code: status.and_then(|status| status.code()),
        signal: status.and_then(|status| status.signal()),
        timed_out: gathered.timed_out,
        truncated: gathered.truncated,
        stdout: String::from_utf8_lossy(&gathered.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&gathered.stderr).into_owned(),
        duration_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

/// What the report says about it: everything but what it printed, of which it keeps a little of standard error.
pub(super) fn record(command: &Command, result: &Result<CommandResult, Failure>) -> serde_json::Value {
    match result {
        Ok(result) => {
            let end = result
                .stderr
                .char_indices()
                .map(|(at, _)| at)
                .find(|at| result.stderr.len() - at <= STDERR_KEPT);
            serde_json::json!({
                "id": command.id, "argv": command.argv, "exit_code": result.exit_code, "signal": result.signal,
                "timed_out": result.timed_out, "truncated": result.truncated, "duration_ms": result.duration_ms,
                "stdout_bytes": result.stdout.len(),
                "stderr": redacted(&result.stderr[end.unwrap_or(0)..]),
            })
        }
        Err(failure) => {
            serde_json::json!({ "id": command.id, "argv": command.argv, "error": failure.message })
        }
    }
}

fn spawn(program: &str, arguments: &[String]) -> io::Result<(Child, KnownChild)> {
    let mut process = Process::new(program);
    process.args(arguments).env_clear().envs(ENVIRONMENT).current_dir("/");
    process.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let act = || {
        // SAFETY: between fork and exec only the async-signal-safe setsid and prctl are called.
        unsafe {
            libc::setsid();
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
        }
        Ok(())
    };
    // SAFETY: see above.
    unsafe { process.pre_exec(act) };
    KnownChild::spawn(&mut process)
}

fn cannot_start(program: &str, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => Failure::new("unavailable", format!("`{program}` is not installed")),
        io::ErrorKind::PermissionDenied => {
            Failure::new("denied", format!("no permission to run `{program}`"))
        }
        _ => Failure::new("command", format!("cannot start `{program}`: {error}")),
    }
}

#[derive(Default)]
struct Gathered {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    truncated: bool,
    timed_out: bool,
    /// Both pipes were closed by the command itself.
    finished: bool,
}

fn gather(child: &mut Child, command: &Command, stop: &Stop, deadline: Instant) -> Gathered {
    let mut gathered = Gathered::default();
    let most = usize::try_from(command.output.get()).unwrap_or(usize::MAX);
    let (mut stdout, mut stderr) = (child.stdout.take(), child.stderr.take());
    while stdout.is_some() || stderr.is_some() {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            gathered.timed_out = true;
            return gathered;
        }
        if stop.requested().is_some() {
            return gathered;
        }
        let (out_ready, err_ready) = wait(stdout.as_ref(), stderr.as_ref(), stop, left);
        if out_ready && take(&mut stdout, &mut gathered.stdout, most) {
            gathered.truncated = true;
            return gathered;
        }
        if err_ready && take(&mut stderr, &mut gathered.stderr, most) {
            gathered.truncated = true;
            return gathered;
        }
    }
    gathered.finished = closed_and_ended(child, deadline);
    gathered.timed_out = !gathered.finished;
    gathered
}

/// Reads once. True when there is more than the cap allows.
fn take(pipe: &mut Option<impl Read>, into: &mut Vec<u8>, most: usize) -> bool {
    let Some(source) = pipe else { return false };
    let mut buffer = [0; 64 << 10];
    match source.read(&mut buffer) {
        Ok(0) => *pipe = None,
        Ok(count) => {
            into.extend_from_slice(&buffer[..count]);
            if into.len() > most {
                into.truncate(most);
                return true;
            }
        }
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
        Err(_) => *pipe = None,
    }
    false
}

fn wait(
    stdout: Option<&impl AsFd>,
    stderr: Option<&impl AsFd>,
    stop: &Stop,
    left: std::time::Duration,
) -> (bool, bool) {
    let mut watched = vec![PollFd::from_borrowed_fd(stop.descriptor(), PollFlags::IN)];
    watched.extend(stdout.map(|pipe| PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN)));
    watched.extend(stderr.map(|pipe| PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN)));
    let _ = poll(&mut watched, Some(&crate::supervise::timespec(left)));
    let ready = |index: usize| watched.get(index).is_some_and(|fd| !fd.revents().is_empty());
    let out_ready = stdout.is_some() && ready(1);
    let err_ready = stderr.is_some() && ready(if stdout.is_some() { 2 } else { 1 });
    (out_ready, err_ready)
}

/// A command may close its output and go on: it has until its deadline.
fn closed_and_ended(child: &mut Child, deadline: Instant) -> bool {
    loop {
        match child.try_wait() {
            Ok(Some(_)) | Err(_) => return true,
            Ok(None) if Instant::now() >= deadline => return false,
            Ok(None) => std::thread::sleep(std::time::Duration::from_millis(1)),
        }
    }
}
