//! Signals, full disks and caps: what was collected is in a valid partial report or a resumable session.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use candor_tests::{Finished, Report, Running, Sandbox, program};
use rustix::process::Signal;

/// Starts a run whose second collector never ends, and waits until the first is done.
fn hanging(sandbox: &Sandbox) -> Running {
    let output = sandbox.output("r.zip");
    let mut arguments = vec!["collect", "fixture", "--option", "misbehave.how=sleep"];
    arguments.extend(["--approve", "honest", "--approve", "misbehave", "--output", output.to_str().unwrap()]);
    let mut running = sandbox.start_fixtures(&arguments);
    let sessions = sandbox.sessions();
    running.wait_until("the honest collector is done and the other has delivered", || {
        let session = std::fs::read_dir(&sessions).ok().and_then(|mut all| all.next()?.ok());
        session.is_some_and(|session| {
            let collectors = session.path().join("collectors");
            let listed =
                std::fs::read_to_string(collectors.join("misbehave/entries.ndjson")).unwrap_or_default();
            collectors.join("honest/result.json").exists() && listed.contains("before.txt")
        })
    });
    running
}

fn interrupted(signal: Signal, code: i32, reason: &str) {
    let sandbox = Sandbox::new();
    let mut running = hanging(&sandbox);
    running.signal(signal);
    let done = running.finish().expect(code);
    assert!(done.stderr.contains("Report: "), "{}", done.stderr);
    let output = sandbox.output("r.zip");
    sandbox.run(&["verify", output.to_str().unwrap()]).expect(0);
    let report = Report::open(&output);
    assert_eq!(report.outcome("honest"), "Collected");
    assert_eq!((report.outcome("misbehave"), report.reason("misbehave")), ("Failed", reason));
    assert_eq!(report.artifacts("misbehave"), ["before.txt"]);
    assert_eq!(
        (&report.index()["complete"], &report.index()["interrupted"]),
        (&false.into(), &reason.into())
    );
    assert_eq!(std::fs::read_dir(sandbox.sessions()).unwrap().count(), 0, "the session is over");
}

#[test]
fn sigint_leads_to_a_valid_partial_report() {
    interrupted(Signal::INT, 130, "interrupted by the user");
}

#[test]
fn sigterm_leads_to_a_valid_partial_report() {
    interrupted(Signal::TERM, 143, "the program was asked to end");
}

#[test]
fn sigkill_leaves_a_session_that_is_listed_resumed_or_discarded() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    let mut running = hanging(&sandbox);
    let live = sandbox.run(&["sessions", "--json"]).expect(0).json();
    assert_eq!(live["sessions"][0]["live"], true);
    let id = live["sessions"][0]["id"].as_str().unwrap().to_owned();
    let refused = sandbox.run(&["sessions", "discard", &id]).expect(2);
    assert!(refused.stderr.contains("error:"), "{}", refused.stderr);
    running.signal(Signal::KILL);
    assert_eq!(running.finish().code, 137);
    assert!(!sandbox.output("r.zip").exists());
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let folder = sandbox.sessions().join(&id);
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("collectors/honest/entries")), 0o600);
    assert_eq!(mode(&folder.join("consent.json")), 0o600);
    let left = sandbox.run(&["sessions"]).expect(0).stdout;
    assert!(left.contains(&id) && left.contains("interrupted"), "{left}");
    sandbox.run(&["sessions", "resume", &id]).expect(3);
    let report = Report::open(&sandbox.output("r.zip"));
    assert_eq!(report.outcome("honest"), "Collected");
    assert_eq!(
        (report.outcome("misbehave"), report.reason("misbehave")),
        ("Failed", "interrupted before it ended")
    );
    assert!(!folder.exists());
    sandbox.run(&["sessions", "discard", &id]).expect(2);
    sandbox.run(&["sessions", "discard", "../../etc"]).expect(2);
}

