//! The record of a report that answers a request.

use std::path::{Path, PathBuf};

use candor_tests::Report;

use super::chain::rewritten;
use super::unpack;
use crate::requests::parties::{Parties, text};

/// The customer's report for a request like this.
fn answered(parties: &Parties, more: &[&str]) -> PathBuf {
    let request = parties.request("minimal", more);
    let done = parties.collect(&request, &["--approve", "system-info"]).expect(0);
    PathBuf::from(done.stdout.trim())
}

fn told(parties: &Parties, report: &Path) -> String {
    parties.customer.run(&["verify", text(report)]).expect(5).stdout
}

#[test]
fn the_record_tells_who_asked_for_what_and_show_tells_it_to_people() {
    let parties = Parties::new();
    let report = answered(&parties, &["--retention-days", "90", "--deliver", "https://intake.example.com/"]);
    parties.customer.run(&["verify", text(&report)]).expect(0);
    let consent = Report::open(&report).consent();
    let [signing, recipient] = parties.words();
    assert_eq!(consent["dpv:hasDataController"]["candor:fingerprint"]["words"], signing.as_str());
    assert_eq!(consent["dpv:hasRecipient"][0]["candor:fingerprint"]["words"], recipient.as_str());
    let process = Report::open(&report).process("system-info");
    assert_eq!(process["dpv:hasPurpose"]["candor:requested"], "find out why it hangs");
    assert_eq!(process["dpv:hasStorageCondition"]["dpv:hasDuration"]["rdf:value"], "P90D");
    assert_eq!(process["dpv:hasConsentStatus"][0]["dpv:hasIndicationMethod"], "candor:Request");
    let shown = parties.customer.run(&["consent", "show", text(&report)]).expect(0).stdout;
    for part in
        ["Asked by   Support of Example, Example AB", &signing, &recipient, "Statement  version", "case 4711"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn another_request_in_the_report_than_the_one_that_was_consented_to_is_told() {
    let parties = Parties::new();
    let report = answered(&parties, &[]);
    let folder = parties.customer.path("other");
    let names = ["request.json", "request.json.minisig", "statement.txt"];
    let other = answered(&parties, &["--retention-days", "3650"]);
    for name in names {
        unpack(&other, name, &folder);
    }
    let said = told(&parties, &rewritten(&report, &folder, &names));
    assert!(said.contains("`system-info`: consent was given for other terms"), "{said}");
    let said = told(&parties, &rewritten(&report, &parties.customer.path("none"), &names));
    assert!(said.contains("`system-info`: consent was given for other terms"), "{said}");
    let said = told(&parties, &rewritten(&report, &parties.customer.path("none"), &names[1..2]));
    assert!(said.contains("of request, signature and statement not all are attached"), "{said}");
}

#[test]
fn what_changed_from_one_request_to_the_next_is_named() {
    let parties = Parties::new();
    answered(&parties, &[]);
    parties.support.write("statement.txt", "Privacy of reports\n\nWe keep it for ever.\n");
    let request = parties.request("minimal", &["--retention-days", "3650"]);
    let terminal = crate::dialog::Terminal::open(
        &parties.customer,
        &["collect", "--request", text(&request), "--output", text(&parties.customer.output("second.zip"))],
    );
    terminal.answer("[c]", "c");
    let screen = terminal.wait_for("[a] approve these");
    let one_line = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(one_line.contains("Earlier: you approved this on 2"), "{screen}");
    assert!(one_line.contains("since then changed: statement, retention"), "{screen}");
    assert!(!parties.customer.output("second.zip").exists(), "nothing is answered by it");
}
