//! What the lock-down costs: the same run with it and without it, in turn.

use std::process::Command;

use crate::bench::ground::{BenchPlugin, Ground, REPORT_WRITTEN, clear, size_bytes};
use crate::bench::measure::{self, Sample};
use crate::bench::series::{Duel, Spread};
use crate::bench::table::{self, Table};
use crate::failure::Failure;

const STREAM: &str = "bench-stream";
const START_SECONDS: f64 = 0.003;
const STREAM_LOSS: f64 = 0.05;

/// Measures what the lock-down adds to the start of each of `count` collectors of `many`, which is returned in seconds, and
/// what it takes from the throughput of one large artifact.
///
/// # Errors
/// When a run fails.
pub fn run(
    ground: &Ground,
    plugin: &BenchPlugin,
    runs: usize,
    bytes: u64,
    count: usize,
    many: impl Fn(&[&str]) -> Result<Sample, Failure>,
) -> Result<Spread, Failure> {
    let starts = Duel::fight(runs, || many(&[]), || many(WITHOUT))?;
    ground.add_collector(STREAM, &BenchPlugin::manifest(STREAM, bytes))?;
    ground.set_profile(STREAM, &[STREAM.to_owned()], bytes + (1 << 30))?;
    let stream = |flags: &[&str]| stream(ground, plugin, bytes, flags);
    let streams = Duel::fight(runs.div_ceil(2), || stream(&[]), || stream(WITHOUT))?;
    Ok(print(&starts, &streams, count))
}

/// The flags that leave the lock-down out.
const WITHOUT: &[&str] = &["--pretend-without", "lockdown"];

fn stream(ground: &Ground, plugin: &BenchPlugin, bytes: u64, flags: &[&str]) -> Result<Sample, Failure> {
    let report = ground.path("stream.zip");
    clear(&report)?;
    let mut command: Command = ground.collect(plugin.candor(ground), STREAM, &report, &[STREAM.to_owned()]);
    command.args(["--compression", "stored"]).args(flags);
    let sample = measure::run(&mut command, REPORT_WRITTEN)?;
    if size_bytes(&report)? < bytes {
        return Err(Failure::new("the report is smaller than its incompressible artifact"));
    }
    Ok(sample)
}

#[expect(clippy::cast_precision_loss, reason = "a count of collectors")]
fn print(starts: &Duel, streams: &Duel, count: usize) -> Spread {
    let mut table = Table::of_series();
    table.series(&format!("{count} collectors, locked, one core"), &starts.theirs);
    table.series(&format!("{count} collectors, not locked"), &starts.ours);
    table.series("one large artifact, locked", &streams.theirs);
    table.series("one large artifact, not locked", &streams.ours);
    table.print();
    let each = starts.difference().map(|seconds| seconds / count as f64);
    let shown = table::spread(each.map(|seconds| seconds * 1000.0), 2, " ms");
    table::promise(each.median <= START_SECONDS, "the lock-down adds at most 3 ms to a start", &shown);
    let loss: Spread = streams.speedup().map(|ratio| 1.0 - 1.0 / ratio);
    let shown = table::spread(loss.map(|part| part * 100.0), 1, " %");
    table::promise(loss.median < STREAM_LOSS, "a stream loses less than 5 % of its throughput", &shown);
    each
}
