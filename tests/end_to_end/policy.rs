//! What is to be enforced is shown before a run, and what the customer demands is never undercut.

use std::process::Command;

use candor_tests::{Finished, Report, Sandbox, program};
use serde_json::Value;

/// What can be left out, with a measure that is then missing.
const PRETENCES: [(&str, &str); 5] = [
    ("landlock", "landlock"),
    ("seccomp-notifications", "exact-reads"),
    ("namespaces", "own-network"),
    ("lockdown", "seccomp"),
    ("memory-limit", "memory-limit"),
];

const FULL: &str = "schema = 1\nenforcement = \"full\"\n";

fn collect(sandbox: &Sandbox, name: &str, more: &[&str]) -> (Finished, Report) {
    let output = sandbox.output(name);
    let mut arguments = vec!["collect", "minimal", "--approve", "system-info"];
    arguments.extend(["--output", output.to_str().unwrap()]);
    arguments.extend(more);
    let done = sandbox.run(&arguments);
    assert!(output.exists(), "{}", done.stderr);
    (done, Report::open(&output))
}

fn missing(enforcement: &Value) -> Vec<&str> {
    let missing = enforcement["missing"].as_array().unwrap();
    missing.iter().map(|missing| missing["measure"].as_str().unwrap()).collect()
}

#[test]
fn with_less_than_the_policy_file_demands_a_collector_is_skipped_with_the_measure_and_the_file() {
    let sandbox = Sandbox::new();
    let policy = sandbox.write("demands.toml", FULL);
    let policy = policy.to_str().unwrap();
    for (what, measure) in PRETENCES {
        let name = format!("{what}.zip");
        let more = ["--pretend-without", what, "--policy-file", policy];
        let (done, report) = collect(&sandbox, &name, &more);
        assert_eq!(done.code, 4, "{what}: {}", done.stderr);
        assert_eq!(report.outcome("system-info"), "Skipped", "{what}");
        let reason = report.reason("system-info");
        for part in [measure, policy, "demands full enforcement", "left out on request"] {
            assert!(reason.contains(part), "{what}: `{part}` is not in: {reason}");
        }
        assert!(report.artifacts("system-info").is_empty(), "{what}");
        assert!(
            report.collector("system-info")["started"].is_null(),
            "{what}: it must not be started at all"
        );
    }
}

#[test]
fn without_a_policy_less_is_run_and_said() {
    let sandbox = Sandbox::new();
    for (what, measure) in PRETENCES {
        let (done, report) = collect(&sandbox, &format!("{what}.zip"), &["--pretend-without", what]);
        assert!([0, 3].contains(&done.code), "{what}: {}", done.stderr);
        let enforcement = &report.collector("system-info")["enforcement"];
        let level = if what == "lockdown" { "none" } else { "partial" };
        assert_eq!(enforcement["level"], level, "{what}");
        assert!(missing(enforcement).contains(&measure), "{what}: {enforcement}");
        assert!(done.stderr.contains(&format!(", enforcement {level})")), "{what}: {}", done.stderr);
        let shortfall = if what == "lockdown" { "(not enforced)" } else { "(partially enforced, without " };
        assert!(done.stderr.contains(shortfall), "{what}: {}", done.stderr);
        let shown =
            sandbox.run(&["show", sandbox.output(&format!("{what}.zip")).to_str().unwrap()]).expect(0);
        let sentence =
            if what == "lockdown" { "enforced not at all" } else { "enforced partially, without " };
        assert!(shown.stdout.contains(sentence), "{what}: {}", shown.stdout);
    }
}

/// An ordinary user without user namespaces has neither an empty root nor exact reads; root does not need them.
#[test]
fn without_user_namespaces_root_loses_nothing_and_others_are_told() {
    let sandbox = Sandbox::new();
    let arguments = ["plan", "minimal", "--policy", "--json", "--pretend-without", "user-namespaces"];
    let plan = sandbox.run(&arguments).expect(0).json();
    let expected = &plan["collectors"][0]["expected"];
    if rustix::process::geteuid().is_root() {
        let usual = sandbox.run(&arguments[..4]).expect(0).json();
        assert_eq!(*expected, usual["collectors"][0]["expected"]);
    } else {
        assert!(
            missing(expected).contains(&"own-network") && missing(expected).contains(&"exact-reads"),
            "{expected}"
        );
    }
}

#[test]
fn everything_that_is_demanded_here_is_given() {
    let sandbox = Sandbox::new();
    let (done, report) = collect(&sandbox, "full.zip", &["--require-enforcement", "full"]);
    assert!([0, 3].contains(&done.code), "{}", done.stderr);
    let entry = report.collector("system-info");
    assert_eq!(entry["enforcement"]["level"], "full", "{entry}");
    assert!(!done.stderr.contains("enforced"), "what is full needs no words at the end: {}", done.stderr);
}

