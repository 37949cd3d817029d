//! What holds for every text.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::pieces::PIECES;
use crate::redact_in_pieces;

fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        24 => prop::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 1..4),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// The same with something between the pieces: values that touch letters on both sides may be cut differently once one
/// of them is replaced.
fn separated() -> impl Strategy<Value = Vec<u8>> {
    const BETWEEN: &[&str] = &[
        " ", "\n", "\t", ",", ";", "\"", "'", "(", ")", "<", ">", "=", ": ", "|", " - ", "/", "\\n", " [",
        "] ", "&",
    ];
    let piece = (prop::sample::select(PIECES), prop::sample::select(BETWEEN));
    prop::collection::vec(piece, 0..16).prop_map(|pieces| {
        pieces.iter().flat_map(|(piece, between)| [*piece, *between]).collect::<String>().into_bytes()
    })
}

fn is_searchable(text: &[u8]) -> bool {
    !matches!(text, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, 0, ..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6000, rng_seed: RngSeed::Fixed(11), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_cut_gives_the_same_output(text in text(), size in 1usize..60) {
        prop_assume!(is_searchable(&text));
        let whole = redact_in_pieces(&text, usize::MAX);
        let pieces = redact_in_pieces(&text, size);
        prop_assert_eq!(String::from_utf8_lossy(&pieces), String::from_utf8_lossy(&whole), "from {:?}", String::from_utf8_lossy(&text));
    }

    #[test]
    fn redacting_an_output_again_changes_nothing(text in separated()) {
        prop_assume!(is_searchable(&text));
        let once = redact_in_pieces(&text, usize::MAX);
        let twice = redact_in_pieces(&once, usize::MAX);
        prop_assert_eq!(String::from_utf8_lossy(&twice), String::from_utf8_lossy(&once), "from {:?}", String::from_utf8_lossy(&text));
    }
}
