//! The one list of detectors: who is asked at which places.

use crate::anchors::Classes;
use crate::site::{More, Site, Verdict};
use crate::{decode, identifiers, secrets};

/// Looks at places in a text, and says what stands there.
///
/// `examine` sees the same bytes however the artifact was cut, so its verdict may depend only on what [`Site`] gives,
/// within [`crate::site::CONTEXT`] bytes before the anchor and a bounded number after it. It is called often: the
/// usual no must be quick.
#[derive(Debug)]
pub(crate) struct Detector {
    /// For a reader of this list; tallies use what the verdict says.
    pub(crate) name: &'static str,
    /// Asked at anchors of these classes.
    pub(crate) classes: Classes,
    /// Asked at words that begin like one of these, in any case: eight bytes decide whether it is asked, so it must look
    /// itself at longer ones.
    pub(crate) words: &'static [&'static str],
    /// It wants to know whether it stands inside quotes.
    pub(crate) asks_for_quotes: bool,
    pub(crate) examine: fn(&Site<'_>) -> Result<Verdict, More>,
}

impl Detector {
    /// A detector that is asked at anchors.
    pub(crate) const fn at(
        name: &'static str,
        classes: Classes,
        examine: fn(&Site<'_>) -> Result<Verdict, More>,
    ) -> Self {
        Self { name, classes, words: &[], asks_for_quotes: false, examine }
    }

    /// A detector that is asked at words.
    pub(crate) const fn at_words(
        name: &'static str,
        words: &'static [&'static str],
        examine: fn(&Site<'_>) -> Result<Verdict, More>,
    ) -> Self {
        Self { name, classes: Classes::WORD, words, asks_for_quotes: false, examine }
    }
}

/// All detectors, the first to find something at a place wins. Those of the marks come first.
pub(crate) fn all() -> impl Iterator<Item = &'static Detector> {
    [identifiers::MARKED, secrets::DETECTORS, identifiers::DETECTORS, decode::DETECTORS].into_iter().flatten()
}
