//! Forward grants: as files, and with any JSON behind a valid signature.
#![no_main]

use candor_fuzz::signing_key;
use candor_seal::SignedGrant;
use candor_trust::Purpose;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(signed) = SignedGrant::from_bytes(bytes) {
        assert_eq!(signed.to_bytes().expect("what was read can be written"), bytes);
    }
    let Ok(signature) = signing_key().sign(Purpose::Forward, bytes) else { return };
    let entries = [("forward.json", bytes), ("forward.json.minisig", signature.as_str().as_bytes())];
    let file = candor_pack::pack(entries).expect("these names can be packed");
    if let Ok(signed) = SignedGrant::from_bytes(&file) {
        assert_eq!(&signed.grant.signer, signing_key().verifying_key());
    }
});
