//! Tries something in a child process, which keeps the consequences to itself.

use std::os::fd::{AsRawFd, OwnedFd};

use rustix::io::Errno;
use rustix::pipe::PipeFlags;
use rustix::process::{Pid, WaitOptions};

use super::refusal::Refusal;

/// Runs `attempt` in a forked child and tells how it went. The process may have other threads, so the attempt may make
/// async-signal-safe calls only.
pub(super) fn attempt(attempt: impl FnOnce() -> Result<(), Refusal>) -> Result<(), String> {
    let (reader, writer) =
        rustix::pipe::pipe_with(PipeFlags::CLOEXEC).map_err(Refusal::of("a pipe to a child"))?;
    // SAFETY: a plain fork. The child makes async-signal-safe calls only and ends without running anything else.
    let child = unsafe { libc::syscall(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0) };
    if child == 0 {
        tell(&writer, attempt());
        // SAFETY: ends the child at once; nothing of the parent's is run.
        unsafe { libc::_exit(0) };
    }
    let Some(child) = i32::try_from(child).ok().and_then(Pid::from_raw) else {
        return Err(Refusal::last("a child to try it in").into());
    };
    drop(writer);
    let answer = hear(&reader);
    // Nothing to be done where somebody else waits for every child.
    while matches!(rustix::process::waitpid(Some(child), WaitOptions::empty()), Err(Errno::INTR)) {}
    answer
}

/// Reads the memory of a forked child, as the host does with workers. An `undumpable` one can be looked into with a
/// capability only; security modules may forbid either.
pub(super) fn look_into_child(undumpable: bool) -> Result<(), Errno> {
    let (told, tell) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
    let (end, hold) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
    let mark = 1_u8;
    // SAFETY: a plain fork. The child makes async-signal-safe calls only and ends without running anything else.
    let child = unsafe { libc::syscall(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0) };
    if child == 0 {
        // SAFETY: as above; what is written and read lives on the stack.
        unsafe {
            libc::close(hold.as_raw_fd());
            libc::prctl(libc::PR_SET_DUMPABLE, libc::c_ulong::from(!undumpable), 0, 0, 0);
            libc::write(tell.as_raw_fd(), (&raw const mark).cast(), 1);
            let mut nothing = 0_u8;
            libc::read(end.as_raw_fd(), (&raw mut nothing).cast(), 1);
            libc::_exit(0);
        }
    }
    let Some(child) = i32::try_from(child).ok().and_then(Pid::from_raw) else {
        return Err(Refusal::last("").error);
    };
    drop(tell);
    let ready = rustix::io::retry_on_intr(|| rustix::io::read(&told, &mut [0_u8]));
    let looked = match ready {
        Ok(1) => read_byte(child, &raw const mark),
        _ => Err(Errno::CHILD),
    };
    drop(hold);
    while matches!(rustix::process::waitpid(Some(child), WaitOptions::empty()), Err(Errno::INTR)) {}
    looked
}

/// The child has the same memory at the same addresses.
fn read_byte(process: Pid, address: *const u8) -> Result<(), Errno> {
    let mut target = 0_u8;
    let from = libc::iovec { iov_base: address.cast_mut().cast(), iov_len: 1 };
    let to = libc::iovec { iov_base: (&raw mut target).cast(), iov_len: 1 };
    // SAFETY: `to` is one byte that lives here; `from` is an address in the other process, which the kernel checks.
    let read = unsafe {
        libc::process_vm_readv(process.as_raw_nonzero().get(), &raw const to, 1, &raw const from, 1, 0)
    };
    if read == 1 && target == 1 { Ok(()) } else { Err(Refusal::last("").error) }
}

/// The error's number, 0 for none, and what was refused.
fn tell(writer: &OwnedFd, answer: Result<(), Refusal>) {
    let (number, wish) = match answer {
        Ok(()) => (0, ""),
        Err(refusal) => (refusal.error.raw_os_error(), refusal.wish),
    };
    let mut message = [0; 128];
    let (head, tail) = message.split_at_mut(size_of_val(&number));
    head.copy_from_slice(&number.to_ne_bytes());
    let length = wish.len().min(tail.len());
    tail[..length].copy_from_slice(&wish.as_bytes()[..length]);
    let length = head.len() + length;
    // SAFETY: writes what lives on the stack.
    unsafe { libc::write(writer.as_raw_fd(), message.as_ptr().cast(), length) };
}

fn hear(reader: &OwnedFd) -> Result<(), String> {
    let mut message = [0; 128];
    let read = loop {
        match rustix::io::read(reader, &mut message) {
            Err(Errno::INTR) => {}
            read => break read.unwrap_or(0),
        }
    };
    let Some((number, wish)) = message[..read].split_first_chunk() else {
        return Err("the child that tried it ended without an answer".to_owned());
    };
    match i32::from_ne_bytes(*number) {
        0 => Ok(()),
        number => {
            let error = Errno::from_raw_os_error(number);
            Err(format!("the kernel refuses {}: {error}", String::from_utf8_lossy(wish)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_child_was_refused_is_told() {
        assert_eq!(attempt(|| Ok(())), Ok(()));
        let refusal = Refusal { wish: "the moon", error: Errno::PERM };
        assert_eq!(attempt(|| Err(refusal)), Err(refusal.to_string()));
    }

    #[test]
    fn a_child_can_be_looked_into_and_an_undumpable_one_with_the_right_to() {
        assert_eq!(look_into_child(false), Ok(()));
        let held = rustix::thread::capabilities(None).unwrap().effective;
        let may = held.contains(rustix::thread::CapabilitySet::SYS_PTRACE);
        assert_eq!(look_into_child(true), if may { Ok(()) } else { Err(Errno::PERM) });
    }

    #[test]
    fn a_child_that_dies_gives_no_permission() {
        // SAFETY: ends the child.
        let answer = attempt(|| unsafe { libc::_exit(0) });
        assert!(answer.is_err());
    }
}
