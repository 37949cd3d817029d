//! Cards, trust files, keys and signatures: what is understood comes back the same.
#![no_main]

use candor_consent::{DecisionsFile, PolicyFile};
use candor_trust::{Card, Identities, NoCallbacks, Recipient, Signature, SigningKey, TrustFile, VerifyingKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(signature) = Signature::from_bytes(bytes) {
        assert_eq!(signature.as_str().as_bytes(), bytes);
    }
    // Without a password: with one, each try would take a second.
    let _ = Identities::none().add(bytes, None, NoCallbacks);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(card) = Card::parse(text) {
        let again = card.to_text().expect("a card can be written");
        assert_eq!(Card::parse(&again).expect("what was written can be read"), card);
    }
    if let Ok(trust) = TrustFile::parse(text) {
        let again = trust.to_text().expect("a trust file can be written");
        assert_eq!(TrustFile::parse(&again).expect("what was written can be read"), trust);
    }
    if let Ok(key) = text.parse::<VerifyingKey>() {
        assert_eq!(key.as_str().parse(), Ok(key));
    }
    if let Ok(key) = text.parse::<Recipient>() {
        assert_eq!(key.as_str().parse(), Ok(key));
    }
    let _ = SigningKey::from_text(text, None);
    let _ = (DecisionsFile::parse(text), PolicyFile::parse(text));
});
