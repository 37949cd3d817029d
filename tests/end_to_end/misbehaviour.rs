//! A plugin that misbehaves costs its own collector and nothing else: the report is complete but for it, the reason is
//! named, and nothing of it survives by two seconds.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use candor_tests::{Report, Sandbox};

struct Misdeed {
    outcome: String,
    reason: String,
    hints: String,
    artifacts: Vec<String>,
    elapsed: Duration,
}

/// Lets the fixture misbehave and checks what holds whatever it does.
#[track_caller]
fn misbehave(how: &str) -> Misdeed {
    misbehave_with(&[], how)
}

/// The same with flags of the program. Some misdeeds can be done without the lock-down only.
#[track_caller]
fn misbehave_with(flags: &[&str], how: &str) -> Misdeed {
    let sandbox = Sandbox::new();
    let output = sandbox.output("r.zip");
    let option = format!("misbehave.how={how}");
    let mut arguments = vec!["collect", "fixture", "--option", &option, "--output", output.to_str().unwrap()];
    arguments.extend(["--approve", "honest", "--approve", "misbehave"]);
    arguments.extend(flags);
    let done = sandbox.run_fixtures(&arguments);
    let over = Instant::now();
    let report = Report::open(&output);
    let outcome = report.outcome("misbehave").to_owned();
    assert_eq!(done.code, if outcome == "Collected" { 0 } else { 3 }, "{}", done.stderr);
    assert_eq!(report.outcome("honest"), "Collected");
    assert!(!report.artifacts("honest").is_empty());
    assert_eq!(report.index()["complete"], true);
    sandbox.run(&["verify", output.to_str().unwrap()]).expect(0);
    nothing_survives(over);
    Misdeed {
        outcome,
        reason: report.reason("misbehave").to_owned(),
        hints: report.collector("misbehave")["hints"].to_string(),
        artifacts: report.artifacts("misbehave"),
        elapsed: done.elapsed,
    }
}

