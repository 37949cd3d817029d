//! The shipped rules, and what becomes of bad ones.

use candor_redact::{Policy, RuleSet};

use crate::{engine, engine_with, redact_text};

#[test]
fn there_are_hundreds_of_rules_and_every_example_of_each_holds() {
    let rules = RuleSet::builtin().unwrap();
    assert!(rules.len() >= 200, "{}", rules.len());
    rules.try_examples().unwrap();
    for rule in rules.iter() {
        assert!(rule.positive.len() >= 2 && rule.negative.len() >= 2, "{}", rule.id);
        assert!(!rule.title.is_empty() && !rule.source.is_empty(), "{}", rule.id);
    }
}

#[test]
fn with_everything_on_no_example_of_a_rule_survives() {
    let engine = engine();
    let mut survivors = Vec::new();
    for rule in RuleSet::builtin().unwrap().iter() {
        for (index, text) in rule.positive.iter().enumerate() {
            if !redact_text(&engine, text).contains("removed:") {
                survivors.push(format!("{} {}: {}", rule.id, index + 1, redact_text(&engine, text)));
            }
        }
    }
    assert!(survivors.is_empty(), "{survivors:#?}");
}

#[test]
fn a_rule_says_more_than_the_key_before_its_secret() {
    let output =
        redact_text(&engine(), "AWS_SECRET=AKIAZ5GQ7V2MXK3N4PLB\npassword: \"AKIAZ5GQ7V2MXK3N4PLB\"\n");
    assert_eq!(output, "AWS_SECRET=[removed:aws-access-key]\npassword: \"[removed:aws-access-key]\"\n");
}

const RULE: &str = r#"
[[rule]]
id = "acme-token"
title = "Acme API token"
source = "Acme handbook"
pattern = 'acme_[a-z0-9]{8}\b'
positive = ["token acme_01234567"]
negative = ["acme_0123"]
"#;

#[test]
fn a_rule_of_the_customer_needs_no_rust() {
    let engine = engine_with(Policy::from_toml(RULE).unwrap(), 7);
    assert_eq!(redact_text(&engine, "see acme_abcd1234."), "see [removed:acme-token].");
}

#[test]
fn bad_rules_say_what_is_wrong_with_them() {
    let long = format!("acme_{}", "[a-z]".repeat(5000));
    let cases: &[(&str, &str, &str)] = &[
        ("id = \"acme-token\"", "id = \"Acme Token\"", "1 to 64 characters"),
        ("acme_[a-z0-9]{8}\\b", "acme_[a-z", "its pattern is wrong"),
        ("acme_[a-z0-9]{8}\\b", "acme_[a-z0-9]+", "more than 4096 bytes"),
        ("acme_[a-z0-9]{8}\\b", &long, "more than 4096 bytes"),
        ("acme_[a-z0-9]{8}\\b", "[a-z0-9]{8}", "at least 3 bytes that are known"),
        ("acme_[a-z0-9]{8}\\b", "(?:acme_[a-z0-9]{8})?", "empty text"),
        ("token acme_01234567", "nothing", "positive 1 finds 0 secrets"),
        ("\"acme_0123\"", "\"acme_01234567\"", "negative 1 finds 1 secrets"),
        ("positive = [\"token acme_01234567\"]", "positive = []", "at least one `positive`"),
        ("source =", "sauce =", "unknown field `sauce`"),
        ("title =", "key = [\"x y\"]\ntitle =", "either `pattern`, or `key`"),
        ("title =", "anchor = \"a\"\ntitle =", "3 to 64 bytes"),
    ];
    for (from, to, expected) in cases {
        let text = RULE.replace(from, to);
        assert_ne!(text, RULE, "{from}");
        let error = Policy::from_toml(&text).unwrap_err().to_string();
        assert!(error.contains(expected), "{to}: {error}");
    }
    let twice = Policy::from_toml(&format!("{RULE}{RULE}")).unwrap_err().to_string();
    assert!(twice.contains("there twice"), "{twice}");
}
