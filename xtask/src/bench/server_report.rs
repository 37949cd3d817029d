//! A server report against `sos report --batch`: how long each takes, and what each holds.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::arguments::Arguments;
use crate::bench::Scale;
use crate::bench::ground::{Ground, REPORT_WRITTEN, clear, need_profile, size_bytes};
use crate::bench::measure::{self, Sample};
use crate::bench::series::Duel;
use crate::bench::table::{self, Table};
use crate::collect;
use crate::failure::Failure;
use crate::process::Process;
use crate::workspace;

const PROFILE: &str = "server-report";
const SPEEDUP: f64 = 10.0;

/// A subject, what a file of sos about it has in its path, and our collector.
const SUBJECTS: &[(&str, &[&str], &str)] = &[
    ("system and kernel", &["/uname", "/os-release", "/proc/version", "/uptime", "/hostname"], "system-info"),
    ("processor and memory", &["/lscpu", "/cpuinfo", "/free", "/meminfo", "/proc/swaps"], "system-info"),
    ("disks and mounts", &["/df", "/lsblk", "/mount", "/diskstats", "/findmnt"], "system-info"),
    ("processes", &["sos_commands/process/"], "system-info"),
    ("accounts and groups", &["/etc/passwd", "/etc/group", "getent", "/etc/login.defs"], "user-access"),
    ("logins", &["/last", "/lastlog", "/wtmp", "/btmp"], "user-access"),
    ("who may become root", &["sudoers"], "user-access"),
    ("journal", &["journalctl"], "event-log"),
    ("text logs", &["/var/log/"], "event-log"),
    ("kernel ring buffer", &["dmesg"], "event-log"),
    ("configuration files", &["/etc/"], "settings"),
    ("kernel settings", &["sysctl", "/proc/sys/"], "settings"),
    ("interfaces, routes, names", &["/ip_", "/resolv.conf", "/hosts", "/networking/"], "network-config"),
    ("sockets", &["netstat", "/ss_", "/lsof"], "network-config"),
    ("firewall", &["iptables", "nft_", "firewall"], "network-config"),
];

/// Runs the benchmark.
pub fn run(arguments: Arguments, scale: Scale) -> Result<(), Failure> {
    arguments.finish()?;
    need_profile(PROFILE)?;
    let ground = Ground::prepare_on_disk()?;
    let approved = collect::approvals(ground.program(), PROFILE, &[])?;
    let report = ground.path("server-report.zip");
    let duel = Duel::fight(scale.runs(3), || sos(&ground), || ours(&ground, &report, &approved))?;
    let archive = archive(&ground)?;
    print_times(&duel, size_bytes(&archive)?, size_bytes(&report)?);
    print_contents(&theirs_inside(&archive)?, &ground.index(&report)?);
    Ok(())
}

/// One report of sos into an empty folder, so that there is always exactly one archive.
fn sos(ground: &Ground) -> Result<Sample, Failure> {
    let folder = ground.path("sos");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|error| Failure::path("remove", &folder, error))?;
    }
    crate::dist::create(&folder)?;
    let mut command =
        Process::new("sos").args(["report", "--batch", "--tmp-dir"]).arg(&folder).into_command();
    command.stderr(std::process::Stdio::null());
    measure::run(&mut command, &[0])
}

fn ours(ground: &Ground, report: &Path, approved: &[String]) -> Result<Sample, Failure> {
    clear(report)?;
    measure::run(&mut ground.collect(ground.candor(), PROFILE, report, approved), REPORT_WRITTEN)
}

fn archive(ground: &Ground) -> Result<PathBuf, Failure> {
    let files = workspace::list(&ground.path("sos"))?;
    let archive = files.into_iter().find(|path| workspace::name(path).contains(".tar") && is_archive(path));
    archive.ok_or_else(|| Failure::new("sos left no archive"))
}

