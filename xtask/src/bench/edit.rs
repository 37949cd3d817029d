//! Dropping one small artifact of a large report: time and bytes written, beside `zip -d` on a copy of it.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::arguments::Arguments;
use crate::bench::Scale;
use crate::bench::ground::{BenchPlugin, Ground, REPORT_WRITTEN, size_bytes};
use crate::bench::measure;
use crate::bench::series::{Duel, Series};
use crate::bench::table::{self, Table};
use crate::console;
use crate::failure::Failure;
use crate::process::{self, Process};

const LARGE: &str = "bench-large";
const SMALL_BYTES: u64 = 1 << 20;
/// The report, a copy for zip, and the copy that zip makes of that; and some air.
const COPIES: u64 = 4;
/// A drop writes the artifact's place, index and directory, twice: into the journal and into the report.
const WRITTEN_BYTES: u64 = 4 * SMALL_BYTES;
const CALLS: &str = "trace=write,pwrite64,writev,pwritev,copy_file_range,sendfile,splice";

/// Runs the benchmark.
pub fn run(mut arguments: Arguments, scale: Scale) -> Result<(), Failure> {
    let wanted = arguments.number("--mib", scale.size(10 << 10, 256))? << 20;
    arguments.finish()?;
    let plugin = BenchPlugin::build()?;
    let ground = Ground::prepare_on_disk()?;
    let bytes = fitting(&ground, wanted)?;
    // One artifact for each run, one to warm up, and one to count bytes.
    let runs = scale.runs(5);
    let report = collect(&ground, &plugin, bytes, runs + 2)?;
    let sides = Sides { ground: &ground, report: &report, copy: ground.path("copy.zip") };
    if process::find("zip").is_some() {
        fs::copy(&report, &sides.copy).map_err(|error| Failure::path("copy", &report, error))?;
        sides.compare(runs)
    } else {
        console::note("zip is not installed: only Candor is measured");
        sides.alone(runs)
    }
}

/// The size of the report: what is wanted, or less where the disk has no room for the copies.
fn fitting(ground: &Ground, wanted: u64) -> Result<u64, Failure> {
    let free = Process::new("df").args(["-B1", "--output=avail"]).arg(ground.path("")).stdout()?;
    let free = String::from_utf8_lossy(&free);
    let free: u64 = free.lines().nth(1).and_then(|line| line.trim().parse().ok()).unwrap_or(0);
    let bytes = wanted.min(free / COPIES);
    if bytes < wanted {
        console::note(&format!("the disk has room for {} only", table::mebibytes(bytes)));
    }
    Ok(bytes)
}

fn small(number: usize) -> String {
    format!("bench-small-{number}")
}

/// A report with one large artifact that does not compress, and so many small ones.
fn collect(ground: &Ground, plugin: &BenchPlugin, bytes: u64, count: usize) -> Result<PathBuf, Failure> {
    let mut collectors = vec![LARGE.to_owned()];
    ground.add_collector(LARGE, &BenchPlugin::manifest(LARGE, bytes))?;
    for id in (0..count).map(small) {
        ground.add_collector(&id, &BenchPlugin::manifest(&id, SMALL_BYTES))?;
        collectors.push(id);
    }
    ground.set_profile(LARGE, &collectors, bytes + (1 << 30))?;
    let report = ground.path("report.zip");
    let mut command: Command = ground.collect(plugin.candor(ground), LARGE, &report, &collectors);
    measure::run(&mut command, REPORT_WRITTEN)?;
    Ok(report)
}

struct Sides<'a> {
    ground: &'a Ground,
    report: &'a Path,
    copy: PathBuf,
}

impl Sides<'_> {
    fn drop(&self, number: usize) -> Command {
        let mut command = self.ground.candor();
        command.arg("drop").arg(self.report).arg(small(number));
        command
    }

    fn delete(&self, number: usize) -> Command {
        let artifact = format!("artifacts/{}/blob.jpg", small(number));
        Process::new("zip").args(["-q", "-d"]).arg(&self.copy).arg(&artifact).into_command()
    }

    fn compare(&self, runs: usize) -> Result<(), Failure> {
        let size = size_bytes(self.report)?;
        let (theirs, ours) = (Cell::new(0), Cell::new(0));
        let next = |counter: &Cell<usize>| counter.replace(counter.get() + 1);
        let duel = Duel::fight(
            runs,
            || measure::run(&mut self.delete(next(&theirs)), &[0]),
            || measure::run(&mut self.drop(next(&ours)), &[0]),
        )?;
        let mut table = Table::of_series();
        table.series(&format!("zip -d, {}", table::mebibytes(size)), &duel.theirs);
        table.series("candor drop", &duel.ours);
        table.print();
        let written =
            [written(self.ground, &self.delete(runs + 1))?, written(self.ground, &self.drop(runs + 1))?];
        console::data(&format!("        written by zip -d: {}", table::mebibytes(written[0])));
        console::data(&format!(
            "        against zip -d, pair by pair: {}",
            table::spread(duel.speedup(), 0, "x")
        ));
        self.conclude(written[1])
    }

    fn alone(&self, runs: usize) -> Result<(), Failure> {
        let number = Cell::new(0);
        let series =
            Series::measure(runs, || measure::run(&mut self.drop(number.replace(number.get() + 1)), &[0]))?;
        let mut table = Table::of_series();
        table.series("candor drop", &series);
        table.print();
        self.conclude(written(self.ground, &self.drop(runs + 1))?)
    }

    fn conclude(&self, written: u64) -> Result<(), Failure> {
        Process::new(self.ground.program()).arg("verify").arg(self.report).run()?;
        let promised = "dropping 1 MiB of a large report writes at most 4 MiB";
        table::promise(written <= WRITTEN_BYTES, promised, &table::mebibytes(written));
        Ok(())
    }
}

/// Bytes that a command hands to the kernel for writing, by strace.
fn written(ground: &Ground, command: &Command) -> Result<u64, Failure> {
    let trace = ground.path("writes.strace");
    let traced = Process::new("strace").args(["-f", "-qq", "-e", CALLS, "-o"]).arg(&trace);
    let traced = traced.arg(command.get_program()).args(command.get_args());
    measure::run(&mut traced.into_command(), &[0])?;
    let text = fs::read_to_string(&trace).map_err(|error| Failure::path("read", &trace, error))?;
    Ok(sum(&text))
}

/// `12 pwrite64(3, "…"..., 4096, 0) = 4096`: the numbers behind the last `= `.
fn sum(trace: &str) -> u64 {
    trace.lines().filter_map(|line| line.rsplit_once("= ")?.1.trim().parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_summed_and_errors_are_not() {
        let trace = "7 write(1, \"a = b\", 5) = 5\n7 pwrite64(3, \"\"..., 10, 4) = 10\n7 write(4, \"\", 1) = -1 EPIPE (x)\n";
        assert_eq!(sum(trace), 15);
    }
}
