//! A journal to scrubbed NDJSON in a report, against `journalctl -o json`.
//!
//! The journal is made up and written by systemd's own tool. The shipped collector reads it in a mount namespace where
//! it lies at `/var/log/journal`, so that what is measured is what ships, with only its budget raised.

use std::io::{BufRead as _, BufReader, BufWriter};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::arguments::Arguments;
use crate::bench::Scale;
use crate::bench::filler::Filler;
use crate::bench::ground::{Ground, clear, need_collector};
use crate::bench::measure::{self, Sample};
use crate::bench::series::{Duel, Series};
use crate::bench::table::{self, Table};
use crate::console;
use crate::dist;
use crate::failure::Failure;
use crate::process::{self, Process};
use crate::setup;
use crate::workspace;

const COLLECTOR: &str = "event-log";
const ID: &str = "bench-journal";
/// The collector's option for the most bytes of its journal.
const BYTES_OPTION: &str = "max_bytes";
const SPEEDUP: f64 = 15.0;

/// Runs the benchmark.
pub fn run(mut arguments: Arguments, scale: Scale) -> Result<(), Failure> {
    let entries: u64 = arguments.number("--entries", scale.size(1_000_000, 20_000))?;
    let extra = arguments.rest();
    arguments.finish()?;
    let manifest = need_collector(COLLECTOR)?;
    let ground = Ground::prepare_on_disk()?;
    ground.add_collector(ID, &roomy(&manifest)?)?;
    ground.set_profile(ID, &[ID.to_owned()], 64 << 30)?;
    console::progress("Making", &format!("a journal of {entries} entries"));
    let journal = ground.path("journal");
    make_journal(&journal, entries)?;
    let report = ground.path("journal.zip");
    let collect = |packing: &str| collect(&ground, &journal, &report, packing, &extra);
    // journalctl compresses nothing, so neither does the run that is compared with it.
    let duel = Duel::fight(scale.runs(3), || read_with_journalctl(&journal), || collect("stored"))?;
    let (theirs, ours) = (count_theirs(&journal)?, count_ours(&ground, &report)?);
    let deflated = Series::measure(scale.runs(3), || collect("deflate"))?;
    print(&duel, &deflated, theirs, ours);
    Ok(())
}

/// The shipped manifest under another name, with a budget and an option that do not cut the journal short.
fn roomy(manifest: &Path) -> Result<String, Failure> {
    let mut table = workspace::read_toml(manifest)?;
    table.insert("id".to_owned(), ID.into());
    let budget = table.entry("budget").or_insert_with(|| toml::Table::new().into());
    if let Some(budget) = budget.as_table_mut() {
        budget.insert("wall".to_owned(), "1h".into());
        budget.insert("output".to_owned(), "64GiB".into());
    }
    let most: toml::Table =
        [("type", "size"), ("default", "32GiB"), ("summary", "most bytes of the journal")]
            .map(|(key, value)| (key.to_owned(), value.into()))
            .into_iter()
            .collect();
    let options = table.entry("options").or_insert_with(|| toml::Table::new().into());
    if let Some(options) = options.as_table_mut() {
        options.insert(BYTES_OPTION.to_owned(), most.into());
    }
    Ok(table.to_string())
}

/// Feeds entries of 20 fields, two of them of their own, to systemd-journal-remote. They end now, a hundred a second.
fn make_journal(folder: &Path, entries: u64) -> Result<(), Failure> {
    dist::create(folder)?;
    let Some(program) = setup::journal_remote() else {
        return Err(
            Failure::new("systemd-journal-remote is missing").hint("run `cargo xtask setup --for bench`")
        );
    };
    let file = folder.join("system.journal");
    let mut command = Process::new(program).arg("--output").arg(&file).arg("-").into_command();
    command.stdin(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| process::cannot_start(&command, error))?;
    let fed = child.stdin.take().map_or(Ok(()), |stdin| feed(BufWriter::new(stdin), entries));
    let status = child
        .wait()
        .map_err(|error| Failure::new("cannot wait for systemd-journal-remote").caused_by(error))?;
    fed.map_err(|error| Failure::new("cannot write to systemd-journal-remote").caused_by(error))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("systemd-journal-remote ended with {status}")))
    }
}

fn feed(mut stream: impl std::io::Write, entries: u64) -> std::io::Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
    let start = u64::try_from(now).unwrap_or(0).saturating_sub(entries * 10_000);
    let mut filler = Filler::new(entries);
    for number in 0..entries {
        stream.write_all(entry(start + number * 10_000, number, &mut filler).as_bytes())?;
    }
    stream.flush()
}

/// One entry in the journal export format (systemd.io/JOURNAL_EXPORT_FORMATS).
fn entry(realtime: u64, number: u64, filler: &mut Filler) -> String {
    let (service, message) = (filler.below(40), filler.message());
    let pid = 1000 + service * 7;
    format!(
        "__REALTIME_TIMESTAMP={realtime}\n__MONOTONIC_TIMESTAMP={}\n_BOOT_ID=0f1e2d3c4b5a69788796a5b4c3d2e1f0\n\
         _MACHINE_ID=00112233445566778899aabbccddeeff\n_HOSTNAME=bench\n_TRANSPORT=syslog\nPRIORITY={}\n\
         SYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER=service-{service}\nSYSLOG_PID={pid}\n_PID={pid}\n_UID={}\n_GID={}\n\
         _COMM=service-{service}\n_EXE=/usr/lib/bench/service-{service}\n\
         _CMDLINE=/usr/lib/bench/service-{service} --serve\n_CAP_EFFECTIVE=0\n_SYSTEMD_SLICE=system.slice\n\
         _SYSTEMD_UNIT=service-{service}.service\n_SYSTEMD_CGROUP=/system.slice/service-{service}.service\n\
         _SOURCE_REALTIME_TIMESTAMP={}\nMESSAGE={message} of {number}\n\n",
        number * 10_000 + 1_000_000,
        3 + filler.below(4),
        100 + service,
        100 + service,
        realtime - 17,
    )
}

