//! The report: any desk's tools open it, every hash holds, the same staged bytes give the same file.

use std::path::Path;
use std::process::Command;

use candor_tests::{Report, Sandbox, User};

fn server_report(sandbox: &Sandbox) -> std::path::PathBuf {
    let output = sandbox.output("server.zip");
    let mut arguments =
        vec!["collect", "server-report", "--output", output.to_str().unwrap(), "--case", "4711"];
    let all = ["system-info", "user-access", "event-log", "settings", "network-config"];
    all.iter().for_each(|id| arguments.extend(["--approve", id]));
    arguments.extend(["--option", "event-log.max_bytes=1MiB"]);
    let done = sandbox.run(&arguments);
    assert!([0, 3].contains(&done.code), "{}", done.stderr);
    output
}

#[test]
fn unzip_7z_and_python_accept_a_server_report_and_every_hash_holds() {
    let sandbox = Sandbox::new();
    let path = server_report(&sandbox);
    for (program, arguments) in [("unzip", &["-t"][..]), ("7z", &["t"]), ("python3", &["-c", PYTHON])] {
        let output = Command::new(program).args(arguments).arg(&path).output().unwrap();
        let text =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program}: {text}");
    }
    let done = sandbox.run(&["verify", path.to_str().unwrap(), "--json"]).expect(0);
    assert_eq!(done.json()["verified"], true);
}

/// Python's zipfile and hashlib: every entry, every hash of the index, both ways.
const PYTHON: &str = r"
import hashlib, json, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
index = json.loads(archive.read('report.json'))
named = {a['path']: a for c in index['collectors'] for a in c['artifacts']}
stored = set(archive.namelist()) - {'report.json', 'consent.json', 'consent.json.minisig', 'redactions.json'}
assert stored == set(named), (stored ^ set(named))
assert len(named) > 10
for path, artifact in named.items():
    data = archive.read(path)
    assert len(data) == artifact['bytes'], path
    assert hashlib.sha256(data).hexdigest() == artifact['sha256'], path
";

#[test]
fn the_index_holds_what_later_programs_rely_on() {
    let sandbox = Sandbox::new();
    let report = Report::open(&server_report(&sandbox));
    let index = report.index();
    assert_eq!(
        (&index["schema"], &index["profile"], &index["case"]),
        (&1.into(), &"server-report".into(), &"4711".into())
    );
    assert_eq!((&index["tier"], &index["tool"]["name"]), (&"identifying".into(), &"candor".into()));
    assert!(
        index["id"].is_string()
            && index["created"].as_str().unwrap().ends_with('Z')
            && index["tool"]["version"].is_string()
    );
    for collector in index["collectors"].as_array().unwrap() {
        assert!(["Collected", "Partial"].contains(&collector["outcome"].as_str().unwrap()), "{collector}");
        assert!(
            collector["started"].is_string()
                && collector["duration_ms"].is_u64()
                && collector["bytes"].is_u64()
        );
        assert_eq!(collector["reason"].is_string(), collector["outcome"] != "Collected");
        assert_eq!(collector["enforcement"]["level"], "full", "{collector}");
        assert_eq!(collector["access"]["complete"], true, "{collector}");
        for artifact in collector["artifacts"].as_array().unwrap() {
            assert!(artifact["path"].as_str().unwrap().starts_with("artifacts/"));
            assert_eq!(artifact["sha256"].as_str().unwrap().len(), 64);
            assert!(
                artifact["media_type"].is_string()
                    && artifact["bytes"].is_u64()
                    && artifact["redactions"].is_object()
            );
            assert_eq!(artifact["level"], collector["level"]);
        }
    }
}

#[test]
fn what_is_enforced_is_said_measure_by_measure() {
    let sandbox = Sandbox::new();
    let report = Report::open(&server_report(&sandbox));
    let enforcement = &report.collector("system-info")["enforcement"];
    assert_eq!(enforcement["missing"], serde_json::json!([]));
    let applied = enforcement["applied"].to_string();
    for measure in [
        "landlock",
        "seccomp",
        "own-network",
        "empty-root",
        "exact-reads",
        "unprivileged-user",
        "dropped-capabilities",
        "no-new-privileges",
    ] {
        assert!(applied.contains(measure), "{enforcement}");
    }
}

#[test]
fn what_a_collector_opened_is_in_its_receipt() {
    let sandbox = Sandbox::new();
    let report = Report::open(&server_report(&sandbox));
    let access = &report.collector("system-info")["access"];
    let opened: Vec<_> =
        access["opened"].as_array().unwrap().iter().map(|entry| entry["path"].as_str().unwrap()).collect();
    for path in ["/proc/meminfo", "/proc/self/mountinfo", "/etc/os-release"] {
        assert!(opened.contains(&path), "{path} in {opened:?}");
    }
    // The kernel shows an ordinary user no counters of a process that nobody may look into.
    let counted = access["bytes_read"].as_u64().map(|bytes| bytes > 1000);
    assert!(counted.unwrap_or(User::of_the_tests() == User::Ordinary), "{access}");
    assert_eq!(
        access["denied"],
        serde_json::json!([]),
        "a shipped collector asks for nothing that it does not declare"
    );
}