#[test]
fn the_flag_demands_like_a_file_and_names_itself() {
    let sandbox = Sandbox::new();
    let more = ["--pretend-without", "landlock", "--require-enforcement", "full"];
    let (_, report) = collect(&sandbox, "flag.zip", &more);
    assert_eq!(report.outcome("system-info"), "Skipped");
    assert!(report.reason("system-info").contains("`--require-enforcement` demands full"));
    let more = ["--pretend-without", "landlock", "--require-enforcement", "partial"];
    let (_, report) = collect(&sandbox, "partial.zip", &more);
    assert_ne!(report.outcome("system-info"), "Skipped");
}

#[test]
fn of_all_policies_the_strictest_counts() {
    let sandbox = Sandbox::new();
    sandbox.write("home/.config/candor/policy.toml", FULL);
    let excepting = "schema = 1\n[collectors.system-info]\nenforcement = \"none\"\n";
    let excepting = sandbox.write("excepting.toml", excepting);
    let more = ["--pretend-without", "landlock", "--policy-file", excepting.to_str().unwrap()];
    let (_, report) = collect(&sandbox, "strict.zip", &more);
    assert_eq!(report.outcome("system-info"), "Skipped");
    assert!(report.reason("system-info").contains("home/.config/candor/policy.toml"));
    assert!(!report.reason("system-info").contains("excepting.toml"));
}

/// In a mount namespace with an `/etc` that holds nothing but this, so that the machine's own is not touched.
fn plan_with_etc(sandbox: &Sandbox, make_policy: &str) -> Finished {
    let mut unshare = Command::new("unshare");
    sandbox.furnish(&mut unshare);
    if !rustix::process::geteuid().is_root() {
        unshare.args(["--user", "--map-root-user"]);
    }
    let script = format!("mount -t tmpfs none /etc && mkdir /etc/candor && {make_policy} && exec \"$@\"");
    unshare.args(["--mount", "sh", "-c", &script, "sh"]).arg(program());
    unshare.args(["plan", "minimal", "--json", "--pretend-without", "landlock"]);
    Finished::of(unshare)
}

#[test]
fn the_administrators_file_counts_without_being_named() {
    let sandbox = Sandbox::new();
    let write = "printf 'schema = 1\\nenforcement = \"full\"\\n' > /etc/candor/policy.toml";
    let plan = plan_with_etc(&sandbox, write).expect(0).json();
    let entry = &plan["collectors"][0];
    assert_eq!(entry["required_enforcement"], "full");
    let objection = entry["objection"].as_str().unwrap();
    assert!(objection.starts_with("`/etc/candor/policy.toml` demands full enforcement"), "{objection}");
    let plan = plan_with_etc(&sandbox, "true").expect(0).json();
    assert_eq!(plan["collectors"][0]["required_enforcement"], "none");
    let done = plan_with_etc(&sandbox, "mkfifo /etc/candor/policy.toml").expect(2);
    assert!(done.stderr.contains("it is no regular file"), "{}", done.stderr);
}

#[test]
fn a_collector_of_its_own_is_excepted_within_a_file() {
    let sandbox = Sandbox::new();
    let text = format!("{FULL}[collectors.system-info]\nenforcement = \"partial\"\n");
    let policy = sandbox.write("p.toml", text);
    let more = ["--pretend-without", "landlock", "--policy-file", policy.to_str().unwrap()];
    let (_, report) = collect(&sandbox, "excepted.zip", &more);
    assert_ne!(report.outcome("system-info"), "Skipped");
}

#[test]
fn a_policy_that_cannot_be_followed_stops_everything() {
    let sandbox = Sandbox::new();
    let output = sandbox.output("r.zip");
    let run = |policy: &str| {
        let arguments =
            ["collect", "minimal", "--approve", "system-info", "--output", output.to_str().unwrap()];
        let done = sandbox.run(&[&arguments[..], &["--policy-file", policy]].concat()).expect(2);
        assert!(!output.exists() && !sandbox.sessions().exists(), "{}", done.stderr);
        done.stderr
    };
    for (text, part) in [
        ("schema = 1\nenforcment = \"full\"\n", "unknown field `enforcment`"),
        ("schema = 1\nenforcement = \"most\"\n", "line 2"),
        ("schema = 3\n", "schema 3 is not known"),
        ("schema = 1\n[collectors.system-info]\nlevel = 1\n", "line 3"),
        ("\u{0}", "line 1"),
    ] {
        let policy = sandbox.write("bad.toml", text);
        let said = run(policy.to_str().unwrap());
        assert!(said.contains(part) && said.contains("hint:"), "{text}: {said}");
    }
    let missing = sandbox.path("nothing.toml");
    assert!(run(missing.to_str().unwrap()).contains("nothing.toml"));
    assert!(run(sandbox.path("out").to_str().unwrap()).contains("it is no regular file"));
    let user = sandbox.path("home/.config/candor");
    std::fs::create_dir_all(&user).unwrap();
    std::os::unix::fs::symlink("/nowhere", user.join("policy.toml")).unwrap();
    for arguments in [&["plan", "minimal"][..], &["plan", "minimal", "--policy"]] {
        let done = sandbox.run(arguments).expect(2);
        assert!(
            done.stderr.contains("cannot read the policy file"),
            "a dangling link is there: {}",
            done.stderr
        );
    }
}