#[test]
fn a_discarded_session_is_gone() {
    let sandbox = Sandbox::new();
    let mut running = hanging(&sandbox);
    running.signal(Signal::KILL);
    running.finish();
    let id = sandbox.run(&["sessions", "--json"]).expect(0).json()["sessions"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    sandbox.run(&["sessions", "discard", &id]).expect(0);
    assert_eq!(std::fs::read_dir(sandbox.sessions()).unwrap().count(), 0);
}

#[test]
fn workers_die_with_the_host() {
    let sandbox = Sandbox::new();
    let mut running = hanging(&sandbox);
    let children = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", running.pid())).unwrap();
    let tasks = std::fs::read_dir(format!("/proc/{}/task", running.pid())).unwrap().flatten();
    let mut workers: Vec<String> = children.split_whitespace().map(str::to_owned).collect();
    for task in tasks {
        let children = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        workers.extend(children.split_whitespace().map(str::to_owned));
    }
    assert!(!workers.is_empty());
    running.signal(Signal::KILL);
    running.finish();
    let begun = std::time::Instant::now();
    let alive = |pid: &String| {
        let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // A zombie that nobody reaps any more is dead all the same.
        !state.is_empty() && !state.contains(") Z ")
    };
    while workers.iter().any(alive) {
        assert!(begun.elapsed() < Duration::from_secs(2), "a worker survived");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Sends the signal at many moments of a short run, and checks what is left each time.
fn at_any_moment(signal: Signal, code: i32) {
    for step in 0..14 {
        let sandbox = Sandbox::new();
        let output = sandbox.output("r.zip");
        let mut arguments = vec!["collect", "fixture", "--output", output.to_str().unwrap()];
        arguments.extend(["--approve", "honest", "--approve", "misbehave"]);
        let mut running = sandbox.start_fixtures(&arguments);
        std::thread::sleep(Duration::from_millis(step * 9));
        running.signal(signal);
        let done = running.finish();
        assert!(done.code == code || done.code == 0 && output.exists(), "{} {}", done.code, done.stderr);
        let left: Vec<_> = std::fs::read_dir(sandbox.output("")).unwrap().flatten().collect();
        assert!(left.iter().all(|entry| entry.file_name() == "r.zip"), "{left:?}");
        if output.exists() {
            sandbox.run(&["verify", output.to_str().unwrap()]).expect(0);
        }
        let sessions = sandbox.run(&["sessions", "--json"]).expect(0).json()["sessions"].clone();
        let sessions = sessions.as_array().unwrap();
        assert!(
            signal == Signal::KILL || sessions.is_empty(),
            "a signal that can be caught leaves no session"
        );
        sessions.iter().for_each(|session| resume_or_discard(&sandbox, session["id"].as_str().unwrap()));
    }
}

fn resume_or_discard(sandbox: &Sandbox, id: &str) {
    let again = sandbox.output("again.zip");
    let done = sandbox.run(&["sessions", "resume", id, "--output", again.to_str().unwrap()]);
    if done.code == 2 {
        // Killed before the header was written: nothing had been collected, and it can be discarded.
        sandbox.run(&["sessions", "discard", id]).expect(0);
    } else {
        assert!([0, 3, 4].contains(&done.code), "{} {}", done.code, done.stderr);
        sandbox.run(&["verify", again.to_str().unwrap()]).expect(0);
    }
}

#[test]
fn killed_at_any_moment_it_leaves_a_valid_report_or_a_resumable_session_or_nothing() {
    at_any_moment(Signal::KILL, 137);
}

#[test]
fn interrupted_at_any_moment_it_leaves_a_valid_report_or_nothing() {
    at_any_moment(Signal::INT, 130);
}

#[test]
fn terminated_at_any_moment_it_leaves_a_valid_report_or_nothing() {
    at_any_moment(Signal::TERM, 143);
}

/// Runs a script in a mount namespace of its own with a small file system at `$1`; what it prints is returned.
pub fn with_small_disk(sandbox: &Sandbox, size: &str, script: &str) -> Finished {
    let disk = sandbox.path("disk");
    std::fs::create_dir_all(&disk).unwrap();
    let mut unshare = Command::new("unshare");
    sandbox.furnish(&mut unshare);
    let user = if rustix::process::geteuid().is_root() { "-m" } else { "-rm" };
    let script = format!("mount -t tmpfs -o size={size} tmpfs \"$1\" || exit 99\n{script}");
    unshare.args([user, "sh", "-c", &script, "sh"]).arg(&disk).arg(program());
    unshare.args(Sandbox::with_fixtures(&[]));
    let done = Finished::of(unshare);
    assert_ne!(
        done.code, 99,
        "this machine allows no mount namespace, which this test needs: {}",
        done.stderr
    );
    done
}

#[test]
fn a_full_disk_costs_the_collector_that_filled_it_and_not_the_report() {
    let sandbox = Sandbox::new();
    let copy = sandbox.path("copy.zip");
    let script = format!(
        "export CANDOR_STATE_DIR=\"$1/state\"; disk=$1; shift
         \"$@\" collect full --approve honest --approve blob --option blob.bytes=64MiB --min-free 0 --output $disk/r.zip
         code=$?; cp $disk/r.zip '{}'; find $disk -type f >&2; exit $code",
        copy.display()
    );
    let done = with_small_disk(&sandbox, "8m", &script).expect(3);
    sandbox.run(&["verify", copy.to_str().unwrap()]).expect(0);
    let report = Report::open(&copy);
    assert_eq!(report.outcome("honest"), "Collected");
    assert_eq!((report.outcome("blob"), report.reason("blob")), ("Failed", "the disk is full"));
    assert!(report.artifacts("blob").is_empty());
    let left: Vec<&str> =
        done.stderr.lines().filter(|line| line.contains("/disk/") && line.starts_with('/')).collect();
    assert_eq!(left.len(), 4, "only the report, two keys and the list of answers are left: {left:?}");
}

#[test]
fn a_report_that_does_not_fit_keeps_the_session_and_names_it() {
    let sandbox = Sandbox::new();
    let script = "disk=$1; shift
         head -c 3M /dev/zero > $disk/filler
         \"$@\" collect blob --approve blob --option blob.bytes=8MiB --output $disk/r.zip
         code=$?; ls $disk >&2; exit $code";
    let done = with_small_disk(&sandbox, "4m", script).expect(1);
    assert!(done.stderr.contains("cannot write the report"), "{}", done.stderr);
    assert!(done.stderr.lines().all(|line| line != "r.zip"), "{}", done.stderr);
    let id = sandbox.run(&["sessions", "--json"]).expect(0).json()["sessions"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(done.stderr.contains(&format!("candor sessions resume {id}")), "{}", done.stderr);
    let output = sandbox.output("elsewhere.zip");
    sandbox.run(&["sessions", "resume", &id, "--output", output.to_str().unwrap()]).expect(0);
    sandbox.run(&["verify", output.to_str().unwrap()]).expect(0);
    assert_eq!(Report::open(&output).collector("blob")["bytes"], 8 << 20);
}

#[test]
fn a_read_only_output_is_found_before_anybody_is_asked() {
    let sandbox = Sandbox::new();
    let script = "disk=$1; shift; mount -o remount,bind,ro $disk
         exec \"$@\" collect blob --approve blob --output $disk/r.zip";
    let done = with_small_disk(&sandbox, "4m", script).expect(2);
    assert!(done.stderr.contains("cannot write into"), "{}", done.stderr);
    assert!(!sandbox.sessions().exists());
}

#[test]
fn an_existing_file_is_not_replaced_unless_told() {
    let sandbox = Sandbox::new();
    let output = sandbox.write("out/r.zip", "precious");
    let arguments = ["collect", "minimal", "--approve", "system-info", "--output", output.to_str().unwrap()];
    let done = sandbox.run(&arguments).expect(2);
    assert!(done.stderr.contains("exists already"), "{}", done.stderr);
    assert_eq!(std::fs::read(&output).unwrap(), b"precious");
    sandbox.run(&[&arguments[..], &["--overwrite"]].concat()).expect(0);
    sandbox.run(&["verify", output.to_str().unwrap()]).expect(0);
}

#[test]
fn the_cap_of_the_report_is_kept() {
    let sandbox = Sandbox::new();
    let output = sandbox.output("r.zip");
    let mut arguments =
        vec!["collect", "full", "--approve", "honest", "--approve", "blob", "--max-report", "2MiB"];
    arguments.extend(["--option", "blob.bytes=1GiB", "--output", output.to_str().unwrap()]);
    sandbox.run_fixtures(&arguments).expect(3);
    let report = Report::open(&output);
    assert_eq!((report.outcome("blob"), report.outcome("honest")), ("Failed", "Collected"));
    assert_eq!(report.reason("blob"), "the report has reached its limit of 2MiB");
    assert!(output.metadata().unwrap().len() < 2 << 20);
}

#[test]
fn the_floor_of_free_disk_is_kept() {
    let sandbox = Sandbox::new();
    let output = sandbox.output("r.zip");
    let mut arguments = vec!["collect", "minimal", "--approve", "system-info", "--min-free", "1000000GiB"];
    arguments.extend(["--output", output.to_str().unwrap()]);
    let done = sandbox.run(&arguments).expect(4);
    assert!(done.stderr.contains("less than 1000000GiB is free"), "{}", done.stderr);
}
