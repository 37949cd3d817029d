//! What is added to a record, and by whom.

use candor_consent::{
    ConsentRecord, Moment, RecordError, RecordedRecipient, Release, SignedWithdrawal, Status, Withdrawal,
    WithdrawalMessage, check_chain,
};
use candor_manifest::Level;
use candor_trust::{Digest, Nonce, SigningKey};

use crate::support::{Case, claims, draft, id, state, terms};

fn release() -> Release {
    let (_, key) = candor_trust::new_identity().unwrap();
    Release {
        at: "2026-12-24T18:00:00Z".parse().unwrap(),
        envelope: Nonce::random().unwrap(),
        released_root: Digest::of(b"released"),
        recipients: vec![RecordedRecipient::new(Some("First line".to_owned()), None, Level::Secret, key)],
        drops: 1,
        masks: 0,
        redactions: 3,
    }
}

fn withdrawal(collectors: &[&str]) -> Withdrawal {
    Withdrawal {
        id: Nonce::random().unwrap(),
        at: Moment::now(),
        collectors: collectors.iter().map(|text| id(text)).collect(),
        releases: Vec::new(),
    }
}

#[test]
fn the_record_tells_who_asked_on_what_terms_and_on_which_grounds() {
    let case = Case::new();
    let record = case.opened();
    let controller = record.controller.as_ref().unwrap();
    assert_eq!(
        (controller.name.as_str(), controller.organisation.as_deref()),
        ("Support", Some("Example AB"))
    );
    assert_eq!(record.recipients[0].fingerprint.words, record.recipients[0].key.fingerprint().to_string());
    assert_eq!(record.notices[1].version.as_deref(), Some("3"));
    let process = record.process("event-log").unwrap();
    assert_eq!(process.legal_basis.description.as_deref(), Some("contract of support"));
    assert_eq!(process.purpose.requested.as_deref(), Some("find out why it hangs"));
    assert!(!process.data.is_empty() && !process.title.is_empty());
    let json = String::from_utf8(case.record.json.clone()).unwrap();
    assert!(json.contains("\"dpv:hasDuration\":{\"@type\":\"dpv:TemporalDuration\",\"rdf:value\":\"P90D\"}"));
}

#[test]
fn edits_releases_and_withdrawals_are_added_and_nothing_is_taken_away() {
    let case = Case::new();
    let edited = case.record.edited(&case.key, Digest::of(b"index 2")).unwrap();
    let released = edited.released(&case.key, release()).unwrap();
    let mut back = withdrawal(&["settings-unmasked"]);
    back.releases = vec![released.open(case.key.verifying_key()).unwrap().releases[0].envelope];
    let withdrawn = released.withdrawn(&case.key, back.clone()).unwrap();
    let record = withdrawn.open(case.key.verifying_key()).unwrap();
    assert_eq!(record.report.as_ref().unwrap().index, Digest::of(b"index 2"));
    assert_eq!((record.releases.len(), record.withdrawals.len()), (1, 1));
    let statuses: Vec<_> =
        record.process("settings-unmasked").unwrap().events.iter().map(|event| event.status).collect();
    assert_eq!(statuses, [Status::Requested, Status::Given, Status::Withdrawn]);
    assert!(record.process("event-log").unwrap().is_given());
    let mut report = claims(&case.subjects, &case.terms);
    report.index = Some(Digest::of(b"index 2"));
    let gaps = check_chain(&withdrawn, case.key.verifying_key(), &report);
    assert_eq!(gaps.iter().map(candor_consent::Gap::code).collect::<Vec<_>>(), ["withdrawn"]);
    let message = WithdrawalMessage::of(&record, &back).unwrap();
    assert_eq!(
        (message.released_roots.as_slice(), message.collectors.len()),
        (&[Digest::of(b"released")][..], 1)
    );
    let signed = message.signed(&case.key).unwrap();
    assert_eq!(signed.open(case.key.verifying_key()).unwrap(), message);
    let other = SigningKey::generate().unwrap();
    assert!(signed.open(other.verifying_key()).is_err());
    let as_record = SignedWithdrawal { json: withdrawn.json.clone(), signature: withdrawn.signature.clone() };
    assert!(
        as_record.open(case.key.verifying_key()).is_err(),
        "a record's signature is none of a withdrawal"
    );
}

#[test]
fn withdrawing_all_names_none() {
    let case = Case::new();
    let all = withdrawal(&["event-log", "settings-unmasked"]);
    let withdrawn = case.record.withdrawn(&case.key, all.clone()).unwrap();
    let record = withdrawn.open(case.key.verifying_key()).unwrap();
    assert!(WithdrawalMessage::of(&record, &all).unwrap().collectors.is_empty());
}

#[test]
fn consent_can_run_out() {
    let case = Case::new();
    let expired = case.record.expired(&case.key, &[id("event-log")], Moment::now()).unwrap();
    let record = expired.open(case.key.verifying_key()).unwrap();
    assert_eq!(record.process("event-log").unwrap().last().unwrap().status, Status::Expired);
}

#[test]
fn only_the_installation_that_made_a_record_adds_to_it() {
    let case = Case::new();
    let other = SigningKey::generate().unwrap();
    let results = [
        case.record.edited(&other, Digest::of(b"x")),
        case.record.released(&other, release()),
        case.record.withdrawn(&other, withdrawal(&["event-log"])),
        case.record.expired(&other, &[id("event-log")], Moment::now()),
    ];
    for result in results {
        assert!(matches!(result, Err(RecordError::OtherInstallation)));
    }
    let mut altered = case.record.clone();
    altered.json = String::from_utf8(altered.json).unwrap().replace("4711", "4712").into_bytes();
    assert!(matches!(altered.edited(&case.key, Digest::of(b"x")), Err(RecordError::Signature(_))));
}

#[test]
fn what_was_not_given_cannot_be_withdrawn() {
    let case = Case::new();
    let back = |collectors: &[&str]| case.record.withdrawn(&case.key, withdrawal(collectors));
    assert!(matches!(back(&[]), Err(RecordError::NothingGiven)));
    assert!(matches!(back(&["user-access"]), Err(RecordError::NothingGiven)));
    assert!(matches!(back(&["event-log", "screenshot"]), Err(RecordError::Unknown(_))));
    let once = back(&["event-log"]).unwrap();
    assert!(matches!(once.withdrawn(&case.key, withdrawal(&["event-log"])), Err(RecordError::NothingGiven)));
}

#[test]
fn a_record_is_closed_once_and_the_same_session_gives_the_same_record() {
    let key = SigningKey::generate().unwrap();
    let json = draft(&terms()).0.to_json().unwrap();
    let close = || ConsentRecord::from_json(&json).unwrap().close(&key, state()).unwrap();
    let (first, second) = (close(), close());
    assert_eq!(first.json, second.json);
    let again = first.open(key.verifying_key()).unwrap().close(&key, state());
    assert!(matches!(again, Err(RecordError::Closed)));
}

#[test]
fn a_clock_that_was_set_back_does_not_end_consent_before_it_began() {
    let case = Case::new();
    let mut back = withdrawal(&["event-log"]);
    back.at = "2001-01-01T00:00:00Z".parse().unwrap();
    let record = case.record.withdrawn(&case.key, back).unwrap();
    let record = record.open(case.key.verifying_key()).unwrap();
    let events = &record.process("event-log").unwrap().events;
    assert!(events.windows(2).all(|pair| pair[0].at <= pair[1].at));
}