#[test]
fn the_plan_says_what_is_to_be_expected_and_what_will_be_skipped() {
    let sandbox = Sandbox::new();
    let policy = sandbox.write("p.toml", FULL);
    let policy = policy.to_str().unwrap();
    let usual = sandbox.run(&["plan", "minimal"]).expect(0).stdout;
    assert!(usual.contains("  enforced fully by the kernel\n"), "{usual}");
    let arguments = ["plan", "minimal", "--pretend-without", "landlock", "--policy-file", policy];
    let less = sandbox.run(&arguments).expect(0).stdout;
    assert!(less.contains("  enforced partially, without landlock (left out on request)\n"), "{less}");
    assert!(less.contains(&format!("  skipped  `{policy}` demands full enforcement")), "{less}");
    let json = sandbox.run(&[&arguments[..], &["--json"]].concat()).expect(0).json();
    let entry = &json["collectors"][0];
    assert_eq!(
        (&entry["enforcement"]["level"], &entry["required_enforcement"]),
        (&"partial".into(), &"full".into())
    );
    assert!(entry["objection"].as_str().unwrap().contains(policy));
}

#[test]
fn the_policies_of_a_plan_are_told_in_full_and_always_the_same() {
    let sandbox = Sandbox::new();
    let arguments = ["plan", "server-report", "--policy", "--json", "--option", "event-log.since=2h"];
    let first = sandbox.run(&arguments).expect(0);
    assert_eq!(first.stdout, sandbox.run(&arguments).expect(0).stdout);
    let plan = first.json();
    assert_eq!((&plan["schema"], &plan["profile"]), (&1.into(), &"server-report".into()));
    for collector in plan["collectors"].as_array().unwrap() {
        let policy = &collector["policy"];
        assert!(!policy["reads"].as_array().unwrap().is_empty(), "{collector}");
        assert!(!policy["measures"].as_array().unwrap().is_empty(), "{collector}");
        assert!(policy["limits"]["memory_bytes"].as_u64().unwrap() > 0, "{collector}");
        for command in collector["commands"].as_array().unwrap() {
            let (program, executes) = (&command["argv"][0], &command["policy"]["execute"]);
            assert!(executes.as_array().unwrap().contains(program), "{command}");
        }
    }
    let text = sandbox.run(&["plan", "server-report", "--policy"]).expect(0).stdout;
    for part in [
        "  user     ",
        "  network  ",
        "  limits   ",
        "  reads    /",
        "  measures ",
        "    executes /",
        "What the measures mean",
    ] {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

#[test]
fn consent_is_recorded_with_the_enforcement_that_was_shown() {
    let sandbox = Sandbox::new();
    let (_, report) = collect(&sandbox, "r.zip", &["--pretend-without", "landlock"]);
    assert_eq!(report.consent()["dpv:hasProcess"][0]["candor:expected_enforcement"], "partial");
}

#[test]
fn show_tells_what_was_touched() {
    let sandbox = Sandbox::new();
    let (done, report) = collect(&sandbox, "r.zip", &[]);
    assert!([0, 3].contains(&done.code), "{}", done.stderr);
    let output = sandbox.output("r.zip");
    let output = output.to_str().unwrap();
    let access = &report.collector("system-info")["access"];
    assert_eq!(access["complete"], true, "{access}");
    let shown = sandbox.run(&["show", output]).expect(0).stdout;
    assert!(shown.contains("enforced fully by the kernel") && shown.contains("declared paths"), "{shown}");
    let listed = sandbox.run(&["show", output, "--access"]).expect(0).stdout;
    assert!(listed.contains("opened   /proc/"), "{listed}");
    let json = sandbox.run(&["show", output, "--access", "--json"]).expect(0).json();
    assert_eq!(json["collectors"][0]["access"], *access);
}

#[test]
fn pretences_are_named_or_refused_and_not_advertised() {
    let sandbox = Sandbox::new();
    let done = sandbox.run(&["plan", "minimal", "--pretend-without", "gravity"]).expect(2);
    assert!(done.stderr.contains("`gravity` is nothing that can be left out"), "{}", done.stderr);
    assert!(!sandbox.run(&["plan", "--help"]).expect(0).stdout.contains("pretend"));
    assert!(sandbox.run(&["plan", "--help"]).expect(0).stdout.contains("--policy-file"));
}
