//! The peers on the same bytes: speed, recall, false alarms.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::bench::ground::Ground;
use crate::bench::table::{self, Table};
use crate::console;
use crate::failure::Failure;
use crate::process::Process;
use crate::workspace;

const SPEED_MIB_S: f64 = 250.0;
const MOST_ALARMS: f64 = 0.005;

/// Compares over the corpus and over a mixed log of `mib` MiB.
///
/// # Errors
/// When `candor redact` fails. A peer that does is left out.
pub fn run(ground: &Ground, mib: &str) -> Result<(), Failure> {
    let results = ground.path("peers.json");
    Process::new("python3")
        .arg(workspace::path("xtask/src/bench/redact_peers.py"))
        .arg("--corpus-tool")
        .arg(super::example("redaction_corpus"))
        .arg("--logs-tool")
        .arg(super::example("mixed_logs"))
        .arg("--candor")
        .arg(ground.program())
        .args(["--mib", mib, "--output"])
        .arg(&results)
        .run()?;
    print(&read(&results)?);
    Ok(())
}

fn read(path: &Path) -> Result<Value, Failure> {
    let text = fs::read(path).map_err(|error| Failure::path("read", path, error))?;
    serde_json::from_slice(&text).map_err(|error| Failure::path("read the results in", path, error))
}

fn print(results: &Value) {
    let tools = results["tools"].as_object().into_iter().flatten();
    let mut speed = Table::new(&["", "MiB/s", "MiB/s of one processor", "peak MiB", "benign lines touched"]);
    let mut recall = Table::new(&["", "planted", "caught", "recall"]);
    let mut kinds = BTreeSet::new();
    for (tool, result) in tools.clone() {
        let logs = &result["logs"];
        let cells =
            [&logs["wall_mib_s"], &logs["cpu_mib_s"], &logs["peak_mib"], &result["benign"]["touched"]];
        speed.row([tool.clone()].into_iter().chain(cells.map(Value::to_string)));
        kinds.extend(result["kinds"].as_object().into_iter().flatten().map(|(kind, _)| kind.clone()));
    }
    for kind in &kinds {
        for (tool, result) in tools.clone() {
            let count = |name: &str| result["kinds"][kind][name].as_f64();
            if let (Some(planted), Some(caught)) = (count("planted"), count("caught")) {
                let rate = if planted > 0.0 { caught / planted } else { 1.0 };
                recall.row([
                    format!("{kind}, {tool}"),
                    planted.to_string(),
                    caught.to_string(),
                    format!("{rate:.3}"),
                ]);
            }
        }
    }
    speed.print();
    recall.print();
    for (tool, reason) in results["left_out"].as_object().into_iter().flatten() {
        console::data(&format!("left out {tool}: {}", reason.as_str().unwrap_or_default()));
    }
    promises(&results["tools"]["candor redact"]);
}

fn promises(candor: &Value) {
    let rate = candor["logs"]["cpu_mib_s"].as_f64().unwrap_or(0.0);
    table::promise(
        rate >= SPEED_MIB_S,
        "250 MiB/s on one thread over mixed logs",
        &format!("{rate:.0} MiB/s"),
    );
    let count = |name: &str| candor["benign"][name].as_f64().unwrap_or(f64::NAN);
    let alarms = count("touched") / count("lines");
    let shown = format!("{:.3} %", alarms * 100.0);
    table::promise(alarms <= MOST_ALARMS, "at most 0.5 % of benign lines touched", &shown);
}
