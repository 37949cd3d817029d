//! The tables of the firewall reach a worker that has no right to ask for them: the host asks.

use std::process::Command;

use candor_tests::{Finished, Report, Sandbox, User, program};
use serde_json::{Value, json};

const PROFILE: &str = "schema = 1\nid = \"one\"\ntitle = { en = \"t\" }\nsummary = { en = \"s\" }\ncollectors = [\"network-config\"]\n";

/// One rule, in a network that only this test has.
const RULE: &str = "
    nft add table inet guard
    nft add chain inet guard input '{ type filter hook input priority -5; policy drop; }'
    nft add rule inet guard input ip saddr 192.0.2.7 counter accept
    exec \"$@\"";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("manifests/profiles/one.toml", PROFILE);
    sandbox
}

fn collect(mut command: Command, sandbox: &Sandbox, name: &str, flags: &[&str]) -> Report {
    let output = sandbox.output(name);
    command.args(flags).arg("--manifests").arg(sandbox.path("manifests"));
    command.args(["collect", "one", "--approve", "network-config", "--output"]).arg(&output);
    let done = Finished::of(command);
    assert!([0, 3].contains(&done.code), "{}{}", done.stdout, done.stderr);
    Report::open(&output)
}

/// The collector behind that firewall, as the administrator of its network.
fn behind_a_firewall(sandbox: &Sandbox, name: &str, flags: &[&str]) -> Report {
    let mut unshare = Command::new("unshare");
    sandbox.furnish(&mut unshare);
    unshare.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    unshare.args(if User::of_the_tests() == User::Root { &["-n"][..] } else { &["-r", "-n"] });
    unshare.args(["sh", "-ec", RULE, "sh"]).arg(program());
    collect(unshare, sandbox, name, flags)
}

fn tables(report: &Report) -> Value {
    let network: Value = serde_json::from_str(&report.text("network-config", "network.json")).unwrap();
    network["firewall"]["tables"].clone()
}

#[test]
fn a_locked_worker_sees_the_tables_by_the_host() {
    let sandbox = sandbox();
    let unlocked = behind_a_firewall(&sandbox, "unlocked.zip", &["--pretend-without", "lockdown"]);
    let locked = behind_a_firewall(&sandbox, "locked.zip", &[]);
    let rule = json!({
        "handle": 2,
        "expressions": ["meta", "cmp", "payload", "cmp", "counter", "immediate"],
        "verdict": "accept",
        "packets": 0,
        "bytes": 0,
    });
    let expected = json!([{
        "family": "inet",
        "name": "guard",
        "dormant": false,
        "chains": [{
            "name": "input",
            "kind": "filter",
            "hook": "input",
            "priority": -5,
            "policy": "drop",
            "rules": [rule],
        }],
    }]);
    assert_eq!(tables(&unlocked), expected);
    assert_eq!(tables(&locked), expected);
}

#[test]
fn a_host_that_lacks_the_privilege_says_so() {
    let sandbox = sandbox();
    User::Ordinary.take(&sandbox.path(""));
    let program = sandbox.program_for(User::Ordinary);
    let (path, state, home) =
        (std::env::var_os("PATH").unwrap_or_default(), sandbox.path("state"), sandbox.path("home"));
    let environment =
        [("PATH", path.as_os_str()), ("CANDOR_STATE_DIR", state.as_os_str()), ("HOME", home.as_os_str())];
    for (name, flags) in [("unlocked.zip", &["--pretend-without", "lockdown"][..]), ("locked.zip", &[])] {
        let report = collect(User::Ordinary.command(&program, &environment), &sandbox, name, flags);
        assert_eq!(tables(&report), Value::Null);
        let reason = report.reason("network-config");
        assert!(reason.contains("the firewall's rules need a privilege"), "{reason}");
    }
}
