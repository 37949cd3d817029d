//! A server report of a machine full of names and secrets holds none of them, and its proof agrees.
//!
//! The machine is made up: in namespaces of its own, folders of this one are covered with others.

mod machine;
mod unpacked;

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use candor_tests::{Report, Sandbox};
use machine::{HOST, Machine, PLANTED, USER};
use unpacked::{Unpacked, holds};

#[test]
fn a_server_report_holds_nothing_of_the_people_hosts_and_keys_of_its_machine() {
    let machine = Machine::new();
    let (first, second) = (machine.report("first.zip"), machine.report("second.zip"));
    let reports = [Unpacked::of(&first.path), Unpacked::of(&second.path)];
    for report in &reports {
        nothing_survives(report);
    }
    counts_agree(&first.path);
    let sandbox = machine.sandbox();
    sandbox.run(&["verify", first.path.to_str().unwrap()]).expect(0);
    assert_ne!(first.key, second.key);
    let [first, second] = reports.map(|report| report.pseudonyms());
    one_user_has_one_pseudonym(&first);
    let names = |found: &BTreeMap<String, BTreeSet<String>>| {
        found.values().flatten().cloned().collect::<BTreeSet<_>>()
    };
    let shared: Vec<_> = names(&first).intersection(&names(&second)).cloned().collect();
    assert!(shared.is_empty(), "two keys give the same pseudonyms: {shared:?}");
}

#[track_caller]
fn nothing_survives(report: &Unpacked) {
    let mut survivors = Vec::new();
    for (name, text) in report.texts() {
        for planted in PLANTED {
            if holds(&text, planted) {
                survivors.push(format!("{planted} in {name}"));
            }
        }
    }
    assert!(survivors.is_empty(), "{}", survivors.join("\n"));
    let all: usize = report.texts().map(|(_, text)| text.len()).sum();
    assert!(all > 50_000, "only {all} bytes were looked through");
}

/// Logs, the table of users and the archive name the same person.
#[track_caller]
fn one_user_has_one_pseudonym(found: &BTreeMap<String, BTreeSet<String>>) {
    let users = |part: &str| {
        let of_part = found.iter().filter(|(name, _)| name.contains(part)).flat_map(|(_, names)| names);
        of_part.filter(|name| name.starts_with("user-px-")).cloned().collect::<BTreeSet<_>>()
    };
    let (access, log, archive) = (users("user-access/"), users("app.log"), users("bundle.tar"));
    assert_eq!(log.len(), 2, "{log:?}");
    assert!(log.is_subset(&access), "{log:?} in {access:?}");
    assert!(!archive.is_empty() && archive.is_subset(&log), "{archive:?} in {log:?}");
}

#[track_caller]
fn counts_agree(path: &Path) {
    let report = Report::open(path);
    let redactions = report.redactions();
    assert_eq!(redactions["schema"], 1);
    let told = redactions["artifacts"].as_object().unwrap();
    let mut counted = 0;
    for collector in report.index()["collectors"].as_array().unwrap() {
        for artifact in collector["artifacts"].as_array().unwrap() {
            let path = artifact["path"].as_str().unwrap();
            for (rule, count) in artifact["redactions"].as_object().unwrap() {
                let inside = format!("{path}!");
                let places = told.iter().filter(|(place, _)| *place == path || place.starts_with(&inside));
                let sum: u64 = places.filter_map(|(_, rules)| rules[rule]["count"].as_u64()).sum();
                assert_eq!(Some(sum), count.as_u64(), "{rule} of {path}");
                counted += sum;
            }
        }
    }
    assert!(counted > 20, "{redactions}");
    let inside = told.iter().find(|(place, _)| place.contains("bundle.tar.gz!")).expect("the archive's log");
    assert!(inside.1.to_string().contains("\"lines\":[1"), "{}", inside.1);
}

fn minimal(sandbox: &Sandbox, name: &str, flags: &[&str]) -> (serde_json::Value, PathBuf) {
    let output = sandbox.output(name);
    let arguments =
        ["collect", "minimal", "--approve", "system-info", "--json", "--output", output.to_str().unwrap()];
    (sandbox.run(&[&arguments[..], flags].concat()).expect(0).json(), output)
}

