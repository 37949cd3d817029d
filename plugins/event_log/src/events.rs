//! Lines in which the kernel says that something went badly wrong.

use memchr::memmem;
use serde::Serialize;

/// How often the kernel reported trouble.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct KernelEvents {
    /// Processes that were killed because memory had run out.
    pub(crate) out_of_memory_kills: u64,
    /// Processes that crashed: segmentation faults, illegal instructions.
    pub(crate) process_crashes: u64,
    /// Faults of the kernel itself: panics, oopses, failed assertions.
    pub(crate) kernel_faults: u64,
    /// Tasks that hung, processors that did.
    pub(crate) lockups: u64,
    /// Input and output errors of devices and file systems.
    pub(crate) io_errors: u64,
}

/// What one line reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KernelEvent {
    OutOfMemoryKill,
    ProcessCrash,
    KernelFault,
    Lockup,
    IoError,
}

/// Texts that have been stable over many kernel versions; the first that fits counts. `oom-kill:` is no entry of its
/// own: the kernel prints it beside the line on the killed process.
const TEXTS: [(&str, KernelEvent); 14] = [
    ("ut of memory: Killed process", KernelEvent::OutOfMemoryKill),
    ("ut of memory: Kill process", KernelEvent::OutOfMemoryKill),
    (": segfault at ", KernelEvent::ProcessCrash),
    ("general protection fault ip:", KernelEvent::ProcessCrash),
    ("trap invalid opcode", KernelEvent::ProcessCrash),
    ("trap divide error", KernelEvent::ProcessCrash),
    ("Kernel panic - ", KernelEvent::KernelFault),
    ("kernel BUG at ", KernelEvent::KernelFault),
    ("BUG: unable to handle", KernelEvent::KernelFault),
    ("Oops: ", KernelEvent::KernelFault),
    ("blocked for more than", KernelEvent::Lockup),
    ("soft lockup", KernelEvent::Lockup),
    ("I/O error, dev ", KernelEvent::IoError),
    ("I/O error on ", KernelEvent::IoError),
];

impl KernelEvent {
    /// What a line of the kernel's reports, if it is one of those.
    pub(crate) fn of(line: &[u8]) -> Option<Self> {
        let fitting = TEXTS.iter().find(|(text, _)| memmem::find(line, text.as_bytes()).is_some());
        fitting.map(|(_, event)| *event)
    }

    /// The word for it in the summary.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OutOfMemoryKill => "out_of_memory_kill",
            Self::ProcessCrash => "process_crash",
            Self::KernelFault => "kernel_fault",
            Self::Lockup => "lockup",
            Self::IoError => "io_error",
        }
    }
}

impl KernelEvents {
    pub(crate) fn count(&mut self, event: KernelEvent) {
        match event {
            KernelEvent::OutOfMemoryKill => self.out_of_memory_kills += 1,
            KernelEvent::ProcessCrash => self.process_crashes += 1,
            KernelEvent::KernelFault => self.kernel_faults += 1,
            KernelEvent::Lockup => self.lockups += 1,
            KernelEvent::IoError => self.io_errors += 1,
        }
    }

    /// Counts each line of a text that is marked as the kernel's, as syslog does with `kernel:`.
    pub(crate) fn count_syslog(&mut self, text: &[u8]) {
        for line in text.split(|byte| *byte == b'\n') {
            if memmem::find(line, b"kernel:").is_some()
                && let Some(event) = KernelEvent::of(line)
            {
                self.count(event);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_lines_are_told_apart() {
        let cases = [
            (
                "Out of memory: Killed process 4211 (postgres) total-vm:9216kB, anon-rss:812kB",
                Some(KernelEvent::OutOfMemoryKill),
            ),
            (
                "Memory cgroup out of memory: Killed process 77 (java) total-vm:1kB",
                Some(KernelEvent::OutOfMemoryKill),
            ),
            (
                "a.out[1234]: segfault at 0 ip 0000 sp 0000 error 6 in a.out[1000+1000]",
                Some(KernelEvent::ProcessCrash),
            ),
            ("traps: tool[99] trap invalid opcode ip:5 sp:7 error:0", Some(KernelEvent::ProcessCrash)),
            ("Kernel panic - not syncing: VFS", Some(KernelEvent::KernelFault)),
            ("INFO: task kworker/0:1:12 blocked for more than 120 seconds.", Some(KernelEvent::Lockup)),
            ("I/O error, dev sda, sector 2048 op 0x0:(READ)", Some(KernelEvent::IoError)),
            ("usb 1-1: new high-speed USB device number 2 using xhci_hcd", None),
            ("oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null)", None),
        ];
        for (line, event) in cases {
            assert_eq!(KernelEvent::of(line.as_bytes()), event, "{line}");
        }
    }

    #[test]
    fn in_syslog_only_lines_of_the_kernel_count() {
        let mut events = KernelEvents::default();
        events.count_syslog(
            b"Jan  1 00:00:00 host kernel: [1.0] x[1]: segfault at 0 ip 1\nJan  1 host app: x: segfault at 0\n",
        );
        assert_eq!(events.process_crashes, 1);
    }
}
