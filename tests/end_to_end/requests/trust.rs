//! Trust is given by comparing words, and taken back.

use std::os::unix::fs::PermissionsExt;

use super::parties::{Parties, text};

#[test]
fn each_key_is_trusted_whose_words_were_compared() {
    let parties = Parties::strangers();
    let (customer, card, [signing, recipient]) = (&parties.customer, parties.card(), parties.words());
    let listed = || customer.run(&["trust", "list", "--json"]).expect(0).json()["trusted"].clone();
    let nothing = customer.run(&["trust", "add", text(&card)]).expect(2);
    assert!(nothing.stderr.contains("--fingerprint"), "{}", nothing.stderr);
    assert!(listed().as_array().unwrap().is_empty());
    let loud = signing.to_uppercase();
    let one = customer.run(&["trust", "add", text(&card), "--fingerprint", &loud]).expect(0);
    assert!(one.stderr.contains("the recipient was not compared"), "{}", one.stderr);
    assert_eq!(listed()[0]["may"], serde_json::json!(["request"]));
    assert!(listed()[0]["recipient"].is_null());
    customer.run(&["trust", "add", text(&card), "--fingerprint", &recipient]).expect(0);
    assert_eq!(listed().as_array().unwrap().len(), 1);
    assert_eq!(listed()[0]["may"], serde_json::json!(["request", "receive"]));
    let file = customer.path("home/.config/candor/trust.toml");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let shown = customer.run(&["trust", "list"]).expect(0).stdout;
    assert!(shown.contains(&signing) && shown.contains(&recipient), "{shown}");
}

#[test]
fn other_words_trust_nobody() {
    let parties = Parties::strangers();
    let (customer, card, [signing, recipient]) = (&parties.customer, parties.card(), parties.words());
    let first = signing.split(' ').next().unwrap();
    let seven = &signing[first.len() + 1..];
    for wrong in [seven, first, "abandon abandon abandon abandon abandon abandon abandon abandon", ""] {
        let refused = customer.run(&["trust", "add", text(&card), "--fingerprint", wrong]).expect(5);
        assert!(refused.stderr.contains("nothing is trusted"), "{}", refused.stderr);
    }
    customer.run(&["trust", "add", text(&card), "--fingerprint", &signing, "--fingerprint", seven]).expect(5);
    // Wanted for more than was compared.
    let may = ["--may", "request,receive"];
    let half = customer.run(&[&["trust", "add", text(&card), "--fingerprint", &signing], &may[..]].concat());
    assert!(half.expect(5).stderr.contains("recipient is not trusted"));
    // The words of the recipient say nothing about who may ask.
    let may = ["--may", "request"];
    customer.run(&[&["trust", "add", text(&card), "--fingerprint", &recipient], &may[..]].concat()).expect(5);
    assert!(!customer.path("home/.config/candor/trust.toml").exists());
}

#[test]
fn trust_is_taken_back_by_name_key_or_words_and_others_stay() {
    let parties = Parties::new();
    let other = Parties::strangers();
    let (customer, [signing, recipient]) = (&parties.customer, other.words());
    let card = other.card();
    let words = ["--fingerprint", &signing, "--fingerprint", &recipient];
    let add = |more: &[&str]| customer.run(&[&["trust", "add", text(&card)][..], &words, more].concat());
    add(&["--name", "The others"]).expect(0);
    let taken = add(&["--name", "Someone else"]).expect(2);
    assert!(taken.stderr.contains("trusted already, as `The others`"), "{}", taken.stderr);
    customer.run(&["trust", "remove", "Nobody"]).expect(2);
    customer.run(&["trust", "remove", "Support of Example"]).expect(0);
    let listed = customer.run(&["trust", "list"]).expect(0).stdout;
    assert!(listed.contains("The others") && !listed.contains("Support of Example"), "{listed}");
    customer.run(&["trust", "remove", &signing]).expect(0);
    assert!(customer.run(&["trust", "list"]).expect(0).stdout.contains("Nobody is trusted"));
    add(&[]).expect(0);
    let key = other.signing_key().verifying_key().to_string();
    customer.run(&["trust", "remove", &key]).expect(0);
}

#[test]
fn a_file_that_is_no_trust_file_is_left_as_it_is() {
    let parties = Parties::strangers();
    let (customer, card, [signing, _]) = (&parties.customer, parties.card(), parties.words());
    let file = customer.write("home/.config/candor/trust.toml", "schema = 7\n");
    let refused = customer.run(&["trust", "add", text(&card), "--fingerprint", &signing]).expect(2);
    assert!(refused.stderr.contains("schema 7 is not known"), "{}", refused.stderr);
    assert_eq!(std::fs::read_to_string(file).unwrap(), "schema = 7\n");
    let no_card = customer.write("no.candor-card", "schema = 1\nname = \"x\"\n");
    customer.run(&["trust", "add", text(&no_card), "--fingerprint", &signing]).expect(2);
}
