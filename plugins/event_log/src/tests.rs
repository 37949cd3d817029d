//! The whole collector, on journals and logs made for the purpose and on this machine.

use std::io::Write;
use std::path::Path;

use candor_contract::document::Status;
use candor_testkit::{Harness, Run};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::journal::sample::{SampleEntry, journal};
use crate::journal::tests::unpacked;
use crate::{EventLog, Options};

/// A machine with one folder for journals and one for text logs.
struct Machine {
    folder: TempDir,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("journal")).unwrap();
        std::fs::create_dir(folder.path().join("log")).unwrap();
        Self { folder }
    }

    fn journal(self, name: &str, bytes: &[u8]) -> Self {
        std::fs::write(self.folder.path().join("journal").join(name), bytes).unwrap();
        self
    }

    fn log(self, name: &str, bytes: &[u8]) -> Self {
        let path = self.folder.path().join("log").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    fn log_folder(&self) -> std::path::PathBuf {
        self.folder.path().join("log")
    }

    /// Without the kernel's buffer, which is this machine's and not the made one's, and without a bound in time.
    fn harness(&self) -> Harness {
        let root = self.folder.path().display();
        Harness::new("event-log")
            .reads([format!("{root}/**").as_str()])
            .option("journal_folders", vec![format!("{root}/journal")])
            .option("log_folders", vec![format!("{root}/log")])
            .option("kernel", false)
            .option("since", 0)
    }

    fn run(&self) -> Run {
        self.harness().run::<EventLog>()
    }
}

