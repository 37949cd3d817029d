//! The plan tells everything and touches nothing.

use std::process::Command;

use candor_tests::{Finished, Sandbox, program};

#[test]
fn the_plan_opens_none_of_the_planned_paths_and_starts_nothing() {
    let sandbox = Sandbox::new();
    let plan = sandbox.run(&["plan", "crash-report", "--json"]).expect(0).json();
    let planned: Vec<String> = plan["collectors"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|collector| collector["reads"].as_array().unwrap().clone())
        .map(|read| {
            read["path"].as_str().unwrap().split('*').next().unwrap().trim_end_matches('/').to_owned()
        })
        .collect();
    assert!(planned.len() > 50, "{planned:?}");
    let trace = sandbox.path("strace");
    let mut strace = Command::new("strace");
    sandbox.furnish(&mut strace);
    strace
        .args(["-f", "-qq", "-e", "trace=open,openat,openat2,execve,fork,vfork,clone,clone3", "-o"])
        .arg(&trace);
    strace.arg(program()).args(["plan", "crash-report"]);
    Finished::of(strace).expect(0);
    let trace = std::fs::read_to_string(&trace).unwrap();
    assert_eq!(trace.lines().filter(|line| line.contains("execve(")).count(), 1, "{trace}");
    assert!(!trace.contains("fork("), "{trace}");
    let opened: Vec<&str> = trace
        .lines()
        .filter(|line| line.contains("open"))
        .filter_map(|line| line.split('"').nth(1))
        .collect();
    assert!(
        opened.iter().any(|path| path.ends_with("system-info.toml")),
        "the check itself must see opens: {opened:?}"
    );
    // What the dynamic loader, the C library and the allocator of any Rust program open.
    let of_any_program =
        ["/etc/ld.so.cache", "/proc/self/maps", "/proc/self/cgroup", "/sys/fs/cgroup/cpu.max"];
    // Written by a child that tries whether this user may have a user namespace.
    let of_the_probe = ["/proc/self/setgroups", "/proc/self/uid_map", "/proc/self/gid_map"];
    for path in &opened {
        let hit = planned.iter().find(|planned| path.starts_with(planned.as_str()) && planned.len() > 1);
        assert!(
            hit.is_none() || of_any_program.contains(path) || of_the_probe.contains(path),
            "`{path}` is planned as `{}`",
            hit.unwrap()
        );
    }
}

#[test]
fn the_plan_names_paths_commands_options_and_budgets() {
    let sandbox = Sandbox::new();
    let plan =
        sandbox.run(&["plan", "server-report", "--json", "--option", "event-log.since=2h"]).expect(0).json();
    assert_eq!((&plan["schema"], &plan["profile"]), (&1.into(), &"server-report".into()));
    let ids: Vec<&str> =
        plan["collectors"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["system-info", "user-access", "event-log", "settings", "network-config"]);
    let of = |id: &str| {
        plan["collectors"].as_array().unwrap().iter().find(|entry| entry["id"] == id).unwrap().clone()
    };
    assert_eq!(of("event-log")["options"]["since"], 2 * 60 * 60 * 1000);
    assert_eq!(of("network-config")["access"]["brokers"][0], "socket-owners");
    assert!(of("user-access")["commands"][0]["argv"][0].as_str().unwrap().starts_with('/'));
    for collector in plan["collectors"].as_array().unwrap() {
        assert_eq!(collector["availability"]["state"], "ready", "{collector}");
        assert_eq!(collector["needs_own_approval"], false);
        for part in ["what", "why", "title", "plugin", "manifest_digest", "library_digest"] {
            assert!(!collector[part].as_str().unwrap().is_empty(), "{part} of {collector}");
        }
        assert!(collector["budget"]["output"].is_string() || collector["budget"]["output"].is_number());
    }
}

#[test]
fn unmasked_settings_are_never_in_a_server_report() {
    let sandbox = Sandbox::new();
    let ids =
        |profile: &str| sandbox.run(&["plan", profile, "--json"]).expect(0).json()["collectors"].to_string();
    assert!(!ids("server-report").contains("settings-unmasked"));
    assert!(ids("crash-report").contains("settings-unmasked"));
}

#[test]
fn the_plan_speaks_the_languages_of_the_manifests() {
    let sandbox = Sandbox::new();
    for (language, word) in [("sv", "Nätverk"), ("de", "Netzwerk"), ("en", "etwork"), ("fr", "etwork")] {
        let done = sandbox.run(&["--language", language, "plan", "server-report"]).expect(0);
        assert!(done.stdout.contains(word), "{language}: {}", done.stdout);
    }
}
