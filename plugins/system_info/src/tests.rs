//! The whole collector, on this machine and with exactly the reads that its manifest declares.

use candor_testkit::{Harness, Run};

use crate::SystemInfo;

const MANIFEST: &str = include_str!("../../../manifests/collectors/system-info.toml");

fn run() -> Run {
    let manifest: toml::Table = MANIFEST.parse().expect("the manifest is TOML");
    let reads: Vec<&str> = manifest["reads"]
        .as_array()
        .expect("reads")
        .iter()
        .map(|read| read["path"].as_str().expect("path"))
        .collect();
    Harness::new("system-info").reads(reads).run::<SystemInfo>()
}

#[test]
fn this_machine_is_described() {
    let run = run();
    let system = run.json("system.json");
    assert!(system["memory"]["total_bytes"].as_u64().unwrap() > 1 << 20);
    assert!(system["processor"]["logical_cores"].as_u64().unwrap() >= 1);
    assert!(system["processes"]["count"].as_u64().unwrap() >= 1);
    assert!(system["kernel"]["booted_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(system["kernel"]["name"], "Linux");
    let root = system["mounts"]["file_systems"]
        .as_array()
        .unwrap()
        .iter()
        .find(|mount| mount["mount_point"] == "/" && mount["capacity"] == "queried")
        .expect("a root file system");
    assert!(root["capacity_bytes"].as_u64().unwrap() >= root["free_bytes"].as_u64().unwrap());
}

#[test]
fn every_read_is_declared() {
    let response = run().answer.expect("collected");
    for reason in &response.reasons {
        assert!(!reason.contains("not among the declared reads"), "{reason}");
    }
}

#[test]
fn nothing_names_this_machine() {
    let run = run();
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let identifiers = ["/etc/machine-id", "/proc/sys/kernel/random/boot_id"];
    let identifiers = identifiers.iter().filter_map(|path| std::fs::read_to_string(path).ok());
    let forbidden: Vec<String> =
        identifiers.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect();
    for artifact in &run.artifacts {
        let text = run.text(&artifact.name);
        for identifier in &forbidden {
            assert!(!text.contains(identifier.as_str()), "an identifier is in `{}`", artifact.name);
        }
        let words = text.split(|character: char| !character.is_alphanumeric() && !"-.".contains(character));
        let named = host.len() >= 6 && words.into_iter().any(|word| word == host);
        assert!(!named, "the host name is in `{}`", artifact.name);
    }
}

#[test]
fn processes_are_named_without_their_arguments() {
    let marker = "candor-argument-that-must-not-show";
    let shell = std::process::Command::new("/bin/sh")
        .args(["-c", "read line", marker])
        .stdin(std::process::Stdio::piped())
        .spawn();
    let run = run();
    let mut shell = shell.expect("shell");
    drop(shell.stdin.take());
    shell.wait().expect("wait");
    for artifact in &run.artifacts {
        assert!(!run.text(&artifact.name).contains(marker), "an argument is in `{}`", artifact.name);
    }
}

#[test]
fn no_process_is_listed_when_none_is_asked_for() {
    let run = Harness::new("system-info").option("top_processes", 0).reads(["/proc/**"]).run::<SystemInfo>();
    let system = run.json("system.json");
    assert_eq!(system["processes"]["top_by_memory"].as_array().unwrap().len(), 0);
    assert!(system["processes"]["count"].as_u64().unwrap() > 0);
}

#[test]
fn undeclared_reads_make_the_answer_partial_not_empty() {
    let run = Harness::new("system-info").run::<SystemInfo>();
    let reasons = run.answer.as_ref().expect("collected").reasons.join("\n");
    assert_eq!(format!("{:?}", run.status()), "Partial");
    assert!(reasons.contains("`/proc/self/mountinfo` is not among the declared reads"), "{reasons}");
}
