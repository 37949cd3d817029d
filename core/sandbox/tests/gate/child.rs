//! A forked process under a filter that lets the host answer the same calls as the real one does.

use std::ffi::CString;
use std::io::{Read, Write};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use candor_manifest::{Level, Network, PathPattern};
use candor_sandbox::{AccessReceipt, Gate, Policy, ResourceLimits};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Longer than anything here takes.
pub const PATIENCE: Duration = Duration::from_secs(60);

const TRAPPED: &[libc::c_long] = &[
    libc::SYS_openat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_statfs,
    libc::SYS_getdents64,
    libc::SYS_connect,
    // Not answered by any gate.
    libc::SYS_unlinkat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_stat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lstat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_access,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_readlink,
];

/// A policy that declares these reads at level `identifying`.
pub fn policy(reads: &[&str]) -> Policy {
    Policy {
        level: Level::Identifying,
        measures: [].into(),
        missing: Vec::new(),
        reads: patterns(reads),
        program_reads: Vec::new(),
        runtime_reads: patterns(&["/dev/null"]),
        network: Network::None,
        file_systems: false,
        firewall_tables: false,
        unix_sockets: Vec::new(),
        capabilities: [].into(),
        user: None,
        user_namespace: false,
        execute: Vec::new(),
        limits: ResourceLimits { memory_bytes: 0, cpu_seconds: 0, open_files: 0, processes: 0 },
    }
}

pub fn patterns(texts: &[&str]) -> Vec<PathPattern> {
    texts.iter().map(|text| PathPattern::new(*text).unwrap()).collect()
}

/// A confined process whose gate is open and that waits for `go`.
pub struct Child {
    pub pid: i32,
    pub pidfd: OwnedFd,
    pub socket: UnixStream,
    pub listener: RawFd,
}

impl Child {
    /// Forks one that carries out `act` once it may. What `act` gives is sent back as JSON.
    pub fn start<T: Serialize>(prepare: impl FnOnce(), act: impl FnOnce() -> T) -> Self {
        let (mut here, there) = UnixStream::pair().unwrap();
        // SAFETY: the child carries out what follows and ends without returning into the test harness.
        let pid = unsafe { libc::fork() };
        assert!(pid >= 0, "{}", std::io::Error::last_os_error());
        if pid == 0 {
            drop(here);
            let work = || carry_out(there, prepare, act);
            let ended_well = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_ok();
            // SAFETY: ends the child.
            unsafe { libc::_exit(i32::from(!ended_well)) };
        }
        drop(there);
        let mut number = [0; 4];
        here.read_exact(&mut number).unwrap();
        let pidfd = rustix::process::pidfd_open(
            rustix::process::Pid::from_raw(pid).unwrap(),
            rustix::process::PidfdFlags::empty(),
        );
        Self { pid, pidfd: pidfd.unwrap(), socket: here, listener: RawFd::from_ne_bytes(number) }
    }

    /// Opens its gate.
    pub fn gate(&self, policy: &Policy, library: Option<(RawFd, OwnedFd)>) -> Gate {
        Gate::open(self.pidfd.as_fd(), self.pid as u32, self.listener, policy, library).unwrap()
    }

    /// Lets it begin.
    pub fn go(&mut self) {
        self.socket.write_all(b"g").unwrap();
    }

    /// Waits for what it says.
    pub fn answer<T: DeserializeOwned>(&mut self) -> T {
        let mut text = Vec::new();
        self.socket.read_to_end(&mut text).unwrap();
        serde_json::from_slice(&text).expect("the child ended before it said anything")
    }

    /// Waits until it is over, without reaping it.
    pub fn wait_for_end(&self) {
        // SAFETY: `info` is plain data for the kernel to fill.
        unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            let options = libc::WEXITED | libc::WNOWAIT;
            assert_eq!(libc::waitid(libc::P_PID, self.pid as u32, &raw mut info, options), 0);
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // SAFETY: plain integers, and an address that is null.
        unsafe {
            libc::kill(self.pid, libc::SIGKILL);
            libc::waitpid(self.pid, std::ptr::null_mut(), 0);
        }
    }
}

/// What a child of this policy answers, and the receipt.
pub fn confined<T: Serialize + DeserializeOwned>(
    policy: &Policy,
    act: impl FnOnce() -> T,
) -> (T, AccessReceipt) {
    confined_with(policy, None, || {}, act)
}

/// The same with a library, and with something to do before the filter is there.
pub fn confined_with<T: Serialize + DeserializeOwned>(
    policy: &Policy,
    library: Option<(RawFd, OwnedFd)>,
    prepare: impl FnOnce(),
    act: impl FnOnce() -> T,
) -> (T, AccessReceipt) {
    let mut child = Child::start(prepare, act);
    let gate = child.gate(policy, library);
    child.go();
    let answer = child.answer();
    child.wait_for_end();
    (answer, gate.close(PATIENCE))
}

fn carry_out<T: Serialize>(mut socket: UnixStream, prepare: impl FnOnce(), act: impl FnOnce() -> T) {
    // SAFETY: plain integers.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    prepare();
    let listener = install_filter();
    socket.write_all(&listener.as_raw_fd().to_ne_bytes()).unwrap();
    socket.read_exact(&mut [0]).unwrap();
    drop(listener);
    let answer = serde_json::to_vec(&act()).unwrap();
    socket.write_all(&answer).unwrap();
}

