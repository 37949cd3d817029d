//! Manifests are all that a new collector needs, and what is wrong with one is said with its place and the fix.

use candor_tests::{Report, Sandbox, fixture};

/// A device collector as a product team would write it.
const TINY: &str = r#"schema = 1
id = "device-settings"
plugin = "files"
level = "identifying"
categories = ["ext:Settings"]
[consent.en]
title = "Device settings"
what = "The settings file of the device."
why = "Shows how the device is set up."
[[reads]]
path = "FOLDER/*.conf"
reason = "the settings"
"#;

const PROFILE: &str = r#"schema = 1
id = "device"
collectors = ["device-settings"]
[title]
en = "Device"
[summary]
en = "Settings of the device."
"#;

#[test]
fn a_new_collector_in_fifteen_lines_works_without_building_anything() {
    assert!(TINY.lines().count() <= 15);
    let sandbox = Sandbox::new();
    let settings = sandbox
        .write("device/params.conf", "root.Network.HostName=door-3\nroot.Users.Password=hunter2-and-more\n");
    let manifest = TINY.replace("FOLDER", &settings.parent().unwrap().display().to_string());
    let manifest = sandbox.write("more/collectors/device-settings.toml", manifest);
    let profile = sandbox.write("more/profiles/device.toml", PROFILE);
    let (manifest, more) = (manifest.to_str().unwrap(), sandbox.path("more"));
    sandbox.run(&["check", manifest, profile.to_str().unwrap(), more.to_str().unwrap()]).expect(0);
    let output = sandbox.output("r.zip");
    let mut arguments = vec!["--manifests", more.to_str().unwrap(), "collect", "device"];
    arguments.extend(["--approve", "device-settings", "--output", output.to_str().unwrap()]);
    sandbox.run(&arguments).expect(0);
    let report = Report::open(&output);
    let name =
        report.artifacts("device-settings").into_iter().find(|name| name.ends_with("params.conf")).unwrap();
    let text = report.text("device-settings", &name);
    assert!(text.contains("HostName=host-px-") && text.contains("Password=[removed:"), "{text}");
    assert!(!text.contains("door-3") && !text.contains("hunter2"), "{text}");
}

#[test]
fn every_broken_manifest_of_the_corpus_is_refused_with_place_and_fix() {
    let sandbox = Sandbox::new();
    let mut seen = 0;
    for entry in std::fs::read_dir(fixture("manifests/broken")).unwrap().flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        seen += 1;
        let done = sandbox.run(&["check", "--json", path.to_str().unwrap()]).expect(2);
        let problems = done.json()["checked"][0]["diagnostics"].clone();
        let problems = problems.as_array().unwrap();
        assert!(!problems.is_empty(), "{}", path.display());
        for problem in problems {
            assert!(
                problem["line"].as_u64().unwrap() > 0 && problem["column"].as_u64().unwrap() > 0,
                "{problem}"
            );
            assert!(!problem["fix"].as_str().unwrap_or_default().is_empty(), "{}: {problem}", path.display());
        }
    }
    assert!(seen >= 30, "only {seen} broken manifests");
}

#[test]
fn one_broken_manifest_does_not_take_the_others_away() {
    let sandbox = Sandbox::new();
    sandbox.write("more/collectors/broken.toml", "schema = 1\nid = \"broken\"\nlevle = \"technical\"\n");
    let more = sandbox.path("more");
    let done = sandbox.run(&["--manifests", more.to_str().unwrap(), "collectors", "--json"]).expect(0);
    assert!(done.stderr.contains("broken.toml` has errors and is left out"), "{}", done.stderr);
    let ids = done.json()["collectors"].to_string();
    assert!(ids.contains("system-info") && !ids.contains("\"broken\""), "{ids}");
}

#[test]
fn the_same_id_twice_is_an_error_that_names_both_files() {
    let sandbox = Sandbox::new();
    let shipped =
        candor_tests::program().with_file_name("../share/candor/manifests/collectors/system-info.toml");
    sandbox.write("more/collectors/system-info.toml", std::fs::read(shipped).unwrap());
    let more = sandbox.path("more");
    let done = sandbox.run(&["--manifests", more.to_str().unwrap(), "plan", "minimal"]).expect(2);
    assert!(done.stderr.contains("system-info"), "{}", done.stderr);
}

#[test]
fn every_shipped_manifest_is_sound_and_speaks_three_languages() {
    let sandbox = Sandbox::new();
    let shipped = candor_tests::program().with_file_name("../share/candor/manifests");
    sandbox.run(&["check", shipped.to_str().unwrap()]).expect(0);
    let listing = sandbox.run(&["collectors", "--json"]).expect(0).json();
    let collectors = listing["collectors"].as_array().unwrap();
    assert!(collectors.len() >= 9, "{listing}");
    for collector in collectors {
        assert_eq!(collector["available"], true, "{collector}");
        for language in ["en", "sv", "de"] {
            assert!(collector["languages"].as_array().unwrap().contains(&language.into()), "{collector}");
        }
    }
}

#[test]
fn every_shipped_collector_runs_and_ends_honestly() {
    let sandbox = Sandbox::new();
    let listing = sandbox.run(&["collectors", "--json"]).expect(0).json();
    let ids: Vec<&str> =
        listing["collectors"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    let title = "[title]\nen = \"All\"\n[summary]\nen = \"All\"\n";
    sandbox.write(
        "more/profiles/everything.toml",
        format!("schema = 1\nid = \"everything\"\ncollectors = {ids:?}\n{title}"),
    );
    let (more, output) = (sandbox.path("more"), sandbox.output("r.zip"));
    let mut arguments = vec!["--manifests", more.to_str().unwrap(), "collect", "everything"];
    arguments.extend(["--option", "event-log.max_bytes=1MiB", "--output", output.to_str().unwrap()]);
    ids.iter().for_each(|id| arguments.extend(["--approve", id]));
    let done = sandbox.run(&arguments);
    assert!([0, 3].contains(&done.code), "{}", done.stderr);
    sandbox.run(&["verify", output.to_str().unwrap()]).expect(0);
    let report = Report::open(&output);
    for id in ids {
        let outcome = report.outcome(id);
        assert!(
            ["Collected", "Partial", "Skipped"].contains(&outcome),
            "{id}: {outcome}: {}",
            report.reason(id)
        );
        assert_eq!(outcome == "Collected", report.reason(id).is_empty(), "{id}");
        assert_eq!(outcome == "Skipped", report.artifacts(id).is_empty(), "{id}");
    }
    assert_eq!(report.index()["tier"], "secret");
}
