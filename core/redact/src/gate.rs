//! Finds the few places at which a rule must look closer. All other text goes past at the speed of the search.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, BuildError, MatchKind};

use crate::rules::{RULES, Rule};

/// A hit of one rule's needle.
pub(crate) struct Hit {
    pub(crate) rule: &'static Rule,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The needles of all rules in one automaton.
pub(crate) struct Gate {
    automaton: AhoCorasick,
    /// Pattern number → rule.
    owners: Vec<&'static Rule>,
    /// Length of the longest needle: a hit can be missed only within this many bytes of the window's end.
    pub(crate) longest: usize,
}

static GATE: LazyLock<Result<Gate, BuildError>> = LazyLock::new(build);

/// The one gate, built at first use.
pub(crate) fn gate() -> Option<&'static Gate> {
    GATE.as_ref().ok()
}

/// Each needle in the three ways of writing that are found in the field. Listing them lets the automaton use its
/// vector search, which folding case would switch off.
fn build() -> Result<Gate, BuildError> {
    let mut patterns: Vec<String> = Vec::new();
    let mut owners = Vec::new();
    for rule in RULES {
        for needle in rule.needles {
            let (head, tail) = needle.split_at(1);
            for variant in [(*needle).to_owned(), head.to_uppercase() + tail, needle.to_uppercase()] {
                if !patterns.contains(&variant) {
                    patterns.push(variant);
                    owners.push(rule);
                }
            }
        }
    }
    let longest = patterns.iter().map(String::len).max().unwrap_or(1);
    let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(&patterns)?;
    Ok(Gate { automaton, owners, longest })
}

impl Gate {
    /// The first hit in `text` at or after `from`.
    pub(crate) fn find(&self, text: &[u8], from: usize) -> Option<Hit> {
        let found = self.automaton.find(&text[from..])?;
        let rule = *self.owners.get(found.pattern().as_usize())?;
        Some(Hit { rule, start: from + found.start(), end: from + found.end() })
    }
}
