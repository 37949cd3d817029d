//! Properties of all texts.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::pieces::{apart, table, text, words};
use crate::{engine, engine_with, redact, redact_in_pieces};
use candor_redact::Policy;

/// The same texts in each run, so that a change is what makes a test fail. Others with `PROPTEST_RNG_SEED=N`, more with
/// `PROPTEST_CASES=N`.
fn config(cases: u32) -> ProptestConfig {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u32>().ok());
    ProptestConfig {
        cases: number("PROPTEST_CASES").unwrap_or(cases),
        rng_seed: RngSeed::Fixed(number("PROPTEST_RNG_SEED").unwrap_or(4).into()),
        failure_persistence: None,
        // Pieces that may not stand together are many.
        max_local_rejects: 1 << 26,
        ..ProptestConfig::default()
    }
}

fn shown(text: &[u8]) -> String {
    text.escape_ascii().to_string()
}

proptest! {
    #![proptest_config(config(3000))]

    #[test]
    fn how_a_text_is_cut_changes_nothing(text in text(), sizes in prop::collection::vec(1_usize..40, 1..200)) {
        let engine = engine_once();
        let whole = redact(engine, &text);
        let cut = redact_in_pieces(engine, &text, &mut sizes.iter().copied().cycle());
        prop_assert_eq!(shown(&cut), shown(&whole), "{}", shown(&text));
    }

    #[test]
    fn redacting_twice_changes_nothing(text in apart()) {
        let engine = engine_once();
        let once = redact(engine, &text);
        prop_assert_eq!(shown(&redact(engine, &once)), shown(&once), "{}", shown(&text));
    }

    #[test]
    fn the_second_scan_finds_what_the_first_does_and_nothing_after_it(text in apart()) {
        let engine = engine_once();
        let places = |findings: Vec<candor_redact::Finding>| -> Vec<(usize, usize)> {
            findings.into_iter().map(|finding| (finding.offset, finding.line)).collect()
        };
        let found = places(engine.check(&mut text.as_slice()).unwrap());
        prop_assert_eq!(&found, &places(engine.scan(&text)), "{}", shown(&text));
        let redacted = redact(engine, &text);
        let left = engine.check(&mut redacted.as_slice()).unwrap();
        prop_assert!(left.is_empty(), "{left:?} in {} of {}", shown(&redacted), shown(&text));
    }

    #[test]
    fn tables_are_redacted_alike_however_they_are_cut_and_as_the_second_scan_says(
        text in table(),
        sizes in prop::collection::vec(1_usize..40, 1..200),
    ) {
        let engine = engine_once();
        let once = redact(engine, &text);
        let cut = redact_in_pieces(engine, &text, &mut sizes.iter().copied().cycle());
        prop_assert_eq!(shown(&cut), shown(&once), "{}", shown(&text));
        prop_assert_eq!(shown(&redact(engine, &once)), shown(&once), "{}", shown(&text));
        prop_assert_eq!(engine.check(&mut text.as_slice()).unwrap().len(), engine.scan(&text).len(), "{}", shown(&text));
        let left = engine.check(&mut once.as_slice()).unwrap();
        prop_assert!(left.is_empty(), "{left:?} in {} of {}", shown(&once), shown(&text));
    }

    #[test]
    fn two_keys_have_no_pseudonym_in_common(text in words()) {
        let (one, two) = (redact(engine_once(), text.as_bytes()), redact(other_engine(), text.as_bytes()));
        let pseudonyms = |text: &[u8]| -> Vec<String> {
            let text = String::from_utf8_lossy(text).into_owned();
            text.split([' ', '/', '@', '=', ',', '.', '(']).filter(|word| {
                word.contains("-px-") && !word.contains("px-aaaaaaaaaa")
            }).map(str::to_owned).collect()
        };
        for pseudonym in pseudonyms(&one) {
            prop_assert!(!pseudonyms(&two).contains(&pseudonym), "{pseudonym} in {text}");
        }
    }
}

fn engine_once() -> &'static std::sync::Arc<candor_redact::Engine> {
    static ENGINE: std::sync::LazyLock<std::sync::Arc<candor_redact::Engine>> =
        std::sync::LazyLock::new(engine);
    &ENGINE
}

fn other_engine() -> &'static std::sync::Arc<candor_redact::Engine> {
    static ENGINE: std::sync::LazyLock<std::sync::Arc<candor_redact::Engine>> =
        std::sync::LazyLock::new(|| engine_with(Policy::default(), 8));
    &ENGINE
}

#[test]
fn what_the_customer_asks_about_can_be_translated_back() {
    let text = "10.1.2.3 2a02:8108:c6bc:b19d::4d6b 52:54:00:ab:cd:ef ws7 web01.corp.example.com jdoe jane.doe@example.org \
                6f1c07a4-d698-4e5b-b2a9-5dd0c8e17f62 S-1-5-21-1004336348-1177238915-682003330-512 dhcp-10-1-2-3.example.com";
    let redacted = redact(engine_once(), text.as_bytes());
    for (before, after) in text.split(' ').zip(String::from_utf8_lossy(&redacted).split(' ')) {
        assert_ne!(before, after);
    }
    let pseudonyms = candor_pseudonym::Pseudonyms::new(&candor_pseudonym::CaseKey::from_bytes([7; 32]));
    assert_eq!(String::from_utf8_lossy(&pseudonyms.reveal(&redacted).text), text);
}