#[test]
fn one_staged_session_gives_identical_bytes_twice() {
    let sandbox = Sandbox::new();
    let output = sandbox.output("r.zip");
    let arguments =
        ["collect", "fixture", "--option", "misbehave.how=sleep", "--output", output.to_str().unwrap()];
    let mut running = sandbox
        .start_fixtures(&[&arguments[..], &["--approve", "honest", "--approve", "misbehave"]].concat());
    let sessions = sandbox.sessions();
    running.wait_until("the honest collector is done", || {
        let session = std::fs::read_dir(&sessions).ok().and_then(|mut all| all.next()?.ok());
        session.is_some_and(|session| session.path().join("collectors/honest/result.json").exists())
    });
    running.signal(rustix::process::Signal::KILL);
    assert_eq!(running.finish().code, 137);
    let session = std::fs::read_dir(&sessions).unwrap().next().unwrap().unwrap().path();
    let id = session.file_name().unwrap().to_str().unwrap().to_owned();
    let copy = |from: &Path, to: &Path| {
        assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
    };
    let resume = |name: &str, code: i32| {
        let path = sandbox.output(name);
        sandbox.run(&["sessions", "resume", &id, "--output", path.to_str().unwrap()]).expect(code);
        path
    };
    let unsigned = sandbox.path("unsigned");
    copy(&session, &unsigned);
    // The record is signed and kept, and then the report cannot be written.
    resume("no/such/folder.zip", 1);
    let signed = sandbox.path("signed");
    copy(&session, &signed);
    let first = resume("first.zip", 3);
    assert!(!session.exists());
    copy(&signed, &session);
    assert!(std::fs::read(&first).unwrap() == std::fs::read(resume("second.zip", 3)).unwrap());
    // A signature is another each time, and nothing else is.
    copy(&unsigned, &session);
    let (first, third) = (Report::open(&first), Report::open(&resume("third.zip", 3)));
    assert_eq!((first.consent(), first.index()), (third.consent(), third.index()));
}

#[test]
fn show_lists_and_prints() {
    let sandbox = Sandbox::new();
    let output = sandbox.output("r.zip");
    let out = output.to_str().unwrap();
    sandbox.run(&["collect", "minimal", "--approve", "system-info", "--output", out]).expect(0);
    let listing = sandbox.run(&["show", out]).expect(0).stdout;
    assert!(listing.contains("Collected system-info"), "{listing}");
    assert!(!listing.contains('\u{1b}'), "colour where there is no terminal: {listing}");
    let system = sandbox.run(&["show", out, "artifacts/system-info/system.json"]).expect(0).json();
    assert!(system.is_object());
    assert_eq!(sandbox.run(&["show", out, "system-info/system.json"]).expect(0).json(), system);
    let missing = sandbox.run(&["show", out, "nothing"]).expect(2);
    assert!(missing.stderr.contains("no artifact `nothing`"), "{}", missing.stderr);
    let whole = sandbox.run(&["show", out, "--json"]).expect(0).json();
    assert_eq!(whole["report"]["profile"], "minimal");
}

#[test]
fn a_changed_byte_is_found() {
    let sandbox = Sandbox::new();
    let output = sandbox.output("r.zip");
    sandbox
        .run(&["collect", "minimal", "--approve", "system-info", "--output", output.to_str().unwrap()])
        .expect(0);
    let bytes = std::fs::read(&output).unwrap();
    for at in [10, bytes.len() / 3, bytes.len() / 2, bytes.len() - 30] {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let path = sandbox.write("changed.zip", &changed);
        let done = sandbox.run(&["verify", path.to_str().unwrap()]);
        assert_eq!(done.code, 5, "byte {at}: {}{}", done.stdout, done.stderr);
    }
    let text = sandbox.write("text.zip", "not a zip");
    sandbox.run(&["verify", text.to_str().unwrap()]).expect(5);
    sandbox.run(&["verify", "/nonexistent.zip"]).expect(2);
}

#[test]
fn a_report_in_a_folder_gets_a_name_of_its_own() {
    let sandbox = Sandbox::new();
    let folder = sandbox.output("");
    let mut arguments = vec!["collect", "minimal", "--approve", "system-info", "--case", "4711/../x"];
    arguments.extend(["--output", folder.to_str().unwrap(), "--json"]);
    let done = sandbox.run(&arguments).expect(0).json();
    let path = std::path::PathBuf::from(done["path"].as_str().unwrap());
    assert_eq!(path.parent().unwrap(), folder.as_path().parent().unwrap().join("out"));
    let name = path.file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with("minimal-case-4711----x-") && name.ends_with(".zip"), "{name}");
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}
