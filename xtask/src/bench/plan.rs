//! A plan as an ordinary user: how long it takes, and that it opens none of the planned paths.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::arguments::Arguments;
use crate::bench::Scale;
use crate::bench::ground::{Ground, need_profile};
use crate::bench::measure;
use crate::bench::series::Series;
use crate::bench::table::{self, Table};
use crate::failure::Failure;
use crate::process::{self, Process};

const PROFILE: &str = "server-report";
const PLAN_SECONDS: f64 = 0.050;
/// The user `nobody` of Debian and most others.
const NOBODY: &str = "65534";

/// Runs the benchmark.
pub fn run(arguments: Arguments, scale: Scale) -> Result<(), Failure> {
    arguments.finish()?;
    need_profile(PROFILE)?;
    let ground = Ground::prepare(Path::new("/tmp"))?;
    let program = open_to_all(&ground)?;
    let plan = || measure::run(&mut unprivileged(&[], &program), &[0]);
    let series = Series::measure(scale.runs(51), plan)?;
    let mut table = Table::of_series();
    table.series("candor plan server-report", &series);
    table.print();
    let wall = series.wall().map(|seconds| seconds * 1000.0);
    let kept = wall.median <= PLAN_SECONDS * 1000.0;
    table::promise(kept, "a plan takes at most 50 ms as an ordinary user", &table::spread(wall, 1, " ms"));
    let opened = planned_and_opened(&ground, &program)?;
    let shown = if opened.is_empty() { "none".to_owned() } else { opened.join(", ") };
    table::promise(opened.is_empty(), "a plan opens none of the planned paths", &shown);
    Ok(())
}

/// A copy of the tree where every user may read it: a checkout often lies where only its owner may look.
fn open_to_all(ground: &Ground) -> Result<PathBuf, Failure> {
    let tree = ground.program().parent().and_then(Path::parent).unwrap_or(ground.program());
    let copy = ground.path("tree");
    Process::new("cp").arg("-r").arg(tree).arg(&copy).run()?;
    Process::new("chmod").args(["-R", "a+rX"]).arg(&copy).run()?;
    let scratch = ground.path("");
    fs::set_permissions(&scratch, fs::Permissions::from_mode(0o755))
        .map_err(|error| Failure::path("open to all", &scratch, error))?;
    Ok(copy.join("bin/candor"))
}

/// `candor plan … --json` as an ordinary user, started by `before`.
fn unprivileged(before: &[&str], program: &Path) -> Command {
    let mut words: Vec<&str> = before.to_vec();
    if process::is_root() {
        words.extend(["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]);
    }
    let mut all: Vec<std::ffi::OsString> = words.into_iter().map(Into::into).collect();
    all.push(program.into());
    all.extend(["plan", PROFILE, "--json"].map(Into::into));
    let mut command = Process::new(&all[0]).args(&all[1..]).into_command();
    // Root's folders are closed to this user, and its own policy file might lie there.
    command.current_dir("/").env("HOME", "/nonexistent").env_remove("XDG_CONFIG_HOME");
    command
}

/// The planned paths that were opened all the same.
fn planned_and_opened(ground: &Ground, program: &Path) -> Result<Vec<String>, Failure> {
    let trace = ground.path("trace");
    let trace_text = trace.display().to_string();
    let strace = ["strace", "-f", "-qq", "-e", "trace=open,openat,openat2,execve", "-o", &trace_text];
    let mut command = unprivileged(&strace, program);
    let output = command.output().map_err(|error| process::cannot_start(&command, error))?;
    if !output.status.success() {
        return Err(Failure::new(format!("`candor plan` under strace ended with {}", output.status)));
    }
    let plan: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| Failure::new("the plan of candor is no JSON").caused_by(error))?;
    let patterns = planned_paths(&plan)?;
    let trace = fs::read_to_string(&trace).map_err(|error| Failure::path("read", &trace, error))?;
    let mut hits: Vec<String> =
        after_start(&trace, program).filter(|path| is_planned(path, &patterns)).collect();
    hits.sort();
    hits.dedup();
    Ok(hits)
}

/// The declared reads of every collector in the plan, as texts or as tables with a `path`.
fn planned_paths(plan: &Value) -> Result<Vec<String>, Failure> {
    let collectors = plan["collectors"].as_array().into_iter().flatten();
    let reads = collectors.flat_map(|collector| collector["reads"].as_array().into_iter().flatten());
    let paths: Vec<String> =
        reads.filter_map(|read| read.as_str().or(read["path"].as_str()).map(str::to_owned)).collect();
    if paths.is_empty() {
        return Err(Failure::new("the plan names no `reads`, so there is nothing to look for"));
    }
    Ok(paths)
}

/// What was opened from the start of candor itself on. What setpriv and the linker open before is not candor's.
fn after_start<'a>(trace: &'a str, program: &Path) -> impl Iterator<Item = String> + 'a {
    let start = format!("execve(\"{}\"", program.display());
    let lines = trace.lines().skip_while(move |line| !line.contains(&start)).skip(1);
    // An attempt counts even when it failed: it is the asking that a plan must not do.
    lines.filter(|line| line.contains("open")).filter_map(|line| line.split('"').nth(1).map(str::to_owned))
}