fn lines(run: &Run) -> Vec<Value> {
    let text = run.text("journal.ndjson");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn messages(run: &Run) -> Vec<String> {
    let text = |line: &Value| line["MESSAGE"].as_str().unwrap().to_owned();
    lines(run).iter().map(text).collect()
}

fn kinds() -> Vec<u8> {
    unpacked(include_bytes!("../fixtures/kinds.journal.zst"))
}

fn entry(number: u64, boot: u8, priority: u8, unit: &str) -> SampleEntry {
    let fields =
        [format!("MESSAGE={number}"), format!("PRIORITY={priority}"), format!("_SYSTEMD_UNIT={unit}")];
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    SampleEntry::new(number, 1_700_000_000_000_000 + number * 1_000_000, boot, &fields)
}

#[test]
fn the_summary_counts_what_the_journal_tells() {
    let run = Machine::new().journal("system.journal", &kinds()).run();
    assert_eq!(run.status(), Status::Complete, "{:?}", run.answer);
    let summary = &run.json("summary.json")["journal"];
    assert_eq!(summary["entries"], 56);
    assert_eq!(summary["entries_written"], 56);
    assert_eq!(summary["truncated"], false);
    assert_eq!(summary["withheld_fields"], 2);
    assert_eq!(summary["first"], "2023-11-14T22:13:21.000003Z");
    assert_eq!(summary["last"], "2023-11-14T22:14:16.000168Z");
    assert_eq!(
        summary["events"],
        json!({"restarts_scheduled": 1, "units_failed": 1, "units_started": 0, "units_stopped": 0,
               "core_dumps": 1, "out_of_memory": 0, "messages_dropped": 0})
    );
    assert_eq!(summary["kernel_events"]["out_of_memory_kills"], 1);
    assert_eq!(summary["kernel_events"]["process_crashes"], 1);
    assert_eq!(summary["by_unit"][0]["unit"], "web.service");
    assert_eq!(summary["by_unit"][0]["entries"], 49);
    assert_eq!(summary["no_unit_entries"], 4);
    assert_eq!(summary["by_priority"]["none"], 1);
    assert_eq!(summary["boots"].as_array().unwrap().len(), 2);
    assert_eq!(summary["boots"][0]["id"], "2".repeat(32));
    let kinds: Vec<_> =
        summary["recent"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    let expected = ["core_dump", "process_crash", "out_of_memory_kill", "restart_scheduled", "unit_failed"];
    assert_eq!(kinds, expected);
    assert_eq!(lines(&run).len(), 56);
}

#[test]
fn the_newest_entries_fill_the_byte_budget() {
    let entries: Vec<_> = (1..=500).map(|number| entry(number, 1, 6, "a.service")).collect();
    let machine = Machine::new().journal("a.journal", &journal(&entries, true, 1, 64));
    let run = machine.harness().option("max_bytes", 10_000).run::<EventLog>();
    let written = messages(&run);
    assert_eq!(written[0], "500");
    assert!(written.len() > 20 && written.len() < 100, "{}", written.len());
    let bytes = run.artifact("journal.ndjson").bytes.len();
    assert!((9_500..=10_000).contains(&bytes), "{bytes}");
    let summary = &run.json("summary.json")["journal"];
    assert_eq!(summary["entries"], 500);
    assert_eq!(summary["entries_written"], written.len());
    assert_eq!(summary["written_bytes"], bytes);
    assert_eq!(summary["truncated"], true);
    assert_eq!(summary["counted_to_the_end"], true);
    assert!(summary["oldest_written"].as_str().unwrap() > summary["first"].as_str().unwrap());
}

#[test]
fn the_hosts_budget_leaves_room_for_the_other_artifacts() {
    let entries: Vec<_> = (1..=5000).map(|number| entry(number, 1, 6, "a.service")).collect();
    let machine = Machine::new().journal("a.journal", &journal(&entries, true, 1, 512));
    let harness = machine.harness().option("text_bytes", 0);
    let run = harness.output_budget_bytes((8 << 20) + 50_000).run::<EventLog>();
    assert_eq!(run.status(), Status::Complete);
    assert!(run.artifact("journal.ndjson").bytes.len() <= 50_000);
    assert_eq!(run.json("summary.json")["journal"]["truncated"], true);
}

#[test]
fn priority_unit_and_boot_filters_narrow_the_range() {
    let entries = [
        entry(1, 1, 6, "a.service"),
        entry(2, 2, 3, "b.service"),
        entry(3, 2, 7, "a.service"),
        entry(4, 3, 4, "a.service"),
        SampleEntry::new(5, 1_700_000_005_000_000, 3, &["MESSAGE=5", "UNIT=b.service", "PRIORITY=5"]),
        SampleEntry::new(6, 1_700_000_006_000_000, 3, &["MESSAGE=6"]),
    ];
    let machine = Machine::new().journal("a.journal", &journal(&entries, false, 1, 4));
    let with = |name: &str, value: Value| messages(&machine.harness().option(name, value).run::<EventLog>());
    assert_eq!(with("priority", json!("debug")), ["6", "5", "4", "3", "2", "1"]);
    assert_eq!(with("priority", json!("warning")), ["4", "2"]);
    assert_eq!(with("units", json!(["b"])), ["5", "2"]);
    assert_eq!(with("units", json!(["a.service", "none.socket"])), ["4", "3", "1"]);
    assert_eq!(with("boots", json!(1)), ["6", "5", "4"]);
    assert_eq!(with("boots", json!(2)), ["6", "5", "4", "3", "2"]);
}

#[test]
fn the_time_range_ends_where_it_should_and_not_at_one_wrong_clock() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros() as u64;
    let at = |number: u64, time: u64| SampleEntry::new(number, time, 1, &[&format!("MESSAGE={number}")]);
    let hour = 3_600_000_000;
    // The third was written before the clock was set.
    let entries = [at(1, now - 50 * hour), at(2, now - 3 * hour), at(3, 1000), at(4, now - hour)];
    let old = [at(9, now - 90 * hour)];
    let machine = Machine::new()
        .journal("a.journal", &journal(&entries, true, 1, 4))
        .journal("old.journal", &journal(&old, true, 2, 4));
    let run = machine.harness().option("since", 24 * 3_600_000).run::<EventLog>();
    assert_eq!(messages(&run), ["4", "2"]);
    let summary = run.json("summary.json");
    assert!(summary["range"]["since"].is_string());
    assert_eq!(summary["journal"]["files"], 1);
    assert_eq!(summary["journal"]["out_of_range_files"], 1);
}

#[test]
fn binary_values_are_text_unless_asked_for_as_bytes() {
    let machine = Machine::new().journal("a.journal", &kinds());
    let coloured = |run: &Run| {
        let lines = lines(run);
        lines.iter().find(|line| line.get("DATA_BINARY").is_some()).unwrap()["MESSAGE"].clone()
    };
    assert_eq!(coloured(&machine.run()), "\u{1b}[31mred\u{1b}[0m");
    let run = machine.harness().option("binary", "bytes").run::<EventLog>();
    assert!(coloured(&run).is_array());
}

#[test]
fn a_machine_without_any_log_is_skipped_with_the_reason() {
    let run = Machine::new().run();
    assert_eq!(run.status(), Status::Skipped);
    let reasons = run.answer.unwrap().reasons;
    assert!(
        reasons[0].starts_with("no journal at `/") && reasons[0].contains("and no text logs at `/"),
        "{reasons:?}"
    );
    assert!(run.artifacts.is_empty());
}

#[test]
fn an_absent_journal_is_told_and_is_no_fault() {
    let run = Machine::new().log("syslog", b"a line\n").run();
    assert_eq!(run.status(), Status::Complete);
    let summary = run.json("summary.json");
    assert_eq!(summary["journal"], Value::Null);
    let reason = summary["not_read"][0]["reason"].as_str().unwrap();
    assert!(reason.starts_with("no journal at `/"), "{reason}");
}

#[test]
fn damaged_journals_are_partial_and_the_others_are_read() {
    let entries: Vec<_> = (1..=40).map(|number| entry(number, 1, 6, "a.service")).collect();
    let whole = journal(&entries, true, 1, 64);
    let machine = Machine::new()
        .journal("bad.journal", b"LPKSHHRH and nothing else")
        .journal("cut.journal", &whole[..whole.len() - 40])
        .journal("empty.journal", b"")
        .journal("good.journal~", &journal(&entries[37..], true, 2, 4));
    std::fs::create_dir(machine.folder.path().join("journal/folder.journal")).unwrap();
    let run = machine.run();
    assert_eq!(run.status(), Status::Partial);
    let reasons = run.answer.as_ref().unwrap().reasons.join("\n");
    for part in [
        "bad.journal`: it is no journal file",
        "cut.journal`: a part of its entries cannot be reached",
        "folder.journal` is a folder",
    ] {
        assert!(reasons.contains(part), "{part}: {reasons}");
    }
    assert_eq!(lines(&run).len(), 33);
    assert_eq!(run.json("summary.json")["journal"]["files"], 2);
}

#[test]
fn rotated_and_packed_logs_are_delivered_as_text() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(b"packed with gzip\nhost kernel: x[1]: segfault at 0 ip 1\n").unwrap();
    let run = Machine::new()
        .log("syslog", b"now\n")
        .log("syslog.1", b"yesterday\n")
        .log("syslog.2.gz", &encoder.finish().unwrap())
        .log("app/app.log.3.xz", include_bytes!("../fixtures/two-lines.xz"))
        .log("app/app.log.4.zst", include_bytes!("../fixtures/two-lines.zst"))
        .log("app/app.log.5.bz2", include_bytes!("../fixtures/two-lines.bz2"))
        .log("wtmp", b"\x01\x02\x03")
        .log("latin", b"gr\xfc\xdfe\n")
        .run();
    assert_eq!(run.status(), Status::Complete, "{:?}", run.answer);
    assert_eq!(run.text("text/syslog.log"), "now\n");
    assert_eq!(run.text("text/syslog.1.log"), "yesterday\n");
    assert!(run.text("text/syslog.2.gz.log").starts_with("packed with gzip\n"));
    for ending in ["3.xz", "4.zst", "5.bz2"] {
        let text = run.text(&format!("text/app/app.log.{ending}.log"));
        assert_eq!(text, "first line\nsecond line\n", "{ending}");
    }
    assert_eq!(run.text("text/latin.log"), "gr\u{fffd}\u{fffd}e\n");
    let summary = &run.json("summary.json")["text"];
    assert_eq!(summary["files"].as_array().unwrap().len(), 7);
    assert_eq!(summary["binary_files"], 1);
    assert_eq!(summary["kernel_events"]["process_crashes"], 1);
}

