//! Which system calls a confined process may make: tables, and what of them a policy asks for.

use candor_manifest::Network;

use super::allow_list::{AllowList, Argument};
use super::sockets;
use crate::{Measure, Policy};

/// Calls that name a path or list a folder. The host answers them.
const PATHS: &[i64] = &[
    libc::SYS_openat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_statfs,
    libc::SYS_getdents64,
];

/// The same of the days before `openat`; newer architectures do not have them.
#[cfg(target_arch = "x86_64")]
const LEGACY_PATHS: &[i64] =
    &[libc::SYS_open, libc::SYS_stat, libc::SYS_lstat, libc::SYS_access, libc::SYS_readlink];
#[cfg(not(target_arch = "x86_64"))]
const LEGACY_PATHS: &[i64] = &[];

/// Calls that answer as on a kernel that is too old for them: programs then take the older call, whose arguments the
/// filter can read.
pub(super) const NOT_THERE: &[i64] = &[
    libc::SYS_clone3,
    libc::SYS_openat2,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_memfd_secret,
];

/// Memory, descriptors that are open already, time, threads, signals to itself.
const EVERYBODY: &[i64] = &[
    // Memory.
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_msync,
    libc::SYS_brk,
    libc::SYS_pkey_alloc,
    libc::SYS_pkey_free,
    libc::SYS_pkey_mprotect,
    libc::SYS_mseal,
    libc::SYS_membarrier,
    // What is open.
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_preadv2,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_lseek,
    libc::SYS_close,
    libc::SYS_close_range,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_pipe2,
    libc::SYS_fstat,
    libc::SYS_fstatfs,
    libc::SYS_fadvise64,
    libc::SYS_readahead,
    libc::SYS_getcwd,
    // On a connected socket; without an address `sendto` is allowed below.
    libc::SYS_recvfrom,
    // Waiting.
    libc::SYS_ppoll,
    libc::SYS_pselect6,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
    libc::SYS_eventfd2,
    libc::SYS_timerfd_create,
    libc::SYS_timerfd_settime,
    libc::SYS_timerfd_gettime,
    libc::SYS_futex,
    libc::SYS_futex_waitv,
    libc::SYS_restart_syscall,
    // Time.
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_times,
    // Without `SYS_TIME` these only tell.
    libc::SYS_adjtimex,
    libc::SYS_clock_adjtime,
    // The machine and the process itself.
    libc::SYS_getrandom,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_getrusage,
    libc::SYS_getrlimit,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getppid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getresuid,
    libc::SYS_getresgid,
    libc::SYS_getgroups,
    libc::SYS_umask,
    libc::SYS_getcpu,
    libc::SYS_sched_yield,
    // Signals and threads.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigpending,
    libc::SYS_rt_sigtimedwait,
    libc::SYS_rt_sigsuspend,
    libc::SYS_sigaltstack,
    libc::SYS_set_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_rseq,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// The same of older days.
#[cfg(target_arch = "x86_64")]
const LEGACY_EVERYBODY: &[i64] = &[
    libc::SYS_dup2,
    libc::SYS_pipe,
    libc::SYS_poll,
    libc::SYS_select,
    libc::SYS_epoll_create,
    libc::SYS_epoll_wait,
    libc::SYS_eventfd,
    libc::SYS_time,
    libc::SYS_getpgrp,
];
#[cfg(not(target_arch = "x86_64"))]
const LEGACY_EVERYBODY: &[i64] = &[];

/// What a program needs beside that, from the moment at which the kernel starts it. A command starts no process.
const COMMANDS: &[i64] = &[
    // The empty root and Landlock leave it one program to start.
    libc::SYS_execve,
    libc::SYS_wait4,
    // Of any process: it tells which numbers of processes are taken.
    libc::SYS_capget,
    libc::SYS_setitimer,
    libc::SYS_getitimer,
];

/// Flags of clone(2) that leave a namespace.
const NEW_NAMESPACES: libc::c_int = libc::CLONE_NEWNS
    | libc::CLONE_NEWCGROUP
    | libc::CLONE_NEWUTS
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWUSER
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNET;

/// Flags of open(2) with which a file would be written to or made. The bit of `O_TMPFILE` is the one that `O_DIRECTORY`
/// does not have.
const OPEN_TO_WRITE: libc::c_int =
    libc::O_ACCMODE | libc::O_CREAT | libc::O_TRUNC | (libc::O_TMPFILE & !libc::O_DIRECTORY);

/// Calls that wait for the host's answer.
pub(super) fn trapped(policy: &Policy) -> Vec<i64> {
    let mut calls = Vec::new();
    if policy.wants(Measure::ExactReads) {
        calls.extend_from_slice(PATHS);
        calls.extend_from_slice(LEGACY_PATHS);
    }
    if policy.wants(Measure::ExactConnections) {
        calls.push(libc::SYS_connect);
    }
    if policy.takes_sockets() {
        calls.push(libc::SYS_socket);
    }
    calls
}

/// Calls that reach the kernel. `NOT_THERE` and what waits for the host are among them: the first filter answers those,
/// and a refusal here would win over it.
pub(super) fn allowed(policy: &Policy) -> AllowList {
    let mut list = AllowList::default();
    list.allow(NOT_THERE);
    // The host makes sockets, and is asked for the listed ones only.
    let asked: Vec<_> = trapped(policy).into_iter().filter(|call| *call != libc::SYS_socket).collect();
    list.allow(&asked);
    list.allow(EVERYBODY);
    list.allow(LEGACY_EVERYBODY);
    itself(&mut list, rustix::process::getpid().as_raw_nonzero().get().cast_unsigned());
    harmless_variants(&mut list);
    if !policy.wants(Measure::ExactReads) {
        native_paths(&mut list);
    }
    if policy.capabilities.iter().any(|capability| capability.as_str() == "SYSLOG") {
        // Reading all of the kernel's log, and its length.
        list.allow_values(libc::SYS_syslog, 0, &[3, 10]);
    }
    if !policy.execute.is_empty() {
        commands(&mut list);
    }
    sockets::allow(&mut list, policy);
    if matches!(policy.network, Network::PacketCapture) {
        sockets::allow_capture(&mut list);
    }
    list
}

/// Calls that name a process, where that is the process itself.
fn itself(list: &mut AllowList, pid: u32) {
    list.allow_with(libc::SYS_tgkill, &[Argument::Is(0, pid)]);
    list.allow_with(libc::SYS_kill, &[Argument::Is(0, pid)]);
    for target in [0, pid] {
        list.allow_with(libc::SYS_prlimit64, &[Argument::Is(0, target), Argument::Null(2)]);
        // The C library also asks for the processors of each new thread by its number, and goes on without an answer.
        for call in [
            libc::SYS_sched_getaffinity,
            libc::SYS_sched_getparam,
            libc::SYS_sched_getscheduler,
            libc::SYS_getpgid,
            libc::SYS_getsid,
        ] {
            list.allow_with(call, &[Argument::Is(0, target)]);
        }
        list.allow_with(libc::SYS_getpriority, &[Argument::Is(0, 0), Argument::Is(1, target)]);
    }
    let (thread, mask) = (libc::CLONE_THREAD, libc::CLONE_THREAD | NEW_NAMESPACES);
    list.allow_with(libc::SYS_clone, &[Argument::Masked(0, mask.cast_unsigned(), thread.cast_unsigned())]);
}

/// The process's own auxiliary vector (Linux 6.4), which libraries read for the size of a page.
const PR_GET_AUXV: libc::c_int = 0x4155_5856;

/// Calls with many subjects, of which these are harmless.
fn harmless_variants(list: &mut AllowList) {
    let prctl = [
        libc::PR_SET_NAME,
        libc::PR_GET_NAME,
        libc::PR_SET_VMA,
        libc::PR_GET_PDEATHSIG,
        libc::PR_GET_DUMPABLE,
        libc::PR_GET_SECCOMP,
        libc::PR_GET_NO_NEW_PRIVS,
        libc::PR_GET_SECUREBITS,
        libc::PR_CAPBSET_READ,
        PR_GET_AUXV,
    ];
    list.allow_values(libc::SYS_prctl, 0, &prctl.map(libc::c_int::cast_unsigned));
    let ambient = libc::PR_CAP_AMBIENT.cast_unsigned();
    let is_set = libc::PR_CAP_AMBIENT_IS_SET.cast_unsigned();
    list.allow_with(libc::SYS_prctl, &[Argument::Is(0, ambient), Argument::Is(1, is_set)]);
    let fcntl =
        [libc::F_GETFD, libc::F_SETFD, libc::F_GETFL, libc::F_SETFL, libc::F_DUPFD, libc::F_DUPFD_CLOEXEC];
    list.allow_values(libc::SYS_fcntl, 1, &fcntl.map(libc::c_int::cast_unsigned));
    let ioctl = [libc::FIONREAD, libc::FIONBIO, libc::FIOCLEX, libc::FIONCLEX, libc::TCGETS];
    list.allow_values(libc::SYS_ioctl, 1, &ioctl.map(|request| request as u32));
    list.allow_with(libc::SYS_sendto, &[Argument::Null(4)]);
    // The clocks of the machine and of the process itself. Any higher number is the processor clock of some process.
    for call in [libc::SYS_clock_gettime, libc::SYS_clock_getres, libc::SYS_clock_nanosleep] {
        list.allow_with(call, &[Argument::Masked(0, !0xf, 0)]);
    }
}

/// Reading paths without the host's help.
fn native_paths(list: &mut AllowList) {
    let read_only = |flags: u8| Argument::Masked(flags, OPEN_TO_WRITE.cast_unsigned(), 0);
    for call in PATHS.iter().chain(LEGACY_PATHS) {
        match *call {
            libc::SYS_openat => list.allow_with(libc::SYS_openat, &[read_only(2)]),
            #[cfg(target_arch = "x86_64")]
            libc::SYS_open => list.allow_with(libc::SYS_open, &[read_only(1)]),
            call => list.allow(&[call]),
        }
    }
}

fn commands(list: &mut AllowList) {
    list.allow(COMMANDS);
    list.allow_values(libc::SYS_ioctl, 1, &[libc::TIOCGWINSZ as u32]);
    #[cfg(target_arch = "x86_64")]
    {
        const ARCH_SET_FS: u32 = 0x1002;
        const ARCH_GET_FS: u32 = 0x1003;
        list.allow(&[libc::SYS_alarm]);
        list.allow_values(libc::SYS_arch_prctl, 0, &[ARCH_SET_FS, ARCH_GET_FS]);
    }
}
