//! Runs a command once and measures it: wall time, processor time, peak memory.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::process;

/// How often the memory of a running command is read. The kernel keeps the peak, so that only the growth of the last
/// interval can be missed.
const WATCH_INTERVAL: Duration = Duration::from_millis(5);

/// A run shorter than this was looked at too seldom to know its peak; the larger figure of the kernel stands for it.
const SHORTEST_WATCHED: Duration = Duration::from_millis(100);

/// One measured run.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// From the start to the end.
    pub wall: Duration,
    /// User and system time of the command and of all its descendants that were waited for.
    pub cpu: Duration,
    /// Peak resident memory of the command itself, in bytes; in a run of less than 100 ms the same as the next, which
    /// is never less.
    pub own_peak_bytes: u64,
    /// Peak resident memory of the largest among the command and its descendants, in bytes.
    ///
    /// A new process counts the memory of the one that started it until it executes: at least our own few megabytes.
    pub largest_peak_bytes: u64,
}

/// Runs `command` once with its stdin and stdout closed.
///
/// # Errors
/// When it cannot be started, or ends with a code that is not among `accepted`.
pub fn run(command: &mut Command, accepted: &[i32]) -> Result<Sample, Failure> {
    command.stdin(Stdio::null());
    run_with(command, accepted, drop)
}

/// Runs `command` once with what `feed` writes as its stdin and with its stdout closed. That the command stops reading
/// is its own matter: its exit code says whether it should have.
///
/// # Errors
/// As [`run`].
pub fn run_fed(
    command: &mut Command,
    accepted: &[i32],
    feed: impl FnOnce(&mut ChildStdin) -> std::io::Result<()> + Send,
) -> Result<Sample, Failure> {
    command.stdin(Stdio::piped());
    thread::scope(|scope| {
        run_with(command, accepted, |stdin| {
            scope.spawn(move || stdin.map(|mut stdin| feed(&mut stdin)));
        })
    })
}

fn run_with(
    command: &mut Command,
    accepted: &[i32],
    feed: impl FnOnce(Option<ChildStdin>),
) -> Result<Sample, Failure> {
    command.stdout(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn().map_err(|error| process::cannot_start(command, error))?;
    feed(child.stdin.take());
    let watch = Watch::start(child.id());
    let waited = wait(child.id());
    let wall = started.elapsed();
    let watched = watch.stop();
    let (status, usage) =
        waited.map_err(|error| Failure::new("cannot wait for a command").caused_by(error))?;
    if !libc::WIFEXITED(status) || !accepted.contains(&libc::WEXITSTATUS(status)) {
        let how = std::os::unix::process::ExitStatusExt::from_raw(status);
        let how: std::process::ExitStatus = how;
        return Err(Failure::new(format!("`{}` ended with {how}", command.get_program().display())));
    }
    let largest_peak_bytes = u64::try_from(usage.ru_maxrss).unwrap_or(0) * 1024;
    let own_peak_bytes = if wall < SHORTEST_WATCHED { largest_peak_bytes } else { watched };
    Ok(Sample { wall, cpu: time(usage.ru_utime) + time(usage.ru_stime), own_peak_bytes, largest_peak_bytes })
}

fn wait(pid: u32) -> std::io::Result<(i32, libc::rusage)> {
    let mut status = 0;
    // SAFETY: `rusage` is plain numbers, for which all zeroes is a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: both pointers are to live locals of the right types; the child is ours and nobody else waits for it.
        let ended = unsafe { libc::wait4(pid.cast_signed(), &raw mut status, 0, &raw mut usage) };
        if ended == pid.cast_signed() {
            return Ok((status, usage));
        }
        let error = std::io::Error::last_os_error();
        if error.kind() != std::io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

fn time(value: libc::timeval) -> Duration {
    let seconds = u64::try_from(value.tv_sec).unwrap_or(0);
    let micros = u64::try_from(value.tv_usec).unwrap_or(0);
    Duration::from_secs(seconds) + Duration::from_micros(micros)
}

/// Lets the command and what it starts run on the first core only.
pub fn pin(command: &mut Command) {
    // SAFETY: between fork and exec the closure calls nothing but sched_setaffinity(2), and allocates nothing.
    unsafe {
        command.pre_exec(|| {
            let mut cores: libc::cpu_set_t = std::mem::zeroed();
            libc::CPU_SET(0, &mut cores);
            match libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const cores) {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            }
        });
    }
}

/// Reads the peak memory of a process while it runs; afterwards the kernel no longer tells.
struct Watch {
    over: Arc<AtomicBool>,
    peak: Arc<AtomicU64>,
    thread: JoinHandle<()>,
}

impl Watch {
    fn start(pid: u32) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let peak = Arc::new(AtomicU64::new(0));
        let (is_over, highest) = (Arc::clone(&over), Arc::clone(&peak));
        let thread = thread::spawn(move || {
            let place = format!("/proc/{pid}/status");
            while !is_over.load(Ordering::Acquire) {
                let bytes = fs::read_to_string(&place).ok().and_then(|status| peak_of(&status));
                highest.fetch_max(bytes.unwrap_or(0), Ordering::Relaxed);
                thread::park_timeout(WATCH_INTERVAL);
            }
        });
        Self { over, peak, thread }
    }

    fn stop(self) -> u64 {
        self.over.store(true, Ordering::Release);
        self.thread.thread().unpark();
        // The thread cannot panic; were it gone all the same, what it saw until then stands.
        let _ = self.thread.join();
        self.peak.load(Ordering::Relaxed)
    }
}

/// The line `VmHWM:     1234 kB` of proc_pid_status(5).
fn peak_of(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_from_the_status_of_a_process() {
        assert_eq!(peak_of("Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n"), Some(2048 * 1024));
        assert_eq!(peak_of("Name:\tx\nState:\tZ (zombie)\n"), None);
        assert!(peak_of(&fs::read_to_string("/proc/self/status").unwrap()).unwrap() > 0);
    }

    #[test]
    fn processor_time_and_memory_of_descendants_are_counted() {
        let mut command = Command::new("sh");
        // The inner shell works; the outer one waits for it.
        command.args(["-c", "sh -c 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done'; true"]);
        let sample = run(&mut command, &[0]).unwrap();
        assert!(sample.cpu > Duration::from_millis(5), "{sample:?}");
        assert!(sample.wall >= sample.cpu / 4 && sample.largest_peak_bytes > 100_000, "{sample:?}");
    }

    #[test]
    fn an_exit_code_that_is_not_accepted_is_an_error() {
        let exit = |code: &str| run(Command::new("sh").args(["-c", code]), &[0, 3]);
        assert!(exit("exit 3").is_ok());
        assert_eq!(exit("exit 4").unwrap_err().to_string(), "`sh` ended with exit status: 4");
        assert!(exit("kill -9 $$").is_err());
    }

    #[test]
    fn a_pinned_command_sees_one_core() {
        let mut command = Command::new("nproc");
        pin(&mut command);
        let output = command.output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "1");
    }

    #[test]
    fn a_command_reads_what_it_is_fed_and_may_stop_early() {
        use std::io::Write as _;
        let count = |script: &str, code: &[i32]| {
            run_fed(Command::new("sh").args(["-c", script]), code, |stdin| stdin.write_all(&[b'x'; 1 << 20]))
        };
        assert!(count("test $(wc -c) = 1048576", &[0]).is_ok());
        assert!(count("head -c 1; exit 3", &[3]).is_ok());
    }
}