fn journalctl(journal: &Path) -> Command {
    Process::new("journalctl").args(["--no-pager", "-q", "-o", "json", "-D"]).arg(journal).into_command()
}

fn read_with_journalctl(journal: &Path) -> Result<Sample, Failure> {
    measure::run(&mut journalctl(journal), &[0])
}

fn collect(
    ground: &Ground,
    journal: &Path,
    report: &Path,
    packing: &str,
    extra: &[String],
) -> Result<Sample, Failure> {
    clear(report)?;
    let mut candor = ground.collect(ground.candor(), ID, report, &[ID.to_owned()]);
    candor.args(["--compression", packing]).args(extra);
    measure::run(&mut in_place_of_var_log(journal, &candor), &[0])
}

/// The command in a mount namespace of its own in which `/var/log` holds nothing but the journal.
fn in_place_of_var_log(journal: &Path, command: &Command) -> Command {
    const SCRIPT: &str = "set -e; j=$1; shift; mkdir -p \"$j/../hold\"; mount --bind \"$j\" \"$j/../hold\"; \
                          mount -t tmpfs tmpfs /var/log; mkdir /var/log/journal; \
                          mount --bind \"$j/../hold\" /var/log/journal; exec \"$@\"";
    // An ordinary user may mount in a user namespace of their own only.
    let namespaces: &[&str] = if process::is_root() { &["--mount"] } else { &["--map-root-user", "--mount"] };
    let wrapped = Process::new("unshare").args(namespaces).args(["sh", "-c", SCRIPT, "sh"]);
    let wrapped = wrapped.arg(journal).arg(command.get_program()).args(command.get_args());
    let mut wrapped = wrapped.into_command();
    wrapped.stderr(Stdio::null());
    wrapped
}

/// How many entries, and how many fields in all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Tally {
    entries: u64,
    fields: u64,
}

/// Counts the lines of NDJSON and their fields. Names that start with `__` are addresses, not fields, and may differ.
fn tally(reader: impl std::io::Read) -> std::io::Result<Tally> {
    let mut tally = Tally::default();
    for line in BufReader::new(reader).lines() {
        let entry: Value = serde_json::from_str(&line?)?;
        let fields = entry
            .as_object()
            .map_or(0, |fields| fields.keys().filter(|name| !name.starts_with("__")).count());
        tally.entries += 1;
        tally.fields += fields as u64;
    }
    Ok(tally)
}

fn tally_of(mut command: Command) -> Result<Tally, Failure> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|error| process::cannot_start(&command, error))?;
    let counted = child.stdout.take().map_or_else(|| Ok(Tally::default()), tally);
    let _ = child.wait();
    counted.map_err(|error| Failure::new("cannot count the entries of a journal").caused_by(error))
}

fn count_theirs(journal: &Path) -> Result<Tally, Failure> {
    tally_of(journalctl(journal))
}

/// Counts in the largest artifact of our collector, which is the journal.
fn count_ours(ground: &Ground, report: &Path) -> Result<Tally, Failure> {
    let index = ground.index(report)?;
    let artifacts = index["collectors"][0]["artifacts"].as_array().into_iter().flatten();
    let largest = artifacts.max_by_key(|artifact| artifact["bytes"].as_u64());
    let Some(path) = largest.and_then(|artifact| artifact["path"].as_str()) else {
        return Err(Failure::new("the report holds no artifact of the journal"));
    };
    tally_of(Process::new(ground.program()).arg("show").arg(report).arg(path).into_command())
}

fn print(duel: &Duel, deflated: &Series, theirs: Tally, ours: Tally) {
    let mut table = Table::of_series();
    table.series("journalctl -o json", &duel.theirs);
    table.series("candor, stored", &duel.ours);
    table.series("candor, deflated", deflated);
    table.print();
    let same =
        format!("{} and {}, journalctl {} and {}", ours.entries, ours.fields, theirs.entries, theirs.fields);
    table::promise(ours == theirs, "the same entries and fields", &same);
    let speedup = duel.speedup();
    let shown = table::spread(speedup, 1, "x");
    table::promise(
        ours == theirs && speedup.median >= SPEEDUP,
        "at least 15 times the entries a second",
        &shown,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_its_fields_and_ends_with_an_empty_line() {
        let text = entry(1_700_000_000_000_000, 3, &mut Filler::new(1));
        assert!(text.ends_with("\n\n"));
        assert_eq!(text.lines().filter(|line| line.contains('=') && !line.starts_with("__")).count(), 20);
    }

    #[test]
    fn addresses_are_not_counted_as_fields() {
        let text = "{\"__CURSOR\":\"x\",\"MESSAGE\":\"a\",\"PRIORITY\":\"6\"}\n{\"MESSAGE\":\"b\"}\n";
        assert_eq!(tally(text.as_bytes()).unwrap(), Tally { entries: 2, fields: 3 });
        assert!(tally("no json\n".as_bytes()).is_err());
    }

    #[test]
    fn systemd_reads_the_journal_that_is_made() {
        let folder = tempfile::tempdir().unwrap();
        make_journal(folder.path(), 50).unwrap();
        let tally = count_theirs(folder.path()).unwrap();
        assert_eq!(tally, Tally { entries: 50, fields: 50 * 20 });
    }
}
