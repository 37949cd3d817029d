//! Keys and random values that are the same in every run, and short ways to a pseudonym's text.

use candor_pseudonym::{CaseKey, Pseudonyms, Unfit};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// The pseudonyms of a key whose bytes count up from `first`.
pub fn pseudonyms(first: u8) -> Pseudonyms {
    Pseudonyms::new(&CaseKey::from_bytes(std::array::from_fn(|index| first.wrapping_add(index as u8))))
}

/// What a function writes.
pub fn written(write: impl FnOnce(&mut Vec<u8>) -> Result<(), Unfit>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Lower case as names of users are folded.
pub fn folded(name: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(name) {
        Ok(text) => text.to_lowercase().into_bytes(),
        Err(_) => name.to_ascii_lowercase(),
    }
}

/// Many cases, the same ones each time.
pub fn config() -> ProptestConfig {
    ProptestConfig { rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() }
}

/// Text in front of a value, ending with what may stand in front of one.
pub fn before() -> impl Strategy<Value = String> {
    "([ -}]{0,24}[ =\"'\\[{<,;|])?"
}

/// Text behind a value.
pub fn after() -> impl Strategy<Value = String> {
    "([ \"'\\]}>,;|\n][ -}]{0,24})?"
}

/// Checks that the original comes back, and the text around it unchanged.
pub fn assert_reveals(
    before: &str,
    pseudonym: &str,
    original: &str,
    after: &str,
) -> Result<(), TestCaseError> {
    let p = pseudonyms(1);
    let revealed = p.reveal(format!("{before}{pseudonym}{after}").as_bytes());
    prop_assert_eq!(revealed.display(), format!("{before}{original}{after}"), "{}", pseudonym);
    Ok(())
}