fn is_planned(path: &str, patterns: &[String]) -> bool {
    let components: Vec<&str> = path.split('/').collect();
    patterns.iter().any(|pattern| matches(&pattern.split('/').collect::<Vec<_>>(), &components))
}

/// A pattern without wildcards stands for everything below it, as in a manifest.
fn matches(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, _) => true,
        (Some((&"**", rest)), _) => (0..=path.len()).any(|skipped| matches(rest, &path[skipped..])),
        (Some(_), None) => false,
        (Some((first, rest)), Some((name, below))) => matches_name(first, name) && matches(rest, below),
    }
}

fn matches_name(pattern: &str, name: &str) -> bool {
    match (pattern.chars().next(), name.chars().next()) {
        (None, None) => true,
        (Some('*'), _) => {
            let rest = &pattern[1..];
            name.char_indices()
                .map(|(place, _)| place)
                .chain([name.len()])
                .any(|place| matches_name(rest, &name[place..]))
        }
        (Some(wanted), Some(found)) if wanted == '?' || wanted == found => {
            matches_name(&pattern[wanted.len_utf8()..], &name[found.len_utf8()..])
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opened_path_is_told_from_those_that_the_manifests_name() {
        let patterns = ["/etc/*.conf", "/var/log/**", "/proc/cpuinfo"].map(str::to_owned);
        for planned in ["/etc/host.conf", "/var/log/a/b", "/proc/cpuinfo"] {
            assert!(is_planned(planned, &patterns), "{planned}");
        }
        for other in ["/etc/host.conf.d", "/etc/a/b.conf", "/proc/stat", "/var/lib/x"] {
            assert!(!is_planned(other, &patterns), "{other}");
        }
    }

    #[test]
    fn only_what_is_opened_after_the_start_counts_and_a_failed_attempt_too() {
        let trace = "1 openat(AT_FDCWD, \"/etc/passwd\", O_RDONLY) = 3\n\
                     1 execve(\"/t/candor\", [\"x\"], 0x1) = 0\n\
                     1 openat(AT_FDCWD, \"/etc/shadow\", O_RDONLY) = -1 EACCES\n";
        assert_eq!(after_start(trace, Path::new("/t/candor")).collect::<Vec<_>>(), ["/etc/shadow"]);
    }

    #[test]
    fn reads_are_found_as_texts_and_as_tables() {
        let plan =
            serde_json::json!({ "collectors": [{ "reads": ["/a", { "path": "/b", "reason": "x" }] }] });
        assert_eq!(planned_paths(&plan).unwrap(), ["/a", "/b"]);
        assert!(planned_paths(&serde_json::json!({})).is_err());
    }
}
