//! What a confined process must not be able to do, as raw system calls.

use std::ffi::CStr;

use crate::child::Answers;

/// `done`, or the name of the error of a system call that just returned.
pub fn answer(result: libc::c_long) -> String {
    if result >= 0 {
        return "done".to_owned();
    }
    let error = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    let names = [
        (libc::EPERM, "EPERM"),
        (libc::EACCES, "EACCES"),
        (libc::ENOSYS, "ENOSYS"),
        (libc::ENOENT, "ENOENT"),
        (libc::EROFS, "EROFS"),
        (libc::EBADF, "EBADF"),
        (libc::EINVAL, "EINVAL"),
        (libc::EFBIG, "EFBIG"),
    ];
    names
        .iter()
        .find(|(number, _)| *number == error)
        .map_or_else(|| error.to_string(), |(_, name)| (*name).to_owned())
}

/// One system call with its arguments, as `answer` tells it.
macro_rules! call {
    ($number:expr $(, $argument:expr)* $(,)?) => {{
        // SAFETY: the arguments are numbers, null, or point to what outlives the call. In a confined process, where these
        // are made, the call is refused; in any other one it ends with the child.
        $crate::attempts::answer(unsafe { libc::syscall($number $(, $argument)*) })
    }};
}
pub(crate) use call;

/// Opens a path for reading.
pub fn open(path: &CStr) -> String {
    call!(libc::SYS_openat, libc::AT_FDCWD, path.as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC)
}

/// Opens a path for writing.
pub fn open_to_write(path: &CStr) -> String {
    call!(libc::SYS_openat, libc::AT_FDCWD, path.as_ptr(), libc::O_WRONLY | libc::O_CLOEXEC)
}

/// Makes a socket.
pub fn socket(domain: i32, kind: i32, protocol: i32) -> String {
    call!(libc::SYS_socket, domain, kind | libc::SOCK_CLOEXEC, protocol)
}

/// What is answered by the host, by name and with the answer of one that refuses everything.
pub const ASKED: &[&str] = &["open", "open the root", "stat", "list"];

/// Names and answers of everything that no worker may do. `parent` is the process that it came from.
pub fn everything(parent: i32) -> Answers {
    let mut answers = paths();
    answers.extend(processes(parent));
    answers.extend(kernel());
    answers.extend(sockets());
    answers.into_iter().map(|(name, answer)| (name.to_owned(), answer)).collect()
}

