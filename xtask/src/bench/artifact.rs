//! One large incompressible artifact on its way from plugin to zip: how many bytes a second, and how much memory.

use std::path::PathBuf;

use crate::arguments::Arguments;
use crate::bench::Scale;
use crate::bench::ground::{BenchPlugin, Ground, clear, size_bytes};
use crate::bench::measure::{self, Sample};
use crate::bench::series::Duel;
use crate::bench::table::{self, Table};
use crate::console;
use crate::failure::Failure;
use crate::process::Process;

const ID: &str = "bench-artifact";
const HOST_BYTES: u64 = 20 << 20;

/// Runs the benchmark.
pub fn run(mut arguments: Arguments, scale: Scale) -> Result<(), Failure> {
    let bytes = arguments.number("--mib", scale.size(4096, 64))? << 20;
    // The promise is about the path, not about a disk.
    let folder = arguments.value("--output")?.map_or_else(|| PathBuf::from("/dev/shm"), PathBuf::from);
    arguments.finish()?;
    let plugin = BenchPlugin::build()?;
    let ground = Ground::prepare(&folder)?;
    ground.add_collector(ID, &BenchPlugin::manifest(ID, bytes))?;
    ground.set_profile(ID, &[ID.to_owned()], bytes + (1 << 30))?;
    let duel =
        Duel::fight(scale.runs(7), || write_plainly(&ground, bytes), || collect(&ground, &plugin, bytes))?;
    print(&duel, bytes);
    Ok(())
}

/// The same number of zeros written by `dd` to the same place: what the file system allows on this machine at this moment.
fn write_plainly(ground: &Ground, bytes: u64) -> Result<Sample, Failure> {
    let file = ground.path("plain");
    let count = format!("count={}", bytes >> 20);
    let target = format!("of={}", file.display());
    let mut command =
        Process::new("dd").args(["if=/dev/zero", "bs=1M", "status=none", &count, &target]).into_command();
    let sample = measure::run(&mut command, &[0])?;
    clear(&file)?;
    Ok(sample)
}

fn collect(ground: &Ground, plugin: &BenchPlugin, bytes: u64) -> Result<Sample, Failure> {
    let report = ground.path("artifact.zip");
    clear(&report)?;
    let mut command = ground.collect(plugin.candor(ground), ID, &report, &[ID.to_owned()]);
    command.env("TMPDIR", ground.path(""));
    let sample = measure::run(&mut command, &[0])?;
    if size_bytes(&report)? < bytes {
        return Err(Failure::new("the report is smaller than its incompressible artifact"));
    }
    Ok(sample)
}

#[expect(clippy::cast_precision_loss, reason = "a rate with two digits")]
fn print(duel: &Duel, bytes: u64) {
    let mut table = Table::of_series();
    table.series("dd, the same bytes", &duel.theirs);
    table.series("candor collect", &duel.ours);
    table.print();
    let series = &duel.ours;
    let rate = series.wall().map(|seconds| bytes as f64 / seconds / 1e9);
    table::promise(rate.median >= 1.0, "at least 1 GB/s, hash included", &table::spread(rate, 2, " GB/s"));
    console::data(&format!("        against dd, pair by pair: {}", table::spread(duel.speedup(), 2, "x")));
    let peak = series.own_peak_bytes();
    table::promise(peak <= HOST_BYTES, "the host needs at most 20 MiB", &table::mebibytes(peak));
}
