//! What is asked on a terminal.

use candor_tests::Report;

use super::parties::{Parties, text};
use crate::dialog::Terminal;

#[test]
fn a_person_compares_words_reads_the_statement_and_answers() {
    let parties = Parties::strangers();
    let card = parties.card();
    let terminal = Terminal::open(&parties.customer, &["trust", "add", text(&card)]);
    let screen = terminal.wait_for("signing key: did they tell you these eight words?");
    let [signing, recipient] = parties.words();
    assert!(screen.contains(&signing) && screen.contains(&recipient), "{screen}");
    terminal.answer("signing key: did they", "");
    terminal.wait_for("Please answer y or n.");
    terminal.answer("signing key: did they", "y");
    terminal.answer("recipient: did they", "y");
    terminal.wait_for("exit code 0");
    drop(terminal);
    let request = parties.request("minimal", &[]);
    let output = parties.customer.output("r.zip");
    let terminal = Terminal::open(
        &parties.customer,
        &["collect", "--request", text(&request), "--output", text(&output)],
    );
    let screen = terminal.wait_for("[s] read the privacy statement");
    assert!(screen.contains("asks for a report") && !screen.contains("delete it after"), "{screen}");
    terminal.answer("[s] read the privacy statement", "s");
    terminal.wait_for("delete it after 90 days.");
    terminal.answer("[s] read the privacy statement", "c");
    terminal.answer("approve these", "a");
    terminal.answer("[c] collect", "c");
    terminal.wait_for("exit code 0");
    assert_eq!(Report::open(&output).outcome("system-info"), "Collected");
}

#[test]
fn leaving_before_the_questions_collects_nothing() {
    let parties = Parties::new();
    let request = parties.request("minimal", &[]);
    let output = parties.customer.output("r.zip");
    let terminal = Terminal::open(
        &parties.customer,
        &["collect", "--request", text(&request), "--output", text(&output)],
    );
    terminal.answer("[s] read the privacy statement", "q");
    terminal.wait_for("exit code 4");
    assert!(!output.exists() && !parties.customer.sessions().exists());
}

#[test]
fn words_that_differ_are_answered_with_no() {
    let parties = Parties::strangers();
    let card = parties.card();
    let terminal = Terminal::open(&parties.customer, &["trust", "add", text(&card)]);
    terminal.answer("signing key: did they", "n");
    terminal.answer("recipient: did they", "n");
    terminal.wait_for("exit code 5");
    assert!(!parties.customer.path("home/.config/candor/trust.toml").exists());
}

#[test]
fn a_password_is_typed_twice_and_not_seen() {
    let parties = Parties::strangers();
    let folder = parties.customer.path("own");
    let arguments = ["key", "new", "Ada", "--output", text(&folder)];
    let terminal = Terminal::open(&parties.customer, &arguments);
    terminal.wait_for("Password for the new keys:");
    terminal.type_line("first-secret");
    terminal.wait_for("The same again:");
    terminal.type_line("other-secret");
    let screen = terminal.wait_for("exit code 2");
    assert!(screen.contains("not the same") && !screen.contains("secret"), "{screen}");
    assert!(!folder.exists());
    drop(terminal);
    let terminal = Terminal::open(&parties.customer, &arguments);
    terminal.wait_for("Password for the new keys:");
    terminal.type_line("first-secret");
    terminal.wait_for("The same again:");
    terminal.type_line("first-secret");
    terminal.wait_for("exit code 0");
    drop(terminal);
    let key = folder.join("signing.key");
    let terminal = Terminal::open(&parties.customer, &["key", "show", "--no-qr", text(&key)]);
    terminal.wait_for("Password of");
    terminal.type_line("first-secret");
    terminal.wait_for("In eight words:");
}
