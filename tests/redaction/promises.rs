//! The promises: recall, false alarms, files that stay valid, and results that do not depend on how the text comes.

use std::collections::BTreeSet;

use candor_redact::{Kind, RuleSet, SECRETS_BY_PLACE};
use candor_tests::corpus::model::{Family, Packing};
use candor_tests::corpus::{SEED, benign, planted};
use candor_tests::score::subject::{Candor, Subject};
use candor_tests::score::{Score, report};

const PIECE_BYTES: usize = 1 << 16;
/// Lines of details that a broken promise shows.
const SHOWN: usize = 200;

/// The corpus is scored once; every promise that is broken is told.
#[test]
fn recall_false_alarms_and_structure_are_as_promised() {
    let candor = Candor::new(PIECE_BYTES).expect("the shipped rules are right");
    let score = Score::of(&candor, &planted(SEED), &benign(SEED));
    let structured = score.recall.family(Family::Structured).rate();
    let generic = score.recall.family(Family::Generic).rate();
    let promises = [
        (structured >= 0.99, "of structured values 99 of 100 are caught"),
        (generic >= 0.95, "of generic secrets 95 of 100 are caught"),
        (score.alarms.rate() <= 0.005, "of 200 benign lines at most one is touched"),
        (score.alarms.lines >= 50_000, "there are 50,000 benign lines"),
        (score.broken.is_empty(), "every file keeps its structure"),
        (score.structured_files >= 100, "there are 100 files with a structure"),
        (score.unstable.is_empty(), "a second pass changes nothing"),
        (score.withheld.is_empty(), "nothing is withheld"),
    ];
    let broken: Vec<&str> =
        promises.iter().filter(|(is_kept, _)| !is_kept).map(|(_, promise)| *promise).collect();
    let details: Vec<String> = report::details(&score).lines().take(SHOWN).map(str::to_owned).collect();
    assert!(broken.is_empty(), "{broken:#?}\n{}\n{}", report::table(&score), details.join("\n"));
}

#[test]
fn the_result_does_not_depend_on_how_the_text_is_cut() {
    let whole = Candor::new(usize::MAX).expect("the shipped rules are right");
    let cut = Candor::new(7).expect("the shipped rules are right");
    for document in planted(SEED).iter().filter(|document| document.packing == Packing::Bare) {
        let bytes = document.encoded();
        let (whole, cut) = (whole.redact(Packing::Bare, &bytes), cut.redact(Packing::Bare, &bytes));
        assert!(whole == cut, "{} differs when it comes in pieces of 7 bytes", document.name);
    }
}

/// `candor rules` lists the names that marks have: none is missing there.
#[test]
fn every_name_in_a_mark_is_listed() {
    let candor = Candor::new(PIECE_BYTES).expect("the shipped rules are right");
    let rules = RuleSet::builtin().expect("the shipped rules are right");
    let rules = rules.iter().map(|rule| rule.id.as_str());
    let kinds = Kind::ALL.iter().map(|kind| kind.as_str());
    let listed: BTreeSet<&str> =
        SECRETS_BY_PLACE.iter().map(|secret| secret.id).chain(rules).chain(kinds).collect();
    for document in planted(SEED).iter().filter(|document| document.packing == Packing::Bare) {
        let redacted = candor.redact(Packing::Bare, &document.encoded()).expect("it is text");
        let text = String::from_utf8_lossy(&redacted);
        let marks = text.split("[removed:").skip(1).filter_map(|rest| rest.split_once(']'));
        for (name, _) in marks {
            assert!(listed.contains(name), "`{name}` in {} is not listed", document.name);
        }
    }
}
