//! Requests: as files, and with any JSON behind a valid signature.
#![no_main]

use candor_fuzz::signing_key;
use candor_request::Signed;
use candor_trust::Purpose;
use libfuzzer_sys::fuzz_target;

const STATEMENT: &[u8] = b"Privacy of reports\n\nWe read it.\n";

fuzz_target!(|bytes: &[u8]| {
    if let Ok(signed) = Signed::open(bytes) {
        // Whether it is understood is another question.
        let _ = signed.read();
    }
    let Ok(signature) = signing_key().sign(Purpose::Request, bytes) else { return };
    let signed = Signed::of(bytes.to_vec(), signature.as_str().as_bytes().to_vec(), STATEMENT.to_vec());
    if let Ok(signed) = signed
        && let Ok((request, _)) = signed.read()
    {
        assert_eq!(&request.requester.key, signed.key());
        assert!(request.terms(signed.sha256()).sha256().is_ok());
    }
});