type Named = Vec<(&'static str, String)>;

fn paths() -> Named {
    let (here, file, other) = (libc::AT_FDCWD, c"/etc/passwd".as_ptr(), c"/other".as_ptr());
    let mut buffer = [0_u8; 512];
    let buffer = buffer.as_mut_ptr();
    vec![
        ("open", open(c"/etc/passwd")),
        ("open the root", open(c"/")),
        ("stat", call!(libc::SYS_newfstatat, here, file, buffer, 0)),
        ("list", call!(libc::SYS_getdents64, 0, buffer, 512)),
        #[cfg(target_arch = "x86_64")]
        ("list as of old", call!(libc::SYS_getdents, 0, buffer, 512)),
        ("openat2", call!(libc::SYS_openat2, here, file, buffer, 24)),
        ("change folder", call!(libc::SYS_chdir, c"/".as_ptr())),
        ("change root", call!(libc::SYS_chroot, c"/".as_ptr())),
        ("change mode", call!(libc::SYS_fchmodat, here, file, 0o777)),
        ("change owner", call!(libc::SYS_fchownat, here, file, 0, 0, 0)),
        ("remove", call!(libc::SYS_unlinkat, here, file, 0)),
        ("rename", call!(libc::SYS_renameat2, here, file, here, other, 0)),
        ("link", call!(libc::SYS_linkat, here, file, here, other, 0)),
        ("symlink", call!(libc::SYS_symlinkat, file, here, other)),
        ("make a folder", call!(libc::SYS_mkdirat, here, other, 0o777)),
        ("make a device", call!(libc::SYS_mknodat, here, other, libc::S_IFCHR | 0o600, 0x103)),
        ("change times", call!(libc::SYS_utimensat, here, file, 0, 0)),
        ("change attributes", call!(libc::SYS_setxattr, file, c"user.x".as_ptr(), buffer, 1, 0)),
        ("read attributes", call!(libc::SYS_getxattr, file, c"user.x".as_ptr(), buffer, 1)),
        ("truncate", call!(libc::SYS_truncate, file, 0)),
        ("watch", call!(libc::SYS_inotify_init1, 0)),
        ("watch everything", call!(libc::SYS_fanotify_init, 0, 0)),
        ("name a handle", call!(libc::SYS_name_to_handle_at, here, file, buffer, buffer, 0)),
        ("open a handle", call!(libc::SYS_open_by_handle_at, here, buffer, 0)),
        ("mount", call!(libc::SYS_mount, 0, c"/".as_ptr(), 0, libc::MS_REMOUNT, 0)),
        ("open a tree", call!(libc::SYS_open_tree, here, file, 1)),
    ]
}

fn processes(parent: i32) -> Named {
    let mut word = [0_u64; 2];
    let word = word.as_mut_ptr();
    vec![
        ("fork", call!(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0)),
        ("clone3", call!(libc::SYS_clone3, word, 64)),
        ("execute", call!(libc::SYS_execve, c"/bin/true".as_ptr(), 0, 0)),
        ("execute a descriptor", call!(libc::SYS_execveat, 0, c"".as_ptr(), 0, 0, libc::AT_EMPTY_PATH)),
        ("signal the host", call!(libc::SYS_kill, parent, 0)),
        ("signal a thread of the host", call!(libc::SYS_tgkill, parent, parent, 0)),
        ("queue a signal", call!(libc::SYS_rt_sigqueueinfo, parent, 0, word)),
        ("trace the host", call!(libc::SYS_ptrace, libc::PTRACE_SEIZE, parent, 0, 0)),
        ("let others trace", call!(libc::SYS_ptrace, libc::PTRACE_TRACEME, 0, 0, 0)),
        ("read the host", call!(libc::SYS_process_vm_readv, parent, word, 1, word, 1, 0)),
        ("hold the host", call!(libc::SYS_pidfd_open, parent, 0)),
        ("limit the host", call!(libc::SYS_prlimit64, parent, libc::RLIMIT_NOFILE, 0, word)),
        ("lift a limit", call!(libc::SYS_prlimit64, 0, libc::RLIMIT_FSIZE, word, 0)),
        ("lift a limit as of old", call!(libc::SYS_setrlimit, libc::RLIMIT_FSIZE, word)),
        ("become root", call!(libc::SYS_setresuid, 0, 0, 0)),
        ("take capabilities", call!(libc::SYS_capset, word, word)),
        ("be dumpable", call!(libc::SYS_prctl, libc::PR_SET_DUMPABLE, 1, 0, 0, 0)),
        ("outlive the host", call!(libc::SYS_prctl, libc::PR_SET_PDEATHSIG, 0, 0, 0, 0)),
        ("own signals of a file", call!(libc::SYS_fcntl, 0, libc::F_SETOWN, parent)),
    ]
}

fn kernel() -> Named {
    let mut word = [0_u64; 16];
    let word = word.as_mut_ptr();
    vec![
        ("unshare", call!(libc::SYS_unshare, libc::CLONE_NEWUSER)),
        ("enter a namespace", call!(libc::SYS_setns, 0, 0)),
        ("filter itself", call!(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, 0, word)),
        ("io_uring", call!(libc::SYS_io_uring_setup, 1, word)),
        ("bpf", call!(libc::SYS_bpf, 0, word, 48)),
        ("perf", call!(libc::SYS_perf_event_open, word, 0, -1, -1, 0)),
        ("keys", call!(libc::SYS_keyctl, 0, 0, 0, 0, 0)),
        ("userfaultfd", call!(libc::SYS_userfaultfd, 1)),
        ("memory file", call!(libc::SYS_memfd_create, c"x".as_ptr(), 0)),
        ("shared memory", call!(libc::SYS_shmget, 0, 4096, 0o1600)),
        ("message queue", call!(libc::SYS_mq_open, c"x".as_ptr(), libc::O_CREAT, 0o600, 0)),
        ("module", call!(libc::SYS_finit_module, 0, c"".as_ptr(), 0)),
        ("reboot", call!(libc::SYS_reboot, 0, 0, 0, 0)),
        ("kernel log", call!(libc::SYS_syslog, 10, 0, 0)),
        ("personality", call!(libc::SYS_personality, 0)),
        ("type into the terminal", call!(libc::SYS_ioctl, 0, libc::TIOCSTI, word)),
        ("x32", call!(0x4000_0000_i64 | libc::SYS_getpid)),
    ]
}

fn sockets() -> Named {
    let stream = libc::SOCK_STREAM;
    vec![
        ("internet", socket(libc::AF_INET, stream, 0)),
        ("internet 6", socket(libc::AF_INET6, libc::SOCK_DGRAM, 0)),
        ("unix", socket(libc::AF_UNIX, stream, 0)),
        ("netlink", socket(libc::AF_NETLINK, libc::SOCK_RAW, libc::NETLINK_ROUTE)),
        ("packets", socket(libc::AF_PACKET, libc::SOCK_RAW, 0)),
        ("vsock", socket(libc::AF_VSOCK, stream, 0)),
        ("pair", call!(libc::SYS_socketpair, libc::AF_UNIX, stream, 0, [0_i32; 2].as_mut_ptr())),
        ("connect", call!(libc::SYS_connect, 0, [0_u8; 16].as_ptr(), 16)),
        ("send a message", call!(libc::SYS_sendmsg, 0, [0_u64; 7].as_ptr(), 0)),
        ("send to", call!(libc::SYS_sendto, 0, c"x".as_ptr(), 1, 0, [0_u8; 16].as_ptr(), 16)),
    ]
}
