//! Sealing and opening a large report to three recipients, beside the `age` library alone on the same bytes; verifying it, beside
//! `sha256sum`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::arguments::Arguments;
use crate::bench::Scale;
use crate::bench::ground::{BenchPlugin, Ground, clear, size_bytes};
use crate::bench::measure::{self, Sample};
use crate::bench::series::Duel;
use crate::bench::table::{self, Table};
use crate::console;
use crate::failure::Failure;
use crate::process::Process;
use crate::workspace;

const ID: &str = "bench-seal";
const RECIPIENTS: usize = 3;
const HOST_BYTES: u64 = 64 << 20;

/// Runs the benchmark.
pub fn run(mut arguments: Arguments, scale: Scale) -> Result<(), Failure> {
    let bytes = arguments.number("--mib", scale.size(4096, 64))? << 20;
    let folder = arguments.value("--output")?.map_or_else(|| PathBuf::from("/dev/shm"), PathBuf::from);
    arguments.finish()?;
    let case = Case::prepare(&folder, bytes)?;
    let runs = scale.runs(5);
    let sealing = Duel::fight(runs, || case.encrypt(), || case.seal())?;
    let opening = Duel::fight(runs, || case.decrypt(), || case.open())?;
    let verifying = Duel::fight(runs, || case.sha256sum(), || case.verify())?;
    print("seal", "the age library, the same bytes", &sealing, 0.85);
    print("open", "the age library, the same bytes", &opening, 0.85);
    print("verify", "sha256sum, the same file", &verifying, 0.90);
    Ok(())
}

/// A report with one large artifact of level `secret`, and keys.
struct Case {
    ground: Ground,
    recipients: Vec<String>,
    root: String,
}

impl Case {
    fn prepare(folder: &Path, bytes: u64) -> Result<Self, Failure> {
        let plugin = BenchPlugin::build()?;
        let ground = Ground::prepare(folder)?;
        let build = ["build", "--quiet", "--release", "--package", "candor-seal", "--example", "age_alone"];
        Process::cargo().args(build).run()?;
        let manifest = BenchPlugin::manifest(ID, bytes)
            .replace("level = \"technical\"", "level = \"secret\"\nlevel_reason = \"to measure\"");
        ground.add_collector(ID, &manifest)?;
        ground.set_profile(ID, &[ID.to_owned()], bytes + (1 << 30))?;
        let mut collect =
            ground.collect(plugin.candor(&ground), ID, &ground.path("report.zip"), &[ID.to_owned()]);
        collect.env("TMPDIR", ground.path(""));
        measure::run(&mut collect, &[0])?;
        if size_bytes(&ground.path("report.zip"))? < bytes {
            return Err(Failure::new("the report is smaller than its incompressible artifact"));
        }
        let keys = Process::new(age_alone())
            .args(["keys", &RECIPIENTS.to_string()])
            .arg(ground.path(""))
            .stdout()?;
        let recipients = String::from_utf8_lossy(&keys).lines().map(str::to_owned).collect();
        let mut case = Self { ground, recipients, root: String::new() };
        case.root = case.released_root()?;
        Ok(case)
    }

    fn released_root(&self) -> Result<String, Failure> {
        let output = self.sealing().args(["--dry-run", "--json"]).output();
        let output = output.map_err(|error| Failure::new("cannot run candor").caused_by(error))?;
        let shown: Value = serde_json::from_slice(&output.stdout)
            .map_err(|error| Failure::new("`candor seal --dry-run` prints no JSON").caused_by(error))?;
        let root = shown["released_root"].as_str();
        root.map(str::to_owned).ok_or_else(|| Failure::new("`candor seal --dry-run` names no root"))
    }

    fn sealing(&self) -> Command {
        let mut command = self.ground.candor();
        command.arg("seal").arg(self.ground.path("report.zip"));
        command.arg("--output").arg(self.ground.path("sealed.candor")).arg("--overwrite");
        command.args(self.recipients.iter().flat_map(|recipient| ["--recipient", recipient]));
        command.stderr(std::process::Stdio::null());
        command
    }

    fn seal(&self) -> Result<Sample, Failure> {
        clear(&self.ground.path("sealed.candor"))?;
        measure::run(self.sealing().args(["--release", &self.root]), &[0])
    }

    fn encrypt(&self) -> Result<Sample, Failure> {
        let output = self.ground.path("report.age");
        clear(&output)?;
        let mut command =
            Process::new(age_alone()).arg("encrypt").arg(self.ground.path("report.zip")).into_command();
        measure::run(command.arg(output).args(&self.recipients), &[0])
    }

    fn decrypt(&self) -> Result<Sample, Failure> {
        let output = self.ground.path("plain");
        let mut command =
            Process::new(age_alone()).arg("decrypt").arg(self.ground.path("report.age")).into_command();
        let sample = measure::run(command.arg(&output).arg(self.ground.path("0.key")), &[0])?;
        // The two copies of gigabytes need not be there at once.
        clear(&output)?;
        Ok(sample)
    }

    fn open(&self) -> Result<Sample, Failure> {
        let output = self.ground.path("opened.zip");
        let mut command = self.ground.candor();
        command.arg("open").arg(self.ground.path("sealed.candor")).arg("--output").arg(&output);
        command.arg("--identity").arg(self.ground.path("0.key")).stderr(std::process::Stdio::null());
        let sample = measure::run(&mut command, &[0])?;
        clear(&output)?;
        Ok(sample)
    }

    fn sha256sum(&self) -> Result<Sample, Failure> {
        let mut command = Process::new("sha256sum").arg(self.ground.path("report.zip")).into_command();
        measure::run(&mut command, &[0])
    }

    fn verify(&self) -> Result<Sample, Failure> {
        let mut command = self.ground.candor();
        measure::run(command.arg("verify").arg(self.ground.path("report.zip")), &[0])
    }
}

fn age_alone() -> PathBuf {
    workspace::path("target/release/examples/age_alone")
}

fn print(ours: &str, theirs: &str, duel: &Duel, least: f64) {
    let mut table = Table::of_series();
    table.series(theirs, &duel.theirs);
    table.series(&format!("candor {ours}"), &duel.ours);
    table.print();
    let ratio = duel.speedup();
    let promised = format!("{ours}: at least {least} times their rate");
    table::promise(ratio.median >= least, &promised, &table::spread(ratio, 2, "x"));
    let peak = duel.ours.own_peak_bytes();
    table::promise(peak <= HOST_BYTES, "at most 64 MiB", &table::mebibytes(peak));
    console::data("");
}
