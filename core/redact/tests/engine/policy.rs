//! Keep, pseudonym, remove; the customer's words.

use candor_redact::Policy;

use crate::{engine, engine_with, redact_text};

#[test]
fn each_kind_is_treated_as_the_policy_says() {
    let text = "from 10.1.2.3 by jdoe, see +46 70 123 45 67";
    let policy = Policy::from_toml("[kinds]\nipv4 = \"keep\"\nphone = \"remove\"\n").unwrap();
    let output = redact_text(&engine_with(policy, 7), text);
    assert!(output.starts_with("from 10.1.2.3 by user-px-"), "{output}");
    assert!(output.ends_with(", see [removed:phone]"), "{output}");
}

#[test]
fn words_of_the_customer_are_removed_replaced_and_kept() {
    let policy = Policy::from_toml(
        "[words]\nremove = [\"Project Condor\"]\npseudonym = [\"otter\"]\nkeep = [\"ws7\"]\nhosts = [\"nas\"]\n",
    )
    .unwrap();
    let output = redact_text(&engine_with(policy, 7), "Project Condor on ws7, OTTER at nas: otters");
    let words: Vec<&str> = output.split(' ').collect();
    assert_eq!(words[0], "[removed:known-secret]", "{output}");
    assert_eq!(words[2], "ws7,");
    assert!(words[3].starts_with("name-px-"), "{output}");
    assert!(words[5].starts_with("host-px-"), "{output}");
    assert_eq!(words[6], "otters");
}

#[test]
fn known_values_are_matched_whatever_their_length_and_on_word_boundaries() {
    let output =
        redact_text(&engine(), "ws7 WS7 ws71 aws7 (ws7) ws7-a Åsa Öberg \"Cafe 7\" sn=5CD1234XYZ p=prox!pw9");
    assert!(!output.contains("(ws7)") && !output.starts_with("ws7"), "{output}");
    assert!(output.contains(" ws71 aws7 "), "{output}");
    for gone in ["Åsa", "Cafe 7", "5CD1234XYZ", "prox!pw9"] {
        assert!(!output.contains(gone), "{output}");
    }
    // The same name in two spellings is the same host.
    let words: Vec<&str> = output.split(' ').collect();
    assert_eq!(words[0], words[1]);
}

#[test]
fn short_and_full_name_of_a_host_relate() {
    let output = redact_text(&engine(), "web01.corp.example.com web01");
    let (full, short) = output.split_once(' ').unwrap();
    let first = full.split('.').next().unwrap();
    assert!(first.starts_with("host-px-") && full.ends_with(".com"), "{output}");
    assert_eq!(short, "web01", "only the full name is known here");
}

#[test]
fn a_policy_that_is_none_says_where() {
    for (text, expected) in [
        ("[kinds]\nipv5 = \"keep\"\n", "ipv5"),
        ("[kinds]\nipv4 = \"hide\"\n", "hide"),
        ("[words]\nremoved = []\n", "removed"),
        ("kinds = 3", "kinds"),
    ] {
        let error = Policy::from_toml(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_known_value_has_one_pseudonym_in_all_its_spellings() {
    let engine = engine();
    let text = redact_text(&engine, "Åsa Öberg, ÅSA%20ÖBERG åsa_öberg Åsa+Öberg");
    let first = text.split(',').next().unwrap();
    assert!(first.starts_with("person-px-"), "{text}");
    assert!(text.ends_with(&format!("{first} {first}")), "{text}");
    let latin = crate::redact(&engine, b"by \xC5sa \xD6berg.");
    assert_eq!(latin, format!("by {first}.").into_bytes());
}
