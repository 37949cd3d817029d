//! The shipped commands end in the lock-down as they end without it.

use std::collections::BTreeMap;
use std::ffi::OsStr;

use candor_tests::{Finished, Report, Sandbox, User, program};
use serde_json::Value;

const PROFILE: &str =
    "schema = 1\nid = \"one\"\ntitle = { en = \"t\" }\nsummary = { en = \"s\" }\ncollectors = [\"ID\"]\n";

/// The records of a collector's commands in a report.
fn records(sandbox: &Sandbox, id: &str, name: &str, flags: &[&str]) -> Vec<Value> {
    sandbox.write("manifests/profiles/one.toml", PROFILE.replace("ID", id));
    let (manifests, output) = (sandbox.path("manifests").display().to_string(), sandbox.output(name));
    let output_text = output.display().to_string();
    let arguments = ["--manifests", &manifests, "collect", "one", "--approve", id, "--output", &output_text];
    let done = sandbox.run(&[flags, &arguments].concat());
    // 4 where not one of the programs is installed.
    assert!([0, 3, 4].contains(&done.code), "{id}: {}{}", done.stdout, done.stderr);
    Report::open(&output).collector(id)["commands"].as_array().unwrap().clone()
}

/// How a command ended. What it printed is compared where the collectors are.
fn ending(record: &Value) -> Value {
    ["id", "exit_code", "signal", "timed_out", "truncated", "error"]
        .iter()
        .map(|field| record[field].clone())
        .collect()
}

#[track_caller]
fn commands_end_the_same(id: &str) {
    let sandbox = Sandbox::new();
    let unlocked = records(&sandbox, id, "unlocked.zip", &["--pretend-without", "lockdown"]);
    let locked = records(&sandbox, id, "locked.zip", &[]);
    assert!(!unlocked.is_empty());
    assert_eq!(locked.len(), unlocked.len());
    for (locked, unlocked) in locked.iter().zip(&unlocked) {
        assert_eq!(ending(locked), ending(unlocked), "{locked}");
        if locked["error"].is_null() {
            assert_eq!(locked["enforcement"]["level"], "full", "{locked}");
            assert_eq!(locked["access"]["complete"], true, "{locked}");
        }
    }
}

macro_rules! collectors {
    ($($name:ident: $id:literal;)+) => {
        $(
            #[test]
            fn $name() {
                commands_end_the_same($id);
            }
        )+
    };
}

collectors! {
    commands_of_hardware_end_the_same: "hardware";
    commands_of_services_end_the_same: "services";
    commands_of_containers_end_the_same: "containers";
    commands_of_network_config_end_the_same: "network-config";
    commands_of_user_access_end_the_same: "user-access";
}

/// Rules of every kind, in a network that only this test has. Not every kernel has the older firewall.
const FIREWALL: &str = "
    nft add table inet guard
    nft add chain inet guard input '{ type filter hook input priority 0; policy accept; }'
    nft add set inet guard names '{ type ipv4_addr; elements = { 192.0.2.1, 192.0.2.2 }; }'
    nft add rule inet guard input ip saddr @names drop
    nft add rule inet guard input meta skuid nobody tcp dport 22 ct state new accept
    iptables-nft -A INPUT -p tcp --dport 443 -m conntrack --ctstate NEW -j ACCEPT
    iptables-legacy -A INPUT -p udp --dport 53 -j DROP || true
    ip6tables-legacy -A INPUT -p udp --dport 53 -j DROP || true
    exec \"$@\"";

#[test]
fn a_firewall_is_told_whole() {
    let sandbox = Sandbox::new();
    sandbox.write("manifests/profiles/one.toml", PROFILE.replace("ID", "network-config"));
    let manifests = sandbox.path("manifests");
    let run = |name: &str, flags: &[&str], more: &[&str]| {
        let output = sandbox.output(name);
        let state = sandbox.path("state");
        let environment = [
            ("CANDOR_STATE_DIR", state.as_os_str()),
            ("HOME", OsStr::new("/nonexistent")),
            ("PATH", OsStr::new("/usr/sbin:/usr/bin:/sbin:/bin")),
            ("LC_ALL", OsStr::new("C.UTF-8")),
        ];
        // Somebody who is root in a namespace of their own only does not see that a program is root's, so that it gains
        // nothing there.
        let mut command = User::Root.command("unshare", &environment);
        command
            .args(["-n", "sh", "-ec", FIREWALL, "sh"])
            .arg(program())
            .args(flags)
            .arg("--manifests")
            .arg(&manifests);
        command.args(["collect", "one", "--approve", "network-config", "--output"]).arg(&output).args(more);
        let done = Finished::of(command);
        User::Root.give_back(&sandbox.path(""));
        assert!([0, 3].contains(&done.code), "{}{}", done.stdout, done.stderr);
        rules(&Report::open(&output))
    };
    let unlocked = run("unlocked.zip", &["--pretend-without", "lockdown"], &[]);
    let mut keys = std::fs::read_dir(sandbox.path("state/keys")).unwrap();
    let key = keys.next().unwrap().unwrap().path();
    let nft = &unlocked["firewall/nft-ruleset.txt"];
    // Each address has a pseudonym in its place, another one in each report.
    assert!(nft.contains("~") && nft.contains("443"), "{nft}");
    assert_eq!(run("locked.zip", &[], &["--key", key.to_str().unwrap()]), unlocked);
}

/// What the tools printed, without the lines that tell the time.
fn rules(report: &Report) -> BTreeMap<String, String> {
    let mut names = report.artifacts("network-config");
    names.retain(|name| name.starts_with("firewall/"));
    let text = |name: &String| {
        report.text("network-config", name).lines().filter(|line| !line.starts_with('#')).collect()
    };
    names.iter().map(|name| (name.clone(), text(name))).collect()
}
