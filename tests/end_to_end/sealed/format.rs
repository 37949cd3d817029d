//! `docs/format-walkthrough.md` works as it stands, and `docs/format.md` names every field that there is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::case::{Case, run, unzipped};
use crate::requests::parties::text;

fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// The commands of the page, as one script.
fn commands() -> String {
    let page = document("format-walkthrough.md");
    let blocks = page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let script: String = blocks.collect();
    assert!(script.contains("minisign") && script.contains("age -d"), "{script}");
    script
}

/// Runs the page in a new folder: its exit code and what it printed.
fn walked(case: &Case, sealed: &Path, who: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &commands()])
        .current_dir(folder.path())
        .env("SEALED", sealed)
        .env("IDENTITY", case.keys(who).join("identity.txt"))
        .env("INSTALLATION", case.installation())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn a_stranger_verifies_and_opens_a_sealed_report() {
    let case = Case::new();
    let report = case.collected();
    case.parties.customer.run(&["drop", text(&report), "artifacts/system-info/mounts.txt"]).expect(0);
    case.seal().expect(0);
    let (code, said) = walked(&case, &case.sealed(), "first-line");
    assert_eq!(code, Some(0), "{said}");
    for line in [
        "technical.age: OK",
        "secret.age: OK",
        "technical: open",
        "secret: closed",
        "artifacts/system-info/system.json: OK",
        "the root over all leaves is the released root",
    ] {
        assert!(said.lines().any(|found| found == line), "{line} in {said}");
    }
    assert!(!said.contains("settings-unmasked"), "{said}");
    let (code, said) = walked(&case, &case.sealed(), "engineer");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("artifacts/settings-unmasked/settings.json: OK"), "{said}");

    // The commands can fail: on a changed part, and with the key of somebody else.
    let bytes = std::fs::read(case.sealed()).unwrap();
    let mut changed = bytes.clone();
    changed[500] ^= 1;
    let path = case.parties.support.write("changed.candor", changed);
    assert_ne!(walked(&case, &path, "engineer").0, Some(0));
    let other = Case::new();
    other.collected();
    assert_ne!(walked(&other, &case.sealed(), "engineer").0, Some(0));
}

/// Keys of objects, but for what is data: file names, options, what collectors told.
fn keys(value: &Value, found: &mut BTreeSet<String>) {
    const DATA: [&str; 9] = [
        "@context",
        "options",
        "enforcement",
        "access",
        "commands",
        "log",
        "redactions",
        "documents",
        "artifacts_told",
    ];
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                found.insert(key.clone());
                if !DATA.contains(&key.as_str()) {
                    keys(value, found);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
        _ => {}
    }
}

#[test]
fn every_field_and_every_media_type_is_in_the_document() {
    let case = Case::new();
    let report = case.collected();
    case.parties.customer.run(&["drop", text(&report), "artifacts/system-info/mounts.txt"]).expect(0);
    case.seal().expect(0);
    let (card, grant) = (case.card("outside"), case.parties.customer.output("g.candor-forward"));
    let arguments = [
        "grant",
        "forward",
        "--report",
        text(&report),
        "--to",
        text(&card),
        "--artifact",
        "artifacts/system-info/system.json",
        "--purpose",
        "p",
        "--expires",
        "7d",
        "-o",
        text(&grant),
    ];
    case.parties.customer.run(&arguments).expect(0);
    case.parties.customer.run(&["consent", "withdraw", text(&report)]).expect(0);
    let work = case.parties.support.path("work");
    for (zip, name) in [(&report, "report"), (&case.sealed(), "sealed"), (&grant, "grant")] {
        unzipped(zip, &work.join(name));
    }
    let identity = case.keys("engineer").join("identity.txt");
    let withdrawal = report.with_extension("candor-withdrawal");
    let decrypted = |file: &Path, name: &str| {
        let zip = work.join(format!("{name}.zip"));
        run(&work, "age", &["-d", "-i", text(&identity), "-o", text(&zip), text(file)]);
        unzipped(&zip, &work.join(name));
    };
    decrypted(&withdrawal, "withdrawal");
    decrypted(&work.join("sealed/technical.age"), "part");
    let files = [
        "report/report.json",
        "report/consent.json",
        "report/request.json",
        "report/redactions.json",
        "sealed/envelope.json",
        "part/seal.json",
        "part/entries.json",
        "grant/forward.json",
        "withdrawal/withdrawal.json",
    ];
    let page = document("format.md");
    let mut found = BTreeSet::new();
    for file in files.map(|file| work.join(file)) {
        let read = |path: &PathBuf| serde_json::from_slice::<Value>(&std::fs::read(path).unwrap()).unwrap();
        let mut value = read(&file);
        // Paths of artifacts and names of rules are data.
        if file.ends_with("redactions.json") {
            value["artifacts"] = Value::Null;
        }
        keys(&value, &mut found);
    }
    assert!(found.len() > 80, "{found:?}");
    let missing: Vec<_> = found.iter().filter(|key| !page.contains(&format!("`{key}`"))).collect();
    assert!(missing.is_empty(), "docs/format.md does not name {missing:?}");
    let desktop = Path::new(env!("CARGO_MANIFEST_DIR")).join("../desktop/candor.xml");
    let desktop = std::fs::read_to_string(desktop).unwrap();
    for media_type in desktop.split("mime-type type=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(page.contains(&format!("`{media_type}`")), "{media_type}");
    }
}
