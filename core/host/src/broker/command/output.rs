//! Takes what a command prints, up to its cap and its deadline.

use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};

use crate::stop::Stop;

/// What was printed, and why no more was taken.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    pub(super) truncated: bool,
    pub(super) timed_out: bool,
    /// Both pipes were closed by the command itself, and it ended.
    pub(super) finished: bool,
}

/// Takes until the command has ended, has printed more than `most` bytes, or its time is over. `over` is readable once it
/// has ended.
pub(super) fn gather(
    child: &mut Child,
    over: BorrowedFd<'_>,
    most: u64,
    stop: &Stop,
    deadline: Instant,
) -> Gathered {
    let mut gathered = Gathered::default();
    let most = usize::try_from(most).unwrap_or(usize::MAX);
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
    gathered.finished = ended(over, stop, deadline);
    gathered.timed_out = !gathered.finished && stop.requested().is_none();
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

fn wait(stdout: Option<&impl AsFd>, stderr: Option<&impl AsFd>, stop: &Stop, left: Duration) -> (bool, bool) {
    let mut watched = vec![PollFd::from_borrowed_fd(stop.descriptor(), PollFlags::IN)];
    watched.extend(stdout.map(|pipe| PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN)));
    watched.extend(stderr.map(|pipe| PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN)));
    let _ = poll(&mut watched, Some(&crate::supervise::timespec(left)));
    let ready = |index: usize| watched.get(index).is_some_and(|fd| !fd.revents().is_empty());
    let out_ready = stdout.is_some() && ready(1);
    let err_ready = stderr.is_some() && ready(if stdout.is_some() { 2 } else { 1 });
    (out_ready, err_ready)
}

/// Waits for the end, without asking how it ended. A command may close its output and go on: it has until its deadline.
fn ended(over: BorrowedFd<'_>, stop: &Stop, deadline: Instant) -> bool {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let mut watched = [
            PollFd::from_borrowed_fd(over, PollFlags::IN),
            PollFd::from_borrowed_fd(stop.descriptor(), PollFlags::IN),
        ];
        let _ = poll(&mut watched, Some(&crate::supervise::timespec(left)));
        if !watched[0].revents().is_empty() {
            return true;
        }
        if left.is_zero() || stop.requested().is_some() {
            return false;
        }
    }
}
