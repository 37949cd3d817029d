//! `--check`: what is still there, and never what it is.

use candor_tests::{Finished, Sandbox};

use super::{LINE, PLANTED, redact, redact_text, text, tool};

#[test]
fn a_folder_is_not_clean_before_and_is_after() {
    let sandbox = Sandbox::new();
    sandbox.write("in/var/log/messages", format!("fine\n{LINE}"));
    sandbox.write("in/nested/old.log", LINE);
    tool("tar", &["czf", "in/nested.tar.gz", "in/nested"], &sandbox.path(""));
    let (input, output) = (sandbox.path("in"), sandbox.path("copy"));

    let before = Finished::of(redact(&sandbox, &[text(&input), "--check"])).expect(5);
    let lines: Vec<_> = before.stdout.lines().collect();
    assert!(lines.contains(&"var/log/messages:2: password"), "{}", before.stdout);
    assert!(lines.contains(&"nested.tar.gz!in/nested/old.log:1: password"), "{}", before.stdout);
    PLANTED.iter().for_each(|planted| assert!(!before.stdout.contains(planted), "{planted}"));

    Finished::of(redact(&sandbox, &[text(&input), "-o", text(&output)])).expect(0);
    let after = Finished::of(redact(&sandbox, &[text(&output), "--check", "--report", "json"])).expect(0);
    assert_eq!(after.json()["clean"], true, "{}", after.stdout);
}

#[test]
fn what_cannot_be_looked_into_is_not_clean() {
    let sandbox = Sandbox::new();
    let binary: Vec<u8> = (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    sandbox.write("in/data.bin", binary);
    let run =
        Finished::of(redact(&sandbox, &[text(&sandbox.path("in")), "--check", "--report", "json"])).expect(5);
    let found = run.json();
    assert_eq!(found["findings"][0]["rule"], "unsearchable");
    assert_eq!(found["findings"][0]["path"], "data.bin");
}

#[test]
fn a_name_is_a_finding_and_is_not_printed() {
    let sandbox = Sandbox::new();
    sandbox.write("in/10.83.2.77.log", "fine\n");
    let run = Finished::of(redact(&sandbox, &[text(&sandbox.path("in")), "--check"])).expect(5);
    assert!(run.stdout.contains("ipv4 in its name") && !run.stdout.contains("10.83.2.77"), "{}", run.stdout);
}

#[test]
fn standard_input_is_checked() {
    let sandbox = Sandbox::new();
    assert_eq!(redact_text(&sandbox, &["-", "--check"], "all is well\n").expect(0).stdout, "");
    let run = redact_text(&sandbox, &["-", "--check"], LINE).expect(5);
    assert!(run.stdout.lines().any(|line| line == "stdin:1: password"), "{}", run.stdout);
}
