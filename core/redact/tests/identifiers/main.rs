//! Identifiers from outside: what is found in which spelling, what stays, and what holds for every text.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod kept;
mod pieces;
mod places;
mod properties;
mod spellings;

use std::sync::{Arc, LazyLock};

use candor_pseudonym::CaseKey;
use candor_redact::{Engine, Kind, KnownValues, Policy, Redactor};

/// An engine with some known values and a key that is always the same.
static ENGINE: LazyLock<Arc<Engine>> = LazyLock::new(|| {
    let mut known = KnownValues::default();
    for (kind, text) in [
        (Kind::Host, "orca7"),
        (Kind::User, "kf"),
        (Kind::Person, "Kofi Boateng"),
        (Kind::Person, "Ada O'Neil"),
        (Kind::Ssid, "kai-9"),
    ] {
        assert!(known.add(kind, text));
    }
    let key = CaseKey::from_bytes([7; 32]);
    Arc::new(Engine::with_policy(&known, Policy::default(), &key).expect("the shipped rules are valid"))
});

/// Redacts `text`, cut into pieces of `size` bytes.
fn redact_in_pieces(text: &[u8], size: usize) -> Vec<u8> {
    let mut redactor = Redactor::new(&ENGINE);
    let mut output = Vec::new();
    for piece in text.chunks(size) {
        redactor.push(piece, &mut output).expect("the text can be searched");
    }
    redactor.finish(&mut output).expect("the text can be searched");
    output
}

/// Redacts `text` in one piece.
fn redact(text: &str) -> String {
    String::from_utf8(redact_in_pieces(text.as_bytes(), usize::MAX)).expect("text stays text")
}