#[test]
fn the_key_is_kept_apart_from_the_report_and_can_be_used_again() {
    let sandbox = Sandbox::new();
    let (told, report) = minimal(&sandbox, "first.zip", &[]);
    let key = PathBuf::from(told["key"].as_str().unwrap());
    assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(told["proof"]["found"], 0);
    let secret = std::fs::read_to_string(&key).unwrap().lines().last().unwrap().to_owned();
    let secret = secret.split_whitespace().last().unwrap();
    assert!(Unpacked::of(&report).texts().all(|(_, text)| !text.contains(secret)));
    let (_, again) = minimal(&sandbox, "again.zip", &["--key", key.to_str().unwrap()]);
    let (_, other) = minimal(&sandbox, "other.zip", &[]);
    let id = |path: &Path| Report::open(path).redactions()["key_id"].clone();
    assert_eq!(id(&report), id(&again));
    assert_ne!(id(&report), id(&other));
    assert_eq!(
        std::fs::read_dir(key.parent().unwrap()).unwrap().count(),
        2,
        "no key was made for the second"
    );
}

#[test]
fn the_key_of_a_discarded_session_goes_with_it() {
    let sandbox = Sandbox::new();
    let output = sandbox.output("r.zip");
    let arguments =
        ["collect", "fixture", "--option", "misbehave.how=sleep", "--output", output.to_str().unwrap()];
    let mut running = sandbox.start_fixtures(&[&arguments[..], &["--approve", "misbehave"]].concat());
    let sessions = sandbox.sessions();
    let keys = sessions.with_file_name("keys");
    let one = |folder: &Path| std::fs::read_dir(folder).ok().and_then(|mut all| all.next()?.ok());
    running.wait_until("it collects", || {
        one(&sessions).is_some_and(|session| session.path().join("collectors/misbehave").exists())
    });
    running.signal(rustix::process::Signal::KILL);
    assert_eq!(running.finish().code, 137);
    let id = one(&sessions).unwrap().file_name().into_string().unwrap();
    assert!(keys.join(format!("{id}.key")).exists());
    sandbox.run(&["sessions", "discard", &id]).expect(0);
    assert!(one(&keys).is_none());
}

#[test]
fn a_policy_that_cannot_be_followed_stops_the_run() {
    let sandbox = Sandbox::new();
    let output = sandbox.output("r.zip");
    let run = |policy: &Path| {
        let arguments = ["collect", "minimal", "--approve", "system-info", "--output"];
        let named = [output.to_str().unwrap(), "--redaction-policy", policy.to_str().unwrap()];
        sandbox.run(&[&arguments[..], &named].concat()).expect(2).stderr
    };
    let told = run(&sandbox.write("wrong.toml", "[kinds]\nipv4 = \"perhaps\"\n"));
    assert!(told.contains("cannot follow the redaction policy"), "{told}");
    let told = run(&sandbox.path("missing.toml"));
    assert!(told.contains("cannot read the redaction policy"), "{told}");
    assert!(!output.exists());
    assert!(std::fs::read_dir(sandbox.sessions()).is_err());
}

#[test]
fn words_of_the_customers_policy_are_found_wherever_they_stand() {
    let sandbox = Sandbox::new();
    let policy = sandbox.write(
        "policy.toml",
        "[words]\nremove = [\"Debian GNU\"]\nhosts = [\"debian\"]\n[kinds]\nhost = \"remove\"\n",
    );
    let output = sandbox.output("r.zip");
    let arguments = ["collect", "fixture", "--approve", "honest", "--output", output.to_str().unwrap()];
    let named = ["--redaction-policy", policy.to_str().unwrap()];
    sandbox.run_fixtures(&[&arguments[..], &named].concat()).expect(0);
    let text = Report::open(&output).text("honest", "usr/lib/os-release");
    assert!(!text.contains("Debian GNU") && text.contains("ID=[removed:host]"), "{text}");
}

/// A machine with this host's names is one on which they would be found, if they were left.
#[test]
fn the_planted_values_can_be_found() {
    for (text, found) in [
        (format!("login of {USER}"), true),
        (format!("http://{HOST}/"), true),
        (format!("x{HOST}y"), false),
        (format!("{}_{USER}", "x"), true),
    ] {
        let planted = PLANTED.iter().any(|planted| holds(&text, planted));
        assert_eq!(planted, found, "{text}");
    }
}
