//! Cards, trust files, keys and signatures: what is understood comes back the same.
#![no_main]

use base64::Engine as _;
use candor_consent::{DecisionsFile, PolicyFile};
use candor_trust::{
    Card, Identities, NoCallbacks, Recipient, Signature, SigningKey, TrustFile, VerifyingKey,
};
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
        // One text for one key, or it has two fingerprints: the mark of the algorithm, then id and key.
        let bytes = base64::engine::general_purpose::STANDARD.decode(key.as_str()).expect("Base64");
        assert!(bytes.len() == 42 && bytes.starts_with(b"Ed"));
        assert_eq!(base64::engine::general_purpose::STANDARD.encode(&bytes), key.as_str());
    }
    if let Ok(key) = text.parse::<Recipient>() {
        let text = key.as_str();
        assert!(text.starts_with("age1") && !text.bytes().any(|byte| byte.is_ascii_uppercase()));
        assert_eq!(text.parse(), Ok(key.clone()));
    }
    let _ = SigningKey::from_text(text, None);
    let _ = (DecisionsFile::parse(text), PolicyFile::parse(text));
});
