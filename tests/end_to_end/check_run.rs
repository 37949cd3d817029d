//! `candor check --run`: an author sees what a collector touched beside what its manifest declares.

use std::path::Path;

use candor_tests::{Finished, Sandbox, fixture};
use serde_json::Value;

/// One file that is there, one that is not, and one that only an option asks for.
const MANIFEST: &str = r#"schema = 1
id = "device"
plugin = "files"
level = "LEVEL"
level_reason = "it is an example"
categories = ["ext:Settings"]
[consent.en]
title = "Device"
what = "The settings of the device."
why = "Shows how the device is set up."
[[reads]]
path = "FOLDER/present.conf"
reason = "the settings"
[[reads]]
path = "FOLDER/absent.conf"
reason = "the settings of another model"
[[reads]]
path = "FOLDER/more.conf"
reason = "more settings"
when = "more"
[options.more]
type = "bool"
default = false
summary = "also read more settings"
"#;

fn manifest(sandbox: &Sandbox, level: &str) -> String {
    let present = sandbox.write("device/present.conf", "name=door\n");
    sandbox.write("device/more.conf", "more=1\n");
    let folder = present.parent().unwrap().display().to_string();
    let text = MANIFEST.replace("FOLDER", &folder).replace("LEVEL", level);
    sandbox.write("device.toml", text).display().to_string()
}

/// What came of each declared read, by the last part of its path.
fn state<'a>(checked: &'a Value, file: &str) -> &'a str {
    let reads = checked["reads"].as_array().unwrap();
    let read = reads.iter().find(|read| read["path"].as_str().unwrap().ends_with(file)).unwrap();
    read["state"].as_str().unwrap()
}

fn misbehave(sandbox: &Sandbox, how: &str) -> Finished {
    let manifest = fixture("catalogue/collectors/misbehave.toml");
    let option = format!("misbehave.how={how}");
    sandbox.run_fixtures(&["check", "--run", "--json", "--option", &option, manifest.to_str().unwrap()])
}

#[test]
fn a_tight_manifest_is_compared_and_nothing_is_kept() {
    let sandbox = Sandbox::new();
    let manifest = manifest(&sandbox, "sensitive");
    let done = sandbox.run(&["check", "--run", "--json", &manifest]).expect(0);
    let document = done.json();
    assert_eq!((&document["schema"], &document["ok"]), (&1.into(), &true.into()));
    let checked = &document["checked"][0];
    assert_eq!((&checked["id"], &checked["enforcement"]["level"]), (&"device".into(), &"full".into()));
    assert_eq!(state(checked, "present.conf"), "used");
    assert_eq!(state(checked, "absent.conf"), "absent");
    assert_eq!(state(checked, "more.conf"), "off");
    assert_eq!(checked["refused"], serde_json::json!([]));
    let left = std::fs::read_dir(sandbox.sessions()).unwrap().count();
    assert_eq!(left, 0, "the session is discarded");
    assert!(sandbox.files_holding("name=door").iter().all(|path| path.ends_with("present.conf")));
    let text = sandbox.run(&["check", "--run", &manifest, "--option", "device.more=true"]).expect(0).stdout;
    assert!(text.contains("device Collected") && text.contains("enforced fully by the kernel"), "{text}");
    assert_eq!(text.matches("  used     /").count(), 2, "{text}");
    assert!(text.contains("absent.conf  (looked for, and not on this machine)"), "{text}");
}

#[test]
fn what_nothing_asks_for_is_unneeded() {
    let sandbox = Sandbox::new();
    let done = misbehave(&sandbox, "nothing").expect(3);
    let checked = &done.json()["checked"][0];
    assert_eq!(state(checked, "os-release"), "unneeded");
    assert_eq!(checked["outcome"], "Collected");
    let commands = checked["commands"].as_array().unwrap();
    assert!(commands.len() > 2 && commands.iter().all(|command| command["state"] == "unneeded"), "{checked}");
    assert_eq!(checked["refused"], serde_json::json!([]));
}

#[test]
fn commands_that_ran_are_told() {
    let sandbox = Sandbox::new();
    let checked = misbehave(&sandbox, "environment-command").expect(3).json()["checked"][0].clone();
    let commands = checked["commands"].as_array().unwrap();
    let ran = commands.iter().find(|command| command["id"] == "environment").unwrap();
    assert_eq!((&ran["state"], &ran["exit_code"]), (&"ran".into(), &0.into()));
}