#[test]
fn a_long_log_gives_its_end_and_the_budget_goes_to_the_newest() {
    let text: String = (0..10_000).map(|line| format!("line {line}\n")).collect();
    let machine = Machine::new().log("long", text.as_bytes()).log("old", "o".repeat(5000).as_bytes());
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let old = std::fs::File::options().append(true).open(machine.log_folder().join("old")).unwrap();
    old.set_modified(long_ago).unwrap();
    let harness = machine.harness().option("text_file_bytes", 1000);
    let run = harness.option("text_bytes", 990).run::<EventLog>();
    assert_eq!(run.status(), Status::Complete);
    let tail = run.text("text/long.log");
    assert!(tail.starts_with("line 99") && tail.ends_with("line 9999\n") && tail.len() <= 990, "{tail}");
    let harness = machine.harness().option("text_file_bytes", 20);
    let run = harness.option("text_bytes", 20).run::<EventLog>();
    assert_eq!(run.text("text/long.log"), "line 9999\n");
    let summary = run.json("summary.json");
    assert_eq!(summary["text"]["files"][0]["beginning_cut"], true);
    assert_eq!(summary["text"]["files"][1]["delivered_bytes"], 10, "what is left goes to the next");
}

#[test]
fn a_pipe_a_bomb_and_a_sparse_giant_do_not_hold_it_up() {
    let machine = Machine::new()
        .log("fine", b"a line\n")
        .log("line", [b"x".repeat(3 << 20), b"end\n".to_vec()].concat().as_slice());
    let folder = machine.log_folder();
    make_fifo(&folder.join("pipe"));
    std::fs::File::create(folder.join("sparse")).unwrap().set_len(10 << 30).unwrap();
    std::os::unix::fs::symlink(&folder, folder.join("loop")).unwrap();
    std::os::unix::fs::symlink("/etc/shadow", folder.join("link")).unwrap();
    let run = machine.harness().option("text_file_bytes", 1 << 20).run::<EventLog>();
    assert_eq!(run.status(), Status::Partial);
    let reasons = run.answer.as_ref().unwrap().reasons.join("\n");
    assert!(reasons.contains("pipe` is a fifo"), "{reasons}");
    assert_eq!(run.text("text/fine.log"), "a line\n");
    assert_eq!(run.text("text/line.log").len(), 1 << 20);
    let summary = &run.json("summary.json")["text"];
    assert_eq!(summary["binary_files"], 1);
    assert_eq!(summary["links"], 2);
}

