//! Rules, known values, identifiers and secrets together: what holds for every text.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod memory;
mod pieces;
mod policy;
mod properties;
mod regressions;
mod rules;

use std::sync::Arc;

use candor_pseudonym::CaseKey;
use candor_redact::{Engine, Kind, Known, KnownValues, Policy, Redactor};

/// Values of a machine that does not exist.
fn known_values() -> KnownValues {
    let mut known = KnownValues::default();
    let values: [(Known, &str); 9] = [
        (Kind::Host.into(), "ws7"),
        (Kind::Host.into(), "web01.corp.example.com"),
        (Kind::User.into(), "jdoe"),
        (Kind::Person.into(), "Åsa Öberg"),
        (Kind::Serial.into(), "5CD1234XYZ"),
        (Kind::Ssid.into(), "Cafe 7"),
        (Kind::MachineId.into(), "3f1c07a4d6984e5bb2a95dd0c8e17f62"),
        (Known::Secret, "prox!pw9"),
        (Kind::Word.into(), "Falcon"),
    ];
    values.into_iter().for_each(|(known_as, text)| assert!(known.add(known_as, text)));
    known
}

fn engine_with(policy: Policy, key: u8) -> Arc<Engine> {
    Arc::new(Engine::with_policy(&known_values(), policy, &CaseKey::from_bytes([key; 32])).unwrap())
}

/// Everything on, with pseudonyms.
fn engine() -> Arc<Engine> {
    engine_with(Policy::default(), 7)
}

fn redact_in_pieces(engine: &Arc<Engine>, input: &[u8], sizes: &mut dyn Iterator<Item = usize>) -> Vec<u8> {
    let (mut redactor, mut output, mut rest) = (Redactor::new(engine), Vec::new(), input);
    while !rest.is_empty() {
        let size = sizes.next().unwrap_or(rest.len()).clamp(1, rest.len());
        redactor.push(&rest[..size], &mut output).unwrap();
        rest = &rest[size..];
    }
    redactor.finish(&mut output).unwrap();
    output
}

fn redact(engine: &Arc<Engine>, input: &[u8]) -> Vec<u8> {
    redact_in_pieces(engine, input, &mut std::iter::empty())
}

fn redact_text(engine: &Arc<Engine>, input: &str) -> String {
    String::from_utf8(redact(engine, input.as_bytes())).unwrap()
}
