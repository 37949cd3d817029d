//! The corpus as files, for tools that read folders.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

use super::machine::MACHINE;
use super::model::{Document, Family};

/// Kinds that are identifiers; all others are secrets.
const IDENTIFIERS: &[&str] = &[
    "address",
    "card",
    "coordinates",
    "dn",
    "email",
    "home",
    "host",
    "iban",
    "ipv4",
    "ipv6",
    "mac",
    "machine-id",
    "person",
    "phone",
    "serial",
    "sid",
    "ssid",
    "user",
    "uuid",
];

/// The name of a document's file below the folder.
#[must_use]
pub fn file_name(document: &Document) -> String {
    format!("{}{}", document.name, document.packing.ending())
}

/// Writes `documents` below `folder`, each under its [`file_name`].
///
/// # Errors
/// When a file cannot be written.
pub fn write(folder: &Path, documents: &[Document]) -> io::Result<()> {
    for document in documents {
        let path = folder.join(file_name(document));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, document.packing.pack("entry", &document.encoded())?)?;
    }
    Ok(())
}

/// What is planted where, and what the machine knows of itself, as one JSON value.
#[must_use]
pub fn index(planted: &[Document], benign: &[Document]) -> Value {
    let values: Vec<Value> = planted.iter().flat_map(values).collect();
    let benign: Vec<Value> = benign
        .iter()
        .map(|document| json!({ "file": file_name(document), "lines": document.text.lines().count() }))
        .collect();
    let words = [MACHINE.serials, MACHINE.ssids, &[MACHINE.machine_id]].concat();
    json!({
        "values": values,
        "benign": benign,
        "machine": {
            "host": MACHINE.host,
            "domain": MACHINE.domain,
            "hosts": MACHINE.other_hosts,
            "users": MACHINE.users,
            "people": MACHINE.persons,
            "words": words,
        },
    })
}

fn values(document: &Document) -> Vec<Value> {
    let value = |planted: &super::model::Planted| {
        json!({
            "file": file_name(document),
            "line": planted.line,
            "kind": planted.kind,
            "spelling": planted.spelling,
            "structured": planted.family == Family::Structured,
            "secret": !IDENTIFIERS.contains(&planted.kind),
        })
    };
    document.planted.iter().map(value).collect()
}
