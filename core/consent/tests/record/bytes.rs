//! Bytes that are no record, or not this one.

use candor_consent::{ConsentRecord, Ledger, RecordError, SignedRecord};
use proptest::prelude::*;

use crate::support::Case;

#[test]
fn every_flipped_byte_of_a_signed_record_is_detected() {
    let case = Case::new();
    let key = case.key.verifying_key();
    for at in 0..case.record.json.len() {
        let mut json = case.record.json.clone();
        json[at] ^= 1 << (at % 8);
        let altered = SignedRecord { json, signature: case.record.signature.clone() };
        assert!(altered.open(key).is_err(), "byte {at} of the record");
    }
    let signature = case.record.signature.as_str().as_bytes();
    for at in 0..signature.len() {
        let mut signature = signature.to_vec();
        signature[at] ^= 1 << (at % 8);
        let altered = SignedRecord::from_bytes(case.record.json.clone(), &signature);
        assert!(altered.is_err() || altered.is_ok_and(|altered| altered.open(key).is_err()), "byte {at}");
    }
}

#[test]
fn only_one_spelling_and_no_other_field_is_read() {
    let json = String::from_utf8(Case::new().record.json).unwrap();
    assert!(ConsentRecord::from_json(json.as_bytes()).is_ok());
    let others = [
        format!("{json}\n"),
        json.replacen("{", "{ ", 1),
        json.replacen("\"candor:case\"", "\"candor:approved\":true,\"candor:case\"", 1),
        json.replacen("dpv:ConsentRecord", "dpv:ConsentReceipt", 1),
        json.replacen("https://w3id.org/dpv#", "https://example.com/dpv#", 1),
        json.replacen("record-eu-gdpr", "record", 1),
        json.replacen("\"dpv:hasNecessity\":\"dpv:Optional\"", "\"dpv:hasNecessity\":\"dpv:NotRequired\"", 1),
        json[..json.len() - 1].to_owned(),
        String::new(),
    ];
    for other in others {
        let read = ConsentRecord::from_json(other.as_bytes());
        assert!(matches!(read, Err(RecordError::Document(_))), "{other}");
    }
}

#[test]
fn a_record_that_contradicts_itself_is_refused() {
    let case = Case::new();
    let changes: [fn(&mut ConsentRecord); 5] = [
        |record| record.processes[1].collector = record.processes[0].collector.clone(),
        |record| record.processes[0].events.clear(),
        |record| {
            let given = record.processes[0].events[1];
            record.processes[2].events.push(given);
        },
        |record| record.recipients[0].fingerprint.words = "liberty arrow".to_owned(),
        |record| record.controller.as_mut().unwrap().fingerprint.words.clear(),
    ];
    for change in changes {
        let forged = case.forged(&case.key, change);
        let read = forged.open(case.key.verifying_key());
        assert!(matches!(read, Err(RecordError::Contradiction(_))), "{read:?}");
    }
}

proptest! {
    #[test]
    fn reading_arbitrary_bytes_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        prop_assert!(ConsentRecord::from_json(&bytes).is_err());
        prop_assert!(Ledger::from_json(&bytes).is_err());
        prop_assert!(SignedRecord::from_bytes(bytes.clone(), &bytes).is_err());
    }

    #[test]
    fn reading_a_cut_and_spliced_record_never_panics(cut in any::<prop::sample::Index>(), length in 0..64_usize, put in ".{0,40}") {
        static JSON: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| Case::new().record.json);
        let at = cut.index(JSON.len());
        let end = (at + length).min(JSON.len());
        let spliced = [&JSON[..at], put.as_bytes(), &JSON[end..]].concat();
        if spliced != *JSON && let Ok(record) = ConsentRecord::from_json(&spliced) {
            prop_assert_eq!(record.to_json().unwrap(), spliced);
        }
    }
}