fn is_archive(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ["tar", "xz", "gz", "bz2"].iter().any(|known| ending == *known))
}

/// The paths of the files in the archive, without its top folder.
fn theirs_inside(archive: &Path) -> Result<Vec<String>, Failure> {
    let listed = Process::new("tar").arg("-tf").arg(archive).stdout()?;
    let listed = String::from_utf8_lossy(&listed);
    let files = listed.lines().filter(|line| !line.ends_with('/')).filter_map(|line| line.split_once('/'));
    Ok(files.map(|(_, path)| format!("/{path}")).collect())
}

fn print_times(duel: &Duel, theirs_bytes: u64, ours_bytes: u64) {
    let mut table = Table::of_series();
    table.series("sos report --batch", &duel.theirs);
    table.series("candor collect", &duel.ours);
    table.print();
    let speedup = duel.speedup();
    let promised = "at most a tenth of the time of sos";
    table::promise(speedup.median >= SPEEDUP, promised, &table::spread(speedup, 1, " times as fast"));
    let sizes = [theirs_bytes, ours_bytes].map(table::mebibytes);
    crate::console::data(&format!("        archive of sos {}, ours {}\n", sizes[0], sizes[1]));
}

fn print_contents(theirs: &[String], index: &Value) {
    let mut table = Table::new(&["subject", "files of sos", "ours", "outcome"]);
    for (subject, fragments, id) in SUBJECTS {
        let count =
            theirs.iter().filter(|path| fragments.iter().any(|fragment| path.contains(fragment))).count();
        let outcome =
            find(index, id).map_or("absent", |found| found["outcome"].as_str().unwrap_or("unknown"));
        table.row([*subject, &count.to_string(), id, outcome].map(str::to_owned));
    }
    table.print();
    let mut table = Table::new(&["our collector", "outcome", "artifacts", "bytes", "time"]);
    for collector in index["collectors"].as_array().into_iter().flatten() {
        table.row(collector_row(collector));
    }
    table.print();
    let mut table = Table::new(&["part of sos", "files"]);
    for (part, count) in parts(theirs) {
        table.row([part, count.to_string()]);
    }
    table.print();
}

fn find<'a>(index: &'a Value, id: &str) -> Option<&'a Value> {
    index["collectors"].as_array()?.iter().find(|collector| collector["id"] == id)
}

fn collector_row(collector: &Value) -> [String; 5] {
    let text = |key: &str| collector[key].as_str().unwrap_or_default().to_owned();
    let number = |key: &str| collector[key].as_u64().map_or_else(String::new, |number| number.to_string());
    let artifacts = collector["artifacts"].as_array().map_or(0, Vec::len).to_string();
    [text("id"), text("outcome"), artifacts, number("bytes"), format!("{} ms", number("duration_ms"))]
}

/// Files by the top folder of sos's archive, its own plugins one by one.
fn parts(theirs: &[String]) -> Vec<(String, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for path in theirs {
        let mut components = path.trim_start_matches('/').split('/');
        let top = components.next().unwrap_or_default();
        let plugin = components.next().filter(|_| top == "sos_commands");
        let part = plugin.map_or_else(|| top.to_owned(), |plugin| format!("{top}/{plugin}"));
        *counts.entry(part).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_sos_are_counted_by_its_plugins() {
        let paths =
            ["/etc/passwd", "/etc/group", "/sos_commands/kernel/dmesg", "/version.txt"].map(str::to_owned);
        let counted = parts(&paths);
        let expected = [("etc", 2), ("sos_commands/kernel", 1), ("version.txt", 1)];
        assert_eq!(counted, expected.map(|(part, count)| (part.to_owned(), count)));
    }

    #[test]
    fn a_checksum_beside_the_archive_is_not_taken_for_it() {
        assert!(is_archive(Path::new("sosreport-x.tar.xz")));
        assert!(!is_archive(Path::new("sosreport-x.tar.xz.sha256")));
    }
}
