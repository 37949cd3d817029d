//! What the second thread is good for: one long text on one processor and on two.

use std::path::Path;

use crate::bench::Scale;
use crate::bench::ground::Ground;
use crate::bench::measure::{self, Sample};
use crate::bench::series::{Duel, Series};
use crate::bench::table::{self, Table};
use crate::console;
use crate::failure::Failure;

const SPEEDUP: f64 = 1.7;

/// Measures, with the program held on one processor and not.
///
/// # Errors
/// When it fails.
pub fn run(ground: &Ground, scale: Scale) -> Result<(), Failure> {
    let mib = scale.size(512, 64);
    let log = ground.path("threads.log");
    super::write_log(&log, mib)?;
    let duel = Duel::fight(scale.runs(7), || redact(ground, &log, true), || redact(ground, &log, false))?;
    print(&duel, mib);
    Ok(())
}

/// It takes as many threads as it may use processors, and two at most.
fn redact(ground: &Ground, log: &Path, pinned: bool) -> Result<Sample, Failure> {
    let mut command = ground.candor();
    command.args(["redact", "--no-machine", "-o", "/dev/null"]).arg(log);
    if pinned {
        measure::pin(&mut command);
    }
    measure::run(&mut command, &[0])
}

#[expect(clippy::cast_precision_loss, reason = "a rate without digits")]
fn print(duel: &Duel, mib: u64) {
    let mut table = Table::of_series();
    table.series("one long log, one thread", &duel.theirs);
    table.series("one long log, two threads", &duel.ours);
    table.print();
    let rate =
        |series: &Series| table::spread(series.wall().map(|seconds| mib as f64 / seconds), 0, " MiB/s");
    console::data(&format!("        one thread: {}; two: {}", rate(&duel.theirs), rate(&duel.ours)));
    let promised = "two threads are at least 1.7 times as fast as one";
    let speedup = duel.speedup();
    table::promise(speedup.median >= SPEEDUP, promised, &table::spread(speedup, 2, "x"));
}
