//! The whole of `system.json`, and the raw texts beside it.

use candor_plugin::{CollectError, Context};
use jiff::Timestamp;
use serde::Serialize;
use sysinfo::{CpuRefreshKind, MINIMUM_CPU_UPDATE_INTERVAL, MemoryRefreshKind, System};

use crate::Options;
use crate::clock::Clock;
use crate::kernel::Kernel;
use crate::load::{Load, Pressures};
use crate::locale::Locale;
use crate::machine::Machine;
use crate::mask::Masks;
use crate::memory::Memory;
use crate::mounts::Mounts;
use crate::operating_system::OperatingSystem;
use crate::processes::{Look, Processes};
use crate::processor::Processor;
use crate::storage::BlockDevice;
use crate::temperature::Temperature;
use crate::virtualisation::Virtualisation;

/// `system.json`. What could not be learned is `null`; sizes are bytes, times are RFC 3339 in UTC.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// When it was collected.
    collected_at: Timestamp,
    operating_system: OperatingSystem,
    kernel: Kernel,
    load: Load,
    pressure: Pressures,
    processor: Processor,
    memory: Memory,
    machine: Machine,
    virtualisation: Virtualisation,
    /// Disks, partitions and other block devices, without empty ones.
    block_devices: Vec<BlockDevice>,
    mounts: Mounts,
    temperatures: Vec<Temperature>,
    clock: Clock,
    locale: Locale,
    processes: Processes,
}

/// Reads everything and delivers it: `system.json`, `os-release.txt`, `cpuinfo.txt`, `meminfo.txt`, `mounts.txt`.
pub(crate) fn deliver(context: &Context, options: &Options) -> Result<(), CollectError> {
    // Processor use is the difference of two looks: everything else is read between them.
    let mut system = System::new().map_err(|error| CollectError::other(error.to_string()))?;
    system.refresh_memory_specifics(MemoryRefreshKind::everything());
    system.refresh_cpu_specifics(CpuRefreshKind::nothing().with_usage());
    let first_look = Look::now(context);
    let masks = Masks::of_this_machine();
    let (operating_system, os_release) = OperatingSystem::read(context);
    let (mut processor, cpuinfo) = Processor::read(context, &system);
    let (memory, meminfo) = Memory::read(context, &masks, &system);
    let (mounts, mountinfo) = Mounts::read(context, &masks);
    let kernel = Kernel::read(context);
    let machine = Machine::read(context);
    let virtualisation = Virtualisation::read(context, &machine, &kernel.release);
    let load = Load::read(context);
    let pressure = Pressures::read(context);
    let block_devices = BlockDevice::read_all(context);
    let temperatures = Temperature::read_all(context);
    let clock = Clock::read(context);
    let locale = Locale::read(context);
    std::thread::sleep(MINIMUM_CPU_UPDATE_INTERVAL.saturating_sub(first_look.age()));
    let processes = first_look.until(&Look::now(context), &masks, options.top_processes);
    processor.measure(&mut system);
    let report = Report {
        collected_at: Timestamp::now(),
        operating_system,
        kernel,
        load,
        pressure,
        processor,
        memory,
        machine,
        virtualisation,
        block_devices,
        mounts,
        temperatures,
        clock,
        locale,
        processes,
    };
    context.write_json("system.json", &report)?;
    let texts = [
        ("os-release.txt", os_release),
        ("cpuinfo.txt", cpuinfo),
        ("meminfo.txt", meminfo),
        ("mounts.txt", mountinfo),
    ];
    for (name, text) in texts.iter().filter(|(_, text)| !text.is_empty()) {
        context.write_text(name, text)?;
    }
    Ok(())
}
