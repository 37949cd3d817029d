//! The whole collector, on this machine and with exactly the reads that its manifest declares.

use candor_plugin::CommandResult;
use candor_testkit::{Harness, Run};

use crate::UserAccess;

const MANIFEST: &str = include_str!("../../../manifests/collectors/user-access.toml");

fn manifest() -> toml::Table {
    MANIFEST.parse().expect("the manifest is TOML")
}

fn harness() -> Harness {
    let manifest = manifest();
    let reads: Vec<&str> = manifest["reads"]
        .as_array()
        .expect("reads")
        .iter()
        .map(|read| read["path"].as_str().expect("path"))
        .collect();
    Harness::new("user-access").reads(reads)
}

fn run() -> Run {
    harness()
        .command_output("password-status", "root L 2026-05-20 0 99999 7 -1\n")
        .command_output(
            "account-expiry",
            "USER=\"root\" PWD-LOCK=\"1\" PWD-EXPIR=\"\"\nUSER=\"x\" PWD-LOCK=\"1\"\n",
        )
        .run::<UserAccess>()
}

#[test]
fn this_machine_has_a_root() {
    let run = run();
    let accounts = run.json("accounts.json");
    let root = accounts.as_array().unwrap().iter().find(|account| account["name"] == "root").unwrap();
    assert_eq!(root["uid"], 0);
    assert_eq!(root["password_status"]["state"], "locked");
    assert_eq!(run.json("privileges.json")["can_become_root"]["root"][0]["way"], "user_id0");
    assert!(!run.json("groups.json").as_array().unwrap().is_empty());
    for name in ["sessions.json", "logins.json", "failed-logins.json", "ssh-keys.json"] {
        assert!(run.json(name).is_object(), "{name}");
    }
}

#[test]
fn every_read_is_declared() {
    let response = run().answer.expect("collected");
    for reason in &response.reasons {
        assert!(!reason.contains("not among the declared reads"), "{reason}");
    }
}

#[test]
fn the_shadow_file_and_private_keys_are_not_declared() {
    for forbidden in ["shadow", "id_", "/.ssh/*", "/.ssh/**"] {
        let manifest = manifest();
        let reads = manifest["reads"].as_array().unwrap();
        let found = reads.iter().find(|read| read["path"].as_str().unwrap().contains(forbidden));
        assert!(found.is_none(), "{forbidden}");
    }
}

#[test]
fn the_commands_that_the_plugin_asks_are_declared() {
    let manifest = manifest();
    let ids: Vec<_> =
        manifest["commands"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["password-status", "account-expiry"]);
}

#[test]
fn without_root_the_locks_are_unknown_and_said_to_be() {
    let denied = CommandResult {
        argv: Vec::new(),
        exit_code: Some(1),
        signal: None,
        timed_out: false,
        truncated: false,
        stdout: String::new(),
        stderr: "passwd: Permission denied.".to_owned(),
        duration_ms: 1,
    };
    let run = harness()
        .command("password-status", denied)
        .command_output("account-expiry", "USER=\"root\" PWD-LOCK=\"0\" PWD-EXPIR=\"\"\n")
        .run::<UserAccess>();
    let reasons = run.answer.as_ref().expect("collected").reasons.join("\n");
    assert!(reasons.contains("which accounts are locked is unknown: only root may ask"), "{reasons}");
    assert!(reasons.contains("which accounts are expired is unknown: only root may ask"), "{reasons}");
    assert_eq!(run.json("accounts.json")[0]["password_status"], serde_json::Value::Null);
    assert_eq!(format!("{:?}", run.status()), "Partial");
}

#[test]
fn no_account_file_is_an_error_and_not_an_empty_list() {
    let run = Harness::new("user-access").run::<UserAccess>();
    assert!(run.answer.is_err());
    assert!(run.artifacts.is_empty());
}
