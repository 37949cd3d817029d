//! No artifact may leave without a matching Given event: the same is tampered with at every link, and sealing refuses.

use std::path::Path;

use candor_consent::{ConsentRecord, SignedRecord, Status};
use candor_manifest::Level;
use candor_report::{PackedEntry, Packing, ReportReader, write_report};
use candor_trust::{Digest, SigningKey};

use super::case::Case;
use crate::requests::parties::text;

/// The key of the customer's installation: whoever has it can sign anything, and the chain must hold all the same.
fn installation_key(case: &Case) -> SigningKey {
    let path = case.report().parent().unwrap().join("../state/installation.key");
    SigningKey::from_text(&std::fs::read_to_string(path).unwrap(), None).unwrap()
}

/// Writes the report again with its record and its index changed, the record signed anew.
fn forged(
    case: &Case,
    report: &Path,
    key: &SigningKey,
    change_record: impl Fn(&mut ConsentRecord),
    change_index: impl Fn(&mut serde_json::Value),
) -> std::path::PathBuf {
    let mut reader = ReportReader::open(report).unwrap();
    let mut index: serde_json::Value =
        serde_json::from_slice(&reader.document("report.json").unwrap().unwrap()).unwrap();
    change_index(&mut index);
    let index = serde_json::to_vec_pretty(&index).unwrap();
    let before = SignedRecord::from_bytes(
        reader.document("consent.json").unwrap().unwrap(),
        &reader.document("consent.json.minisig").unwrap().unwrap(),
    );
    let mut record = ConsentRecord::from_json(&before.unwrap().json).unwrap();
    let mut state = record.report.clone().unwrap();
    state.index = Digest::of(&index);
    (record.report, record.signer) = (None, None);
    change_record(&mut record);
    let signed = record.close(key, state).unwrap();
    let output = case.parties.customer.output("forged.zip");
    let documents = ["request.json", "request.json.minisig", "statement.txt", "redactions.json"];
    let kept: Vec<_> =
        documents.iter().map(|name| (*name, reader.document(name).unwrap().unwrap())).collect();
    let paths: Vec<String> = reader.index().artifacts().map(|artifact| artifact.path.clone()).collect();
    write_report(&output, true, jiff::Timestamp::UNIX_EPOCH, |writer| {
        for path in &paths {
            let (entry, mut data) = reader.packed(path).unwrap();
            writer.packed(&entry, &mut data)?;
        }
        kept.iter().try_for_each(|(name, bytes)| writer.document(name, bytes))?;
        writer.document("consent.json", &signed.json)?;
        writer.document("consent.json.minisig", signed.signature.as_str().as_bytes())?;
        writer.document("report.json", &index)
    })
    .map_err(|error: std::io::Error| error)
    .unwrap();
    output
}

/// `candor seal` and `candor verify` both refuse, and name the cause.
#[track_caller]
fn refused(case: &Case, report: &Path, cause: &str) {
    for command in [&["seal", text(report), "--dry-run"][..], &["verify", text(report)]] {
        let finished = case.parties.customer.run(command).expect(5);
        let said = format!("{}{}", finished.stdout, finished.stderr);
        assert!(said.contains(cause), "{command:?}: {said}");
    }
}

fn unchanged(_: &mut serde_json::Value) {}

#[test]
fn no_sensitive_artifact_leaves_without_a_matching_given_event() {
    let case = Case::new();
    let report = case.collected();
    let key = installation_key(&case);
    let secret = |record: &mut ConsentRecord, change: &dyn Fn(&mut candor_consent::Process)| {
        let process =
            record.processes.iter_mut().find(|process| process.collector.as_str() == "settings-unmasked");
        change(process.unwrap());
    };
    // The way of forging itself is sound: with nothing changed, all is well.
    let same = forged(&case, &report, &key, |_| {}, unchanged);
    case.parties.customer.run(&["verify", text(&same)]).expect(0);
    case.parties.customer.run(&["seal", text(&same), "--dry-run"]).expect(0);

    type Link<'a> = (&'a str, &'a dyn Fn(&mut candor_consent::Process));
    let links: [Link<'_>; 7] = [
        ("nobody consented to it", &|process| process.events.truncate(1)),
        ("was refused", &|process| process.events[1].status = Status::Refused),
        ("another manifest", &|process| process.subject.manifest = "0".repeat(64)),
        ("another library", &|process| process.subject.library = Some("0".repeat(64))),
        ("other options", &|process| {
            process.subject.options.insert("since".to_owned(), 1.into());
        }),
        ("another level", &|process| process.subject.level = Level::Identifying),
        ("other terms", &|process| process.subject.terms = Some(Digest::of(b"other"))),
    ];
    for (cause, change) in links {
        let forged = forged(&case, &report, &key, |record| secret(record, change), unchanged);
        refused(&case, &forged, cause);
    }
    let go_ahead = |process: &mut candor_consent::Process| {
        process.events[1].method = candor_consent::Method::GoAhead;
    };
    let forged_report = forged(&case, &report, &key, |record| secret(record, &go_ahead), unchanged);
    refused(&case, &forged_report, "needs an approval of its own");
    let missing = |record: &mut ConsentRecord| {
        record.processes.retain(|process| process.collector.as_str() != "settings-unmasked");
    };
    refused(&case, &forged(&case, &report, &key, missing, unchanged), "nobody was asked about it");

    // The index says other than what was consented to.
    let lowered = |index: &mut serde_json::Value| {
        for collector in index["collectors"].as_array_mut().unwrap() {
            if collector["id"] == "settings-unmasked" {
                collector["level"] = "technical".into();
            }
        }
    };
    refused(&case, &forged(&case, &report, &key, |_| {}, lowered), "another level");
    // Somebody else signs.
    let thief = SigningKey::generate().unwrap();
    let of_thief = forged(&case, &report, &thief, |_| {}, unchanged);
    let said = case.parties.customer.run(&["seal", text(&of_thief), "--dry-run"]).expect(2).stderr;
    assert!(said.contains("another installation"), "{said}");
}

#[test]
fn an_artifact_of_another_report_is_not_taken() {
    let case = Case::new();
    let report = case.collected();
    let mut reader = ReportReader::open(&report).unwrap();
    let entry = PackedEntry {
        path: "artifacts/settings-unmasked/more.json".to_owned(),
        packing: Packing::Stored,
        crc32: 0x352_441c2,
        compressed_bytes: 3,
        bytes: 3,
    };
    let names = [
        "consent.json",
        "consent.json.minisig",
        "report.json",
        "redactions.json",
        "request.json",
        "request.json.minisig",
        "statement.txt",
    ];
    let documents: Vec<_> =
        names.iter().map(|name| (*name, reader.document(name).unwrap().unwrap())).collect();
    let paths: Vec<String> = reader.index().artifacts().map(|artifact| artifact.path.clone()).collect();
    let output = case.parties.customer.output("more.zip");
    write_report(&output, true, jiff::Timestamp::UNIX_EPOCH, |writer| {
        for path in &paths {
            let (entry, mut data) = reader.packed(path).unwrap();
            writer.packed(&entry, &mut data)?;
        }
        writer.packed(&entry, &mut &b"abc"[..])?;
        documents.iter().try_for_each(|(name, bytes)| writer.document(name, bytes))
    })
    .map_err(|error: std::io::Error| error)
    .unwrap();
    let said = case.parties.customer.run(&["verify", text(&output)]).expect(5).stdout;
    assert!(said.contains("the index does not name this entry"), "{said}");
}
