//! Ends a process and everything that it started.
//!
//! A process group can be left with `setsid`, and a parent can be lost by forking twice. So the host is the subreaper of
//! its descendants: what a worker leaves behind becomes the host's own child and is found there.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions};

/// How long ending may take before it is given up. Only a process stuck in the kernel takes this long.
const PATIENCE: Duration = Duration::from_secs(2);

/// Children that the host knows: workers and brokered commands that still run.
static KNOWN: Mutex<Option<HashSet<i32>>> = Mutex::new(None);

/// Makes orphans of workers come to this process. To be called once, before the first worker.
pub(crate) fn adopt_orphans() -> Result<(), std::io::Error> {
    rustix::process::set_child_subreaper(Some(rustix::process::getpid())).map_err(Into::into)
}

/// Remembers a child for as long as the value lives.
pub(crate) struct KnownChild(i32);

impl KnownChild {
    /// Spawns with the lock held, so that no sweep takes the new child for an orphan.
    pub(crate) fn spawn(command: &mut std::process::Command) -> std::io::Result<(std::process::Child, Self)> {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let child = command.spawn()?;
        let pid = child.id().cast_signed();
        known.get_or_insert_default().insert(pid);
        Ok((child, Self(pid)))
    }
}

impl Drop for KnownChild {
    fn drop(&mut self) {
        with_known(|known| known.remove(&self.0));
    }
}

fn with_known<T>(act: impl FnOnce(&mut HashSet<i32>) -> T) -> T {
    act(KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default())
}

/// How ending a process and its descendants went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ended {
    /// Nothing outlived the patience.
    pub(crate) completely: bool,
    /// Processes that were found beside the child itself.
    pub(crate) strays: usize,
}

/// Kills the child's process group and every descendant, and waits for the child.
pub(crate) fn end_all(child: &mut std::process::Child) -> Ended {
    let deadline = Instant::now() + PATIENCE;
    let pid = child.id().cast_signed();
    // Stopped first: a process that does not run cannot start another one between the look and the kill.
    signal(pid, Signal::STOP);
    let mut descendants = descendants_of(pid);
    descendants.iter().for_each(|pid| signal(*pid, Signal::STOP));
    descendants.extend(descendants_of(pid));
    if let Some(group) = Pid::from_raw(pid) {
        let _ = rustix::process::kill_process_group(group, Signal::KILL);
    }
    signal(pid, Signal::KILL);
    descendants.iter().for_each(|pid| signal(*pid, Signal::KILL));
    let ended = wait_until(deadline, || !matches!(child.try_wait(), Ok(None)));
    let mut orphans = HashSet::new();
    let swept = sweep_orphans(deadline, &mut orphans);
    orphans.extend(descendants);
    Ended { completely: swept && ended, strays: orphans.len() }
}

/// Kills and reaps children that nobody knows: what workers left behind.
fn sweep_orphans(deadline: Instant, seen: &mut HashSet<i32>) -> bool {
    wait_until(deadline, || {
        let orphans = with_known(|known| {
            let mut children = children_of(std::process::id().cast_signed());
            children.retain(|pid| !known.contains(pid));
            children
        });
        seen.extend(&orphans);
        for orphan in &orphans {
            descendants_of(*orphan).iter().for_each(|pid| signal(*pid, Signal::KILL));
            signal(*orphan, Signal::KILL);
            if let Some(pid) = Pid::from_raw(*orphan) {
                let _ = rustix::process::waitpid(Some(pid), WaitOptions::NOHANG);
            }
        }
        orphans.is_empty()
    })
}

fn wait_until(deadline: Instant, mut done: impl FnMut() -> bool) -> bool {
    let mut pause = Duration::from_micros(50);
    while !done() {
        if Instant::now() >= deadline {
            return false;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
    true
}

fn signal(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = rustix::process::kill_process(pid, signal);
    }
}

fn descendants_of(pid: i32) -> Vec<i32> {
    let mut all = children_of(pid);
    let mut next = 0;
    while let Some(pid) = all.get(next).copied() {
        for child in children_of(pid) {
            if !all.contains(&child) {
                all.push(child);
            }
        }
        next += 1;
    }
    all
}

/// From `/proc/PID/task/TID/children` (Linux 3.5 and later, `CONFIG_PROC_CHILDREN`).
fn children_of(pid: i32) -> Vec<i32> {
    let Ok(tasks) = std::fs::read_dir(format!("/proc/{pid}/task")) else {
        return Vec::new();
    };
    let lists = tasks.flatten().filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>())
        .collect()
}
