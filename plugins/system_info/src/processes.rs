//! The busiest processes, by name only, from `/proc/PID/stat` (proc_pid_stat(5)).
//!
//! Not by the library: it opens `/proc/PID/status` too, with the user ids, whether or not they are asked for, and this
//! collector declares no such read.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use candor_plugin::Context;
use serde::Serialize;

use crate::mask::Masks;

const STAT_BYTES: u64 = 4096;
/// More than the kernel's default limit of process ids on small machines; a bound for the others.
const MOST_PROCESSES: usize = 50_000;
/// `PF_KTHREAD` of the kernel's `include/linux/sched.h`.
const KERNEL_THREAD: u64 = 0x0020_0000;

/// The processes.
#[derive(Debug, Serialize)]
pub(crate) struct Processes {
    /// How many there are, kernel threads not counted.
    count: usize,
    kernel_threads: usize,
    /// How many are in each state: `sleeping`, `running`, `zombie`, `waiting for a disk`.
    states: BTreeMap<&'static str, usize>,
    /// Time over which processor use was measured.
    measured_milliseconds: u64,
    /// Those that use the processor most, the busiest first; idle ones are left out.
    top_by_processor: Vec<ProcessUse>,
    /// Those that use memory most, the largest first.
    top_by_memory: Vec<ProcessUse>,
}

/// One process.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ProcessUse {
    pid: u32,
    /// `comm`, at most 15 characters, masked. Never the command line.
    name: String,
    state: &'static str,
    threads: u64,
    /// 100 is one core in full use.
    processor_percent: f64,
    /// Processor time since it started.
    processor_seconds: f64,
    /// Resident memory, shared pages included.
    memory_bytes: u64,
}

/// One look at one process.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stat {
    name: String,
    state: &'static str,
    kernel: bool,
    threads: u64,
    /// Processor time, in clock ticks.
    ticks: u64,
    /// Since the machine started, in clock ticks: tells a process from a later one of the same number.
    started: u64,
    resident_pages: u64,
}

/// All processes, at one moment.
pub(crate) struct Look {
    at: Instant,
    stats: BTreeMap<u32, Stat>,
}

impl Look {
    /// Looks at every process that `/proc` shows.
    pub(crate) fn now(context: &Context) -> Self {
        let names = context.list("/proc").unwrap_or_else(|error| {
            context.note_partial(error.to_string());
            Vec::new()
        });
        let pids: Vec<u32> = names.iter().filter_map(|name| name.to_str()?.parse().ok()).collect();
        if pids.len() > MOST_PROCESSES {
            context.note_partial(format!("only {MOST_PROCESSES} of {} processes were looked at", pids.len()));
        }
        let at = Instant::now();
        let look = |pid: &u32| Some((*pid, read(context, *pid)?));
        let stats = pids.iter().take(MOST_PROCESSES).filter_map(look).collect();
        Self { at, stats }
    }

    /// Time since this look.
    pub(crate) fn age(&self) -> Duration {
        self.at.elapsed()
    }

    /// What the processes did until the later look. `top` bounds each of the two lists.
    pub(crate) fn until(&self, later: &Self, masks: &Masks, top: usize) -> Processes {
        let measured = later.at.duration_since(self.at);
        let clock = Units::of_this_machine();
        let mut all: Vec<ProcessUse> = later
            .stats
            .iter()
            .map(|(pid, stat)| describe(*pid, stat, self.stats.get(pid), measured, &clock, masks))
            .collect();
        let kernel_threads = later.stats.values().filter(|stat| stat.kernel).count();
        let mut states = BTreeMap::new();
        for stat in later.stats.values() {
            *states.entry(stat.state).or_default() += 1;
        }
        all.sort_by(|left, right| right.processor_percent.total_cmp(&left.processor_percent));
        let busy = all.iter().filter(|process| process.processor_percent > 0.0);
        let top_by_processor = busy.take(top).cloned().collect();
        all.sort_by_key(|process| std::cmp::Reverse(process.memory_bytes));
        let large = all.iter().filter(|process| process.memory_bytes > 0);
        Processes {
            count: later.stats.len() - kernel_threads,
            kernel_threads,
            states,
            measured_milliseconds: u64::try_from(measured.as_millis()).unwrap_or(u64::MAX),
            top_by_processor,
            top_by_memory: large.take(top).cloned().collect(),
        }
    }
}

/// What the kernel counts in.
struct Units {
    ticks_per_second: f64,
    page_bytes: u64,
}

impl Units {
    fn of_this_machine() -> Self {
        Self {
            ticks_per_second: rustix::param::clock_ticks_per_second() as f64,
            page_bytes: rustix::param::page_size() as u64,
        }
    }
}

