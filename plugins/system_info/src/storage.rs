//! Disks and partitions by the kernel's names, from `/proc/partitions` and `/proc/diskstats`.
//!
//! Not from `/sys/block`: its links lead all over `/sys/devices`, where serial numbers and hardware addresses lie beside
//! what is wanted, and this collector declares no read that could reach them. Models of disks are in the collector
//! `hardware`.

use std::collections::BTreeMap;

use candor_plugin::Context;
use serde::Serialize;

const MOST_BYTES: u64 = 1024 * 1024;
const MOST_DEVICES: usize = 512;
/// `/proc/diskstats` counts in these, whatever the disk's own sector size (kernel document admin-guide/iostats).
const SECTOR_BYTES: u64 = 512;
/// `/proc/partitions` counts in these.
const BLOCK_BYTES: u64 = 1024;

/// A disk, a partition or another block device.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct BlockDevice {
    /// The kernel's name: `sda`, `nvme0n1p2`, `dm-0`.
    name: String,
    size_bytes: u64,
    /// What was read and written since the machine started; absent when the kernel keeps no count.
    #[serde(flatten)]
    traffic: Option<Traffic>,
}

/// Counts since the machine started.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Traffic {
    reads: u64,
    read_bytes: u64,
    writes: u64,
    written_bytes: u64,
    /// Requests that are under way.
    in_flight: u64,
    /// Time with at least one request under way.
    busy_seconds: f64,
}

impl BlockDevice {
    /// All devices that have a size. Unused loop devices have none.
    pub(crate) fn read_all(context: &Context) -> Vec<Self> {
        let text = |path: &str| {
            context.read_text(path, MOST_BYTES).unwrap_or_else(|error| {
                context.note_partial(error.to_string());
                String::new()
            })
        };
        let mut devices = parse(&text("/proc/partitions"), &text("/proc/diskstats"));
        if devices.len() > MOST_DEVICES {
            context.note_partial(format!(
                "only {MOST_DEVICES} of {} block devices are described",
                devices.len()
            ));
            devices.truncate(MOST_DEVICES);
        }
        devices
    }
}

/// `major minor #blocks name`, and `major minor name` with at least eleven counts.
fn parse(partitions: &str, statistics: &str) -> Vec<BlockDevice> {
    let traffic: BTreeMap<&str, Traffic> = statistics.lines().filter_map(counts).collect();
    let device = |line: &str| {
        let mut words = line.split_ascii_whitespace().skip(2);
        let blocks: u64 = words.next()?.parse().ok()?;
        let name = words.next()?;
        Some(BlockDevice {
            name: name.to_owned(),
            size_bytes: blocks.saturating_mul(BLOCK_BYTES),
            traffic: traffic.get(name).copied(),
        })
    };
    partitions.lines().filter_map(device).collect()
}

fn counts(line: &str) -> Option<(&str, Traffic)> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let number = |field: usize| words.get(field)?.parse::<u64>().ok();
    let traffic = Traffic {
        reads: number(3)?,
        read_bytes: number(5)?.saturating_mul(SECTOR_BYTES),
        writes: number(7)?,
        written_bytes: number(9)?.saturating_mul(SECTOR_BYTES),
        in_flight: number(11)?,
        busy_seconds: number(12)? as f64 / 1000.0,
    };
    Some((words.get(2)?, traffic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_counts_are_brought_together() {
        let partitions =
            "major minor  #blocks  name\n\n 254        0  268435456 vda\n 254        1  1 vda1\nbroken\n";
        let statistics = "   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0\n 254       0 vda 304248 50009 34840306 346794 23590 \
                          64186 15498712 108672 2 44340 457563 11060 68 2150256 2047 989 49\nbroken 1\n";
        let devices = parse(partitions, statistics);
        assert_eq!(devices.len(), 2);
        assert_eq!(devices[0].size_bytes, 274_877_906_944);
        let traffic = devices[0].traffic.unwrap();
        assert_eq!((traffic.reads, traffic.read_bytes), (304_248, 34_840_306 * 512));
        assert_eq!((traffic.in_flight, traffic.busy_seconds), (2, 44.34));
        assert_eq!(devices[1].traffic, None);
    }
}
