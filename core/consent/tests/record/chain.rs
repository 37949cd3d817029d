//! Every link of the chain is broken once, and each break is told.

use candor_consent::{
    Claim, Event, Gap, Method, Moment, Party, ReportClaims, SignedRecord, Status, check_chain,
};
use candor_manifest::Level;
use candor_trust::{Digest, SigningKey};

use crate::support::{Case, claims};

fn told(case: &Case, record: &SignedRecord, report: &ReportClaims<'_>) -> Vec<String> {
    check_chain(record, case.key.verifying_key(), report).iter().map(ToString::to_string).collect()
}

#[test]
fn what_was_consented_to_may_be_in_the_report() {
    let case = Case::new();
    assert_eq!(told(&case, &case.record, &claims(&case.subjects, &case.terms)), [""; 0]);
    let mut part = claims(&case.subjects, &case.terms);
    part.index = None;
    part.collectors.truncate(1);
    assert_eq!(told(&case, &case.record, &part), [""; 0], "a part of the report holds by itself");
}

#[test]
fn each_thing_that_the_index_states_otherwise_is_named() {
    let case = Case::new();
    let options = serde_json::Map::new();
    let other = "00".repeat(32);
    let changes: [(&str, &dyn Fn(&mut Claim<'_>)); 4] = [
        ("another manifest", &|claim| claim.manifest_digest = Box::leak(other.clone().into_boxed_str())),
        ("another library", &|claim| claim.library_digest = None),
        ("other options", &|claim| claim.options = Box::leak(Box::new(options.clone()))),
        ("another level", &|claim| claim.level = Level::Sensitive),
    ];
    for (what, change) in changes {
        let mut report = claims(&case.subjects, &case.terms);
        change(&mut report.collectors[1]);
        let expected = format!("`settings-unmasked`: consent was given for {what}");
        assert_eq!(told(&case, &case.record, &report), [expected]);
    }
    let mut report = claims(&case.subjects, &case.terms);
    report.collectors[0].artifacts.push(("artifacts/b.json", Level::Secret));
    let gaps = check_chain(&case.record, case.key.verifying_key(), &report);
    assert_eq!(gaps.iter().map(Gap::code).collect::<Vec<_>>(), ["above_level"]);
    assert_eq!(gaps[0].artifacts, ["artifacts/a.json", "artifacts/b.json"]);
}

#[test]
fn other_terms_than_those_of_the_attached_request_are_told_for_each_collector() {
    let case = Case::new();
    for terms in [None, Some(Digest::of(b"other"))] {
        let report = ReportClaims { terms, ..claims(&case.subjects, &case.terms) };
        let gaps = told(&case, &case.record, &report);
        assert_eq!(
            gaps,
            [
                "`event-log`: consent was given for other terms",
                "`settings-unmasked`: consent was given for other terms"
            ]
        );
    }
}

#[test]
fn another_report_is_told() {
    let case = Case::new();
    let own = || claims(&case.subjects, &case.terms);
    let others = [
        ("id", ReportClaims { id: "20260131T120000Z-00000000", ..own() }),
        ("collected root", ReportClaims { collected_root: Digest::of(b"other"), ..own() }),
        ("index", ReportClaims { index: Some(Digest::of(b"other")), ..own() }),
    ];
    for (what, report) in others {
        let expected = format!("the consent record is of another report: its {what} differs");
        assert_eq!(told(&case, &case.record, &report), [expected]);
    }
    let unbound = case.forged(&case.key, |record| record.report = None);
    assert_eq!(told(&case, &unbound, &own()).len(), 3);
}

#[test]
fn a_collector_without_a_given_of_its_own_is_told() {
    let case = Case::new();
    let report = claims(&case.subjects, &case.terms);
    let unasked = case.forged(&case.key, |record| {
        record.processes.retain(|process| process.collector.as_str() != "settings-unmasked");
    });
    assert_eq!(told(&case, &unasked, &report), ["`settings-unmasked`: nobody was asked about it"]);
    let dropped = case.forged(&case.key, |record| {
        record.processes[1].events.pop();
    });
    assert_eq!(told(&case, &dropped, &report), ["`settings-unmasked`: nobody consented to it"]);
    let flipped = case.forged(&case.key, |record| record.processes[1].events[1].status = Status::Refused);
    assert!(
        told(&case, &flipped, &report)[0].starts_with("`settings-unmasked`: consent to it was refused at 20")
    );
    let common = case.forged(&case.key, |record| record.processes[1].events[1].method = Method::GoAhead);
    assert_eq!(
        told(&case, &common, &report),
        ["`settings-unmasked`: only a common go-ahead covers it, and its level needs an approval of its own"]
    );
    for method in [Method::TerminalCard, Method::Flag, Method::DecisionsFile] {
        let own = case.forged(&case.key, |record| record.processes[1].events[1].method = method);
        assert_eq!(told(&case, &own, &report), [""; 0]);
    }
}

#[test]
fn consent_that_ended_is_told() {
    let case = Case::new();
    let report = claims(&case.subjects, &case.terms);
    for (status, word) in [(Status::Withdrawn, "was withdrawn"), (Status::Expired, "ran out")] {
        let at: Moment = "2026-12-24T18:00:00Z".parse().unwrap();
        let ended = case.forged(&case.key, |record| {
            let event = Event { status, at, by: Party::Person, method: Method::WithdrawCommand };
            record.processes[0].events.push(event);
        });
        let expected = format!("`event-log`: consent to it {word} at 2026-12-24T18:00:00Z");
        assert_eq!(told(&case, &ended, &report), [expected]);
    }
}

#[test]
fn a_record_that_says_otherwise_than_it_was_signed_is_not_believed() {
    let case = Case::new();
    let report = claims(&case.subjects, &case.terms);
    let other = SigningKey::generate().unwrap();
    let signed_by_another = case.forged(&other, |_| {});
    let wrong = "cannot rely on the consent record: the signature does not hold: other bytes, or another key";
    assert_eq!(told(&case, &signed_by_another, &report), [wrong]);
    let renamed = case.forged(&case.key, |record| record.signer = Some(other.verifying_key().clone()));
    assert_eq!(
        told(&case, &renamed, &report),
        ["the consent record names another signer than the key that it is checked with"]
    );
    let taken_over = case.forged(&other, |record| record.signer = Some(other.verifying_key().clone()));
    assert_eq!(told(&case, &taken_over, &report), [wrong], "the key that is expected did not sign it");
}

#[test]
fn what_the_subject_says_is_changed_link_by_link() {
    let case = Case::new();
    let report = claims(&case.subjects, &case.terms);
    let changes: [(&str, fn(&mut candor_consent::RecordedSubject)); 5] = [
        ("another manifest", |subject| subject.manifest = "00".repeat(32)),
        ("another library", |subject| subject.library = None),
        ("another level", |subject| subject.level = Level::Technical),
        ("other options", |subject| {
            subject.options.insert("since".to_owned(), "8d".into());
        }),
        ("other terms", |subject| subject.terms = None),
    ];
    for (what, change) in changes {
        let forged = case.forged(&case.key, |record| change(&mut record.processes[0].subject));
        let gaps = told(&case, &forged, &report);
        assert_eq!(gaps[0], format!("`event-log`: consent was given for {what}"));
    }
}
