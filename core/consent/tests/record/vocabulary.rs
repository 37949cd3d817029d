//! Records use no term that is not in the list, and the list holds nothing that no record could use.

use std::collections::BTreeSet;
use std::path::Path;

use candor_consent::record_schema;
use candor_manifest::Category;
use serde_json::Value;

use crate::support::Case;

/// Terms of others, each looked up in its vocabulary.
const LIST: &str = include_str!("../../src/record/vocabulary.txt");

fn listed() -> BTreeSet<String> {
    let lines = LIST.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let iris: Vec<_> = lines.map(str::to_owned).collect();
    assert!(iris.is_sorted(), "the list is sorted");
    iris.into_iter().collect()
}

/// Every key and every text that begins with a prefix of others, as an IRI.
fn terms(value: &Value, prefixes: &[(String, String)], found: &mut BTreeSet<String>) {
    let mut text = |text: &str| {
        let term = prefixes.iter().find_map(|(prefix, meaning)| {
            let name = text.strip_prefix(prefix)?.strip_prefix(':')?;
            name.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                .then(|| format!("{meaning}{name}"))
        });
        found.extend(term);
    };
    match value {
        Value::String(string) => text(string),
        Value::Array(items) => items.iter().for_each(|item| terms(item, prefixes, found)),
        Value::Object(fields) => {
            fields.keys().for_each(|key| text(key));
            fields.values().for_each(|field| terms(field, prefixes, found));
        }
        _ => {}
    }
}

fn prefixes(record: &Value) -> Vec<(String, String)> {
    let context = record["@context"].as_object().unwrap();
    let texts = context.iter().filter_map(|(prefix, meaning)| Some((prefix, meaning.as_str()?)));
    let others = texts.filter(|(prefix, _)| !["@vocab", "candor", "ext"].contains(&prefix.as_str()));
    others.map(|(prefix, meaning)| (prefix.clone(), meaning.to_owned())).collect()
}

#[test]
fn a_record_uses_no_term_that_was_not_looked_up() {
    let record: Value = serde_json::from_slice(&Case::new().record.json).unwrap();
    let prefixes = prefixes(&record);
    let mut used = BTreeSet::new();
    terms(&record, &prefixes, &mut used);
    assert!(used.len() > 30, "the walk finds terms: {used:?}");
    let listed = listed();
    let unknown: Vec<_> = used.difference(&listed).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
    // What no record of this test has, the schema has: all types, all categories with their broader terms.
    terms(&record_schema(), &prefixes, &mut used);
    for category in Category::all() {
        terms(&Value::from(category.as_str()), &prefixes, &mut used);
        terms(&Value::from(category.broader()), &prefixes, &mut used);
    }
    let unknown: Vec<_> = used.difference(&listed).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
    let unused: Vec<_> = listed.difference(&used).collect();
    assert!(unused.is_empty(), "{unused:#?}");
}

#[test]
fn the_schema_that_ships_is_that_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../manifests/schemas/consent.schema.json");
    let shipped: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(shipped, record_schema());
}
