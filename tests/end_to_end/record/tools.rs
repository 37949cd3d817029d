//! Tools that are not ours check the record of a real report.

use std::process::Command;

use candor_tests::{Report, Sandbox};

use super::{collect, unpack};

#[test]
fn minisign_verifies_the_record_of_a_report_and_no_other_bytes() {
    let sandbox = Sandbox::new();
    let report = collect(&sandbox, "r.zip");
    let folder = sandbox.path("unpacked");
    let json = unpack(&report, "consent.json", &folder);
    let signature = unpack(&report, "consent.json.minisig", &folder);
    let signer = Report::open(&report).consent()["candor:signer"].as_str().unwrap().to_owned();
    let minisign = || {
        let mut minisign = Command::new("minisign");
        minisign.args(["-V", "-P", &signer, "-m"]).arg(&json).arg("-x").arg(&signature);
        let output = minisign.output().expect("minisign is installed");
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (holds, said) = minisign();
    assert!(holds && said.contains("Trusted comment: candor-consent/1"), "{said}");
    let altered = std::fs::read_to_string(&json).unwrap().replace("ConsentRefused", "ConsentGiven");
    std::fs::write(&json, altered).unwrap();
    assert!(!minisign().0);
}

/// Python's jsonschema, which knows nothing of how the schema was made.
const PYTHON: &str = r"
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
record = json.load(open(sys.argv[2]))
errors = [error.message for error in validator.iter_errors(record)]
assert not errors, errors
record['dpv:hasProcess'][0]['approved'] = True
assert list(validator.iter_errors(record)), 'a field that is not known must be refused'
";

#[test]
fn another_validator_holds_real_records_against_the_schema_that_ships() {
    let sandbox = Sandbox::new();
    let report = collect(&sandbox, "r.zip");
    sandbox.run(&["consent", "withdraw", report.to_str().unwrap()]).expect(0);
    let record = unpack(&report, "consent.json", &sandbox.path("unpacked"));
    let schema =
        candor_tests::program().ancestors().nth(2).unwrap().join("share/candor/schemas/consent.schema.json");
    let output = Command::new("python3").args(["-c", PYTHON]).args([&schema, &record]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
