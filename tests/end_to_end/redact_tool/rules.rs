//! `candor rules`, and `candor check` of redaction policies.

use candor_tests::Sandbox;

use super::{fed, text};

const POLICY: &str = "\
[kinds]
uuid = \"keep\"

[[rule]]
id = \"kelvaro-token\"
title = \"Kelvaro API token\"
source = \"Kelvaro handbook, page 12\"
pattern = 'kelv_[a-z0-9]{24}'
positive = [\"TOKEN=kelv_0q8x2m4n6b8v1c3z5l7k9j0h\"]
negative = [\"kelv_short\"]
";

#[test]
fn rules_are_listed_with_the_customers_own() {
    let sandbox = Sandbox::new();
    let policy = sandbox.write("policy.toml", POLICY);
    let listed = sandbox.run(&["rules", "--json", "--policy", text(&policy)]).expect(0).json();
    let rules = listed["rules"].as_array().unwrap();
    assert!(rules.len() >= 200, "{}", rules.len());
    let own = rules.iter().find(|rule| rule["id"] == "kelvaro-token").unwrap();
    assert_eq!((&own["from"], &own["title"]), (&"policy".into(), &"Kelvaro API token".into()));
    let kinds = listed["kinds"].as_array().unwrap();
    assert!(kinds.iter().any(|kind| kind["kind"] == "uuid" && kind["treatment"] == "keep"));
    assert!(sandbox.run(&["rules"]).expect(0).stdout.contains("replaced by pseudonyms"));
}

#[test]
fn everything_that_marks_can_say_is_listed_and_can_be_narrowed() {
    let sandbox = Sandbox::new();
    let listed = |more: &[&str]| sandbox.run(&[&["rules", "--json"], more].concat()).expect(0).json();
    let all = listed(&[]);
    let secrets = all["secrets"].as_array().unwrap();
    assert!(secrets.iter().any(|one| one["id"] == "password" && one["title"].is_string()));
    let coordinates = all["kinds"].as_array().unwrap().iter().find(|kind| kind["kind"] == "coordinates");
    assert_eq!(coordinates.unwrap()["title"], "Places on Earth");

    let some = listed(&["--only", "secrets", "--matching", "COOKIE"]);
    let some = some.as_object().unwrap();
    assert_eq!(some.keys().collect::<Vec<_>>(), ["schema", "secrets"]);
    assert_eq!(some["secrets"].as_array().unwrap().len(), 1);

    let run = sandbox.run(&["rules", "--matching", "machine id"]).expect(0);
    assert_eq!(
        run.stdout,
        "1 kind of identifiers, and what is done with them\n  \
         machine-id  The machine id of systemd and D-Bus: replaced by pseudonyms\n"
    );
    let run = sandbox.run(&["rules", "--matching", "no such thing"]).expect(0);
    assert!(run.stdout.is_empty() && run.stderr.contains("Nothing that can be found"), "{}", run.stderr);
    sandbox.run(&["rules", "--only", "kinds", "test"]).expect(2);
}

#[test]
fn every_rule_does_what_its_examples_say() {
    let sandbox = Sandbox::new();
    let tried = sandbox.run(&["rules", "test", "--json"]).expect(0).json();
    assert_eq!(tried["problems"], serde_json::json!([]));
}

#[test]
fn a_text_is_tried_and_findings_are_masked() {
    let sandbox = Sandbox::new();
    let policy = sandbox.write("policy.toml", POLICY);
    let file = sandbox.write("text", "fine\nuse kelv_0q8x2m4n6b8v1c3z5l7k9j0h now\n");
    let run = sandbox.run(&["rules", "test", text(&file), "--policy", text(&policy)]).expect(0);
    assert_eq!(run.stdout, "2:5: kelvaro-token: use ke… now\n");
    let run = fed(sandbox.command(&["rules", "test", "-", "--json"]), "password=Tq7vZm2Lr9xK\n").expect(0);
    assert_eq!(run.json()["findings"][0]["column"], 10);
    assert!(!run.stdout.contains("Tq7vZm2Lr9xK"));
}

#[test]
fn a_policy_is_checked_with_place_and_fix() {
    let sandbox = Sandbox::new();
    let good = sandbox.write("good.toml", POLICY);
    sandbox.run(&["check", text(&good)]).expect(0);
    let bad = sandbox.write("bad.toml", POLICY.replace("uuid", "uid").replace("negative", "negatives"));
    let checked = sandbox.run(&["check", "--json", text(&bad)]).expect(2).json();
    let checked = &checked["checked"][0];
    assert_eq!(checked["kind"], "redaction-policy");
    let told = checked["diagnostics"].as_array().unwrap();
    let places: Vec<_> = told.iter().map(|one| (one["line"].as_u64(), one["fix"].as_str())).collect();
    assert_eq!(places[0], (Some(2), Some("did you mean `uuid`?")));
    assert_eq!(places[1].1, Some("did you mean `negative`?"));
    let wrong = sandbox.write("wrong.toml", POLICY.replace("{24}", "{30}"));
    let run = sandbox.run(&["check", text(&wrong)]).expect(2);
    assert!(run.stderr.contains("finds 0 secrets here"), "{}", run.stderr);
}