fn describe(
    pid: u32,
    stat: &Stat,
    before: Option<&Stat>,
    measured: Duration,
    units: &Units,
    masks: &Masks,
) -> ProcessUse {
    // A process that started in between has used all its time in between.
    let ticks_before =
        before.filter(|before| before.started == stat.started).map_or(0, |before| before.ticks);
    let seconds = |ticks: u64| ticks as f64 / units.ticks_per_second;
    let used = seconds(stat.ticks.saturating_sub(ticks_before));
    ProcessUse {
        pid,
        name: masks.process_name(&stat.name),
        state: stat.state,
        threads: stat.threads,
        processor_percent: tenth(used / measured.as_secs_f64().max(0.001) * 100.0),
        processor_seconds: seconds(stat.ticks),
        memory_bytes: stat.resident_pages.saturating_mul(units.page_bytes),
    }
}

fn tenth(percent: f64) -> f64 {
    (percent * 10.0).round() / 10.0
}

/// `None` when it ended meanwhile.
fn read(context: &Context, pid: u32) -> Option<Stat> {
    match context.read(format!("/proc/{pid}/stat"), STAT_BYTES) {
        Ok((data, _)) => parse(&data),
        Err(error) => {
            let ended = matches!(&error, candor_plugin::InputError::Io { source, .. }
                if source.raw_os_error() == Some(libc::ESRCH));
            if !ended {
                note_unreadable(context, &error);
            }
            None
        }
    }
}

/// One reason for all of them: a number of a process means nothing later.
fn note_unreadable(context: &Context, error: &candor_plugin::InputError) {
    if !error.is_absent() {
        context.note_partial("some processes could not be looked at");
    }
}

/// `17577 (a name) S 1 …`. The name may hold anything, `) S 1` too: it ends at the last parenthesis.
fn parse(data: &[u8]) -> Option<Stat> {
    let text = String::from_utf8_lossy(data);
    let (_, rest) = text.split_once('(')?;
    let (name, rest) = rest.rsplit_once(')')?;
    let words: Vec<&str> = rest.split_ascii_whitespace().collect();
    // Field 3 of the manual page, the state, is word 0 here.
    let number = |field: usize| words.get(field - 3)?.parse::<u64>().ok();
    Some(Stat {
        name: name.to_owned(),
        state: state(words.first()?),
        kernel: number(9)? & KERNEL_THREAD != 0,
        threads: number(20)?,
        ticks: number(14)?.saturating_add(number(15)?),
        started: number(22)?,
        // Signed in the kernel's text; never below zero in practice.
        resident_pages: number(24).unwrap_or(0),
    })
}

fn state(letter: &str) -> &'static str {
    match letter {
        "R" => "running",
        "S" => "sleeping",
        "D" => "waiting for a disk",
        "Z" => "zombie",
        "T" => "stopped",
        "t" => "traced",
        "I" => "idle",
        "X" | "x" => "dead",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "42 (a) S 1 (b) R 1 42 42 0 -1 4194560 1 0 0 0 30 12 0 0 20 0 3 0 777 9000000 500 18446744073709551615";

    fn look(stats: &[(u32, Stat)], at: Instant) -> Look {
        Look { at, stats: stats.iter().cloned().collect() }
    }

    #[test]
    fn a_name_with_parentheses_and_spaces_is_read() {
        let stat = parse(LINE.as_bytes()).unwrap();
        assert_eq!(stat.name, "a) S 1 (b");
        assert_eq!(stat.state, "running");
        assert_eq!((stat.threads, stat.ticks, stat.started, stat.resident_pages), (3, 42, 777, 500));
        assert!(!stat.kernel);
    }

    #[test]
    fn broken_lines_are_no_process() {
        for text in ["", "1", "1 (", "1 (a)", "1 (a) S", "1 )a( S 1 1 1", "\u{0}"] {
            assert_eq!(parse(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn use_is_what_happened_between_two_looks() {
        let stat = parse(LINE.as_bytes()).unwrap();
        let mut later = stat.clone();
        later.ticks += 20;
        let begin = Instant::now();
        let first = look(&[(42, stat)], begin);
        let second = look(&[(42, later)], begin + Duration::from_millis(200));
        let processes = first.until(&second, &Masks::default(), 5);
        let percent = processes.top_by_processor[0].processor_percent;
        let ticks = rustix::param::clock_ticks_per_second() as f64;
        assert_eq!(percent, tenth(20.0 / ticks / 0.2 * 100.0));
        assert_eq!(processes.measured_milliseconds, 200);
    }

    #[test]
    fn a_number_that_was_given_again_is_another_process() {
        let stat = parse(LINE.as_bytes()).unwrap();
        let mut other = stat.clone();
        other.started += 1;
        other.ticks = 0;
        let begin = Instant::now();
        let processes = look(&[(42, stat)], begin).until(&look(&[(42, other)], begin), &Masks::default(), 5);
        assert!(processes.top_by_processor.is_empty());
        assert_eq!(processes.top_by_memory.len(), 1);
    }
}
