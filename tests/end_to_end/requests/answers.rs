//! A request that is right is shown, answered, kept with the report, and known when it comes again.

use std::path::PathBuf;
use std::process::Command;

use candor_tests::Report;

use super::parties::{Parties, STATEMENT, text};

fn report_of(stdout: &str) -> PathBuf {
    PathBuf::from(stdout.trim())
}

#[test]
fn support_asks_and_the_customer_answers() {
    let parties = Parties::new();
    let request =
        parties.request("minimal", &["--deliver", "https://intake.example.com/", "--retention-days", "90"]);
    let answered = parties.collect(&request, &["--approve", "system-info"]).expect(0);
    let [signing, recipient] = parties.words();
    for told in [
        "Support of Example asks for a report:",
        &signing,
        &recipient,
        "4711",
        "find out why it hangs",
        "whom you trust to receive",
        "https://intake.example.com/",
        "Privacy of reports",
        "90 days",
        "system-info",
    ] {
        let one_line = answered.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(one_line.contains(told), "{told}:\n{}", answered.stderr);
    }
    assert!(!answered.stderr.contains("delete it after"), "the statement is shown when it is asked for");
    let path = report_of(&answered.stdout);
    let report = Report::open(&path);
    assert_eq!(report.index()["case"], "4711");
    assert_eq!(report.outcome("system-info"), "Collected");
    let folder = parties.customer.path("unpacked");
    let unzip = Command::new("unzip").arg("-q").arg(&path).arg("-d").arg(&folder).output().unwrap();
    assert!(unzip.status.success());
    assert_eq!(std::fs::read_to_string(folder.join("statement.txt")).unwrap(), STATEMENT);
    let key = parties.signing_key().verifying_key().to_string();
    let minisign =
        Command::new("minisign").args(["-V", "-P", &key, "-m"]).arg(folder.join("request.json")).output();
    let minisign = minisign.expect("minisign is installed");
    let said = String::from_utf8_lossy(&minisign.stdout);
    assert!(minisign.status.success() && said.contains("candor-request/1"), "{said}");
    parties.customer.run(&["verify", text(&path)]).expect(0);
}

#[test]
fn the_same_request_again_is_told() {
    let parties = Parties::new();
    let request = parties.request("minimal", &[]);
    let first = parties.collect(&request, &["--approve", "system-info"]).expect(0);
    assert!(!first.stderr.contains("before"), "{}", first.stderr);
    let again = parties.collect(&request, &["--approve", "system-info"]).expect(0);
    assert!(again.stderr.contains("collected for this request before, on 20"), "{}", again.stderr);
    let shown = parties.customer.run(&["request", "show", text(&request)]).expect(0);
    assert!(shown.stderr.contains("collected for before"), "{}", shown.stderr);
    let memory = parties
        .customer
        .path("state/requests")
        .join(format!("{}.json", parties.json(&request)["nonce"].as_str().unwrap()));
    let mode = std::os::unix::fs::PermissionsExt::mode(&memory.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    std::fs::write(&memory, "{").unwrap();
    let refused = parties.collect(&request, &["--approve", "system-info"]).expect(2);
    assert!(refused.stderr.contains("cannot read what is remembered"), "{}", refused.stderr);
}

#[test]
fn a_request_narrows_the_profile_and_the_customer_narrows_the_request() {
    let parties = Parties::new();
    let narrowed =
        ["--collector", "system-info", "--collector", "event-log", "--option", "event-log.max_bytes=1MiB"];
    let request = parties.request("server-report", &narrowed);
    let more = ["--approve", "system-info", "--option", "system-info.top_processes=3"];
    let answered = parties.collect(&request, &more).expect(0);
    assert!(answered.stderr.contains("event-log.max_bytes: 1MiB instead of 32MiB"), "{}", answered.stderr);
    let report = Report::open(&report_of(&answered.stdout));
    let ids: Vec<_> =
        report.index()["collectors"].as_array().unwrap().iter().map(|entry| &entry["id"]).collect();
    assert_eq!(ids, ["event-log", "system-info"]);
    assert_eq!(report.collector("system-info")["options"]["top_processes"], 3);
    for wider in [
        "event-log.max_bytes=2MiB",
        "event-log.since=8d",
        "event-log.since=0s",
        "settings.max_file_bytes=4KiB",
    ] {
        let refused = parties.collect(&request, &["--approve", "system-info", "--option", wider]).expect(2);
        assert!(refused.stderr.contains("narrowed, not widened"), "{wider}: {}", refused.stderr);
    }
}

#[test]
fn the_level_of_a_request_leaves_out_what_is_above_it() {
    let parties = Parties::new();
    let request = parties.request("crash-report", &["--level", "technical"]);
    let shown = parties.customer.run(&["request", "show", "--json", text(&request)]).expect(0).json();
    assert_eq!(shown["collectors"], serde_json::json!(["system-info"]));
    assert_eq!(shown["left_out"].as_array().unwrap().len(), 5);
    assert_eq!(shown["request"]["recipients"][0]["level"], "technical");
}

#[test]
fn nothing_that_a_request_says_stands_beside_it_on_the_command_line() {
    let parties = Parties::new();
    let request = parties.request("minimal", &[]);
    for wrong in [&["minimal"][..], &["--case", "4712"]] {
        let refused = parties.collect(&request, wrong).expect(2);
        assert!(refused.stderr.contains("cannot be used with"), "{}", refused.stderr);
    }
    parties.customer.run(&["collect"]).expect(2);
    parties.customer.run(&["collect", "minimal"]).expect(2);
}

#[test]
fn the_report_of_a_request_lies_in_the_current_folder_where_nothing_else_is_said() {
    let parties = Parties::new();
    let request = parties.request("minimal", &[]);
    let mut command =
        parties.customer.command(&["collect", "--request", text(&request), "--approve", "system-info"]);
    command.current_dir(parties.customer.output(""));
    let answered = candor_tests::Finished::of(command).expect(0);
    let path = report_of(&answered.stdout);
    assert!(path.starts_with(parties.customer.output("")) && text(&path).contains("minimal-case-4711-"));
}

#[test]
fn a_request_shows_its_statement_and_its_maker_can_look_at_it() {
    let parties = Parties::strangers();
    let request = parties.request("minimal", &[]);
    let card = parties.card();
    parties.support.run(&["request", "show", text(&request)]).expect(5);
    let shown =
        parties.support.run(&["request", "show", text(&request), "--card", text(&card), "--show-statement"]);
    let shown = shown.expect(0);
    assert!(
        shown.stdout.ends_with(STATEMENT) || shown.stdout.contains("delete it after 90 days."),
        "{}",
        shown.stdout
    );
}
