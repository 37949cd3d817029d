//! The development corpus as files: `redaction_corpus write FOLDER` and `redaction_corpus score FOLDER`.
//!
//! `write` lays the bare documents below FOLDER and their index on stdout; `score` reads what a tool made of that
//! folder and prints recall and false alarms as JSON. Both take the corpus of the documented seed.

use std::env;
use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use candor_tests::corpus::model::{Document, Packing};
use candor_tests::corpus::{self, folder};
use candor_tests::score::{Alarms, Recall};
use serde_json::{Map, Value, json};

const USAGE: &str = "usage: redaction_corpus write|score FOLDER";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [verb, path] = arguments.as_slice() else { return Err(USAGE.into()) };
    let mut planted = corpus::planted(corpus::SEED);
    // Tools that open no container are compared on what they can read.
    planted.retain(|document| document.packing == Packing::Bare);
    let benign = corpus::benign(corpus::SEED);
    let value = match verb.as_str() {
        "write" => {
            folder::write(Path::new(path), &planted)?;
            folder::write(Path::new(path), &benign)?;
            folder::index(&planted, &benign)
        }
        "score" => score(Path::new(path), &planted, &benign),
        _ => return Err(USAGE.into()),
    };
    writeln!(io::stdout(), "{value}")?;
    Ok(())
}

/// A file that is not there was withheld: nothing of it survives, and all of it is touched.
fn score(path: &Path, planted: &[Document], benign: &[Document]) -> Value {
    let read = |document: &Document| {
        let bytes = fs::read(path.join(folder::file_name(document))).unwrap_or_default();
        document.encoding.decode(&bytes)
    };
    let (mut recall, mut alarms) = (Recall::default(), Alarms::default());
    planted.iter().for_each(|document| recall.add(document, &read(document)));
    benign.iter().for_each(|document| alarms.add(document, &read(document)));
    let mut kinds = Map::new();
    for ((_, kind), tallied) in &recall.kinds {
        let entry = kinds.entry(*kind).or_insert_with(|| json!({ "planted": 0, "caught": 0 }));
        for (name, count) in [("planted", tallied.planted), ("caught", tallied.caught)] {
            entry[name] = json!(entry[name].as_u64().unwrap_or(0) + count as u64);
        }
    }
    json!({
        "kinds": kinds,
        "benign": { "lines": alarms.lines, "touched": alarms.touched.len(), "rules": alarms.by_rule() },
    })
}
