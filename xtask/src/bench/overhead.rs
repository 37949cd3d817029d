//! What the framework costs for a collector that does nothing, in time and in the host's memory.
//!
//! A report with one such collector is compared with one that has many; the difference, divided by how many more there
//! are, is what each costs. Pinned to one core they run one after another: that is the figure of the promise. On all
//! cores they overlap.

use crate::arguments::Arguments;
use crate::bench::ground::{BenchPlugin, Ground, REPORT_WRITTEN, clear};
use crate::bench::measure::{self, Sample};
use crate::bench::series::Duel;
use crate::bench::table::{self, Table};
use crate::bench::{Scale, lockdown};
use crate::console;
use crate::failure::Failure;

const ONE: &str = "bench-one";
const MANY: &str = "bench-many";
const EACH_SECONDS: f64 = 0.005;
const HOST_BYTES: u64 = 20 << 20;

/// Runs the benchmark.
pub fn run(mut arguments: Arguments, scale: Scale) -> Result<(), Failure> {
    let count: usize = arguments.number("--collectors", 33)?;
    arguments.finish()?;
    let plugin = BenchPlugin::build()?;
    let ids: Vec<String> = (0..count).map(|number| format!("noop-{number:02}")).collect();
    if ids.len() < 2 {
        return Err(Failure::usage("one collector cannot be compared with one: at least two are needed"));
    }
    let ground = Ground::prepare_on_disk()?;
    ids.iter().try_for_each(|id| ground.add_collector(id, &BenchPlugin::manifest(id, 0)))?;
    ground.set_profile(ONE, &ids[..1], 1 << 30)?;
    ground.set_profile(MANY, &ids, 1 << 30)?;
    let runs = scale.runs(31);
    let pinned = Side { ground: &ground, plugin: &plugin, ids: &ids, pinned: true };
    let duel = pinned.duel(runs)?;
    let spread_out = Side { pinned: false, ..pinned }.duel(runs)?;
    let many = |flags: &[&str]| pinned.collect(MANY, &ids, flags);
    let added = lockdown::run(&ground, &plugin, runs, scale.size(1024, 64) << 20, ids.len(), many)?;
    print(&duel, &spread_out, ids.len(), added.median);
    Ok(())
}

fn print(pinned: &Duel, all_cores: &Duel, count: usize, lockdown_seconds: f64) {
    let mut table = Table::of_series();
    for (cores, duel) in [("one core", pinned), ("all cores", all_cores)] {
        table.series(&format!("1 collector, {cores}"), &duel.ours);
        table.series(&format!("{count} collectors, {cores}"), &duel.theirs);
    }
    table.print();
    let each = |duel: &Duel| duel.difference().map(|seconds| seconds / as_number(count - 1));
    let shown = |duel: &Duel| table::spread(each(duel).map(|seconds| seconds * 1000.0), 2, " ms");
    let without = each(pinned).median - lockdown_seconds;
    let kept = without <= EACH_SECONDS;
    let promised = "a collector that does nothing costs at most 5 ms without the lock-down";
    table::promise(kept, promised, &format!("{:.2} ms", without * 1000.0));
    console::data(&format!("        with it: {}; on all cores: {}", shown(pinned), shown(all_cores)));
    let peak = pinned.theirs.own_peak_bytes().max(all_cores.theirs.own_peak_bytes());
    table::promise(peak <= HOST_BYTES, "the host needs at most 20 MiB", &table::mebibytes(peak));
}

#[expect(clippy::cast_precision_loss, reason = "a count of collectors")]
fn as_number(count: usize) -> f64 {
    count as f64
}

#[derive(Clone, Copy)]
struct Side<'a> {
    ground: &'a Ground,
    plugin: &'a BenchPlugin,
    ids: &'a [String],
    pinned: bool,
}

impl Side<'_> {
    fn duel(self, runs: usize) -> Result<Duel, Failure> {
        Duel::fight(runs, || self.collect(MANY, self.ids, &[]), || self.collect(ONE, &self.ids[..1], &[]))
    }

    fn collect(self, profile: &str, approved: &[String], flags: &[&str]) -> Result<Sample, Failure> {
        let report = self.ground.path("overhead.zip");
        clear(&report)?;
        let candor = self.plugin.candor(self.ground);
        let mut command = self.ground.collect(candor, profile, &report, approved);
        command.args(flags);
        if self.pinned {
            measure::pin(&mut command);
        }
        // A collector that delivers nothing may end otherwise than `Collected`; the report is complete all the same.
        measure::run(&mut command, REPORT_WRITTEN)
    }
}