fn make_fifo(path: &Path) {
    let path = std::ffi::CString::new(path.as_os_str().as_encoded_bytes()).unwrap();
    // SAFETY: the path is a string that ends with NUL and outlives the call.
    assert_eq!(unsafe { libc::mkfifo(path.as_ptr(), 0o600) }, 0);
}

#[test]
fn this_machine_can_be_collected_by_any_user() {
    let run = Harness::new("event-log")
        .reads(["/var/log/**", "/run/log/journal/**", "/etc/machine-id"])
        .run::<EventLog>();
    let Run { answer, .. } = &run;
    let answer = answer.as_ref().unwrap();
    if answer.status == Status::Skipped {
        assert!(answer.reasons[0].starts_with("no journal at"));
        return;
    }
    let summary = run.json("summary.json");
    assert_eq!(summary["range"]["priority"], "debug");
    let texts = summary["text"]["files"].as_array().unwrap().len();
    let delivered = run.artifacts.iter().filter(|artifact| artifact.name.starts_with("text/"));
    assert_eq!(delivered.count(), texts);
    // Either the kernel's buffer is there, or the outcome says that it may not be read.
    assert!(summary["kernel"].is_object() || answer.status == Status::Partial);
}

#[test]
fn the_manifest_offers_the_options_and_defaults_of_the_plugin() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../manifests/collectors/event-log.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let manifest = candor_manifest::parse_manifest(&path, &text).unwrap();
    assert_eq!(candor_manifest::check_file(&path).len(), 0);
    let defaults: serde_json::Map<String, Value> = manifest
        .options
        .iter()
        .map(|(name, option)| (name.to_string(), option.default_value().to_json()))
        .collect();
    let options: Options = serde_json::from_value(Value::Object(defaults)).unwrap();
    assert_eq!(options, Options::default());
}
