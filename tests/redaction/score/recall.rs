//! Which planted values were caught.

use std::collections::BTreeMap;

use super::views::Views;
use crate::corpus::model::{Document, Family, Planted};

/// A value of which a form survives.
#[derive(Debug, Clone)]
pub struct Miss {
    /// Name of the document.
    pub document: String,
    /// The value.
    pub planted: Planted,
    /// The line as it was.
    pub line: String,
    /// The line with the same number after redaction.
    pub output: String,
}

/// Planted and caught.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tallied {
    /// How many there were.
    pub planted: usize,
    /// How many left no trace.
    pub caught: usize,
}

impl Tallied {
    /// The part that was caught, from 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    pub fn rate(self) -> f64 {
        if self.planted == 0 { 1.0 } else { self.caught as f64 / self.planted as f64 }
    }
}

/// Recall by family and kind, and by spelling.
#[derive(Debug, Default)]
pub struct Recall {
    /// By family and kind.
    pub kinds: BTreeMap<(Family, &'static str), Tallied>,
    /// By kind and spelling.
    pub spellings: BTreeMap<(&'static str, String), Tallied>,
    /// What was missed.
    pub misses: Vec<Miss>,
}

impl Recall {
    /// Counts the values of `document`, of which `output` is the redacted text.
    pub fn add(&mut self, document: &Document, output: &str) {
        let views = Views::of(output);
        for planted in &document.planted {
            let is_caught = !planted.forms.iter().any(|form| views.show(form));
            let kind = self.kinds.entry((planted.family, planted.kind)).or_default();
            let spelling = self.spellings.entry((planted.kind, planted.spelling.clone())).or_default();
            for tallied in [kind, spelling] {
                tallied.planted += 1;
                tallied.caught += usize::from(is_caught);
            }
            if !is_caught {
                let line = |text: &str| text.lines().nth(planted.line - 1).unwrap_or_default().to_owned();
                self.misses.push(Miss {
                    document: document.name.clone(),
                    planted: planted.clone(),
                    line: line(&document.text),
                    output: line(output),
                });
            }
        }
    }

    /// All kinds of a family together.
    #[must_use]
    pub fn family(&self, family: Family) -> Tallied {
        let of_family = self.kinds.iter().filter(|((found, _), _)| *found == family);
        of_family.fold(Tallied::default(), |sum, (_, tallied)| Tallied {
            planted: sum.planted + tallied.planted,
            caught: sum.caught + tallied.caught,
        })
    }
}
