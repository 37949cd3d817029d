//! Main memory and swap, by the library from `/proc/meminfo`, and the swap areas.

use candor_plugin::Context;
use serde::Serialize;
use sysinfo::System;

use crate::mask::Masks;
use crate::sysfs;

const MOST_BYTES: u64 = 64 * 1024;

/// Main memory and swap.
#[derive(Debug, Serialize)]
pub(crate) struct Memory {
    total_bytes: u64,
    /// What programs can have without swapping.
    available_bytes: u64,
    free_bytes: u64,
    swap_total_bytes: u64,
    swap_free_bytes: u64,
    swap_areas: Vec<SwapArea>,
    /// How readily the kernel swaps: 0 to 200.
    swappiness: Option<u32>,
    /// 0 heuristic, 1 always, 2 never more than there is.
    overcommit: Option<u32>,
}

/// One line of `/proc/swaps`.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct SwapArea {
    /// Device or file, masked.
    source: String,
    /// `partition` or `file`.
    kind: String,
    size_bytes: u64,
    used_bytes: u64,
    priority: Option<i32>,
}

impl Memory {
    /// Memory, and the raw text.
    pub(crate) fn read(context: &Context, masks: &Masks, system: &System) -> (Self, String) {
        let text = context.read_text("/proc/meminfo", MOST_BYTES).unwrap_or_else(|error| {
            context.note_partial(error.to_string());
            String::new()
        });
        if system.total_memory() == 0 {
            context.note_partial("the amount of memory could not be read");
        }
        let memory = Self {
            total_bytes: system.total_memory(),
            available_bytes: system.available_memory(),
            free_bytes: system.free_memory(),
            swap_total_bytes: system.total_swap(),
            swap_free_bytes: system.free_swap(),
            swap_areas: swap_areas(&sysfs::text(context, "/proc/swaps").unwrap_or_default(), masks),
            swappiness: sysfs::number(context, "/proc/sys/vm/swappiness"),
            overcommit: sysfs::number(context, "/proc/sys/vm/overcommit_memory"),
        };
        (memory, text)
    }
}

/// `Filename Type Size Used Priority`, sizes in KiB. Spaces in file names are written as `\040`.
fn swap_areas(text: &str, masks: &Masks) -> Vec<SwapArea> {
    text.lines().skip(1).filter_map(|line| swap_area(line, masks)).collect()
}

fn swap_area(line: &str, masks: &Masks) -> Option<SwapArea> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let [source, kind, size, used, rest @ ..] = words.as_slice() else {
        return None;
    };
    let bytes = |word: &str| word.parse::<u64>().ok()?.checked_mul(1024);
    Some(SwapArea {
        source: masks.path(source),
        kind: (*kind).to_owned(),
        size_bytes: bytes(size)?,
        used_bytes: bytes(used)?,
        priority: rest.first().and_then(|word| word.parse().ok()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swap_areas_are_in_bytes_and_masked() {
        let text = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n\
                    /dev/dm-1                               partition\t999420\t\t12\t\t-2\n\
                    /home/anna/swap                         file\t\t1024\t\t0\t\t-3\nbroken\n";
        let areas = swap_areas(text, &Masks::default());
        assert_eq!(areas.len(), 2);
        assert_eq!((areas[0].size_bytes, areas[0].used_bytes), (1_023_406_080, 12_288));
        assert_eq!(areas[1].source, "/home/<masked>/swap");
        assert_eq!(areas[1].priority, Some(-3));
    }
}
