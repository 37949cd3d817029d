//! The plugin ABI: old plugins load, others are refused with one sentence.

use candor_tests::{Report, Sandbox, fixture_plugins};

fn checked(name: &str) -> (i32, String) {
    let sandbox = Sandbox::new();
    let path = fixture_plugins().join(name).display().to_string();
    let done = sandbox.run(&["check", &path]);
    let first_line = done.stdout.lines().next().unwrap_or_default();
    (done.code, first_line.replace(&path, "PLUGIN"))
}

#[test]
fn a_plugin_built_against_the_frozen_contract_loads_and_delivers() {
    let sandbox = Sandbox::new();
    let output = sandbox.output("r.zip");
    let arguments = ["collect", "old", "--approve", "old", "--output", output.to_str().unwrap()];
    sandbox.run_fixtures(&arguments).expect(0);
    assert_eq!(Report::open(&output).text("old", "old.txt"), "an old plugin was here\n");
}

#[test]
fn another_revision_is_refused_with_one_sentence() {
    let (code, line) = checked("wrong_revision.so");
    assert_eq!(code, 2);
    assert_eq!(
        line,
        "PLUGIN: cannot load plugin `PLUGIN`: ABI revision differs: host speaks 1, plugin speaks 2"
    );
}

#[test]
fn another_layout_is_refused_with_one_sentence() {
    let (code, line) = checked("wrong_layout.so");
    assert_eq!(code, 2);
    let sentence = "interface layout differs from revision 1: the plugin was built with a changed contract";
    assert_eq!(line, format!("PLUGIN: cannot load plugin `PLUGIN`: {sentence}"));
}

#[test]
fn a_file_that_is_no_library_is_refused_with_one_sentence() {
    let sandbox = Sandbox::new();
    let path = sandbox.write("text.so", "this is not a library\n".repeat(100));
    let done = sandbox.run(&["check", path.to_str().unwrap()]).expect(2);
    assert!(done.stdout.contains("it is no shared library: invalid ELF header"), "{}", done.stdout);
}

#[test]
fn a_library_that_is_no_plugin_is_refused_with_one_sentence() {
    let sandbox = Sandbox::new();
    let library = ["/lib/x86_64-linux-gnu/libm.so.6", "/lib/aarch64-linux-gnu/libm.so.6", "/lib64/libm.so.6"]
        .into_iter()
        .find(|path| std::path::Path::new(path).exists())
        .expect("this system has a libm");
    let path = sandbox.write("libm.so", std::fs::read(library).unwrap());
    let done = sandbox.run(&["check", path.to_str().unwrap()]).expect(2);
    let sentence = "it is a shared library but no plugin: it exports no `candor_collector_module`";
    assert!(done.stdout.contains(sentence), "{}", done.stdout);
}

#[test]
fn a_broken_plugin_fails_its_collector_and_not_the_report() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("plugins")).unwrap();
    sandbox.write("plugins/misbehave.so", "not a library");
    let output = sandbox.output("r.zip");
    let (plugins, out) = (sandbox.path("plugins"), output.to_str().unwrap());
    let arguments = ["collect", "fixture", "--approve", "honest", "--approve", "misbehave", "--output", out];
    sandbox.run_fixtures_behind(&plugins, &arguments).expect(3);
    let report = Report::open(&output);
    assert_eq!(report.outcome("honest"), "Collected");
    assert_eq!(report.outcome("misbehave"), "Failed");
    assert!(
        report.reason("misbehave").starts_with("it is no shared library"),
        "{}",
        report.reason("misbehave")
    );
}
