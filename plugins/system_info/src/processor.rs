//! The processor: by the library, by `/proc/cpuinfo` and by `/sys/devices/system/cpu`.

use std::collections::BTreeSet;

use candor_plugin::Context;
use serde::Serialize;
use sysinfo::{CpuRefreshKind, System};

use crate::sysfs;

const MOST_BYTES: u64 = 4 * 1024 * 1024;
const POLICIES: &str = "/sys/devices/system/cpu/cpufreq";
/// Asking for the momentary frequency takes milliseconds a core on some machines.
const MOST_FREQUENCIES: usize = 16;
/// Keys of `/proc/cpuinfo` that number a single machine (ARM boards, IBM Z).
const SERIAL_KEYS: [&str; 2] = ["serial", "identification"];

/// The processor.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Processor {
    /// `AMD EPYC 7763 64-Core Processor`.
    model: Option<String>,
    /// `GenuineIntel`, `AuthenticAMD`, `ARM`.
    vendor: Option<String>,
    sockets: Option<usize>,
    physical_cores: Option<usize>,
    logical_cores: usize,
    /// Of the first core: `0x1000065`.
    microcode: Option<String>,
    frequency: Frequency,
    /// Of each logical core, during a fifth of a second.
    use_percent: Vec<f32>,
}

/// Frequencies in MHz.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Frequency {
    minimum_mhz: Option<u64>,
    maximum_mhz: Option<u64>,
    /// Of the first cores, at this moment.
    current_mhz: Vec<u64>,
    /// `performance`, `schedutil`.
    governor: Option<String>,
}

impl Processor {
    /// The processor, and the raw text of its first core.
    pub(crate) fn read(context: &Context, system: &System) -> (Self, String) {
        let text = context.read_text("/proc/cpuinfo", MOST_BYTES).unwrap_or_else(|error| {
            context.note_partial(error.to_string());
            String::new()
        });
        if system.cpus().is_empty() {
            context.note_partial("the processors could not be counted");
        }
        let first = system.cpus().first();
        let named = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let processor = Self {
            model: first.and_then(|cpu| named(cpu.brand())),
            vendor: first.and_then(|cpu| named(cpu.vendor_id())),
            sockets: sockets(&text),
            physical_cores: System::physical_core_count().ok(),
            logical_cores: system.cpus().len(),
            microcode: values(&text, "microcode").next().map(str::to_owned),
            frequency: Frequency::read(context, &text),
            use_percent: Vec::new(),
        };
        (processor, first_core(&text))
    }

    /// Fills in the use since the library's last look, which was at least its shortest interval ago.
    pub(crate) fn measure(&mut self, system: &mut System) {
        system.refresh_cpu_specifics(CpuRefreshKind::nothing().with_usage());
        let tenth = |percent: f32| (percent * 10.0).round() / 10.0;
        self.use_percent = system.cpus().iter().map(|cpu| tenth(cpu.usage())).collect();
    }
}

impl Frequency {
    fn read(context: &Context, cpuinfo: &str) -> Self {
        let policies = sysfs::names(context, POLICIES, "policy");
        let mhz = |policy: &str, leaf: &str| {
            let khz: u64 =
                sysfs::text_if_any(context, &format!("{POLICIES}/{policy}/{leaf}"))?.parse().ok()?;
            Some(khz / 1000)
        };
        let all = |leaf| policies.iter().filter_map(move |policy| mhz(policy, leaf));
        let mut current_mhz: Vec<u64> = all("scaling_cur_freq").take(MOST_FREQUENCIES).collect();
        if current_mhz.is_empty() {
            current_mhz = measured(cpuinfo);
        }
        let governor = policies
            .first()
            .and_then(|policy| sysfs::text_if_any(context, &format!("{POLICIES}/{policy}/scaling_governor")));
        Self {
            minimum_mhz: all("cpuinfo_min_freq").min(),
            maximum_mhz: all("cpuinfo_max_freq").max(),
            current_mhz,
            governor,
        }
    }
}

fn measured(cpuinfo: &str) -> Vec<u64> {
    values(cpuinfo, "cpu MHz")
        .filter_map(|value| value.split('.').next()?.parse().ok())
        .take(MOST_FREQUENCIES)
        .collect()
}

fn sockets(cpuinfo: &str) -> Option<usize> {
    let ids: BTreeSet<&str> = values(cpuinfo, "physical id").collect();
    (!ids.is_empty()).then_some(ids.len())
}

fn values<'a>(cpuinfo: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    cpuinfo.lines().filter_map(move |line| {
        let (found, value) = line.split_once(':')?;
        (found.trim_end() == key).then(|| value.trim())
    })
}

/// The block of the first core, the blocks that are about the whole board, and how many cores there are. Lines with
/// serial numbers are left out.
fn first_core(cpuinfo: &str) -> String {
    let blocks: Vec<&str> = cpuinfo.split("\n\n").filter(|block| !block.trim().is_empty()).collect();
    let is_core = |block: &str| block.trim_start().starts_with("processor");
    let cores = blocks.iter().filter(|block| is_core(block)).count();
    let mut text = format!("# {cores} processors, the first is shown\n");
    let board = blocks.iter().filter(|block| !is_core(block));
    for block in blocks.iter().filter(|block| is_core(block)).take(1).chain(board) {
        for line in block.lines().filter(|line| !holds_serial(line)) {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

fn holds_serial(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    SERIAL_KEYS.iter().any(|key| line.contains(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIRTUAL: &str = include_str!("../fixtures/cpuinfo-x86-virtual");

    #[test]
    fn two_cores_of_one_socket_are_told_apart() {
        assert_eq!(sockets(VIRTUAL), Some(1));
        assert_eq!(measured(VIRTUAL), [2596, 2596]);
        assert_eq!(values(VIRTUAL, "microcode").next(), Some("0x1000065"));
    }

    #[test]
    fn only_the_first_core_is_in_the_text() {
        let text = first_core(VIRTUAL);
        assert!(text.starts_with("# 2 processors"));
        assert_eq!(values(&text, "processor").count(), 1);
    }

    #[test]
    fn the_serial_number_of_a_board_is_left_out() {
        let board = "processor\t: 0\nBogoMIPS\t: 108.00\n\nRevision\t: c03114\nSerial\t\t: 100000003d1d1c36\nModel\t\t: Pi 4\n";
        let text = first_core(board);
        assert!(text.contains("Pi 4") && text.contains("c03114"));
        assert!(!text.contains("100000003d1d1c36"));
        assert!(!first_core("processor 0: version = FF,  identification = 0133E8\n").contains("0133E8"));
    }
}