/// Installs a filter that sends the trapped calls to a listener, and gives that.
fn install_filter() -> OwnedFd {
    let statement = |code: u32, k: u32| libc::sock_filter { code: code as u16, jt: 0, jf: 0, k };
    let mut program = vec![statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0)];
    for number in TRAPPED {
        let code = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
        program.push(libc::sock_filter { code, jt: 0, jf: 1, k: *number as u32 });
        program.push(statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_USER_NOTIF));
    }
    program.push(statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW));
    let filter = libc::sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    // SAFETY: `filter` describes `program`, and the descriptor is new.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        let listener = libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            libc::SECCOMP_FILTER_FLAG_NEW_LISTENER | libc::SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
            &raw const filter,
        );
        assert!(listener >= 0, "{}", std::io::Error::last_os_error());
        OwnedFd::from_raw_fd(listener as RawFd)
    }
}

fn text(path: &str) -> CString {
    CString::new(path).unwrap()
}

/// The result of a system call: what it gave, or the error's number.
pub fn result(value: libc::c_long) -> Result<libc::c_long, i32> {
    if value < 0 { Err(std::io::Error::last_os_error().raw_os_error().unwrap()) } else { Ok(value) }
}

pub fn open_at(folder: RawFd, path: &str, flags: i32) -> Result<OwnedFd, i32> {
    let path = text(path);
    // SAFETY: the path ends in NUL; the descriptor is new.
    unsafe {
        let opened = libc::syscall(libc::SYS_openat, folder, path.as_ptr(), flags, 0o600);
        result(opened).map(|number| OwnedFd::from_raw_fd(number as RawFd))
    }
}

pub fn open(path: &str, flags: i32) -> Result<OwnedFd, i32> {
    open_at(libc::AT_FDCWD, path, flags)
}

/// The error of opening for reading; 0 when it is opened.
pub fn try_open(path: &str) -> i32 {
    try_open_with(path, libc::O_RDONLY)
}

pub fn try_open_with(path: &str, flags: i32) -> i32 {
    open(path, flags).err().unwrap_or(0)
}

pub fn read(path: &str) -> Result<Vec<u8>, i32> {
    open(path, libc::O_RDONLY | libc::O_CLOEXEC).map(read_from)
}

pub fn read_from(descriptor: OwnedFd) -> Vec<u8> {
    let mut bytes = Vec::new();
    std::fs::File::from(descriptor).read_to_end(&mut bytes).unwrap();
    bytes
}

/// `stat` by `newfstatat`: inode and mode.
pub fn stat_at(folder: RawFd, path: &str, flags: i32) -> Result<(u64, u32), i32> {
    let path = text(path);
    // SAFETY: the path ends in NUL and `status` is of the right type.
    unsafe {
        let mut status: libc::stat = std::mem::zeroed();
        let called = libc::syscall(libc::SYS_newfstatat, folder, path.as_ptr(), &raw mut status, flags);
        result(called).map(|_| (status.st_ino, status.st_mode))
    }
}

/// The error of looking at it; 0 when it can be looked at.
pub fn try_stat(path: &str) -> i32 {
    stat_at(libc::AT_FDCWD, path, 0).err().unwrap_or(0)
}

pub fn try_access(path: &str, mode: i32) -> i32 {
    let path = text(path);
    // SAFETY: the path ends in NUL.
    result(unsafe { libc::syscall(libc::SYS_faccessat, libc::AT_FDCWD, path.as_ptr(), mode) })
        .err()
        .unwrap_or(0)
}

pub fn read_link(path: &str) -> Result<String, i32> {
    let path = text(path);
    let mut buffer = [0_u8; 4096];
    // SAFETY: the path ends in NUL and the buffer is as long as told.
    let length = unsafe {
        libc::syscall(libc::SYS_readlinkat, libc::AT_FDCWD, path.as_ptr(), buffer.as_mut_ptr(), buffer.len())
    };
    result(length).map(|length| String::from_utf8_lossy(&buffer[..length as usize]).into_owned())
}

/// The names in a folder, sorted, without the dots.
pub fn list(path: &str) -> Result<Vec<String>, i32> {
    list_from(&open(path, libc::O_RDONLY | libc::O_DIRECTORY)?)
}

pub fn list_from(folder: &OwnedFd) -> Result<Vec<String>, i32> {
    let mut names = Vec::new();
    loop {
        let mut buffer = [0_u8; 2048];
        // SAFETY: the buffer is as long as told.
        let taken = result(unsafe {
            libc::syscall(libc::SYS_getdents64, folder.as_raw_fd(), buffer.as_mut_ptr(), buffer.len())
        })?;
        if taken == 0 {
            names.sort();
            return Ok(names);
        }
        let mut entries = &buffer[..taken as usize];
        while !entries.is_empty() {
            let length = u16::from_ne_bytes([entries[16], entries[17]]) as usize;
            let name = entries[19..length].split(|byte| *byte == 0).next().unwrap();
            names.extend(
                Some(String::from_utf8_lossy(name).into_owned()).filter(|name| name != "." && name != ".."),
            );
            entries = &entries[length..];
        }
    }
}

/// What lies in `target`'s folder for a test: a folder of its own, whose real path is known.
pub fn folder() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap().to_str().unwrap().to_owned();
    (folder, path)
}

pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
