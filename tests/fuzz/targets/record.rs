//! Consent records: what is understood has one spelling, and only its signer adds to it.
#![no_main]

use candor_consent::{ConsentRecord, ReportClaims, SignedRecord, check_chain};
use candor_fuzz::signing_key;
use candor_trust::{Digest, Purpose};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(record) = ConsentRecord::from_json(bytes) {
        assert_eq!(record.to_json().expect("what was read can be written"), bytes);
    }
    let key = signing_key();
    let Ok(signature) = key.sign(Purpose::Record, bytes) else { return };
    let Ok(signed) = SignedRecord::from_bytes(bytes.to_vec(), signature.as_str().as_bytes()) else { return };
    let claims = ReportClaims {
        id: "id",
        collected_root: Digest::of(b""),
        index: None,
        terms: None,
        collectors: Vec::new(),
    };
    let gaps = check_chain(&signed, key.verifying_key(), &claims);
    if let Ok(record) = signed.open(key.verifying_key()) {
        assert_eq!(
            gaps.is_empty(),
            record
                .report
                .is_some_and(|report| report.id == "id" && report.collected_root == claims.collected_root)
        );
    } else {
        assert!(!gaps.is_empty());
    }
});