#[test]
fn what_is_refused_is_told_with_the_path() {
    let sandbox = Sandbox::new();
    let done = misbehave(&sandbox, "write-file").expect(3);
    let refused = done.json()["checked"][0]["refused"].clone();
    let wrote = refused
        .as_array()
        .unwrap()
        .iter()
        .find(|refusal| refusal["path"] == "/tmp/candor-fixture-wrote-this");
    let wrote = wrote.unwrap_or_else(|| panic!("{refused}"));
    assert_eq!((&wrote["why"], &wrote["count"]), (&"undeclared".into(), &1.into()));
}

#[test]
fn where_the_kernel_does_not_tell_nothing_is_claimed() {
    let sandbox = Sandbox::new();
    let manifest = manifest(&sandbox, "sensitive");
    let arguments = ["check", "--run", "--json", &manifest, "--pretend-without", "seccomp-notifications"];
    let document = sandbox.run(&arguments).expect(3).json();
    assert_eq!(document["ok"], false);
    assert_eq!(state(&document["checked"][0], "present.conf"), "unknown");
}

#[test]
fn naming_a_manifest_approves_it_but_not_what_is_secret() {
    let sandbox = Sandbox::new();
    let manifest = manifest(&sandbox, "secret");
    let done = sandbox.run(&["check", "--run", &manifest]).expect(2);
    assert!(done.stderr.contains("naming its manifest does not approve it"), "{}", done.stderr);
    assert!(done.stderr.contains("--approve device"), "{}", done.stderr);
    assert!(!sandbox.sessions().exists(), "nothing may have run");
    sandbox.run(&["check", "--run", &manifest, "--approve", "device"]).expect(0);
}

#[test]
fn only_manifests_that_are_named_are_run() {
    let sandbox = Sandbox::new();
    let tight = manifest(&sandbox, "sensitive");
    let folder = sandbox.path("device").display().to_string();
    for (arguments, part) in [
        (vec![folder.as_str()], "is no manifest"),
        (vec![tight.as_str(), tight.as_str()], "named twice"),
        (vec![tight.as_str(), "--approve", "other"], "`other`, which is not among these manifests"),
        (vec![tight.as_str(), "--option", "device.less=1"], "has no option `less`"),
        (vec![tight.as_str(), "--option", "device.more=perhaps"], "does not fit"),
    ] {
        let done = sandbox.run(&[&["check", "--run"][..], &arguments].concat()).expect(2);
        assert!(done.stderr.contains(part), "{arguments:?}: {}", done.stderr);
    }
    let profile = candor_tests::program().with_file_name("../share/candor/manifests/profiles/minimal.toml");
    let done = sandbox.run(&["check", "--run", profile.to_str().unwrap()]).expect(2);
    assert!(done.stderr.contains("is no manifest of a collector"), "{}", done.stderr);
    let broken = sandbox.write("broken.toml", "schema = 1\nid = \"broken\"\nlevle = \"technical\"\n");
    sandbox.run(&["check", "--run", broken.to_str().unwrap()]).expect(2);
    sandbox.run(&["check", "--approve", "device", &tight]).expect(2);
    assert!(!sandbox.sessions().exists());
}

#[test]
fn no_shipped_collector_asks_for_what_it_does_not_declare() {
    let sandbox = Sandbox::new();
    let folder = candor_tests::program().with_file_name("../share/candor/manifests/collectors");
    let files = std::fs::read_dir(folder).unwrap().flatten();
    let mut manifests: Vec<String> = files.map(|entry| entry.path().display().to_string()).collect();
    manifests.sort();
    assert!(manifests.len() >= 9, "{manifests:?}");
    for manifest in &manifests {
        let id = Path::new(manifest).file_stem().unwrap().to_str().unwrap();
        let done = sandbox.run(&["check", "--run", "--json", "--approve", id, manifest]);
        assert!([0, 3].contains(&done.code), "{id}: {}", done.stderr);
        let checked = &done.json()["checked"][0];
        assert_eq!(checked["enforcement"]["level"], "full", "{id}: {}", checked["reason"]);
        // What its commands ask for is the programs' own doing, and an ordinary user may not read everything.
        let refused = checked["refused"].as_array().unwrap().iter();
        let own: Vec<_> =
            refused.filter(|refusal| refusal["command"].is_null() && refusal["why"] != "rights").collect();
        assert!(own.is_empty(), "{id}: {own:?}");
        let reads = checked["reads"].as_array().unwrap();
        assert!(reads.iter().all(|read| read["state"] != "unknown"), "{id}: {reads:?}");
    }
}
