//! What the tools of every day write, with each identifier in it between `«` and `»`: what is marked goes, all else stays.
//! What is between `‹` and `›` ought to go, and stays so far.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod marked;

use std::sync::{Arc, LazyLock};

use candor_pseudonym::CaseKey;
use candor_redact::{Engine, Policy, Redactor};

use marked::Line;

const TEXTS: &[(&str, &str)] = &[
    ("accounts", include_str!("texts/accounts.txt")),
    ("machines", include_str!("texts/machines.txt")),
    ("network", include_str!("texts/network.txt")),
    ("services", include_str!("texts/services.txt")),
    ("shares", include_str!("texts/shares.txt")),
];

/// An engine that knows nothing about any machine.
static ENGINE: LazyLock<Arc<Engine>> = LazyLock::new(|| {
    let key = CaseKey::from_bytes([9; 32]);
    let engine = Engine::with_policy(&Default::default(), Policy::default(), &key);
    Arc::new(engine.expect("the shipped rules are valid"))
});

fn redact(text: &str, size: usize) -> String {
    let mut redactor = Redactor::new(&ENGINE);
    let mut output = Vec::new();
    for piece in text.as_bytes().chunks(size) {
        redactor.push(piece, &mut output).expect("the text can be searched");
    }
    redactor.finish(&mut output).expect("the text can be searched");
    String::from_utf8(output).expect("text stays text")
}

#[test]
fn what_is_marked_goes_and_all_else_stays() {
    let mut faults = Vec::new();
    for (name, marked) in TEXTS {
        let output = redact(&marked::plain(marked), usize::MAX);
        assert_eq!(output.lines().count(), marked.lines().count(), "{name} keeps its lines");
        for (number, (line, output)) in marked.lines().zip(output.lines()).enumerate() {
            if let Err(fault) = Line::parse(line).compare(output) {
                faults.push(format!("{name}:{}: {fault}\n  {line}\n  {output}", number + 1));
            }
        }
    }
    assert!(faults.is_empty(), "{} lines differ:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn pieces_and_a_second_time_change_nothing() {
    for (name, marked) in TEXTS {
        let text = marked::plain(marked);
        let output = redact(&text, usize::MAX);
        for size in [1, 7, 61] {
            assert!(redact(&text, size) == output, "{name} in pieces of {size}");
        }
        let twice = redact(&output, usize::MAX);
        let differs = output.lines().zip(twice.lines()).find(|(once, twice)| once != twice);
        assert_eq!(differs, None, "{name} a second time");
        let left = ENGINE.check(&mut output.as_bytes()).expect("the text can be searched");
        assert_eq!(left, [], "{name} is clean for the second scan");
    }
}
