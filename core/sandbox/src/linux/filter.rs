//! The two filters of system calls: one that hands over what names a path, and one that refuses what is not listed.
//!
//! Of two answers the kernel takes the stricter: a refusal before a hand-over before a permission. So the first filter has
//! no list of what is allowed, and the second one allows what the first one hands over.

use std::os::fd::RawFd;

use libc::sock_filter;
use rustix::io::Errno;

use super::calls;
use super::refusal::Refusal;
use super::steps::Steps;
use crate::Measure;

/// Offsets in `struct seccomp_data` of <linux/seccomp.h>.
const NUMBER: u32 = 0;
const ARCHITECTURE: u32 = 4;

/// `AUDIT_ARCH_X86_64` and `AUDIT_ARCH_AARCH64` of <linux/audit.h>.
#[cfg(target_arch = "x86_64")]
const OWN_ARCHITECTURE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const OWN_ARCHITECTURE: u32 = 0xc000_00b7;

/// Calls of the x32 architecture have this bit, and no other call is as high.
const X32: u32 = 0x4000_0000;

/// Installs both filters and says what holds because of them. The answer is the number of the listener.
pub(super) fn install(steps: &mut Steps<'_>) -> Option<RawFd> {
    if !steps.policy().wants(Measure::Seccomp) {
        return None;
    }
    let trapped = calls::trapped(steps.policy());
    let listed = calls::allowed(steps.policy()).compile().map_err(|error| error.to_string());
    let (first, listener) = install_first(&trapped);
    let second = listed.and_then(|program| {
        let instruction =
            |one: &seccompiler::sock_filter| sock_filter { code: one.code, jt: one.jt, jf: one.jf, k: one.k };
        let program: Vec<_> = program.iter().map(instruction).collect();
        Ok(load(&program, 0).map(drop).map_err(Refusal::of("a filter of system calls"))?)
    });
    steps.apply(Measure::Seccomp, || first.and(second));
    let (listener, exact) = match listener {
        Some(Ok(listener)) => (Some(listener), Ok(())),
        Some(Err(reason)) => (None, Err(reason)),
        None => (None, Err("nothing is handed over".to_owned())),
    };
    for measure in [Measure::ExactReads, Measure::ExactConnections] {
        steps.apply(measure, || exact.clone());
    }
    listener
}

/// Without a listener, what would be handed over is refused.
fn install_first(trapped: &[i64]) -> (Result<(), String>, Option<Result<RawFd, String>>) {
    if rustix::thread::no_new_privs() != Ok(true) {
        let reason = || "it needs `no-new-privileges`".to_owned();
        return (Err(reason()), Some(Err(reason())));
    }
    let refusing = || {
        let program = first_program(trapped, refuse_with(Errno::ACCESS));
        Ok(load(&program, 0).map(drop).map_err(Refusal::of("a filter of system calls"))?)
    };
    if trapped.is_empty() {
        return (refusing(), None);
    }
    match listen(&first_program(trapped, libc::SECCOMP_RET_USER_NOTIF)) {
        Ok(listener) => (Ok(()), Some(Ok(listener))),
        Err(error) => {
            let refusal = Refusal { wish: "a listener for system calls", error };
            (refusing(), Some(Err(refusal.into())))
        }
    }
}

/// Refuses other architectures, answers what is not to be there, and `answer`s what is trapped.
fn first_program(trapped: &[i64], answer: u32) -> Vec<sock_filter> {
    let mut program = vec![
        load_word(ARCHITECTURE),
        jump(libc::BPF_JEQ, OWN_ARCHITECTURE, 1, 0),
        give(libc::SECCOMP_RET_KILL_PROCESS),
        load_word(NUMBER),
        jump(libc::BPF_JGE, X32, 0, 1),
        give(refuse_with(Errno::PERM)),
    ];
    let not_there = calls::NOT_THERE.iter().map(|call| (*call, refuse_with(Errno::NOSYS)));
    for (call, answer) in not_there.chain(trapped.iter().map(|call| (*call, answer))) {
        // Every number of a call fits.
        program.extend([jump(libc::BPF_JEQ, call as u32, 0, 1), give(answer)]);
    }
    program.push(give(libc::SECCOMP_RET_ALLOW));
    program
}

fn load_word(offset: u32) -> sock_filter {
    instruction(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, offset)
}

/// Steps over so many instructions, where the comparison holds and where it does not.
fn jump(comparison: u32, value: u32, holds: u8, fails: u8) -> sock_filter {
    instruction(libc::BPF_JMP | comparison | libc::BPF_K, holds, fails, value)
}

fn give(answer: u32) -> sock_filter {
    instruction(libc::BPF_RET | libc::BPF_K, 0, 0, answer)
}

fn instruction(code: u32, jt: u8, jf: u8, k: u32) -> sock_filter {
    // Codes of classic BPF have 16 bits.
    sock_filter { code: code as u16, jt, jf, k }
}

fn refuse_with(error: Errno) -> u32 {
    libc::SECCOMP_RET_ERRNO | (error.raw_os_error().cast_unsigned() & libc::SECCOMP_RET_DATA)
}

/// A call that the host has begun to answer is not begun anew because of a signal, where the kernel can (Linux 5.19).
fn listen(program: &[sock_filter]) -> Result<RawFd, Errno> {
    let flags = libc::SECCOMP_FILTER_FLAG_NEW_LISTENER;
    match load(program, flags | libc::SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV) {
        Err(Errno::INVAL) => load(program, flags),
        answer => answer,
    }
}

/// The answer is a descriptor when a listener was asked for.
fn load(program: &[sock_filter], flags: libc::c_ulong) -> Result<RawFd, Errno> {
    let length = u16::try_from(program.len()).map_err(|_| Errno::INVAL)?;
    let program = libc::sock_fprog { len: length, filter: program.as_ptr().cast_mut() };
    // SAFETY: the kernel copies the program, which lives until the call returns, and does not write to it.
    let answer =
        unsafe { libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, flags, &raw const program) };
    match RawFd::try_from(answer) {
        Ok(descriptor) if descriptor >= 0 => Ok(descriptor),
        _ => Err(Refusal::last("").error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_that_is_not_there_is_told_so_before_anything_is_allowed() {
        let program = first_program(&[libc::SYS_openat], libc::SECCOMP_RET_USER_NOTIF);
        let answer = |call: i64| {
            let place = program.iter().position(|one| one.code == 0x15 && i64::from(one.k) == call)?;
            Some(program[place + 1].k)
        };
        for call in calls::NOT_THERE {
            assert_eq!(answer(*call), Some(refuse_with(Errno::NOSYS)));
        }
        assert_eq!(answer(libc::SYS_openat), Some(libc::SECCOMP_RET_USER_NOTIF));
        assert_eq!(program.last().map(|one| one.k), Some(libc::SECCOMP_RET_ALLOW));
    }
}
