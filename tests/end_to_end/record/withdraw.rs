//! Taking consent back.

use std::path::Path;
use std::process::Command;

use candor_consent::{Moment, RecordedRecipient, Release};
use candor_manifest::Level;
use candor_report::{Record, ReportIndex, ReportReader, replace_record};
use candor_tests::{Report, Sandbox};
use candor_trust::{Digest, ExposeSecret, Nonce, SigningKey};

use super::collect;

#[test]
fn withdrawing_is_written_down_signed_and_told_by_show_and_verify() {
    let sandbox = Sandbox::new();
    let report = collect(&sandbox, "r.zip");
    let path = report.to_str().unwrap();
    let done = sandbox.run(&["consent", "withdraw", path]).expect(0);
    assert!(done.stderr.contains("Withdrawn: consent to system-info"), "{}", done.stderr);
    assert!(done.stderr.contains("nobody has to be told"), "{}", done.stderr);
    let process = Report::open(&report).process("system-info");
    let events: Vec<_> =
        process["dpv:hasConsentStatus"].as_array().unwrap().iter().map(|event| &event["@type"]).collect();
    assert_eq!(events, ["dpv:ConsentRequested", "dpv:ConsentGiven", "dpv:ConsentWithdrawn"]);
    let shown = sandbox.run(&["consent", "show", path]).expect(5).stdout;
    for part in
        ["Signed     by installation `", "requested", "given", "by a flag", "withdrawn", "Withdrawn  2"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let verified = sandbox.run(&["verify", path]).expect(5).stdout;
    assert!(verified.contains("`system-info`: consent to it was withdrawn at 2"), "{verified}");
    let again = sandbox.run(&["consent", "withdraw", path]).expect(0);
    assert!(again.stderr.contains("was withdrawn before"), "{}", again.stderr);
    sandbox.run(&["drop", path, "artifacts/system-info/mounts.txt"]).expect(0);
}

#[test]
fn only_what_was_consented_to_here_can_be_withdrawn() {
    let sandbox = Sandbox::new();
    let report = collect(&sandbox, "r.zip");
    let before = std::fs::read(&report).unwrap();
    let path = report.to_str().unwrap();
    let refused = sandbox.run(&["consent", "withdraw", path, "--collector", "event-log"]).expect(2);
    assert!(refused.stderr.contains("there is no consent to `event-log`"), "{}", refused.stderr);
    assert!(refused.stderr.contains("consented to is: system-info"), "{}", refused.stderr);
    let elsewhere = Sandbox::new();
    let refused = elsewhere.run(&["consent", "withdraw", path]).expect(2);
    assert!(refused.stderr.contains("signed by another installation"), "{}", refused.stderr);
    assert!(std::fs::read(&report).unwrap() == before);
}

/// Adds a release as sealing does.
fn release(sandbox: &Sandbox, report: &Path) -> String {
    let text = std::fs::read_to_string(sandbox.path("state/installation.key")).unwrap();
    let key = SigningKey::from_text(&text, None).unwrap();
    let (identity, recipient) = candor_trust::new_identity().unwrap();
    let before = ReportReader::open(report).unwrap().record().unwrap();
    let release = Release {
        at: Moment::now(),
        envelope: Nonce::random().unwrap(),
        released_root: Digest::of(b"released"),
        recipients: vec![RecordedRecipient::new(
            Some("First line".to_owned()),
            None,
            Level::Technical,
            recipient,
        )],
        drops: 0,
        masks: 0,
        redactions: 0,
    };
    let closing = |_: &[u8], _: &ReportIndex, _: &[u8]| {
        let signed = before.signed()?.ok_or("it is signed")?;
        Ok(Record::from(signed.released(&key, release.clone())?))
    };
    replace_record(report, &closing).unwrap();
    identity.expose_secret().to_owned()
}

#[test]
fn the_recipients_of_a_release_get_a_signed_message_that_age_and_minisign_read() {
    let sandbox = Sandbox::new();
    let report = collect(&sandbox, "r.zip");
    let identity = sandbox.write("identity.txt", release(&sandbox, &report));
    let path = report.to_str().unwrap();
    let shown = sandbox.run(&["consent", "show", path]).expect(0).stdout;
    assert!(
        shown.contains("Released   2") && shown.contains("to First line, up to level technical"),
        "{shown}"
    );
    sandbox.run(&["consent", "withdraw", path]).expect(0);
    let message = sandbox.output("r.candor-withdrawal");
    let (zip, folder) = (sandbox.path("withdrawal.zip"), sandbox.path("opened"));
    let opened =
        Command::new("age").args(["-d", "-i"]).arg(&identity).arg("-o").arg(&zip).arg(&message).status();
    assert!(opened.unwrap().success());
    assert!(Command::new("unzip").arg("-q").arg(&zip).arg("-d").arg(&folder).status().unwrap().success());
    let json = folder.join("withdrawal.json");
    let signer = Report::open(&report).consent()["candor:signer"].as_str().unwrap().to_owned();
    let verified = Command::new("minisign").args(["-V", "-P", &signer, "-m"]).arg(&json).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success() && said.contains("candor-withdrawal/1"), "{said}");
    let content: serde_json::Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    let index = Report::open(&report).index().clone();
    assert_eq!((&content["report"], &content["collectors"]), (&index["id"], &serde_json::json!([])));
    assert_eq!(content["released_roots"], serde_json::json!([Digest::of(b"released").to_string()]));
}

#[test]
fn a_message_that_could_not_be_written_is_written_by_the_same_command_again() {
    let sandbox = Sandbox::new();
    let report = collect(&sandbox, "r.zip");
    release(&sandbox, &report);
    let path = report.to_str().unwrap();
    let nowhere = sandbox.path("no/such/folder/message");
    let failed = sandbox.run(&["consent", "withdraw", path, "--output", nowhere.to_str().unwrap()]).expect(1);
    assert!(failed.stderr.contains("the same command writes the message again"), "{}", failed.stderr);
    assert_eq!(Report::open(&report).consent_to("system-info").0, "ConsentWithdrawn");
    sandbox.run(&["consent", "withdraw", path]).expect(0);
    assert!(sandbox.output("r.candor-withdrawal").exists());
    let refused = sandbox.run(&["consent", "withdraw", path]).expect(2);
    assert!(refused.stderr.contains("exists already"), "{}", refused.stderr);
}