/// The fixture's children sleep for 31557 s and its command for 31558 s: nothing else on a machine does.
#[track_caller]
fn nothing_survives(over: Instant) {
    let sleeping = || {
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        let lines = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
        lines.filter(|line| line.windows(5).any(|five| five == b"31558")).count()
    };
    while sleeping() > 0 {
        assert!(over.elapsed() < Duration::from_secs(2), "something survived");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Fails for the reason, keeping what was delivered before.
#[track_caller]
fn fails(how: &str, reason: &str) {
    let misdeed = misbehave(how);
    assert_eq!(misdeed.outcome, "Failed", "{}", misdeed.reason);
    assert!(misdeed.reason.contains(reason), "{}", misdeed.reason);
    assert!(misdeed.artifacts.contains(&"before.txt".to_owned()), "{:?}", misdeed.artifacts);
    assert!(misdeed.elapsed < Duration::from_secs(6), "{:?}", misdeed.elapsed);
}

#[track_caller]
fn times_out(how: &str) {
    times_out_with(&[], how);
}

/// The flags that leave the lock-down out.
const UNLOCKED: [&str; 2] = ["--pretend-without", "lockdown"];

#[track_caller]
fn times_out_with(flags: &[&str], how: &str) {
    let misdeed = misbehave_with(flags, how);
    assert_eq!((misdeed.outcome.as_str(), misdeed.reason.as_str()), ("TimedOut", "not finished after 3s"));
    assert!(misdeed.elapsed < Duration::from_secs(5 + 2), "{:?}", misdeed.elapsed);
}

macro_rules! failing {
    ($($name:ident: $how:literal, $reason:literal;)*) => {
        $(#[test] fn $name() { fails($how, $reason); })*
    };
}

failing! {
    a_segfault_is_named: "segfault", "ended by SIGSEGV";
    an_exit_is_named: "exit", "exited with code 7";
    an_error_of_its_own_is_named: "fail", "it gave up on purpose";
    an_allocation_of_ten_gibibytes_dies_at_the_limit: "allocate", "ended by SIGABRT";
    a_flood_of_output_is_cut_at_the_budget: "flood-sink", "budget is used up";
    a_flood_of_artifacts_is_cut_at_the_budget: "flood-artifacts", "more than 100 artifacts";
    a_flood_of_stderr_is_cut_at_the_budget: "flood-stderr", "more than 16KiB to standard error";
    a_name_that_climbs_out_is_refused: "climb", "no report may hold";
    a_name_used_twice_is_refused: "twice", "two artifacts of the same name";
    a_level_below_the_manifest_is_refused: "lower-level", "claimed level `technical`";
    a_level_above_the_manifest_is_refused: "higher-level", "claimed level `secret`";
    an_undeclared_read_is_refused: "undeclared-read", "not among the declared reads";
    an_undeclared_command_is_refused: "undeclared-command", "does not declare this command";
    junk_is_no_frame: "junk-frame", "broken header";
    an_unknown_kind_is_no_frame: "unknown-kind", "unknown kind 119";
    an_oversized_frame_is_refused: "oversized-frame", "at most 262144 are allowed";
    an_oversized_chunk_is_refused: "oversized-chunk", "at most 1048576 are allowed";
    a_cut_frame_is_noticed: "cut-frame", "within a frame";
    data_without_an_artifact_is_refused: "chunk-first", "while no artifact was open";
    an_end_without_an_artifact_is_refused: "end-first", "while no artifact was open";
    an_artifact_within_an_artifact_is_refused: "begin-twice", "while another was open";
    a_false_count_is_noticed: "false-count", "counted 4 bytes";
    an_unreadable_header_is_refused: "bad-header", "unreadable artifact header";
    an_unreadable_response_is_refused: "bad-response", "unreadable response";
    a_frame_of_the_hosts_is_refused: "host-frame", "it is the host's";
    a_second_word_about_its_confinement_is_not_heard: "confined-frame", "it was confined already";
}

#[test]
fn writing_a_file_is_refused() {
    let misdeed = misbehave("write-file");
    // The fixture itself asserts that it could not.
    assert_eq!(misdeed.outcome, "Collected", "{}", misdeed.reason);
}

#[test]
fn writing_a_file_ends_a_worker_that_nothing_else_keeps_from_it() {
    let all_but_the_limit = candor_tests::MEASURES.iter().filter(|measure| **measure != "no-file-writes");
    let flags: Vec<_> = all_but_the_limit.flat_map(|measure| ["--pretend-without", measure]).collect();
    let misdeed = misbehave_with(&flags, "write-file");
    // Opened, and not a byte of it written.
    let left = std::path::Path::new("/tmp/candor-fixture-wrote-this");
    assert_eq!(left.metadata().unwrap().len(), 0);
    std::fs::remove_file(left).unwrap();
    assert_eq!(misdeed.outcome, "Failed");
    assert!(misdeed.reason.contains("SIGXFSZ"), "{}", misdeed.reason);
}

#[test]
fn a_panic_is_named_by_its_place_and_never_by_its_words() {
    let misdeed = misbehave("panic");
    assert_eq!(misdeed.outcome, "Failed");
    assert!(misdeed.reason.starts_with("the plugin panicked at `"), "{}", misdeed.reason);
    assert!(!misdeed.reason.contains("quoted-in-a-panic"));
}

#[test]
fn sleeping_for_ever_ends_at_the_deadline() {
    times_out("sleep");
}

#[test]
fn ignoring_sigterm_does_not_help() {
    times_out("ignore-sigterm");
}

#[test]
fn a_frame_that_never_ends_is_cut_at_the_deadline() {
    times_out("stalled-frame");
}

#[test]
fn forked_children_are_ended_with_their_parent() {
    let before = sleepers();
    times_out_with(&UNLOCKED, "fork");
    assert_eq!(sleepers(), before);
}

#[test]
fn daemons_that_left_their_session_are_found_and_named() {
    let before = sleepers();
    let misdeed = misbehave_with(&UNLOCKED, "daemon");
    assert!(misdeed.hints.contains("processes behind"), "{}", misdeed.hints);
    assert_eq!(sleepers(), before);
}

/// Workers of this user that sleep: the fixture's children keep their parent's command line.
fn sleepers() -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let names = processes.filter_map(|process| {
        let line = std::fs::read(process.path().join("cmdline")).ok()?;
        let parent = std::fs::read_to_string(process.path().join("stat")).ok()?;
        // An orphan's parent is init or whoever reaps here; a worker's is a live candor.
        let parent: u32 = parent.rsplit(')').next()?.split_whitespace().nth(1)?.parse().ok()?;
        (line == b"candor\0worker\0" && parent == 1).then_some(())
    });
    names.count()
}

#[test]
fn an_artifact_that_is_never_ended_does_not_pass_for_a_whole_one() {
    let misdeed = misbehave("unfinished");
    assert_eq!(misdeed.outcome, "Failed");
    assert!(!misdeed.artifacts.contains(&"unfinished.txt".to_owned()));
}

#[test]
fn text_that_the_redactor_cannot_read_is_withheld() {
    withholds("wider-text", "`wider.txt` was withheld");
}

#[test]
fn a_damaged_archive_is_withheld() {
    withholds("damaged-archive", "`log.gz` was withheld");
}

#[test]
fn binary_data_that_nobody_can_search_are_withheld() {
    withholds("binary", "`picture.png` was withheld: binary data cannot be searched");
}

#[track_caller]
fn withholds(how: &str, reason: &str) {
    let misdeed = misbehave(how);
    assert_eq!(misdeed.outcome, "Partial");
    assert!(misdeed.reason.contains(reason), "{}", misdeed.reason);
    assert_eq!(misdeed.artifacts, ["before.txt", "after.txt"]);
}

#[test]
fn a_collector_that_saw_less_is_partial() {
    let misdeed = misbehave("see-less");
    assert_eq!(misdeed.outcome, "Partial");
    assert_eq!(misdeed.reason, "half of it was missing on purpose");
}

#[test]
fn a_command_that_does_not_end_is_ended() {
    let misdeed = misbehave("sleep-command");
    assert_eq!((misdeed.outcome.as_str(), misdeed.reason.as_str()), ("Partial", "the command timed out"));
}

#[test]
fn a_command_that_prints_without_end_is_cut() {
    let misdeed = misbehave("yes-command");
    assert_eq!(misdeed.reason, "truncated: true, 65536 bytes");
}

#[test]
fn a_command_sees_a_clean_environment() {
    let sandbox = Sandbox::new();
    let output = sandbox.output("r.zip");
    let mut command = sandbox.command(&[]);
    command.args(Sandbox::with_fixtures(&["collect", "fixture", "--approve", "misbehave"]));
    command.args(["--option", "misbehave.how=environment-command", "--output", output.to_str().unwrap()]);
    command.env("SECRET_OF_THE_USER", "leaked").env("LD_PRELOAD", "");
    candor_tests::Finished::of(command).expect(0);
    let environment = Report::open(&output).text("misbehave", "environment.txt");
    let mut names: Vec<_> = environment.lines().filter_map(|line| line.split('=').next()).collect();
    names.sort_unstable();
    assert_eq!(names, ["LC_ALL", "PATH"]);
    assert!(environment.contains("LC_ALL=C.UTF-8"));
}

#[test]
fn a_secret_does_not_reach_the_disk_whatever_it_is_called() {
    for (how, name) in [
        ("secret-text", "secret.txt"),
        ("secret-binary", "secret.bin"),
        ("packed-secret", "log.gz"),
        ("wide-text", "wide.txt"),
    ] {
        let sandbox = Sandbox::new();
        let output = sandbox.output("r.zip");
        let option = format!("misbehave.how={how}");
        let arguments = ["collect", "fixture", "--option", &option, "--output", output.to_str().unwrap()];
        sandbox.run_fixtures(&[&arguments[..], &["--approve", "misbehave"]].concat()).expect(0);
        let report = Report::open(&output);
        let text = plain(&report.artifact("misbehave", name));
        assert!(text.contains("password=") && !text.contains("correct-horse"), "{text}");
        let artifacts = report.collector("misbehave")["artifacts"].clone();
        let entry = artifacts
            .as_array()
            .unwrap()
            .iter()
            .find(|entry| entry["path"].as_str().unwrap().ends_with(name));
        assert_eq!(entry.unwrap()["redactions"]["password"], 1, "{artifacts}");
        assert!(sandbox.files_holding("correct-horse").is_empty());
    }
}

/// The text of an artifact, unpacked and out of its encoding.
fn plain(bytes: &[u8]) -> String {
    match bytes {
        [0x1f, 0x8b, ..] => {
            let mut gzip = Command::new("gzip")
                .arg("-dc")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("gzip is installed");
            gzip.stdin.take().unwrap().write_all(bytes).unwrap();
            String::from_utf8(gzip.wait_with_output().unwrap().stdout).unwrap()
        }
        [0xff, 0xfe, text @ ..] => {
            let units = text.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
            char::decode_utf16(units).collect::<Result<_, _>>().unwrap()
        }
        _ => String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

#[test]
fn a_secret_in_a_name_does_not_reach_the_disk_either() {
    let sandbox = Sandbox::new();
    let output = sandbox.output("r.zip");
    let arguments = ["collect", "fixture", "--option", "misbehave.how=secret-name"];
    let approved = ["--approve", "misbehave", "--output", output.to_str().unwrap()];
    sandbox.run_fixtures(&[&arguments[..], &approved].concat()).expect(0);
    let artifacts = Report::open(&output).artifacts("misbehave");
    assert_eq!(artifacts.len(), 3, "{artifacts:?}");
    assert!(artifacts[1].contains("removed-password"), "{artifacts:?}");
    assert!(sandbox.files_holding("correct-horse").is_empty());
}
